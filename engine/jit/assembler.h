// SPDX-License-Identifier: Apache-2.0
// AsmJit's assembler, with labels, jumps and constants of our own: they cost most of its time, and one buffer now
// serves all functions. A function's constants lie below its first instruction, so that where they are is known at
// once; code and data are put in place together. Jumps forward are of the long form. Internal to jit/.
#pragma once
#include <asmjit/x86.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <vector>

#include "engine/base/try.h"
#ifdef WASMSCOPE_MUTATION
#include "engine/jit/mutation.h"
#endif

namespace wasmscope::jit {

namespace x86 = asmjit::x86;

class Assembler final : public x86::Assembler {
 public:
  explicit Assembler(asmjit::ErrorHandler& errors);

  // Forgets everything: the next function.
  void begin();

  using Label = asmjit::Label;
  Label newLabel() override {
    labels_.push_back(kUnbound);
    return Label(static_cast<uint32_t>(labels_.size() - 1));
  }
  asmjit::Error bind(const Label& label) override {
    CHECK(labels_[label.id()] == kUnbound);
    labels_[label.id()] = static_cast<uint32_t>(offset());
    return asmjit::kErrorOk;
  }
  // To calls of what follows them, one after the other. Of those that are not valid there is only the call.
  void bind_to_calls(std::span<const Label> labels);
  uint32_t offset_of(const Label& label) const { return labels_[label.id()]; }
  size_t label_count() const { return labels_.size(); }
  // Whether one of the labels from the `first` made on is bound there.
  bool has_label(size_t first, uint32_t offset) const {
    return std::find(labels_.begin() + static_cast<ptrdiff_t>(first), labels_.end(), offset) != labels_.end();
  }

  using x86::Assembler::call;
  using x86::Assembler::jmp;
  void j(x86::CondCode code, const Label& label);
  void jmp(const Label& label);
  void call(const Label& label);
#define JUMP(name, code) \
  void name(const Label& label) { j(x86::CondCode::code, label); }
  JUMP(ja, kA) JUMP(jae, kAE) JUMP(jb, kB) JUMP(jbe, kBE) JUMP(jc, kC) JUMP(jnc, kNC) JUMP(je, kE) JUMP(jne, kNE)
  JUMP(jz, kZ) JUMP(jnz, kNZ) JUMP(jg, kG) JUMP(jge, kGE) JUMP(jl, kL) JUMP(jle, kLE) JUMP(jo, kO) JUMP(jno, kNO)
  JUMP(jp, kP) JUMP(jnp, kNP) JUMP(js, kS) JUMP(jns, kNS)
#undef JUMP

  // The most frequent: a general register, and 4 or 8 bytes of memory somewhat behind a base, which is not rsp or r12.
  void load(const x86::Gp& to, const x86::Gp& base, int32_t offset) { put_based(0x8B, to, base, offset) || x86::Assembler::mov(to, x86::Mem(base, offset)); }
  void store(const x86::Gp& base, int32_t offset, const x86::Gp& from) { put_based(0x89, from, base, offset) || x86::Assembler::mov(x86::Mem(base, offset), from); }
  asmjit::Error align(asmjit::AlignMode mode, uint32_t alignment) override {
    reserve(alignment);
    return x86::Assembler::align(mode, alignment);
  }

