// SPDX-License-Identifier: Apache-2.0
// Operations that move values: between slots, constants, globals, select, references.
#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using asmjit::Label;
using asmjit::Operand;
using lower::SourceKind;
using wasm::Op;
namespace Inst = x86::Inst;

void FunctionCompiler::mov(const SlotOp& op) {
  const Kind kind = kind_of(op.type);
  const Register from = op.a.kind == SourceKind::Slot ? registers_.find(op.a.value) : kNoRegister;
  if (op.a.kind == SourceKind::Slot && op.a.value == op.d) return;
  if (is_float(kind)) {
    if (from != kNoRegister) {
      const x86::Xmm a = registers_.use_vector(op.a.value, kind);
      const bool is_raw = registers_.state()[number(a)].is_raw;
      asm_.vmovaps(registers_.define_vector(op.d, kind, is_raw), a);
    } else {
      const x86::Xmm d = registers_.define_vector(op.d, kind, false);
      registers_.load(number(d), {static_cast<uint32_t>(op.a.value), kind, false, false});
    }
    return;
  }
  if (op.a.kind == SourceKind::Const) {
    load_immediate(registers_.define(op.d, kind), kind == Kind::I32 ? static_cast<uint32_t>(op.a.value) : op.a.value);
  } else if (from != kNoRegister) {
    const x86::Gp a = registers_.use(op.a.value, kind);
    asm_.mov(registers_.define(op.d, kind), a);
  } else {
    const x86::Gp d = registers_.define(op.d, kind);
    registers_.load(number(d), {static_cast<uint32_t>(op.a.value), kind, false, false});
  }
}

void FunctionCompiler::constant(const SlotOp& op) {
  const Kind kind = kind_of(op.type);
  if (is_float(kind)) {
    const x86::Xmm d = registers_.define_vector(op.d, kind, false);
    const uint64_t bits = kind == Kind::F32 ? static_cast<uint32_t>(op.a.value) : op.a.value;
    if (bits == 0) asm_.vxorps(d, d, d);
    else if (kind == Kind::F32) asm_.vmovss(d, float_constant(bits, 0, 4));
    else asm_.vmovsd(d, float_constant(bits, 0, 8));
  } else {
    load_immediate(registers_.define(op.d, kind), kind == Kind::I32 ? static_cast<uint32_t>(op.a.value) : op.a.value);
  }
}

void FunctionCompiler::select(const SlotOp& op) {
  const Kind kind = kind_of(op.type);
  if (is_float(kind)) return select_float(op, kind);
  if (is_pair(kind)) {
    const Label done = asm_.newLabel();
    const x86::Xmm a = vector_in(op.a), b = vector_in(op.b);
    // Which of them it will be is not known, so neither may be raw.
    if (op.a.kind == SourceKind::Slot) registers_.canonicalise(number(a));
    if (op.b.kind == SourceKind::Slot) registers_.canonicalise(number(b));
    const x86::Gp condition = in_register(op.c, Kind::I32, x86::rax);
    release(op);
    const x86::Xmm d = registers_.define_vector(op.d, kind, false);
    asm_.test(condition, condition);
    if (d.id() == a.id()) {
      asm_.jnz(done);
      asm_.vmovaps(d, b);
    } else if (d.id() == b.id()) {
      asm_.jz(done);
      asm_.vmovaps(d, a);
    } else {
      asm_.vmovaps(d, a);
      asm_.jnz(done);
      asm_.vmovaps(d, b);
    }
    asm_.bind(done);
    return;
  }
  const x86::Gp condition = in_register(op.c, Kind::I32, x86::rax);
  const x86::Gp a = in_register(op.a, kind, op.c.kind == SourceKind::Const ? x86::rcx : x86::rax);
  // Three constants need a third place.
  const bool is_crowded = op.a.kind == SourceKind::Const && op.b.kind == SourceKind::Const && op.c.kind == SourceKind::Const;
  if (is_crowded) {
    const bool first = static_cast<uint32_t>(op.c.value) != 0;
    release(op);
    load_immediate(registers_.define(op.d, kind), kind == Kind::I32 ? static_cast<uint32_t>(first ? op.a.value : op.b.value) : first ? op.a.value : op.b.value);
    return;
  }
  const bool is_rcx_taken = op.c.kind == SourceKind::Const && op.a.kind == SourceKind::Const;
  const x86::Gp b = in_register(op.b, kind, is_rcx_taken || (op.c.kind == SourceKind::Slot && op.a.kind == SourceKind::Slot) ? x86::rax : x86::rcx);
  release(op);
  const x86::Gp d = registers_.define(op.d, kind);
  asm_.test(condition, condition);
  if (d.id() == a.id()) {
    asm_.cmovz(d, b);
  } else if (d.id() == b.id()) {
    asm_.cmovnz(d, a);
  } else {
    asm_.mov(d, b);
    asm_.cmovnz(d, a);
  }
}

