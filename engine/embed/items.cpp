// SPDX-License-Identifier: Apache-2.0
#include "engine/embed/items.h"

#include <algorithm>

#include "engine/embed/store_state.h"

namespace wasmscope::embed {

CallResult Func::call(std::span<const Value> arguments, const CallOptions& options) const {
  return store_->call(*func_, arguments, options);
}

Value Func::reference() const { return {wasm::kFuncRef, uint64_t{func_->address} + 1, 0}; }

Value Global::value() const {
  const uint64_t* const slots = store_->store.global(global_->address);
  return {global_->type.type, slots[0], slots[1]};
}

bool Global::set(const Value& value) const {
  if (global_->type.mutability == wasm::Mutability::Const || !store_->is_of_type(value, global_->type.type))
    return false;
  uint64_t* const slots = store_->store.global(global_->address);
  slots[0] = value.bits;
  slots[1] = value.high;
  return true;
}

std::optional<uint64_t> Memory::grow(uint64_t delta_pages) const {
  const int64_t old = memory_->grow(delta_pages);
  return old < 0 ? std::nullopt : std::optional(static_cast<uint64_t>(old));
}

std::optional<std::vector<uint8_t>> Memory::read(uint64_t address, uint64_t size) const {
  const std::span<uint8_t> all = bytes();
  if (address > all.size() || size > all.size() - address) return std::nullopt;
  const auto begin = all.begin() + static_cast<ptrdiff_t>(address);
  return std::vector<uint8_t>(begin, begin + static_cast<ptrdiff_t>(size));
}

bool Memory::write(uint64_t address, Bytes contents) const {
  const std::span<uint8_t> all = bytes();
  if (address > all.size() || contents.size() > all.size() - address) return false;
  std::ranges::copy(contents, all.begin() + static_cast<ptrdiff_t>(address));
  return true;
}

std::optional<Value> Table::get(uint64_t index) const {
  if (index >= table_->size()) return std::nullopt;
  return Value{table_->type.element, table_->elements()[index], 0};
}

bool Table::set(uint64_t index, const Value& value) const {
  if (index >= table_->size() || !store_->is_of_type(value, table_->type.element)) return false;
  table_->elements()[index] = value.bits;
  return true;
}

std::optional<uint64_t> Table::grow(uint64_t delta, const Value& init) const {
  if (!store_->is_of_type(init, table_->type.element)) return std::nullopt;
  const int64_t old = table_->grow(delta, init.bits);
  return old < 0 ? std::nullopt : std::optional(static_cast<uint64_t>(old));
}

std::optional<Func> Table::func(uint64_t index) const {
  const bool holds_functions = store_->store.types.matches(table_->type.element, wasm::kFuncRef);
  if (!holds_functions || index >= table_->size() || table_->elements()[index] == 0) return std::nullopt;
  return store_->handle(*store_->store.func_pointers[table_->elements()[index] - 1]);
}

}  // namespace wasmscope::embed