  // The instructions that code is mostly made of, in a few bytes' work each; others and odd forms are AsmJit's.
  using x86::Assembler::lea;
  using x86::Assembler::mov;
  using x86::Assembler::test;
  void mov(const x86::Gp& to, const asmjit::Imm& value) { put_constant(to, value.value()) || x86::Assembler::mov(to, value); }
  void mov(const x86::Mem& to, const asmjit::Imm& value) { put_constant(to, value.value()) || x86::Assembler::mov(to, value); }
  void call(const x86::Mem& place) { put(kCallNumber, place) || x86::Assembler::call(place); }
  void ret() { put_return() || x86::Assembler::ret(); }
  void not_(const x86::Gp& reg) { put_unary(2, reg) || x86::Assembler::not_(reg); }
  void neg(const x86::Gp& reg) { put_unary(3, reg) || x86::Assembler::neg(reg); }
  void set(x86::CondCode code, const x86::Gp& reg) { put_condition(code, reg) || x86::Assembler::set(code, reg); }
  void mov(const x86::Gp& to, const x86::Gp& from) { put(0x89, from, to) || x86::Assembler::mov(to, from); }
  void mov(const x86::Gp& to, const x86::Mem& from) { put(0x8B, to, from) || x86::Assembler::mov(to, from); }
  void mov(const x86::Mem& to, const x86::Gp& from) { put(0x89, from, to) || put_small(to, from) || x86::Assembler::mov(to, from); }
  void lea(const x86::Gp& to, const x86::Mem& place) { put(0x8D, to, place) || x86::Assembler::lea(to, place); }
  void test(const x86::Gp& a, const x86::Gp& b) { put(0x85, b, a) || x86::Assembler::test(a, b); }
#define ARITHMETIC(name, number)                                                                                 \
  using x86::Assembler::name;                                                                                    \
  void name(const x86::Gp& to, const x86::Gp& b) { put((number) << 3 | 1, b, to) || x86::Assembler::name(to, b); }  \
  void name(const x86::Gp& to, const x86::Mem& b) { put((number) << 3 | 3, to, b) || x86::Assembler::name(to, b); } \
  void name(const x86::Mem& to, const x86::Gp& b) { put((number) << 3 | 1, b, to) || x86::Assembler::name(to, b); } \
  void name(const x86::Gp& to, const asmjit::Imm& b) { put_immediate(number, to, b.value()) || x86::Assembler::name(to, b); }
  ARITHMETIC(add, 0) ARITHMETIC(or_, 1) ARITHMETIC(and_, 4) ARITHMETIC(sub, 5) ARITHMETIC(xor_, 6) ARITHMETIC(cmp, 7)
#undef ARITHMETIC
#define SHIFT(name, number)                                                                                            \
  using x86::Assembler::name;                                                                                          \
  void name(const x86::Gp& to, const asmjit::Imm& count) { put_shift(number, to, count.value()) || x86::Assembler::name(to, count); }
  SHIFT(shl, 4) SHIFT(shr, 5) SHIFT(sar, 7)
#undef SHIFT
  // Of bytes, or of pairs of bytes by the opcode after it.
#define EXTENSION(name, opcode)                                                                                        \
  using x86::Assembler::name;                                                                                          \
  void name(const x86::Gp& to, const x86::Gp& from) { put_extension(opcode, to, from) || x86::Assembler::name(to, from); } \
  void name(const x86::Gp& to, const x86::Mem& from) { put_extension(opcode, to, from) || x86::Assembler::name(to, from); }
  EXTENSION(movzx, 0xB6) EXTENSION(movsx, 0xBE)
#undef EXTENSION
#define VECTOR_MOVE(name, prefix)                                                                                      \
  using x86::Assembler::name;                                                                                          \
  void name(const x86::Xmm& to, const x86::Mem& from) { put_vector(prefix, 0x10, to, from) || x86::Assembler::name(to, from); } \
  void name(const x86::Mem& to, const x86::Xmm& from) { put_vector(prefix, 0x11, from, to) || x86::Assembler::name(to, from); }
  VECTOR_MOVE(vmovups, 0) VECTOR_MOVE(vmovss, 2) VECTOR_MOVE(vmovsd, 3)
#undef VECTOR_MOVE

  // 16 bytes in memory, of which an instruction reads `bytes`.
  x86::Mem constant(uint64_t low, uint64_t high, uint32_t bytes);
  // Where 16 bytes that nothing else mentions are, from the first instruction.
  int32_t add_line(uint64_t low, uint64_t high);
  // Code assembled elsewhere; valid until something else is emitted.
  uint8_t* append(std::span<const uint8_t> code);
  // Addresses of the labels.
  x86::Mem table(std::vector<Label> targets);

  // When all labels are bound. The code begins behind the data.
  size_t data_bytes() const { return data_.size() * sizeof(Line); }
  size_t code_bytes() const { return offset(); }
  // `address`: where they will be executed.
  void copy_to(uint8_t* data_and_code, uint64_t address);

#ifdef WASMSCOPE_MUTATION
  Mutator mutator;
#endif

 protected:
  asmjit::Error _emit(asmjit::InstId id, const asmjit::Operand_& o0, const asmjit::Operand_& o1, const asmjit::Operand_& o2,
                      const asmjit::Operand_* others) override {
    reserve();
#ifdef WASMSCOPE_MUTATION
    const Mutator::Instruction to = mutator.change({id, o0, o1, o2});
    return x86::Assembler::_emit(to.id, to.o0, to.o1, to.o2, others);
#else
    return x86::Assembler::_emit(id, o0, o1, o2, others);
#endif
  }