// Without a jump, which nobody could predict where a signal or a comparison of data decides.
void FunctionCompiler::select_float(const SlotOp& op, Kind kind) {
  const bool is_single = kind == Kind::F32;
  const x86::Xmm a = float_in_register(op.a, kind, x86::xmm0), takes_b = x86::xmm1;
  const Operand b = op.b.kind == SourceKind::Slot ? Operand(registers_.use_vector(op.b.value, kind))
                                                  : Operand(float_constant(is_single ? static_cast<uint32_t>(op.b.value) : op.b.value, 0, 16));
  // Which of them it will be is not known, so neither may be raw.
  if (op.a.kind == SourceKind::Slot) registers_.canonicalise(number(a));
  if (op.b.kind == SourceKind::Slot) registers_.canonicalise(registers_.find(op.b.value));
  const x86::Gp condition = in_register(op.c, Kind::I32, x86::rax);
  release(op);
  const x86::Xmm d = registers_.define_vector(op.d, kind, false);
  asm_.cmp(condition, 1);
  asm_.sbb(x86::rax, x86::rax);
  asm_.vmovq(takes_b, x86::rax);
  asm_.emit(is_single ? Inst::kIdVblendvps : Inst::kIdVblendvpd, d, a, b, takes_b);
}

void FunctionCompiler::global(const SlotOp& op) {
  const uint64_t* const place = instance_.globals[op.index];
  const bool is_get = op.op == lower::slot_op(Op::GlobalGet);
  if (op.count == 2) {
    const x86::Xmm value = is_get ? vector_out(op, Kind::V128) : vector_in(op.a);
    asm_.mov(x86::rax, reinterpret_cast<uint64_t>(place));
    if (is_get) asm_.vmovups(value, x86::xmmword_ptr(x86::rax));
    else asm_.vmovups(x86::xmmword_ptr(x86::rax), value);
    if (!is_get) release(op);
    return;
  }
  const Kind kind = kind_of(instance_.module->globals[op.index].type.type);
  if (is_get) {
    release(op);
    if (is_float(kind)) {
      const x86::Xmm d = registers_.define_vector(op.d, kind, false);
      asm_.mov(x86::rax, reinterpret_cast<uint64_t>(place));
      if (kind == Kind::F32) asm_.vmovss(d, x86::dword_ptr(x86::rax));
      else asm_.vmovsd(d, x86::qword_ptr(x86::rax));
    } else {
      const x86::Gp d = registers_.define(op.d, kind);
      asm_.mov(x86::rax, reinterpret_cast<uint64_t>(place));
      asm_.mov(d, x86::ptr(x86::rax, 0, d.size()));
    }
    return;
  }
  if (is_float(kind)) {
    const x86::Xmm a = float_in_register(op.a, kind, x86::xmm0);
    if (op.a.kind == SourceKind::Slot) registers_.canonicalise(number(a));
    asm_.mov(x86::rax, reinterpret_cast<uint64_t>(place));
    if (kind == Kind::F32) asm_.vmovss(x86::dword_ptr(x86::rax), a);
    else asm_.vmovsd(x86::qword_ptr(x86::rax), a);
  } else {
    const x86::Gp a = in_register(op.a, kind, x86::rcx);
    asm_.mov(x86::rax, reinterpret_cast<uint64_t>(place));
    asm_.mov(x86::qword_ptr(x86::rax), a.r64());
  }
  release(op);
}

void FunctionCompiler::reference(const SlotOp& op) {
  switch (static_cast<Op>(op.op)) {
    case Op::RefFunc:
      release(op);
      load_immediate(registers_.define(op.d, Kind::I64), uint64_t{instance_.funcs[op.index]->address} + 1);
      return;
    case Op::RefIsNull: {
      const x86::Gp a = in_register(op.a, Kind::I64, x86::rax);
      asm_.test(a, a);
      asm_.sete(x86::al);
      release(op);
      asm_.movzx(registers_.define(op.d, Kind::I32), x86::al);
      return;
    }
    case Op::RefAsNonNull: {
      const x86::Gp a = in_register(op.a, Kind::I64, x86::rax);
      const Label exit = exit_here(op.pc);
      asm_.test(a, a);
      asm_.jz(exit);
      release(op);
      const x86::Gp d = registers_.define(op.d, Kind::I64, number(a));
      if (d.id() != a.id()) asm_.mov(d, a);
      return;
    }
    default: CHECK(false);
  }
}

}  // namespace wasmscope::jit
