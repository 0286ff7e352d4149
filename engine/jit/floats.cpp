// SPDX-License-Identifier: Apache-2.0
// Float arithmetic and conversions. Results of arithmetic are raw: their NaNs become canonical where they can be seen.
#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using asmjit::Label;
using asmjit::Operand;
using lower::SourceKind;
using wasm::Op;
namespace Inst = x86::Inst;

namespace {

constexpr uint64_t kSign32 = 0x80000000, kSign64 = uint64_t{1} << 63;
constexpr uint64_t sign_of(Kind kind) { return kind == Kind::F32 ? kSign32 : kSign64; }
constexpr uint64_t rest_of(Kind kind) { return kind == Kind::F32 ? kSign32 - 1 : kSign64 - 1; }

}  // namespace

x86::Mem FunctionCompiler::float_constant(uint64_t low, uint64_t high, uint32_t bytes) { return asm_.constant(low, high, bytes); }

x86::Xmm FunctionCompiler::float_in_register(const Source& source, Kind kind, const x86::Xmm& spare) {
  if (source.kind == SourceKind::Slot) return registers_.use_vector(source.value, kind);
  const uint64_t bits = kind == Kind::F32 ? static_cast<uint32_t>(source.value) : source.value;
  if (bits == 0) asm_.vxorps(spare, spare, spare);
  else if (kind == Kind::F32) asm_.vmovss(spare, float_constant(bits, 0, 4));
  else asm_.vmovsd(spare, float_constant(bits, 0, 8));
  return spare;
}

Operand FunctionCompiler::float_value(const Source& source, Kind kind) {
  const uint32_t bytes = kind == Kind::F32 ? 4 : 8;
  if (source.kind == SourceKind::Const)
    return float_constant(kind == Kind::F32 ? static_cast<uint32_t>(source.value) : source.value, 0, bytes);
  if (registers_.find(source.value) == kNoRegister && !registers_.is_local(source.value)) return slot_at(source.value, bytes);
  return registers_.use_vector(source.value, kind);
}

void FunctionCompiler::emit_float(Op op, Kind kind, const x86::Xmm& d, const x86::Xmm& a, const Operand& b) {
  const bool is_single = kind == Kind::F32;
  switch (op) {
    case Op::F32Add:
    case Op::F64Add: asm_.emit(is_single ? Inst::kIdVaddss : Inst::kIdVaddsd, d, a, b); return;
    case Op::F32Sub:
    case Op::F64Sub: asm_.emit(is_single ? Inst::kIdVsubss : Inst::kIdVsubsd, d, a, b); return;
    case Op::F32Mul:
    case Op::F64Mul: asm_.emit(is_single ? Inst::kIdVmulss : Inst::kIdVmulsd, d, a, b); return;
    case Op::F32Div:
    case Op::F64Div: asm_.emit(is_single ? Inst::kIdVdivss : Inst::kIdVdivsd, d, a, b); return;
    default: CHECK(false);
  }
}

void FunctionCompiler::float_binary(const SlotOp& op, Op which, Kind kind) {
  const x86::Xmm a = float_in_register(op.a, kind, x86::xmm0);
  const Operand b = float_value(op.b, kind);
  if (!op.has_inner) {
    release(op);
    emit_float(which, kind, registers_.define_vector(op.d, kind, true, number(a)), a, b);
    return;
  }
  // outer(c, inner(a, b))
  const x86::Xmm c = float_in_register(op.c, kind, x86::xmm1);
  emit_float(op.inner, kind, x86::xmm0, a, b);
  release(op);
  emit_float(which, kind, registers_.define_vector(op.d, kind, true, number(c)), c, x86::xmm0);
}

// Equal numbers are zeros that may differ in their signs; NaN stays NaN when it is added.
void FunctionCompiler::float_extremum(const SlotOp& op, bool is_min, Kind kind) {
  const bool is_single = kind == Kind::F32;
  const x86::Xmm a = float_in_register(op.a, kind, x86::xmm0), b = float_in_register(op.b, kind, x86::xmm1);
  const Label unordered = asm_.newLabel(), differ = asm_.newLabel(), done = asm_.newLabel();
  asm_.emit(is_single ? Inst::kIdVucomiss : Inst::kIdVucomisd, a, b);
  asm_.jp(unordered);
  asm_.jne(differ);
  asm_.emit(is_min ? Inst::kIdVorps : Inst::kIdVandps, x86::xmm0, a, b);
  asm_.jmp(done);
  asm_.bind(unordered);
  asm_.emit(is_single ? Inst::kIdVaddss : Inst::kIdVaddsd, x86::xmm0, a, b);
  asm_.jmp(done);
  asm_.bind(differ);
  const auto inst = is_min ? (is_single ? Inst::kIdVminss : Inst::kIdVminsd) : (is_single ? Inst::kIdVmaxss : Inst::kIdVmaxsd);
  asm_.emit(inst, x86::xmm0, a, b);
  asm_.bind(done);
  release(op);
  asm_.vmovaps(registers_.define_vector(op.d, kind, true), x86::xmm0);
}

