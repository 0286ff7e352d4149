// SPDX-License-Identifier: Apache-2.0
// Integer arithmetic.
#include <bit>

#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using asmjit::Label;
using lower::SourceKind;
using wasm::Op;

void FunctionCompiler::load_immediate(const x86::Gp& reg, uint64_t bits) {
  if (bits == 0) asm_.mov(reg.r32(), 0);   // not xor: flags may be in use
  else if (bits <= UINT32_MAX) asm_.mov(reg.r32(), static_cast<uint32_t>(bits));
  else asm_.mov(reg.r64(), bits);
}

// Constants go to `spare`.
x86::Gp FunctionCompiler::in_register(const Source& source, Kind kind, const x86::Gp& spare) {
  if (source.kind == SourceKind::Slot) return registers_.use(source.value, kind);
  const x86::Gp reg = gp(number(spare), kind);
  load_immediate(reg, kind == Kind::I32 ? static_cast<uint32_t>(source.value) : source.value);
  return reg;
}

// Operand slots that are in the frame are read there: nothing reads them again.
FunctionCompiler::Value FunctionCompiler::value(const Source& source, Kind kind, const x86::Gp& spare) {
  Value result;
  if (source.kind == SourceKind::Const) {
    const int64_t bits = kind == Kind::I32 ? int64_t{static_cast<int32_t>(source.value)} : static_cast<int64_t>(source.value);
    if (bits == static_cast<int32_t>(bits)) {
      result.place = Value::Place::Immediate;
      result.immediate = static_cast<int32_t>(bits);
      return result;
    }
  } else if (registers_.find(source.value) == kNoRegister && !registers_.is_local(source.value)) {
    result.place = Value::Place::Memory;
    result.mem = slot_at(source.value, kind == Kind::I32 ? 4 : 8);
    return result;
  }
  result.reg = in_register(source, kind, spare);
  return result;
}

std::optional<FunctionCompiler::IntOp> FunctionCompiler::int_op(Op op) {
  switch (op) {
#define BOTH(Name)      \
  case Op::I32##Name:   \
  case Op::I64##Name: return IntOp::Name;
    BOTH(Add)
    BOTH(Sub)
    BOTH(Mul)
    BOTH(And)
    BOTH(Or)
    BOTH(Xor)
    BOTH(Shl)
    BOTH(ShrS)
    BOTH(ShrU)
    BOTH(Rotl)
    BOTH(Rotr)
#undef BOTH
    default: return std::nullopt;
  }
}

bool FunctionCompiler::is_commutative(IntOp op) {
  return op == IntOp::Add || op == IntOp::Mul || op == IntOp::And || op == IntOp::Or || op == IntOp::Xor;
}

