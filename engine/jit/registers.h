// SPDX-License-Identifier: Apache-2.0
// Which slots are in registers while a function is compiled, and the code that moves them. A register that holds a
// slot is right; the frame is, unless the register is dirty. A raw register's value is the result of float arithmetic
// whose NaN may not be the canonical one yet; the frame, labels and everything that shows bits never see one.
// An i32 in a register has its upper half zero. A vector is in one register for its two slots. Internal to jit/.
#pragma once
#include <array>
#include <bit>
#include <span>
#include <vector>

#include "engine/base/try.h"
#include "engine/jit/machine.h"
#include "engine/jit/nan_rule.h"
#include "engine/lower/slot_code.h"

namespace wasmscope::jit {

// I64: references too. F32x4, F64x2: vectors whose lanes float arithmetic made, so that they may be raw.
enum class Kind : uint8_t { I32, I64, F32, F64, V128, F32x4, F64x2 };
constexpr bool is_float(Kind kind) { return kind == Kind::F32 || kind == Kind::F64; }
constexpr bool is_pair(Kind kind) { return kind >= Kind::V128; }        // of slots
constexpr bool is_in_vector(Kind kind) { return kind >= Kind::F32; }    // the kind of register
Kind kind_of(wasm::ValType type);

// By number: 0 to 15 general, 16 to 31 vector registers.
using Register = uint8_t;
inline constexpr Register kNoRegister = 0xFF;
inline constexpr int kRegisterCount = 32;
// Where lanes are tested for NaN, at any time that something is stored. Holds nothing in functions with vectors.
inline constexpr Register kTestRegister = 31;

inline x86::Gp gp(Register reg, Kind kind) { return kind == Kind::I32 ? x86::Gp(x86::gpd(reg)) : x86::Gp(x86::gpq(reg)); }
inline x86::Xmm vector(Register reg) { return x86::xmm(reg - 16u); }

struct Held {
  uint32_t slot = lower::kNoSlot;
  Kind kind{};
  bool is_dirty = false;
  bool is_raw = false;
};

// A set of registers, by number.
using RegisterSet = uint32_t;
constexpr RegisterSet one(Register reg) { return RegisterSet{1} << reg; }
constexpr Register lowest(RegisterSet set) { return static_cast<Register>(__builtin_ctz(set)); }   // not of the empty set
constexpr RegisterSet without_lowest(RegisterSet set) { return set & (set - 1); }

// What each register holds.
class RegisterState {
 public:
  RegisterState() { slots_.fill(lower::kNoSlot); }
  Held operator[](Register reg) const { return {slots_[reg], kinds_[reg], (dirty_ & one(reg)) != 0, (raw_ & one(reg)) != 0}; }
  uint32_t slot(Register reg) const { return slots_[reg]; }
  Kind kind(Register reg) const { return kinds_[reg]; }
  RegisterSet held() const { return held_; }
  RegisterSet dirty() const { return dirty_; }
  RegisterSet raw() const { return raw_; }
  void set_raw(RegisterSet raw) { raw_ = raw; }
  // Whether all registers hold the same as there, dirty or not, raw or not.
  bool holds_what(const RegisterState& other) const {
    if (held_ != other.held_) return false;
    for (RegisterSet rest = held_; rest != 0; rest = without_lowest(rest)) {
      const Register reg = lowest(rest);
      if (slots_[reg] != other.slots_[reg] || kinds_[reg] != other.kinds_[reg]) return false;
    }
    return true;
  }
  void set_flags(const RegisterState& other) {
    dirty_ = other.dirty_;
    raw_ = other.raw_;
  }

  void set(Register reg, const Held& held);
  void reset(Register reg);
  void set_clean(Register reg) { dirty_ &= ~one(reg); }
  void set_canonical(Register reg) { raw_ &= ~one(reg); }

 private:
  std::array<uint32_t, kRegisterCount> slots_;
  std::array<Kind, kRegisterCount> kinds_{};
  RegisterSet held_ = 0, dirty_ = 0, raw_ = 0;
};

class Registers {
 public:
  enum class Vectors : uint8_t { None, Some };
  Registers(Assembler& assembler, Arena& arena, uint32_t frame_slots, uint32_t local_slots, Vectors vectors, NanRule nans);

  // The register of a slot's value, loaded if need be. It stays where it is until unlock_all().
  x86::Gp use(uint64_t slot, Kind kind) {
    const Register reg = where_[slot];
    if (reg >= 16) [[unlikely]] return use_loaded(slot, kind);
    touch(reg);
    return gp(reg, kind);
  }
  x86::Xmm use_vector(uint64_t slot, Kind kind);
  // Where the slot's new value goes; `preferred` when that is free. Nothing is raw where NaNs may stay as computed.
  x86::Gp define(uint32_t slot, Kind kind, Register preferred = kNoRegister);
  x86::Xmm define_vector(uint32_t slot, Kind kind, bool is_raw, Register preferred = kNoRegister);
  Register find(uint64_t slot) const { return where_[slot]; }
  // How often the slot got a new value: the same number means the same value.
  uint32_t changes(uint64_t slot) const { return changes_[slot]; }
  NanRule nan_rule() const { return nans_; }
  bool is_local(uint64_t slot) const { return slot < local_slots_; }
  void lock(Register reg) { locked_ |= one(reg); }
  void unlock_all() { locked_ = reserved_; }