void FunctionCompiler::float_signs(const SlotOp& op, Kind kind) {
  const auto row = static_cast<Op>(op.op);
  const x86::Xmm a = float_in_register(op.a, kind, x86::xmm0);
  if (op.a.kind == SourceKind::Slot) registers_.canonicalise(number(a));
  if (row == Op::F32Copysign || row == Op::F64Copysign) {
    const x86::Xmm b = float_in_register(op.b, kind, x86::xmm1);
    if (op.b.kind == SourceKind::Slot) registers_.canonicalise(number(b));
    asm_.vandps(x86::xmm1, b, float_constant(sign_of(kind), 0, 16));
    asm_.vandps(x86::xmm0, a, float_constant(rest_of(kind), 0, 16));
    release(op);
    asm_.vorps(registers_.define_vector(op.d, kind, false), x86::xmm0, x86::xmm1);
    return;
  }
  release(op);
  const x86::Xmm d = registers_.define_vector(op.d, kind, false, number(a));
  if (row == Op::F32Neg || row == Op::F64Neg) asm_.vxorps(d, a, float_constant(sign_of(kind), 0, 16));
  else asm_.vandps(d, a, float_constant(rest_of(kind), 0, 16));
}

void FunctionCompiler::round(const SlotOp& op, Kind kind, uint32_t mode) {
  const x86::Xmm a = float_in_register(op.a, kind, x86::xmm0);
  release(op);
  const x86::Xmm d = registers_.define_vector(op.d, kind, true, number(a));
  constexpr uint32_t kNoInexact = 8;
  if (kind == Kind::F32) asm_.vroundss(d, a, a, mode | kNoInexact);
  else asm_.vroundsd(d, a, a, mode | kNoInexact);
}

// What does not fit is left to step code, which knows the trap.
void FunctionCompiler::truncate(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  const std::string_view signature = wasm::info(row).signature;
  const Kind from = kind_of_letter(signature[0]), to = kind_of_letter(signature[2]);
  const bool is_single = from == Kind::F32;
  const bool is_unsigned = row == Op::I32TruncF32U || row == Op::I32TruncF64U || row == Op::I64TruncF32U || row == Op::I64TruncF64U;
  const auto convert_to = [&](const x86::Gp& d, const x86::Xmm& x) {
    asm_.emit(is_single ? Inst::kIdVcvttss2si : Inst::kIdVcvttsd2si, d, x);
  };
  const x86::Xmm a = float_in_register(op.a, from, x86::xmm0);
  const Label exit = exit_here(op.pc);
  convert_to(x86::rax, a);
  if (to == Kind::I32) {
    if (is_unsigned) asm_.mov(x86::ecx, x86::eax);
    else asm_.movsxd(x86::rcx, x86::eax);
    asm_.cmp(x86::rcx, x86::rax);
    asm_.jne(exit);
  } else if (!is_unsigned) {
    asm_.cmp(x86::rax, 1);
    asm_.jo(exit);
  } else {
    const Label done = asm_.newLabel();
    asm_.test(x86::rax, x86::rax);
    asm_.jns(done);
    // From 2^63 on: without the highest bit.
    const uint64_t half = is_single ? 0x5F000000 : 0x43E0000000000000;
    asm_.emit(is_single ? Inst::kIdVsubss : Inst::kIdVsubsd, x86::xmm1, a, float_constant(half, 0, is_single ? 4 : 8));
    convert_to(x86::rax, x86::xmm1);
    asm_.test(x86::rax, x86::rax);
    asm_.js(exit);
    asm_.btc(x86::rax, 63);
    asm_.bind(done);
  }
  release(op);
  const x86::Gp d = registers_.define(op.d, to);
  asm_.mov(d, gp(0, to));
}

void FunctionCompiler::convert(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  const std::string_view signature = wasm::info(row).signature;
  const Kind from = kind_of_letter(signature[0]), to = kind_of_letter(signature[2]);
  const auto inst = to == Kind::F32 ? Inst::kIdVcvtsi2ss : Inst::kIdVcvtsi2sd;
  const x86::Gp a = in_register(op.a, from, x86::rax);
  release(op);
  const x86::Xmm d = registers_.define_vector(op.d, to, false);
  asm_.vxorps(d, d, d);
  switch (row) {
    case Op::F32ConvertI32S:
    case Op::F64ConvertI32S:
    case Op::F32ConvertI64S:
    case Op::F64ConvertI64S: asm_.emit(inst, d, d, a); return;
    case Op::F32ConvertI32U:
    case Op::F64ConvertI32U: asm_.emit(inst, d, d, a.r64()); return;
    default: {
      // With the highest bit set: half of it, rounded to odd, twice.
      const Label high = asm_.newLabel(), done = asm_.newLabel();
      asm_.test(a, a);
      asm_.js(high);
      asm_.emit(inst, d, d, a);
      asm_.jmp(done);
      asm_.bind(high);
      asm_.mov(x86::rcx, a);
      if (a != x86::rax) asm_.mov(x86::rax, a);
      asm_.and_(x86::ecx, 1);
      asm_.shr(x86::rax, 1);
      asm_.or_(x86::rax, x86::rcx);
      asm_.emit(inst, d, d, x86::rax);
      asm_.emit(to == Kind::F32 ? Inst::kIdVaddss : Inst::kIdVaddsd, d, d, d);
      asm_.bind(done);
    }
  }
}

