// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/custom_sections.h"

#include <algorithm>

#include "engine/base/utf8.h"
#include "engine/binary/byte_reader.h"
#include "engine/binary/name_subsections.h"

namespace wasmscope::binary {
namespace {

void warn(wasm::Module& module, ByteRange range, std::string text) {
  constexpr size_t kMaxWarnings = 100;
  if (module.warnings.size() < kMaxWarnings) module.warnings.push_back({range, std::move(text)});
}

template <class Entries>
bool sort_by_index(Entries& entries) {
  const auto less = [](const auto& a, const auto& b) { return a.first < b.first; };
  const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
  if (!std::is_sorted(entries.begin(), entries.end(), less)) std::sort(entries.begin(), entries.end(), less);
  const auto end = std::unique(entries.begin(), entries.end(), same);
  const bool has_duplicates = end != entries.end();
  entries.erase(end, entries.end());
  return !has_duplicates;
}

Result<void> read_names(ByteReader& reader, wasm::NameMap& names) {
  TRY_ASSIGN(const uint32_t count, reader.count(UINT32_MAX, "names"));
  const auto read = [&]() -> Result<void> {
    for (uint32_t i = 0; i < count; ++i) {
      TRY_ASSIGN(const uint32_t index, reader.u32());
      TRY_ASSIGN(const std::string_view name, reader.name());
      names.entries.emplace_back(index, name);
    }
    return {};
  };
  const uint64_t begin = reader.offset();
  const Result<void> result = read();
  if (!sort_by_index(names.entries) && result)
    return std::unexpected(error_at(ErrorCode::BadImmediate, reader.range_from(begin), "an index is named twice"));
  return result;
}

Result<void> read_indirect_names(ByteReader& reader, wasm::IndirectNameMap& names) {
  TRY_ASSIGN(const uint32_t count, reader.count(UINT32_MAX, "name maps"));
  const auto read = [&]() -> Result<void> {
    for (uint32_t i = 0; i < count; ++i) {
      TRY_ASSIGN(const uint32_t index, reader.u32());
      names.entries.emplace_back(index, wasm::NameMap{});
      TRY(read_names(reader, names.entries.back().second));
    }
    return {};
  };
  const Result<void> result = read();
  sort_by_index(names.entries);
  return result;
}

Result<void> read_subsection(ByteReader& reader, NameSubsection id, wasm::Names& names) {
  switch (id) {
    case NameSubsection::Module: {
      TRY_ASSIGN(names.module, reader.name());
      return {};
    }
    case NameSubsection::Funcs: return read_names(reader, names.funcs);
    case NameSubsection::Locals: return read_indirect_names(reader, names.locals);
    case NameSubsection::Labels: return read_indirect_names(reader, names.labels);
    case NameSubsection::Types: return read_names(reader, names.types);
    case NameSubsection::Tables: return read_names(reader, names.tables);
    case NameSubsection::Memories: return read_names(reader, names.memories);
    case NameSubsection::Globals: return read_names(reader, names.globals);
    case NameSubsection::Elems: return read_names(reader, names.elems);
    case NameSubsection::Datas: return read_names(reader, names.datas);
    case NameSubsection::Fields: return read_indirect_names(reader, names.fields);
    case NameSubsection::Tags: return read_names(reader, names.tags);
  }
  reader.skip_to(reader.offset() + reader.left());   // of a later version of the format
  return {};
}

// A broken subsection does not hide the ones after it: its size says where they are.
Result<void> read_name_section(wasm::Module& module, ByteRange payload) {
  ByteReader reader(module.bytes, payload);
  int last_id = -1;
  while (!reader.at_end()) {
    const uint64_t begin = reader.offset();
    TRY_ASSIGN(const uint8_t id, reader.byte());
    TRY_ASSIGN(const uint32_t size, reader.u32());
    TRY_ASSIGN(const ByteRange contents, reader.bytes(size));
    if (id <= last_id) {
      warn(module, reader.range_from(begin), "name section: subsection " + std::to_string(id) + " is out of order");
      continue;
    }
    last_id = id;
    ByteReader part(module.bytes, contents);
    const Result<void> result = read_subsection(part, static_cast<NameSubsection>(id), module.names);
    if (!result)
      warn(module, result.error().range, "name section: " + to_line(result.error(), nullptr));
    else if (!part.at_end())
      warn(module, contents, "name section: subsection " + std::to_string(id) + " is too long");
  }
  return {};
}

Result<void> read_producers(wasm::Module& module, ByteRange payload) {
  ByteReader reader(module.bytes, payload);
  TRY_ASSIGN(const uint32_t count, reader.count(UINT32_MAX, "fields"));
  for (uint32_t i = 0; i < count; ++i) {
    wasm::ProducerField field;
    TRY_ASSIGN(field.name, reader.name());
    TRY_ASSIGN(const uint32_t values, reader.count(UINT32_MAX, "values"));
    for (uint32_t j = 0; j < values; ++j) {
      wasm::ProducerValue value;
      TRY_ASSIGN(value.name, reader.name());
      TRY_ASSIGN(value.version, reader.name());
      field.values.push_back(value);
    }
    module.producers.push_back(std::move(field));
  }
  return {};
}

}  // namespace

void read_custom_section(wasm::Module& module, const wasm::Section& section) {
  Result<void> result;
  if (section.name == "name")
    result = read_name_section(module, section.payload);
  else if (section.name == "producers")
    result = read_producers(module, section.payload);
  if (!result)
    warn(module, result.error().range, std::string(section.name) + " section: " + to_line(result.error(), nullptr));
}

}  // namespace wasmscope::binary
