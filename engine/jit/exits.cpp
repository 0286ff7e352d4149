// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/exits.h"

#include <bit>
#include <cstring>

#include "engine/wasm/simd.h"

namespace wasmscope::jit {

namespace {

template <class T>
T read(const Exits::Saved::Vector& vector) {
  T value;
  std::memcpy(&value, vector.bytes, sizeof value);
  return value;
}

template <class F>
wasm::V128 canonical(wasm::V128 value) {
  return wasm::vector::pack(wasm::vector::canonical<F>(wasm::vector::lanes<F>(value)));
}

void store(const Unstored& unstored, const Exits::Saved& saved, uint64_t* slot) {
  if (!is_in_vector(unstored.kind)) {
    *slot = saved.general[unstored.reg];    // of an i32 the upper half is zero
    return;
  }
  const Exits::Saved::Vector& from = saved.vectors[unstored.reg - 16];
  switch (unstored.kind) {
    case Kind::F32: {
      const auto value = read<float>(from);
      *slot = std::bit_cast<uint32_t>(unstored.is_raw ? wasm::numeric::canonical(value) : value);
      return;
    }
    case Kind::F64: {
      const auto value = read<double>(from);
      *slot = std::bit_cast<uint64_t>(unstored.is_raw ? wasm::numeric::canonical(value) : value);
      return;
    }
    default: {
      auto value = read<wasm::V128>(from);
      if (unstored.is_raw) value = unstored.kind == Kind::F32x4 ? canonical<float>(value) : canonical<double>(value);
      std::memcpy(slot, &value, sizeof value);
    }
  }
}

}  // namespace

bool Exits::is_unstored(const Exit& exit, const RegisterState& state) const {
  const Unstored* each = unstored_.data() + exit.first;
  for (RegisterSet rest = state.dirty(); rest != 0; rest = without_lowest(rest), ++each) {
    const Register reg = lowest(rest);
    if (each->slot != state.slot(reg) || each->kind != state.kind(reg)) return false;
  }
  return true;
}

uint32_t Exits::add(Way way, uint32_t pc, const RegisterState& state) {
  const RegisterSet dirty = state.dirty(), raw = state.raw() & dirty;
  if (!exits_.empty() && last_dirty_ == dirty && last_raw_ == raw && is_unstored(exits_.back(), state)) {
    const Exit& last = exits_.back();
    if (last.pc != pc || last.way != way) exits_.push_back({pc, last.first, last.count, way});
    return count() - 1;
  }
  last_dirty_ = dirty;
  last_raw_ = raw;
  const size_t first = unstored_.size();
  for (RegisterSet rest = dirty; rest != 0; rest = without_lowest(rest)) {
    const Register reg = lowest(rest);
    unstored_.push_back({state.slot(reg), reg, state.kind(reg), (raw & one(reg)) != 0});
  }
  exits_.push_back({pc, static_cast<uint32_t>(first), static_cast<uint8_t>(unstored_.size() - first), way});
  return count() - 1;
}

void Exits::clear() {
  exits_.clear();
  unstored_.clear();
}

void Exits::set_code(const uint8_t* begin, runtime::Func& func) {
  begin_ = begin;
  func_ = &func;
}

interp::Handler* Exits::leave(const Exits* exits, const uint8_t* return_address, const Saved* saved, uint64_t* frame,
                              void* context) {
  const interp::LoopLayout& layout = interp::loop_layout();
  const Exit& exit = exits->exits_[static_cast<size_t>(return_address - exits->begin_) / kCallBytes - 1];
  for (uint32_t i = 0; i < exit.count; ++i) {
    const Unstored& unstored = exits->unstored_[exit.first + i];
    store(unstored, *saved, frame + unstored.slot);
  }
  char* const at = static_cast<char*>(context);
  std::memcpy(at + layout.pc, &exit.pc, sizeof exit.pc);
  std::memcpy(at + layout.func, &exits->func_, sizeof exits->func_);
  switch (exit.way) {
    case Way::Redo: return layout.redo;
    case Way::RedoWatched: return layout.redo_watched;
    case Way::Ask: return layout.ask;
    case Way::Stop: return layout.stop;
    case Way::Tick: return layout.tick;
    case Way::Overflow: break;
  }
  return layout.overflow;
}

}  // namespace wasmscope::jit
