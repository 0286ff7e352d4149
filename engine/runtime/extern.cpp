// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/extern.h"

namespace wasmscope::runtime {
namespace {

using wasm::ExternKind;
using wasm::Mutability;

std::string text_of(const wasm::Limits& limits, uint64_t min) {
  std::string text = limits.is64 ? "i64 " : "";
  text += std::to_string(min) + "..";
  if (limits.has_max) text += std::to_string(limits.max);
  if (limits.shared) text += " shared";
  return text;
}

std::string text_of(const wasm::MemoryType& type, uint64_t pages) {
  std::string text = "memory " + text_of(type.limits, pages);
  if (type.page_size_log2 != 16) text += " of " + std::to_string(uint64_t{1} << type.page_size_log2) + "-byte pages";
  return text;
}

std::string text_of(const wasm::TableType& type, uint64_t size) {
  return "table " + text_of(type.limits, size) + " " + wasm::to_text(type.element);
}

std::string text_of(const wasm::GlobalType& type) {
  return std::string("global ") + (type.mutability == Mutability::Var ? "mut " : "") + wasm::to_text(type.type);
}

// `size` is what there is now, which growth may have made larger than the minimum.
bool are_limits_met(const wasm::Limits& found, uint64_t size, const wasm::Limits& wanted) {
  if (found.is64 != wanted.is64 || found.shared != wanted.shared || size < wanted.min) return false;
  return !wanted.has_max || (found.has_max && found.max <= wanted.max);
}

}  // namespace

std::string to_text(const Extern& item) {
  switch (kind_of(item)) {
    case ExternKind::Func: return "func " + wasm::to_text(*std::get<Func*>(item)->type);
    case ExternKind::Table: return text_of(std::get<Table*>(item)->type, std::get<Table*>(item)->size());
    case ExternKind::Memory: return text_of(std::get<Memory*>(item)->type, std::get<Memory*>(item)->pages());
    case ExternKind::Global: return text_of(std::get<Global*>(item)->type);
    case ExternKind::Tag: return "tag " + wasm::to_text(*std::get<Tag*>(item)->type);
  }
  return "?";
}

Extern item_of(Store& store, const Instance& instance, ExternKind kind, uint32_t index) {
  switch (kind) {
    case ExternKind::Func: return instance.funcs[index];
    case ExternKind::Table: return instance.tables[index];
    case ExternKind::Memory: return instance.memories[index];
    case ExternKind::Global: return &store.globals[instance.global_addresses[index]];
    case ExternKind::Tag: break;
  }
  return instance.tags[index];
}

std::optional<Extern> find_export(Store& store, const Instance& instance, std::string_view name) {
  const wasm::Export* found = instance.module->find_export(name);
  if (found == nullptr) return std::nullopt;
  return item_of(store, instance, found->kind, found->index);
}

WantedExtern::WantedExtern(const CanonicalTypes& types, const wasm::Module& module, const wasm::Import& import,
                           std::span<const uint32_t> ids)
    : types_(types), module_(module), import_(import), ids_(ids) {}

bool WantedExtern::is_met_by(const Extern& item) const {
  if (kind_of(item) != import_.kind) return false;
  switch (import_.kind) {
    case ExternKind::Func: {
      const wasm::Func& wanted = module_.funcs[import_.index];
      const uint32_t found = std::get<Func*>(item)->canonical_type;
      return wanted.is_exact ? found == ids_[wanted.type] : types_.is_subtype(found, ids_[wanted.type]);
    }
    case ExternKind::Table: {
      const Table& table = *std::get<Table*>(item);
      const wasm::TableType& wanted = module_.tables[import_.index].type;
      return are_limits_met(table.type.limits, table.size(), wanted.limits) &&
             table.type.element == CanonicalTypes::canonical(wanted.element, ids_);
    }
    case ExternKind::Memory: {
      const Memory& memory = *std::get<Memory*>(item);
      const wasm::MemoryType& wanted = module_.memories[import_.index].type;
      return memory.type.page_size_log2 == wanted.page_size_log2 &&
             are_limits_met(memory.type.limits, memory.pages(), wanted.limits);
    }
    case ExternKind::Global: {
      const wasm::GlobalType& found = std::get<Global*>(item)->type;
      const wasm::GlobalType& wanted = module_.globals[import_.index].type;
      const wasm::ValType type = CanonicalTypes::canonical(wanted.type, ids_);
      if (found.mutability != wanted.mutability) return false;
      return wanted.mutability == Mutability::Var ? found.type == type : types_.matches(found.type, type);
    }
    case ExternKind::Tag: return std::get<Tag*>(item)->canonical_type == ids_[module_.tags[import_.index].type.type];
  }
  return false;
}

std::string WantedExtern::to_text() const {
  const uint32_t index = import_.index;
  switch (import_.kind) {
    case ExternKind::Func: return "func " + wasm::to_text(module_.func_type(index));
    case ExternKind::Table: return text_of(module_.tables[index].type, module_.tables[index].type.limits.min);
    case ExternKind::Memory: return text_of(module_.memories[index].type, module_.memories[index].type.limits.min);
    case ExternKind::Global: return text_of(module_.globals[index].type);
    case ExternKind::Tag: break;
  }
  return "tag " + wasm::to_text(std::get<wasm::FuncType>(module_.types[module_.tags[index].type.type].composite));
}

}  // namespace wasmscope::runtime