  void forget(uint32_t slot);               // it gets a value in the frame
  void drop_from(uint32_t height);          // operand slots that hold nothing any more
  RegisterState state_below(uint32_t height) const;   // what drop_from() would leave
  void store(Register reg);                 // to the frame, when dirty
  void store_all();
  void clear();                             // nothing is in registers
  void canonicalise(Register reg);          // when raw; changes flags
  void canonicalise_all(uint32_t height);
  // What is in the register may be called raw from now on, or the code jumps: a NaN in it is not the canonical one.
  // Changes rax, xmm0 and flags.
  void expect_canonical(Register reg, Kind kind, asmjit::Label otherwise);
  void make_free(Register reg);             // an instruction needs it
  x86::Gp borrow();                         // one that holds nothing, until unlock_all()
  void load(Register reg, const Held& held);
  void write(Register reg, const Held& held);

  const RegisterState& state() const { return state_; }
  void set_state(const RegisterState& state);
  void reload(const RegisterState& state);   // from the frame, where everything is
  // Emits what makes the current state one that `to` describes: at least its slots, at most its dirty ones.
  void change_to(const RegisterState& to, uint32_t height);
  // An operand's new value, before a call that takes it: a slot's, of its kind, or a constant.
  struct Argument {
    uint32_t slot = 0;
    Kind kind{};               // of an integer or a reference
    lower::Source from;
  };
  // Before a call: what these copy comes to the frame and, as `to` wants it, to registers; so does everything else.
  // Nothing is in registers then: the code goes on elsewhere with that state.
  void leave_with_arguments(const RegisterState& to, std::span<const Argument> arguments);
  bool conforms_to(const RegisterState& to, uint32_t height) const;

  // Slots of the innermost loop that have a register of their own there.
  void set_homes(const RegisterState* homes);
  static std::span<const Register> allocatable(bool is_vector);
  // Emits the out-of-line parts.
  void finish();

 private:
  x86::Gp use_loaded(uint64_t slot, Kind kind);
  void touch(Register reg) {
    last_use_[reg] = ++clock_;
    lock(reg);
  }
  Register allocate(bool is_vector, Register preferred, uint64_t slot);
  Register give_up_one(RegisterSet candidates);
  // The value of one slot, in a register that holds nothing.
  void hold_general(Register reg, uint32_t slot, Kind kind, bool is_dirty) {
    CHECK(state_.slot(reg) == lower::kNoSlot && where_[slot] == kNoRegister);
    state_.set(reg, {slot, kind, is_dirty, false});
    if (slot >= local_slots_) operands_ |= one(reg);
    where_[slot] = reg;
    touch(reg);
  }
  void hold(Register reg, const Held& held) {
    CHECK(state_.slot(reg) == lower::kNoSlot && where_[held.slot] == kNoRegister);
    state_.set(reg, held);
    if (held.slot >= local_slots_) operands_ |= one(reg);
    where_[held.slot] = reg;
    if (is_pair(held.kind)) {
      CHECK(where_[held.slot + 1] == kNoRegister);
      where_[held.slot + 1] = reg;
    }
    last_use_[reg] = ++clock_;
  }
  void release(Register reg) {
    const uint32_t slot = state_.slot(reg);
    if (slot == lower::kNoSlot) return;
    where_[slot] = kNoRegister;
    if (is_pair(state_[reg].kind)) where_[slot + 1] = kNoRegister;
    state_.reset(reg);
    operands_ &= ~one(reg);
  }
  bool is_below(Register reg, uint32_t height) const;
  bool is_held_as(Register reg, uint64_t slot, Kind kind) const;
  void write_general(Register reg, uint32_t slot);
  void move(Register to, Register from, Kind kind);
  void move_to(const RegisterState& to, uint32_t height);
  void stay(const RegisterState& to, uint32_t height);
  void load_constant(Register reg, Kind kind, uint64_t bits);
  void move_all(RegisterSet moves, std::array<Register, kRegisterCount>& from, const RegisterState& to);
  Assembler& asm_;
  const uint32_t local_slots_;
  const NanRule nans_;
  const RegisterSet reserved_;
  RegisterState state_;
  std::pmr::vector<Register> where_;     // by slot
  std::pmr::vector<uint32_t> changes_;   // by slot
  std::pmr::vector<Register> home_;      // by local's slot
  std::array<uint32_t, kRegisterCount> last_use_{};
  uint32_t clock_ = 0;
  RegisterSet locked_ = reserved_;
  RegisterSet operands_ = 0;        // that hold operands, not locals
  const RegisterState* homes_ = nullptr;
  RegisterSet home_set_ = 0;        // that it holds
  struct Repair {                   // of a NaN
    asmjit::Label begin, back;
    Register reg;
    Kind kind;
  };
  std::pmr::vector<Repair> repairs_;
  struct Inspection {               // of a NaN
    asmjit::Label begin, back, otherwise;
    Register reg;
    Kind kind;
  };
  std::pmr::vector<Inspection> inspections_;
  void jump_on_nan(Register reg, Kind kind, asmjit::Label label);
  void finish_inspection(const Inspection& inspection);
};

inline void RegisterState::set(Register reg, const Held& held) {
  slots_[reg] = held.slot;
  kinds_[reg] = held.kind;
  held_ |= one(reg);
  dirty_ = held.is_dirty ? dirty_ | one(reg) : dirty_ & ~one(reg);
  raw_ = held.is_raw ? raw_ | one(reg) : raw_ & ~one(reg);
}
inline void RegisterState::reset(Register reg) {
  slots_[reg] = lower::kNoSlot;
  held_ &= ~one(reg);
  dirty_ &= ~one(reg);
  raw_ &= ~one(reg);
}

inline Register number(const x86::Gp& reg) { return static_cast<Register>(reg.id()); }
inline Register number(const x86::Xmm& reg) { return static_cast<Register>(reg.id() + 16); }

}  // namespace wasmscope::jit
