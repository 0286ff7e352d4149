// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/module.h"

#include <algorithm>

#include "engine/base/try.h"
#include "engine/wasm/type_codes.h"

namespace wasmscope::wasm {

std::string_view name_of(SectionId id) {
  switch (id) {
    case SectionId::Custom: return "custom";
    case SectionId::Type: return "type";
    case SectionId::Import: return "import";
    case SectionId::Function: return "function";
    case SectionId::Table: return "table";
    case SectionId::Memory: return "memory";
    case SectionId::Global: return "global";
    case SectionId::Export: return "export";
    case SectionId::Start: return "start";
    case SectionId::Elem: return "elem";
    case SectionId::Code: return "code";
    case SectionId::Data: return "data";
    case SectionId::DataCount: return "data count";
    case SectionId::Tag: return "tag";
  }
  return "unknown";
}

std::string_view name_of(ExternKind kind) {
  switch (kind) {
    case ExternKind::Func: return "func";
    case ExternKind::Table: return "table";
    case ExternKind::Memory: return "memory";
    case ExternKind::Global: return "global";
    case ExternKind::Tag: return "tag";
  }
  return "unknown";
}

std::string_view NameMap::find(uint32_t index) const {
  const auto found = std::lower_bound(entries.begin(), entries.end(), index,
                                      [](const auto& entry, uint32_t i) { return entry.first < i; });
  return found != entries.end() && found->first == index ? found->second : std::string_view{};
}

std::string_view IndirectNameMap::find(uint32_t outer, uint32_t inner) const {
  const auto found = std::lower_bound(entries.begin(), entries.end(), outer,
                                      [](const auto& entry, uint32_t i) { return entry.first < i; });
  return found != entries.end() && found->first == outer ? found->second.find(inner) : std::string_view{};
}

const Export* Module::find_export(std::string_view name) const {
  const auto found = std::find_if(exports.begin(), exports.end(), [&](const Export& e) { return e.name == name; });
  return found == exports.end() ? nullptr : &*found;
}

const Export* Module::find_export(ExternKind kind, uint32_t index) const {
  const auto found =
      std::find_if(exports.begin(), exports.end(), [&](const Export& e) { return e.kind == kind && e.index == index; });
  return found == exports.end() ? nullptr : &*found;
}

FuncIndex Module::func_at(uint64_t offset) const {
  const size_t imported = std::min<size_t>(imported_funcs, funcs.size());
  // Bodies are in the order of the file; those of a broken file may be missing at the end.
  const auto after =
      std::partition_point(funcs.begin() + static_cast<ptrdiff_t>(imported), funcs.end(),
                           [&](const Func& func) { return func.body.size() != 0 && func.body.begin <= offset; });
  if (after == funcs.begin() + static_cast<ptrdiff_t>(imported)) return kNoIndex;
  const auto func = after - 1;
  return func->body.contains(offset) ? static_cast<FuncIndex>(func - funcs.begin()) : kNoIndex;
}

const Section* Module::section_at(uint64_t offset) const {
  const auto after = std::partition_point(sections.begin(), sections.end(),
                                          [&](const Section& section) { return section.range.begin <= offset; });
  if (after == sections.begin() || !(after - 1)->range.contains(offset)) return nullptr;
  return &*(after - 1);
}

std::vector<LocalRun> local_runs(const Module& module, FuncIndex func) {
  std::vector<LocalRun> runs;
  const ByteRange range = module.funcs[func].locals_range;
  if (range.size() == 0) return runs;
  const uint8_t* at = module.bytes.data() + range.begin;
  const uint8_t* const end = module.bytes.data() + range.end;
  uint32_t count = 0;
  CHECK(read_leb(at, end, count) == LebStatus::Ok);
  runs.reserve(std::min<size_t>(count, range.size()));
  for (uint32_t i = 0; i < count; ++i) {
    LocalRun run;
    CHECK(read_leb(at, end, run.count) == LebStatus::Ok);
    CHECK(read_value_type(at, end, run.type) == TypeStatus::Ok);
    runs.push_back(run);
  }
  return runs;
}

}  // namespace wasmscope::wasm