// `d` may be any of the operands, and rax when neither is. Uses rcx for counts.
void FunctionCompiler::emit_int(IntOp op, Kind kind, const x86::Gp& d, const x86::Gp& a, const Value& b) {
  const bool is_d_a = d.id() == a.id();
  const bool is_immediate = b.place == Value::Place::Immediate, is_memory = b.place == Value::Place::Memory;
  const bool is_d_b = b.place == Value::Place::Register && d.id() == b.reg.id();
  const auto move = [&] {
    if (!is_d_a) asm_.mov(d, a);
  };
  const auto with_operand = [&](const auto& emit) {
    if (is_immediate) emit(asmjit::Imm(b.immediate));
    else if (is_memory) emit(b.mem);
    else emit(b.reg);
  };
  const uint32_t bits = kind == Kind::I32 ? 32 : 64;
  switch (op) {
    case IntOp::Add:
      if (is_d_b) asm_.add(d, a);
      else if (is_d_a) with_operand([&](const auto& x) { asm_.add(d, x); });
      else if (is_immediate) asm_.lea(d, x86::ptr(a.r64(), b.immediate));
      else if (is_memory) {
        move();
        asm_.add(d, b.mem);
      } else {
        asm_.lea(d, x86::ptr(a.r64(), b.reg.r64()));
      }
      return;
    case IntOp::Sub:
      if (is_immediate && !is_d_a && b.immediate != INT32_MIN) {
        asm_.lea(d, x86::ptr(a.r64(), -b.immediate));
      } else if (is_d_b && !is_d_a) {
        asm_.neg(d);
        asm_.add(d, a);
      } else {
        move();
        with_operand([&](const auto& x) { asm_.sub(d, x); });
      }
      return;
    case IntOp::Mul:
      if (is_immediate) {
        if (b.immediate > 0 && std::has_single_bit(static_cast<uint32_t>(b.immediate))) {
          move();
          asm_.shl(d, std::countr_zero(static_cast<uint32_t>(b.immediate)));
        } else {
          asm_.imul(d, a, b.immediate);
        }
      } else if (is_d_b) {
        asm_.imul(d, a);
      } else {
        move();
        with_operand([&](const auto& x) { asm_.emit(x86::Inst::kIdImul, d, x); });
      }
      return;
    case IntOp::And:
    case IntOp::Or:
    case IntOp::Xor: {
      const auto combine = [&](const auto& x) {
        if (op == IntOp::And) asm_.and_(d, x);
        else if (op == IntOp::Or) asm_.or_(d, x);
        else asm_.xor_(d, x);
      };
      if (is_d_b) {
        combine(a);
      } else {
        move();
        with_operand(combine);
      }
      return;
    }
    case IntOp::Shl:
    case IntOp::ShrS:
    case IntOp::ShrU: {
      if (is_immediate) {
        move();
        const uint32_t count = static_cast<uint32_t>(b.immediate) & (bits - 1);
        if (count == 0) return;
        if (op == IntOp::Shl) asm_.shl(d, count);
        else if (op == IntOp::ShrS) asm_.sar(d, count);
        else asm_.shr(d, count);
        return;
      }
      const auto inst = op == IntOp::Shl ? x86::Inst::kIdShlx : op == IntOp::ShrS ? x86::Inst::kIdSarx : x86::Inst::kIdShrx;
      x86::Gp count = b.reg;
      if (is_memory) {
        count = gp(1, kind);
        asm_.mov(count, b.mem);
      }
      asm_.emit(inst, d, a, count);
      return;
    }
    case IntOp::Rotl:
    case IntOp::Rotr: {
      if (is_immediate) {
        const uint32_t count = static_cast<uint32_t>(b.immediate) & (bits - 1);
        asm_.rorx(d, a, op == IntOp::Rotr ? count : (bits - count) & (bits - 1));
        return;
      }
      if (is_memory) asm_.mov(x86::ecx, x86::dword_ptr(kFrame, static_cast<int32_t>(b.mem.offset())));
      else asm_.mov(x86::ecx, b.reg.r32());
      move();
      asm_.emit(op == IntOp::Rotl ? x86::Inst::kIdRol : x86::Inst::kIdRor, d, x86::cl);
      return;
    }
  }
}

void FunctionCompiler::binary(const SlotOp& op, IntOp which, Kind kind) {
  Source left = op.a, right = op.b;
  if (left.kind == SourceKind::Const && is_commutative(which)) std::swap(left, right);
  const x86::Gp a = in_register(left, kind, x86::rax);
  const Value b = value(right, kind, x86::rcx);
  release(op);
  const x86::Gp d = registers_.define(op.d, kind, number(a));
  emit_int(which, kind, d, a, b);
}

// d = outer(c, inner(a, b)); the outer operation is commutative.
void FunctionCompiler::pair(const SlotOp& op) {
  const IntOp outer = *int_op(static_cast<Op>(op.op)), inner = *int_op(op.inner);
  const Kind kind = kind_of_letter(wasm::info(op.inner).signature[0]);
  const x86::Gp a = in_register(op.a, kind, x86::rax);
  const Value b = value(op.b, kind, x86::rcx);
  const Value c = value(op.c, kind, x86::rax);
  release(op);
  const x86::Gp d = registers_.define(op.d, kind, number(a));
  if (c.place == Value::Place::Register && c.reg.id() == d.id()) {
    const x86::Gp inside = gp(0, kind);
    emit_int(inner, kind, inside, a, b);
    emit_int(outer, kind, d, d, Value{Value::Place::Register, inside, 0, {}});
  } else {
    emit_int(inner, kind, d, a, b);
    emit_int(outer, kind, d, d, c);
  }
}

