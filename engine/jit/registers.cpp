// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/registers.h"

#include <algorithm>

#include "engine/base/try.h"

namespace wasmscope::jit {

using asmjit::Label;
using lower::kNoSlot;

namespace {

// rdx last: divisions need it.
constexpr Register kGeneral[] = {6, 7, 8, 9, 10, 11, 15, 2};
constexpr Register kVector[] = {18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
constexpr RegisterSet kGeneralSet = 0x8FC4, kVectorSet = 0xFFFC0000;
constexpr Register kDividend = 2;

// The first of them in the order above.
Register first_of(RegisterSet set) { return lowest(set == one(kDividend) ? set : set & ~one(kDividend)); }

bool is_vector_register(Register reg) { return reg >= 16; }

// The canonical NaN: of two f32, of an f64.
constexpr uint64_t kSingle = 0x7FC000007FC00000, kDouble = 0x7FF8000000000000;

}  // namespace

Kind kind_of(wasm::ValType type) {
  switch (type.kind) {
    case wasm::Kind::I32: return Kind::I32;
    case wasm::Kind::F32: return Kind::F32;
    case wasm::Kind::F64: return Kind::F64;
    case wasm::Kind::V128: return Kind::V128;
    default: return Kind::I64;
  }
}

std::span<const Register> Registers::allocatable(bool is_vector) {
  return is_vector ? std::span<const Register>(kVector) : std::span<const Register>(kGeneral);
}

Registers::Registers(Assembler& assembler, Arena& arena, uint32_t frame_slots, uint32_t local_slots, Vectors vectors,
                     NanRule nans)
    : asm_(assembler), local_slots_(local_slots), nans_(nans), reserved_(vectors == Vectors::None ? 0 : one(kTestRegister)),
      where_(frame_slots + 2, kNoRegister, &arena), changes_(frame_slots + 2, 0, &arena), home_(local_slots, kNoRegister, &arena), repairs_(&arena), inspections_(&arena) {}

// Slots are used again: what is left of an operand that was popped may lie across those of another kind.
bool Registers::is_held_as(Register reg, uint64_t slot, Kind kind) const {
  return reg != kNoRegister && is_vector_register(reg) == is_in_vector(kind) && state_.slot(reg) == slot &&
         is_pair(state_[reg].kind) == is_pair(kind);
}

// Of an i32 the upper half is zero: the whole slot, which then can be read in one piece.
void Registers::write_general(Register reg, uint32_t slot) { asm_.store(kFrame, static_cast<int32_t>(slot * 8), x86::gpq(reg)); }

void Registers::write(Register reg, const Held& held) {
  switch (held.kind) {
    case Kind::I32:
    case Kind::I64: write_general(reg, held.slot); return;
    case Kind::F32:      // exceptions are made of whole slots
      asm_.vmovss(slot_at(held.slot, 4), vector(reg));
      asm_.mov(x86::dword_ptr(kFrame, static_cast<int32_t>(held.slot * 8 + 4)), 0);
      return;
    case Kind::F64: asm_.vmovsd(slot_at(held.slot), vector(reg)); return;
    case Kind::V128:
    case Kind::F32x4:
    case Kind::F64x2: asm_.vmovups(slot_at(held.slot, 16), vector(reg)); return;
  }
}

void Registers::load(Register reg, const Held& held) {
  switch (held.kind) {
    case Kind::I32:
    case Kind::I64: asm_.load(gp(reg, held.kind), kFrame, static_cast<int32_t>(held.slot * 8)); return;
    case Kind::F32: asm_.vmovss(vector(reg), slot_at(held.slot, 4)); return;
    case Kind::F64: asm_.vmovsd(vector(reg), slot_at(held.slot)); return;
    case Kind::V128:
    case Kind::F32x4:
    case Kind::F64x2: asm_.vmovups(vector(reg), slot_at(held.slot, 16)); return;
  }
}

void Registers::move(Register to, Register from, Kind kind) {
  if (is_vector_register(to)) asm_.vmovaps(vector(to), vector(from));
  else asm_.mov(gp(to, kind), gp(from, kind));
}

void Registers::jump_on_nan(Register reg, Kind kind, Label label) {
  const x86::Xmm value = vector(reg), nans = vector(kTestRegister);
  constexpr uint8_t kUnordered = 3;
  switch (kind) {
    case Kind::F32: asm_.vucomiss(value, value); break;
    case Kind::F64: asm_.vucomisd(value, value); break;
    case Kind::F32x4: asm_.vcmpps(nans, value, value, kUnordered); break;
    case Kind::F64x2: asm_.vcmppd(nans, value, value, kUnordered); break;
    default: CHECK(false);
  }
  if (is_pair(kind)) {
    asm_.vtestps(nans, nans);
    asm_.jnz(label);
  } else {
    asm_.jp(label);
  }
}

void Registers::canonicalise(Register reg) {
  const Held held = state_[reg];
  if (!held.is_raw) return;
  state_.set_canonical(reg);
  const Repair repair{asm_.newLabel(), asm_.newLabel(), reg, held.kind};
  jump_on_nan(reg, held.kind, repair.begin);
  asm_.bind(repair.back);
  repairs_.push_back(repair);
}

void Registers::expect_canonical(Register reg, Kind kind, Label otherwise) {
  const Inspection inspection{asm_.newLabel(), asm_.newLabel(), otherwise, reg, kind};
  jump_on_nan(reg, kind, inspection.begin);
  asm_.bind(inspection.back);
  inspections_.push_back(inspection);
}

void Registers::finish_inspection(const Inspection& inspection) {
  const x86::Xmm value = vector(inspection.reg), nans = vector(kTestRegister), x0 = x86::xmm0;
  asm_.bind(inspection.begin);
  switch (inspection.kind) {
    case Kind::F32:
      asm_.vmovd(x86::eax, value);
      asm_.cmp(x86::eax, asm_.constant(kSingle, kSingle, 4));
      break;
    case Kind::F64:
      asm_.vmovq(x86::rax, value);
      asm_.cmp(x86::rax, asm_.constant(kDouble, kDouble, 8));
      break;
    default:
      if (inspection.kind == Kind::F32x4) asm_.vpcmpeqd(x0, value, asm_.constant(kSingle, kSingle, 16));
      else asm_.vpcmpeqq(x0, value, asm_.constant(kDouble, kDouble, 16));
      asm_.vpandn(x0, x0, nans);
      asm_.vptest(x0, x0);
      break;
  }
  asm_.je(inspection.back);
  asm_.jmp(inspection.otherwise);
}

void Registers::canonicalise_all(uint32_t height) {
  for (RegisterSet rest = state_.raw(); rest != 0; rest = without_lowest(rest))
    if (state_.slot(lowest(rest)) < std::max(height, local_slots_)) canonicalise(lowest(rest));
}

void Registers::finish() {
  // General registers may hold something right now, so the NaN comes from memory.
  for (const Repair& repair : repairs_) {
    asm_.bind(repair.begin);
    const x86::Xmm reg = vector(repair.reg), nans = vector(kTestRegister);
    switch (repair.kind) {
      case Kind::F32: asm_.vmovss(reg, asm_.constant(kSingle, kSingle, 4)); break;
      case Kind::F32x4: asm_.vblendvps(reg, reg, asm_.constant(kSingle, kSingle, 16), nans); break;
      case Kind::F64x2: asm_.vblendvpd(reg, reg, asm_.constant(kDouble, kDouble, 16), nans); break;
      default: asm_.vmovsd(reg, asm_.constant(kDouble, kDouble, 8)); break;
    }
    asm_.jmp(repair.back);
  }
  repairs_.clear();
  for (const Inspection& inspection : inspections_) finish_inspection(inspection);
  inspections_.clear();
}

void Registers::store(Register reg) {
  if ((state_.dirty() & one(reg)) == 0) return;
  if (is_vector_register(reg)) {
    canonicalise(reg);
    write(reg, state_[reg]);
  } else {
    write_general(reg, state_.slot(reg));
  }
  state_.set_clean(reg);
}

void Registers::store_all() {
  for (RegisterSet rest = state_.dirty(); rest != 0; rest = without_lowest(rest)) store(lowest(rest));
}

void Registers::clear() {
  for (RegisterSet rest = state_.held(); rest != 0; rest = without_lowest(rest)) release(lowest(rest));
}

void Registers::forget(uint32_t slot) {
  ++changes_[slot];
  if (where_[slot] != kNoRegister) release(where_[slot]);
}

bool Registers::is_below(Register reg, uint32_t height) const {
  const Held held = state_[reg];
  return held.slot + is_pair(held.kind) < height;
}

void Registers::drop_from(uint32_t height) {
  if (height == kNoSlot) return;
  for (RegisterSet rest = operands_; rest != 0; rest = without_lowest(rest))
    if (!is_below(lowest(rest), height)) release(lowest(rest));
}

RegisterState Registers::state_below(uint32_t height) const {
  RegisterState state = state_;
  for (RegisterSet rest = height == kNoSlot ? 0 : operands_; rest != 0; rest = without_lowest(rest))
    if (!is_below(lowest(rest), height)) state.reset(lowest(rest));
  return state;
}

void Registers::make_free(Register reg) {
  if (state_.slot(reg) == kNoSlot) return;
  store(reg);
  release(reg);
}

x86::Gp Registers::borrow() {
  const Register reg = allocate(false, kNoRegister, kNoSlot);
  lock(reg);
  return gp(reg, Kind::I64);
}

void Registers::set_homes(const RegisterState* homes) {
  const auto place = [&](bool is_home) {
    for (RegisterSet rest = homes_ != nullptr ? homes_->held() : 0; rest != 0; rest = without_lowest(rest))
      home_[homes_->slot(lowest(rest))] = is_home ? lowest(rest) : kNoRegister;
  };
  place(false);
  homes_ = homes;
  home_set_ = homes != nullptr ? homes->held() : 0;
  place(true);
}

Register Registers::allocate(bool is_vector, Register preferred, uint64_t slot) {
  const RegisterSet all = is_vector ? kVectorSet : kGeneralSet;
  const RegisterSet homes = home_set_;
  if (homes != 0 && slot < local_slots_) {
    if (const Register home = home_[slot]; home != kNoRegister && (all & ~locked_ & one(home)) != 0) {
      make_free(home);
      return home;
    }
  }
  const RegisterSet unheld = all & ~state_.held(), usable = unheld & ~locked_;
  if (preferred != kNoRegister && (unheld & ~homes & one(preferred)) != 0) return preferred;
  if ((usable & ~homes) != 0) return first_of(usable & ~homes);
  if (usable != 0) return first_of(usable);
  return give_up_one(all & ~locked_);
}

// The one whose value was not used for longest, those of others before a loop's own.
[[gnu::noinline]] Register Registers::give_up_one(RegisterSet candidates) {
  const RegisterSet homes = home_set_;
  Register victim = kNoRegister;
  uint64_t lowest_worth = UINT64_MAX;
  for (RegisterSet rest = candidates; rest != 0; rest = without_lowest(rest)) {
    const Register reg = lowest(rest);
    const bool is_at_home = (homes & one(reg)) != 0 && homes_->slot(reg) == state_.slot(reg);
    const uint64_t worth = (uint64_t{is_at_home} << 32) + last_use_[reg];
    if (worth >= lowest_worth) continue;
    lowest_worth = worth;
    victim = reg;
  }
  CHECK(victim != kNoRegister);
  make_free(victim);
  return victim;
}

// It is in the frame, or in a vector register.
x86::Gp Registers::use_loaded(uint64_t slot, Kind kind) {
  if (where_[slot] != kNoRegister) make_free(where_[slot]);
  const Register reg = allocate(false, kNoRegister, slot);
  asm_.load(gp(reg, kind), kFrame, static_cast<int32_t>(slot * 8));
  hold_general(reg, static_cast<uint32_t>(slot), kind, false);
  return gp(reg, kind);
}

x86::Xmm Registers::use_vector(uint64_t slot, Kind kind) {
  Register reg = where_[slot];
  if (reg != kNoRegister && !is_held_as(reg, slot, kind)) {
    make_free(reg);
    reg = kNoRegister;
  }
  if (reg == kNoRegister) {
    if (is_pair(kind) && where_[slot + 1] != kNoRegister) make_free(where_[slot + 1]);
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
  ++changes_[slot];
  Register reg = where_[slot];
  if (reg < 16) {
    state_.set(reg, {slot, kind, true, false});
    touch(reg);
    return gp(reg, kind);
  }
  if (reg != kNoRegister) forget(slot);
  reg = allocate(false, preferred, slot);
  hold_general(reg, slot, kind, true);
  return gp(reg, kind);
}

x86::Xmm Registers::define_vector(uint32_t slot, Kind kind, bool is_raw, Register preferred) {
  ++changes_[slot];
  if (is_pair(kind)) ++changes_[slot + 1];
  if (!is_held_as(where_[slot], slot, kind)) {
    forget(slot);
    if (is_pair(kind)) forget(slot + 1);
  }
  Register reg = where_[slot];
  if (reg == kNoRegister) reg = allocate(true, preferred, slot);
  else release(reg);
  hold(reg, {slot, kind, true, is_raw && nans_ == NanRule::Canonical});
  lock(reg);
  return vector(reg);
}

void Registers::set_state(const RegisterState& state) {
  const auto place = [&](Register reg, Register now) {
    where_[state_.slot(reg)] = now;
    if (is_pair(state_[reg].kind)) where_[state_.slot(reg) + 1] = now;
  };
  for (RegisterSet rest = state_.held(); rest != 0; rest = without_lowest(rest)) place(lowest(rest), kNoRegister);
  state_ = state;
  operands_ = 0;
  for (RegisterSet rest = state_.held(); rest != 0; rest = without_lowest(rest)) {
    const Register reg = lowest(rest);
    CHECK(where_[state_.slot(reg)] == kNoRegister);
    place(reg, reg);
    if (state_.slot(reg) >= local_slots_) operands_ |= one(reg);
    last_use_[reg] = ++clock_;
  }
}

void Registers::reload(const RegisterState& state) {
  const auto last_use = last_use_;   // what is chosen later must not change either
  set_state(state);
  last_use_ = last_use;
  for (RegisterSet rest = state.held(); rest != 0; rest = without_lowest(rest)) load(lowest(rest), state[lowest(rest)]);
}

bool Registers::conforms_to(const RegisterState& to, uint32_t height) const {
  for (RegisterSet rest = to.held(); rest != 0; rest = without_lowest(rest))
    if (state_.slot(lowest(rest)) != to.slot(lowest(rest))) return false;
  height = std::max(height, local_slots_);
  for (RegisterSet rest = state_.dirty(); rest != 0; rest = without_lowest(rest)) {
    const Register reg = lowest(rest);
    if (state_.slot(reg) < height && ((to.dirty() & ~state_.raw()) & one(reg)) == 0) return false;
  }
  return true;
}

void Registers::change_to(const RegisterState& to, uint32_t height) {
  if (state_.holds_what(to)) return stay(to, height);
  move_to(to, height);
  set_state(to);
}

// The registers hold what `to` has in them.
void Registers::stay(const RegisterState& to, uint32_t height) {
  height = std::max(height, local_slots_);
  for (RegisterSet rest = state_.dirty() & (~to.dirty() | (state_.raw() & ~to.raw())); rest != 0; rest = without_lowest(rest)) {
    const Register reg = lowest(rest);
    if (state_.slot(reg) >= height) continue;
    if ((to.dirty() & one(reg)) == 0) store(reg);
    else canonicalise(reg);
  }
  state_.set_flags(to);
}

// Emits the moves; the state is as before but for what has been stored and canonicalised.
void Registers::move_to(const RegisterState& to, uint32_t height) {
  height = std::max(height, local_slots_);
  std::array<Register, kRegisterCount> from;        // of those to be moved to
  std::array<Register, kRegisterCount> wanted_at;   // by current register: where it has to go
  wanted_at.fill(kNoRegister);
  RegisterSet loads = 0, moves = 0;
  for (RegisterSet rest = to.held(); rest != 0; rest = without_lowest(rest)) {
    const Register reg = lowest(rest), now = where_[to.slot(reg)];
    if (!is_held_as(now, to.slot(reg), to[reg].kind)) {
      loads |= one(reg);
      continue;
    }
    wanted_at[now] = reg;
    if (now == reg) continue;
    from[reg] = now;
    moves |= one(reg);
  }
  for (RegisterSet rest = state_.dirty(); rest != 0; rest = without_lowest(rest)) {
    const Register reg = lowest(rest), goal = wanted_at[reg];
    if (state_.slot(reg) >= height) continue;
    if (goal == kNoRegister || (to.dirty() & one(goal)) == 0) store(reg);
    else if ((to.raw() & one(goal)) == 0 || to[goal].kind != state_[reg].kind) canonicalise(reg);
  }
  move_all(moves, from, to);
  for (; loads != 0; loads = without_lowest(loads)) load(lowest(loads), to[lowest(loads)]);
}

// To each of these registers from another, of which some may be the same, at once. Changes `from`.
void Registers::move_all(RegisterSet moves, std::array<Register, kRegisterCount>& from, const RegisterState& to) {
  std::array<uint8_t, kRegisterCount> uses{};   // of a register's old value
  RegisterSet sources = 0;
  for (RegisterSet rest = moves; rest != 0; rest = without_lowest(rest)) {
    ++uses[from[lowest(rest)]];
    sources |= one(from[lowest(rest)]);
  }
  const auto note_use = [&](Register source) {
    if (--uses[source] == 0) sources &= ~one(source);
  };
  while (moves != 0) {
    const RegisterSet ready = moves & ~sources;
    const Register reg = lowest(ready != 0 ? ready : moves);
    if (ready != 0) {
      move(reg, from[reg], to[reg].kind);
      moves &= ~one(reg);
      note_use(from[reg]);
      continue;
    }
    // Cycles, each value used once: one of them waits in a register that holds nothing.
    const Register spare = is_vector_register(reg) ? Register{16} : Register{0};
    move(spare, from[reg], to[reg].kind);
    note_use(from[reg]);
    from[reg] = spare;
    uses[spare] = 1;
  }
}

void Registers::load_constant(Register reg, Kind kind, uint64_t bits) {
  if (kind == Kind::I32 || bits <= UINT32_MAX) asm_.mov(x86::gpd(reg), static_cast<uint32_t>(bits));
  else asm_.mov(x86::gpq(reg), bits);
}

void Registers::leave_with_arguments(const RegisterState& to, std::span<const Argument> arguments) {
  for (const Argument& each : arguments) forget(each.slot);
  store_all();
  constexpr Register kSpare = 0;
  const auto holds = [&](const Argument& each) {   // the value's register
    const Register reg = where_[each.from.value];
    return reg != kNoRegister && !is_vector_register(reg) && state_[reg].kind == each.kind ? reg : kNoRegister;
  };
  std::array<const Argument*, kRegisterCount> taken{};   // by register
  RegisterSet loads = 0, moves = 0;
  std::array<Register, kRegisterCount> from;
  const auto take = [&](Register reg, Register now) {
    if (now == kNoRegister) loads |= one(reg);
    else if (now != reg) moves |= one(reg), from[reg] = now;
  };
  for (RegisterSet rest = to.held(); rest != 0; rest = without_lowest(rest)) {
    const Register reg = lowest(rest), now = where_[to.slot(reg)];
    const auto found = std::ranges::find(arguments, to.slot(reg), &Argument::slot);
    if (found == arguments.end()) {
      take(reg, is_held_as(now, to.slot(reg), to[reg].kind) ? now : kNoRegister);
    } else {
      taken[reg] = &*found;
      take(reg, found->from.kind == lower::SourceKind::Slot ? holds(*found) : kNoRegister);
    }
  }
  const auto fetch = [&](Register reg, const Argument& each) {
    if (each.from.kind == lower::SourceKind::Const) load_constant(reg, each.kind, each.from.value);
    else load(reg, {static_cast<uint32_t>(each.from.value), each.kind, false, false});
  };
  for (const Argument& each : arguments) {
    if (std::ranges::find(taken, &each) != taken.end()) continue;
    Register now = each.from.kind == lower::SourceKind::Slot ? holds(each) : kNoRegister;
    if (now == kNoRegister) fetch(now = kSpare, each);
    write_general(now, each.slot);
  }
  move_all(moves, from, to);
  for (RegisterSet rest = to.held(); rest != 0; rest = without_lowest(rest)) {
    const Register reg = lowest(rest);
    if ((loads & one(reg)) != 0) {
      if (taken[reg] != nullptr) fetch(reg, *taken[reg]);
      else load(reg, to[reg]);
    }
    if (taken[reg] != nullptr) write_general(reg, taken[reg]->slot);
  }
  clear();
}

}  // namespace wasmscope::jit
