// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/name_section_writer.h"

#include "engine/base/leb128.h"
#include "engine/binary/name_subsections.h"

namespace wasmscope::binary {
namespace {

using Contents = std::vector<uint8_t>;

void append_name(Contents& out, std::string_view name) {
  append_unsigned_leb(out, name.size());
  out.insert(out.end(), name.begin(), name.end());
}

void append_map(Contents& out, const wasm::NameMap& names) {
  append_unsigned_leb(out, names.entries.size());
  for (const auto& [index, name] : names.entries) {
    append_unsigned_leb(out, index);
    append_name(out, name);
  }
}

void append_map(Contents& out, const wasm::IndirectNameMap& names) {
  append_unsigned_leb(out, names.entries.size());
  for (const auto& [index, inner] : names.entries) {
    append_unsigned_leb(out, index);
    append_map(out, inner);
  }
}

void append_subsection(Contents& out, NameSubsection id, const Contents& contents) {
  out.push_back(static_cast<uint8_t>(id));
  append_unsigned_leb(out, contents.size());
  out.insert(out.end(), contents.begin(), contents.end());
}

template <class Map>
void append_subsection(Contents& out, NameSubsection id, const Map& names) {
  if (names.entries.empty()) return;
  Contents contents;
  append_map(contents, names);
  append_subsection(out, id, contents);
}

}  // namespace

std::vector<uint8_t> name_section_payload(const wasm::Names& names) {
  Contents out;
  if (!names.module.empty()) {
    Contents contents;
    append_name(contents, names.module);
    append_subsection(out, NameSubsection::Module, contents);
  }
  append_subsection(out, NameSubsection::Funcs, names.funcs);
  append_subsection(out, NameSubsection::Locals, names.locals);
  append_subsection(out, NameSubsection::Labels, names.labels);
  append_subsection(out, NameSubsection::Types, names.types);
  append_subsection(out, NameSubsection::Tables, names.tables);
  append_subsection(out, NameSubsection::Memories, names.memories);
  append_subsection(out, NameSubsection::Globals, names.globals);
  append_subsection(out, NameSubsection::Elems, names.elems);
  append_subsection(out, NameSubsection::Datas, names.datas);
  append_subsection(out, NameSubsection::Fields, names.fields);
  append_subsection(out, NameSubsection::Tags, names.tags);
  return out;
}

}  // namespace wasmscope::binary