void FunctionCompiler::divide(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  const Kind kind = kind_of_letter(wasm::info(row).signature[0]);
  const bool is_signed = row == Op::I32DivS || row == Op::I32RemS || row == Op::I64DivS || row == Op::I64RemS;
  const bool is_remainder = row == Op::I32RemS || row == Op::I32RemU || row == Op::I64RemS || row == Op::I64RemU;
  const bool is_narrow = kind == Kind::I32;
  const uint64_t divisor_bits = is_narrow ? static_cast<uint32_t>(op.b.value) : op.b.value;
  const bool is_const = op.b.kind == SourceKind::Const;
  if (is_const && !is_signed && std::has_single_bit(divisor_bits)) {
    Source right = lower::const_source(is_remainder ? divisor_bits - 1 : static_cast<uint64_t>(std::countr_zero(divisor_bits)));
    SlotOp simple = op;
    simple.b = right;
    return binary(simple, is_remainder ? IntOp::And : IntOp::ShrU, kind);
  }
  registers_.make_free(2);
  registers_.lock(2);
  x86::Gp a = in_register(op.a, kind, x86::rax);
  const x86::Gp b = in_register(op.b, kind, x86::rcx);
  const uint64_t minus_one = is_narrow ? UINT32_MAX : UINT64_MAX;
  if (!is_const || divisor_bits == 0 || (is_signed && divisor_bits == minus_one)) {
    // Step code knows what is to be done with 0 and, where it may overflow, with -1.
    const Label exit = exit_here(op.pc);
    asm_.test(b, b);
    asm_.jz(exit);
    if (is_signed) {
      asm_.cmp(b, -1);
      asm_.je(exit);
    }
  }
  const x86::Gp low = gp(0, kind), high = gp(2, kind);
  if (a.id() != low.id()) asm_.mov(low, a);
  if (is_signed) {
    if (is_narrow) asm_.cdq();
    else asm_.cqo();
    asm_.idiv(b);
  } else {
    asm_.xor_(x86::edx, x86::edx);
    asm_.div(b);
  }
  release(op);
  const x86::Gp d = registers_.define(op.d, kind);
  asm_.mov(d, is_remainder ? high : low);
}

void FunctionCompiler::compare_value(const SlotOp& op) {
  const Test test = compare(static_cast<Op>(op.op), op.a, op.b);
  asm_.set(test.code, x86::al);
  if (test.parity != Test::Parity::Ignored) {
    const bool is_and = test.parity == Test::Parity::AndClear;
    asm_.set(is_and ? x86::CondCode::kNP : x86::CondCode::kP, x86::cl);
    if (is_and) asm_.and_(x86::al, x86::cl);
    else asm_.or_(x86::al, x86::cl);
  }
  release(op);
  const x86::Gp d = registers_.define(op.d, Kind::I32);
  asm_.movzx(d, x86::al);
}

void FunctionCompiler::unary(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  const std::string_view signature = wasm::info(row).signature;
  const Kind from = kind_of_letter(signature[0]), to = kind_of_letter(signature[2]);
  const x86::Gp a = in_register(op.a, from, x86::rax);
  release(op);
  const x86::Gp d = registers_.define(op.d, to, number(a));
  switch (row) {
    case Op::I32Clz:
    case Op::I64Clz: asm_.lzcnt(d, a); return;
    case Op::I32Ctz:
    case Op::I64Ctz: asm_.tzcnt(d, a); return;
    case Op::I32Popcnt:
    case Op::I64Popcnt: asm_.popcnt(d, a); return;
    case Op::I32WrapI64:
    case Op::I64ExtendI32U: asm_.mov(d.r32(), a.r32()); return;
    case Op::I64ExtendI32S:
    case Op::I64Extend32S: asm_.movsxd(d, a.r32()); return;
    case Op::I32Extend8S:
    case Op::I64Extend8S: asm_.movsx(d, a.r8()); return;
    case Op::I32Extend16S:
    case Op::I64Extend16S: asm_.movsx(d, a.r16()); return;
    default: CHECK(false);
  }
}

void FunctionCompiler::numeric(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  const wasm::OpInfo& info = wasm::info(row);
  if (op.has_inner && wasm::info(op.inner).width != 0) return load_pair(op);
  if (float_operation(op)) return;
  if (const auto which = int_op(row)) {
    if (op.has_inner) return pair(op);
    return binary(op, *which, kind_of_letter(info.signature[0]));
  }
  switch (row) {
#define OP(...)
#define OP_COMPARE(Name, ...) case Op::Name:
#include "engine/wasm/opcodes.def"
    case Op::I32Eqz:
    case Op::I64Eqz: return compare_value(op);
#define OP(...)
#define OP_BINARY_TRAP(Name, ...) case Op::Name:
#include "engine/wasm/opcodes.def"
    return divide(op);
    default: return unary(op);
  }
}

}  // namespace wasmscope::jit
