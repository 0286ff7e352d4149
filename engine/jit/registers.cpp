// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/registers.h"

#include <algorithm>

#include "engine/base/try.h"

namespace wasmscope::jit {

using asmjit::Label;
using lower::kNoSlot;

namespace {

// rdx last: divisions need it.
const std::vector<Register> kGeneral = {6, 7, 8, 9, 10, 11, 15, 2};
const std::vector<Register> kVector = {18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

bool is_vector_register(Register reg) { return reg >= 16; }

}  // namespace

Kind kind_of(wasm::ValType type) {
  switch (type.kind) {
    case wasm::Kind::I32: return Kind::I32;
    case wasm::Kind::F32: return Kind::F32;
    case wasm::Kind::F64: return Kind::F64;
    default: return Kind::I64;
  }
}

const std::vector<Register>& Registers::allocatable(bool is_vector) { return is_vector ? kVector : kGeneral; }

Registers::Registers(x86::Assembler& assembler, uint32_t frame_slots, uint32_t local_slots)
    : asm_(assembler), local_slots_(local_slots), where_(frame_slots + 2, kNoRegister) {}

void Registers::hold(Register reg, const Held& held) {
  CHECK(state_[reg].slot == kNoSlot && where_[held.slot] == kNoRegister);
  state_[reg] = held;
  where_[held.slot] = reg;
  last_use_[reg] = ++clock_;
}

void Registers::release(Register reg) {
  if (state_[reg].slot == kNoSlot) return;
  where_[state_[reg].slot] = kNoRegister;
  state_[reg] = {};
}

void Registers::write(Register reg, const Held& held) {
  switch (held.kind) {
    case Kind::I32:      // upper half zero: the whole slot, which then can be read in one piece
    case Kind::I64: asm_.mov(slot_at(held.slot), x86::gpq(reg)); return;
    case Kind::F32:      // exceptions are made of whole slots
      asm_.vmovss(slot_at(held.slot, 4), vector(reg));
      asm_.mov(x86::dword_ptr(kFrame, static_cast<int32_t>(held.slot * 8 + 4)), 0);
      return;
    case Kind::F64: asm_.vmovsd(slot_at(held.slot), vector(reg)); return;
  }
}

void Registers::load(Register reg, const Held& held) {
  switch (held.kind) {
    case Kind::I32: asm_.mov(x86::gpd(reg), slot_at(held.slot, 4)); return;
    case Kind::I64: asm_.mov(x86::gpq(reg), slot_at(held.slot)); return;
    case Kind::F32: asm_.vmovss(vector(reg), slot_at(held.slot, 4)); return;
    case Kind::F64: asm_.vmovsd(vector(reg), slot_at(held.slot)); return;
  }
}

void Registers::move(Register to, Register from, Kind kind) {
  if (is_vector_register(to)) asm_.vmovaps(vector(to), vector(from));
  else asm_.mov(gp(to, kind), gp(from, kind));
}

void Registers::canonicalise(Register reg) {
  Held& held = state_[reg];
  if (!held.is_raw) return;
  held.is_raw = false;
  const Repair repair{asm_.newLabel(), asm_.newLabel(), reg, held.kind};
  if (held.kind == Kind::F32) asm_.vucomiss(vector(reg), vector(reg));
  else asm_.vucomisd(vector(reg), vector(reg));
  asm_.jp(repair.begin);
  asm_.bind(repair.back);
  repairs_.push_back(repair);
}

void Registers::canonicalise_all(uint32_t height) {
  for (Register reg = 16; reg < kRegisterCount; ++reg)
    if (state_[reg].slot < std::max(height, local_slots_)) canonicalise(reg);
}

void Registers::finish() {
  // General registers may hold something right now, so the NaN comes from memory.
  const Label single = asm_.newLabel(), twice = asm_.newLabel();
  for (const Repair& repair : repairs_) {
    asm_.bind(repair.begin);
    if (repair.kind == Kind::F32) asm_.vmovss(vector(repair.reg), x86::dword_ptr(single));
    else asm_.vmovsd(vector(repair.reg), x86::qword_ptr(twice));
    asm_.jmp(repair.back);
  }
  if (repairs_.empty()) return;
  repairs_.clear();
  asm_.align(asmjit::AlignMode::kData, 8);
  asm_.bind(twice);
  asm_.embedUInt64(0x7FF8000000000000);
  asm_.bind(single);
  asm_.embedUInt32(0x7FC00000);
}

void Registers::store(Register reg) {
  Held& held = state_[reg];
  if (held.slot == kNoSlot || !held.is_dirty) return;
  canonicalise(reg);
  write(reg, held);
  held.is_dirty = false;
}

void Registers::store_all() {
  for (Register reg = 0; reg < kRegisterCount; ++reg) store(reg);
}

void Registers::clear() {
  for (Register reg = 0; reg < kRegisterCount; ++reg) release(reg);
}

void Registers::forget(uint32_t slot) {
  if (where_[slot] != kNoRegister) release(where_[slot]);
}

void Registers::drop_from(uint32_t height) {
  if (height == kNoSlot) return;
  height = std::max(height, local_slots_);
  for (Register reg = 0; reg < kRegisterCount; ++reg)
    if (state_[reg].slot != kNoSlot && state_[reg].slot >= height) release(reg);
}

void Registers::make_free(Register reg) {
  const Held held = state_[reg];
  if (held.slot == kNoSlot) return;
  store(reg);
  release(reg);
}

void Registers::set_homes(const RegisterState* homes) { homes_ = homes; }

Register Registers::allocate(bool is_vector, Register preferred, uint64_t slot) {
  const auto is_usable = [&](Register reg) { return state_[reg].slot == kNoSlot && (locked_ & 1u << reg) == 0; };
  const auto is_home = [&](Register reg) { return homes_ != nullptr && (*homes_)[reg].slot != kNoSlot; };
  if (homes_ != nullptr && slot < local_slots_) {
    for (const Register reg : allocatable(is_vector)) {
      if ((*homes_)[reg].slot != slot || (locked_ & 1u << reg) != 0) continue;
      make_free(reg);
      return reg;
    }
  }
  if (preferred != kNoRegister && is_vector_register(preferred) == is_vector && state_[preferred].slot == kNoSlot &&
      !is_home(preferred) && preferred != 0 && preferred != 1 && preferred != 16 && preferred != 17)
    return preferred;
  for (const Register reg : allocatable(is_vector))
    if (is_usable(reg) && !is_home(reg)) return reg;
  for (const Register reg : allocatable(is_vector))
    if (is_usable(reg)) return reg;
  Register victim = kNoRegister;
  uint64_t lowest = UINT64_MAX;
  for (const Register reg : allocatable(is_vector)) {
    if ((locked_ & 1u << reg) != 0) continue;
    const bool is_at_home = is_home(reg) && (*homes_)[reg].slot == state_[reg].slot;
    const uint64_t worth = (uint64_t{is_at_home} << 32) + last_use_[reg];
    if (worth >= lowest) continue;
    lowest = worth;
    victim = reg;
  }
  CHECK(victim != kNoRegister);
  make_free(victim);
  return victim;
}

x86::Gp Registers::use(uint64_t slot, Kind kind) {
  Register reg = where_[slot];
  if (reg != kNoRegister && is_vector_register(reg)) {
    make_free(reg);
    reg = kNoRegister;
  }
  if (reg == kNoRegister) {
    reg = allocate(false, kNoRegister, slot);
    const Held held{static_cast<uint32_t>(slot), kind, false, false};
    load(reg, held);
    hold(reg, held);
  }
  last_use_[reg] = ++clock_;
  lock(reg);
  return gp(reg, kind);
}

x86::Xmm Registers::use_vector(uint64_t slot, Kind kind) {
  Register reg = where_[slot];
  if (reg != kNoRegister && !is_vector_register(reg)) {
    make_free(reg);
    reg = kNoRegister;
  }
  if (reg == kNoRegister) {
    reg = allocate(true, kNoRegister, slot);
    const Held held{static_cast<uint32_t>(slot), kind, false, false};
    load(reg, held);
    hold(reg, held);
  }
  last_use_[reg] = ++clock_;
  lock(reg);
  return vector(reg);
}

x86::Gp Registers::define(uint32_t slot, Kind kind, Register preferred) {
  if (where_[slot] != kNoRegister && is_vector_register(where_[slot])) forget(slot);
  Register reg = where_[slot];
  if (reg == kNoRegister) reg = allocate(false, preferred, slot);
  else release(reg);
  hold(reg, {slot, kind, true, false});
  lock(reg);
  return gp(reg, kind);
}

x86::Xmm Registers::define_vector(uint32_t slot, Kind kind, bool is_raw, Register preferred) {
  if (where_[slot] != kNoRegister && !is_vector_register(where_[slot])) forget(slot);
  Register reg = where_[slot];
  if (reg == kNoRegister) reg = allocate(true, preferred, slot);
  else release(reg);
  hold(reg, {slot, kind, true, is_raw});
  lock(reg);
  return vector(reg);
}

void Registers::set_state(const RegisterState& state) {
  clear();
  for (Register reg = 0; reg < kRegisterCount; ++reg)
    if (state[reg].slot != kNoSlot) hold(reg, state[reg]);
}

bool Registers::conforms_to(const RegisterState& to, uint32_t height) const {
  height = std::max(height, local_slots_);
  for (Register reg = 0; reg < kRegisterCount; ++reg) {
    const Held &have = state_[reg], &wanted = to[reg];
    if (wanted.slot != kNoSlot && have.slot != wanted.slot) return false;
    if (have.slot == kNoSlot || have.slot >= height || !have.is_dirty) continue;
    if (wanted.slot == kNoSlot || !wanted.is_dirty || have.is_raw) return false;
  }
  return true;
}

void Registers::change_to(const RegisterState& to, uint32_t height) {
  height = std::max(height, local_slots_);
  struct Move {
    Register to, from;
    Kind kind;
  };
  std::vector<Move> moves;
  std::vector<Register> loads;
  std::vector<Register> wanted_at(kRegisterCount, kNoRegister);   // by current register: where it has to go
  for (Register reg = 0; reg < kRegisterCount; ++reg) {
    if (to[reg].slot == kNoSlot) continue;
    const Register now = where_[to[reg].slot];
    if (now == kNoRegister || is_vector_register(now) != is_vector_register(reg)) {
      loads.push_back(reg);
      continue;
    }
    wanted_at[now] = reg;
    if (now != reg) moves.push_back({reg, now, to[reg].kind});
  }
  for (Register reg = 0; reg < kRegisterCount; ++reg) {
    const Held& held = state_[reg];
    if (held.slot == kNoSlot || held.slot >= height || !held.is_dirty) continue;
    const Register goal = wanted_at[reg];
    if (goal == kNoRegister || !to[goal].is_dirty) store(reg);
    else canonicalise(reg);
  }
  while (!moves.empty()) {
    bool has_moved = false;
    for (size_t i = 0; i < moves.size(); ++i) {
      const bool is_source = std::ranges::any_of(moves, [&](const Move& other) { return other.from == moves[i].to; });
      if (is_source) continue;
      move(moves[i].to, moves[i].from, moves[i].kind);
      moves.erase(moves.begin() + static_cast<ptrdiff_t>(i));
      has_moved = true;
      break;
    }
    if (has_moved) continue;
    // A cycle: one of its values waits in a register that holds nothing.
    const Register spare = is_vector_register(moves[0].from) ? Register{16} : Register{0};
    move(spare, moves[0].from, moves[0].kind);
    moves[0].from = spare;
  }
  for (const Register reg : loads) load(reg, to[reg]);
  set_state(to);
}

}  // namespace wasmscope::jit