bool FunctionCompiler::float_operation(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  switch (row) {
    case Op::F32Add:
    case Op::F32Sub:
    case Op::F32Mul:
    case Op::F32Div: float_binary(op, row, Kind::F32); return true;
    case Op::F64Add:
    case Op::F64Sub:
    case Op::F64Mul:
    case Op::F64Div: float_binary(op, row, Kind::F64); return true;
    case Op::F32Min: float_extremum(op, true, Kind::F32); return true;
    case Op::F32Max: float_extremum(op, false, Kind::F32); return true;
    case Op::F64Min: float_extremum(op, true, Kind::F64); return true;
    case Op::F64Max: float_extremum(op, false, Kind::F64); return true;
    case Op::F32Abs:
    case Op::F32Neg:
    case Op::F32Copysign: float_signs(op, Kind::F32); return true;
    case Op::F64Abs:
    case Op::F64Neg:
    case Op::F64Copysign: float_signs(op, Kind::F64); return true;
#define ROUND(Name, mode)                                           \
  case Op::F32##Name: round(op, Kind::F32, mode); return true;      \
  case Op::F64##Name: round(op, Kind::F64, mode); return true;
    ROUND(Nearest, 0)
    ROUND(Floor, 1)
    ROUND(Ceil, 2)
    ROUND(Trunc, 3)
#undef ROUND
    case Op::F32Sqrt:
    case Op::F64Sqrt: {
      const Kind kind = row == Op::F32Sqrt ? Kind::F32 : Kind::F64;
      const x86::Xmm a = float_in_register(op.a, kind, x86::xmm0);
      release(op);
      const x86::Xmm d = registers_.define_vector(op.d, kind, true, number(a));
      asm_.emit(kind == Kind::F32 ? Inst::kIdVsqrtss : Inst::kIdVsqrtsd, d, a, a);
      return true;
    }
    case Op::F32DemoteF64:
    case Op::F64PromoteF32: {
      const bool is_demotion = row == Op::F32DemoteF64;
      const x86::Xmm a = float_in_register(op.a, is_demotion ? Kind::F64 : Kind::F32, x86::xmm0);
      release(op);
      const x86::Xmm d = registers_.define_vector(op.d, is_demotion ? Kind::F32 : Kind::F64, true, number(a));
      asm_.emit(is_demotion ? Inst::kIdVcvtsd2ss : Inst::kIdVcvtss2sd, d, a, a);
      return true;
    }
    case Op::I32ReinterpretF32:
    case Op::I64ReinterpretF64: {
      const bool is_single = row == Op::I32ReinterpretF32;
      const x86::Xmm a = float_in_register(op.a, is_single ? Kind::F32 : Kind::F64, x86::xmm0);
      if (op.a.kind == SourceKind::Slot) registers_.canonicalise(number(a));
      release(op);
      const x86::Gp d = registers_.define(op.d, is_single ? Kind::I32 : Kind::I64);
      if (is_single) asm_.vmovd(d, a);
      else asm_.vmovq(d, a);
      return true;
    }
    case Op::F32ReinterpretI32:
    case Op::F64ReinterpretI64: {
      const bool is_single = row == Op::F32ReinterpretI32;
      const x86::Gp a = in_register(op.a, is_single ? Kind::I32 : Kind::I64, x86::rax);
      release(op);
      const x86::Xmm d = registers_.define_vector(op.d, is_single ? Kind::F32 : Kind::F64, false);
      if (is_single) asm_.vmovd(d, a);
      else asm_.vmovq(d, a);
      return true;
    }
    case Op::I32TruncF32S:
    case Op::I32TruncF32U:
    case Op::I32TruncF64S:
    case Op::I32TruncF64U:
    case Op::I64TruncF32S:
    case Op::I64TruncF32U:
    case Op::I64TruncF64S:
    case Op::I64TruncF64U: truncate(op); return true;
    case Op::F32ConvertI32S:
    case Op::F32ConvertI32U:
    case Op::F32ConvertI64S:
    case Op::F32ConvertI64U:
    case Op::F64ConvertI32S:
    case Op::F64ConvertI32U:
    case Op::F64ConvertI64S:
    case Op::F64ConvertI64U: convert(op); return true;
    default: return false;
  }
}

}  // namespace wasmscope::jit