 private:
  using Line = std::array<uint64_t, 2>;
  static constexpr uint32_t kUnbound = UINT32_MAX;
  static constexpr uint8_t kCallNumber = 2;   // among those of opcode FF

  // Mutations are made where AsmJit is asked.
#ifdef WASMSCOPE_MUTATION
  static constexpr bool kIsOurs = false;
#else
  static constexpr bool kIsOurs = true;
#endif

  // False: not a form for these.
  bool put_based(uint8_t opcode, const x86::Gp& reg, const x86::Gp& base, int32_t offset) {
    if (kIsOurs) put_based(opcode, width_of(reg), reg.id(), base.id(), offset);
    return kIsOurs;
  }
  bool put(uint8_t opcode, const x86::Gp& reg, const x86::Gp& other) {
    if (!kIsOurs || reg.size() < 4 || other.size() != reg.size()) return false;
    put_pair(opcode, width_of(reg), reg.id(), other.id());
    return true;
  }
  static constexpr uint8_t kWide = 8;   // of a REX prefix
  static uint8_t width_of(const x86::Gp& reg) { return reg.size() == 8 ? kWide : 0; }
  void put_based(uint8_t opcode, uint8_t width, uint32_t reg, uint32_t base, int32_t offset);
  void put_pair(uint8_t opcode, uint8_t width, uint32_t reg, uint32_t other);
  // What begins with a jump to these has no registers to keep.
  void grow_and_put_based(uint8_t opcode, uint8_t width, uint32_t reg, uint32_t base, int32_t offset);
  void grow_and_put_pair(uint8_t opcode, uint8_t width, uint32_t reg, uint32_t other);
  bool put(uint8_t opcode, const x86::Gp& reg, const x86::Mem& mem);
  bool put_immediate(uint8_t number, const x86::Gp& reg, int64_t value);
  bool put(uint8_t number, const x86::Mem& callee);
  bool put_constant(const x86::Gp& to, int64_t value);
  bool put_constant(const x86::Mem& to, int64_t value);
  bool put_small(const x86::Mem& to, const x86::Gp& from);
  bool put_return();
  bool put_unary(uint8_t number, const x86::Gp& reg);
  bool put_condition(x86::CondCode code, const x86::Gp& reg);
  bool put_shift(uint8_t number, const x86::Gp& reg, int64_t count);
  bool put_extension(uint8_t opcode, const x86::Gp& to, const x86::Gp& from);
  bool put_extension(uint8_t opcode, const x86::Gp& to, const x86::Mem& from);
  bool put_vector(uint8_t prefix, uint8_t opcode, const x86::Xmm& reg, const x86::Mem& mem);
  static constexpr size_t kMostBytes = 16;   // of one instruction
  // Room at the buffer's end. AsmJit's own idea of how much is in use is not kept up: there is always room for what it
  // appends.
  uint8_t* reserve(size_t bytes = kMostBytes) {
    if (remainingSpace() < bytes) [[unlikely]] grow(bytes);
    return _bufferPtr;
  }
  bool is_full() const { return remainingSpace() < kMostBytes; }
  void grow(size_t bytes);
  void advance(uint8_t* to) { _bufferPtr = to; }
  void jump(uint8_t opcode, const Label& label);
  void put_target(uint8_t* at, const Label& label);
  static int32_t place_of(size_t line) { return -static_cast<int32_t>((line + 1) * sizeof(Line)); }
  x86::Mem data_at(size_t line, uint32_t bytes) const;

  struct Jump {
    uint32_t at, label;           // the last four bytes of an instruction
  };
  struct Table {
    size_t line;
    std::vector<Label> targets;
  };
  asmjit::CodeHolder holder_;
  asmjit::Label origin_;          // AsmJit's own, at offset 0
  std::vector<uint32_t> labels_;  // offsets
  std::vector<Jump> jumps_;
  std::vector<Line> data_;        // downwards
  std::map<std::pair<uint64_t, uint64_t>, size_t> constants_;
  std::vector<Table> tables_;
};

}  // namespace wasmscope::jit
