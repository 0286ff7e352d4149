// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/name_section_writer.h"

#include "engine/base/leb128.h"
#include "engine/binary/instruction_reader.h"
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

void drop_beyond(wasm::NameMap& names, uint64_t count) {
  std::erase_if(names.entries, [&](const auto& entry) { return entry.first >= count; });
}

uint64_t local_count(const wasm::Module& module, wasm::FuncIndex func) {
  const wasm::TypeIndex type = module.funcs[func].type;
  const auto* func_type =
      type < module.types.size() ? std::get_if<wasm::FuncType>(&module.types[type].composite) : nullptr;
  uint64_t count = func_type != nullptr ? func_type->params.size() : 0;
  if (!module.is_imported(func))
    for (const wasm::LocalRun& run : wasm::local_runs(module, func)) count += run.count;
  return count;
}

uint64_t block_count(const wasm::Module& module, wasm::FuncIndex func) {
  InstructionReader reader(module.bytes, module.funcs[func].code);
  Instruction instruction;
  uint64_t count = 0;
  while (true) {
    const Result<bool> has = reader.next(instruction);
    if (!has || !*has) return count;
    const wasm::Imm imm = wasm::info(instruction.op).imm;
    if (imm == wasm::Imm::BlockType || imm == wasm::Imm::TryTable) ++count;
  }
}

uint64_t field_count(const wasm::Module& module, wasm::TypeIndex type) {
  const auto* fields = std::get_if<wasm::StructType>(&module.types[type].composite);
  return fields != nullptr ? fields->fields.size() : 0;
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

wasm::Names names_of_existing(const wasm::Module& module) {
  wasm::Names names = module.names;
  drop_beyond(names.funcs, module.funcs.size());
  drop_beyond(names.types, module.types.size());
  drop_beyond(names.tables, module.tables.size());
  drop_beyond(names.memories, module.memories.size());
  drop_beyond(names.globals, module.globals.size());
  drop_beyond(names.elems, module.elems.size());
  drop_beyond(names.datas, module.datas.size());
  drop_beyond(names.tags, module.tags.size());
  for (auto& [func, locals] : names.locals.entries)
    drop_beyond(locals, func < module.funcs.size() ? local_count(module, func) : 0);
  for (auto& [func, labels] : names.labels.entries)
    drop_beyond(labels, func < module.funcs.size() && !labels.entries.empty() ? block_count(module, func) : 0);
  for (auto& [type, fields] : names.fields.entries)
    drop_beyond(fields, type < module.types.size() ? field_count(module, type) : 0);
  for (wasm::IndirectNameMap* map : {&names.locals, &names.labels, &names.fields})
    std::erase_if(map->entries, [](const auto& entry) { return entry.second.entries.empty(); });
  return names;
}

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
