// SPDX-License-Identifier: Apache-2.0
// Calls and returns. A call writes its control record as the interpreter does, with a return address that the
// interpreter can use too; between compiled functions it also is a native call, whose return is a native one. When
// the native stack has been cut in the meantime, the return finds `return_any` there, which goes by the record.
#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using asmjit::Label;
using lower::SourceKind;
using wasm::Op;

// Leaves rax alone. Everything is in the frame.
void FunctionCompiler::push_frame(const SlotOp& op, uint32_t cell) {
  static_assert(sizeof(runtime::ControlRecord) == 16);
  asm_.mov(x86::rdx, kFrame);
  asm_.sub(x86::rdx, x86::qword_ptr(kContext, layout_.stack));
  asm_.shl(x86::rdx, 32 - 3);
  if (func_.address != 0) asm_.or_(x86::rdx, static_cast<int32_t>(func_.address));
  asm_.mov(x86::qword_ptr(kTop), x86::rdx);
  asm_.mov(x86::rdx, uint64_t{op.pc} | uint64_t{op.next_pc} << 32);
  asm_.mov(x86::qword_ptr(kTop, 8), x86::rdx);
  asm_.mov(x86::rcx, x86::qword_ptr(kContext, layout_.to_returns));
  asm_.mov(x86::rdx, reinterpret_cast<uint64_t>(result_.cells.data() + cell));
  asm_.mov(x86::qword_ptr(kTop, x86::rcx), x86::rdx);
  asm_.mov(x86::rdx, reinterpret_cast<uint64_t>(&func_));
  asm_.mov(x86::qword_ptr(kTop, x86::rcx, 0, 8), x86::rdx);
  asm_.add(kTop, sizeof(runtime::ControlRecord));
  if (op.d != 0) asm_.add(kFrame, static_cast<int32_t>(op.d * 8));
}

void FunctionCompiler::call(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  registers_.store_all();
  const Label after = asm_.newLabel();
  const uint32_t cell = add_cell(stubs_.enter_point, after);
  result_.entries.push_back({op.next_pc, cell});
  const auto leave_to_any = [&] {   // rax: the function
    asm_.mov(x86::qword_ptr(kContext, layout_.func), x86::rax);
    asm_.mov(x86::rax, reinterpret_cast<uint64_t>(layout_.enter_any));
    go_to(stubs_.leave);
  };
  const auto native_return = [&] {
    if (op.d != 0) asm_.sub(kFrame, static_cast<int32_t>(op.d * 8));
    asm_.sub(kTop, sizeof(runtime::ControlRecord));
  };
  if (row == Op::Call) {
    runtime::Func& callee = *instance_.funcs[op.index];
    registers_.clear();
    push_frame(op, cell);
    if (&callee == &func_) {
      asm_.call(native_entry_);
      native_return();
    } else {
      asm_.mov(x86::rax, reinterpret_cast<uint64_t>(&callee));
      if (callee.instance == &instance_) {
        asm_.call(x86::qword_ptr(x86::rax, kCompiledOffset));
        native_return();
      } else {
        leave_to_any();
      }
    }
    asm_.bind(after);
    return;
  }

  const Label exit = exit_here(op.pc);
  if (row == Op::CallIndirect) {
    const runtime::Table& table = *instance_.tables[op.index2];
    const x86::Gp index = in_register(op.a, table.type.limits.is64 ? Kind::I64 : Kind::I32, x86::rax);
    registers_.clear();
    asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(table.region.size_place()));
    asm_.mov(x86::rcx, x86::qword_ptr(x86::rcx));
    asm_.shr(x86::rcx, 3);
    asm_.cmp(index.r64(), x86::rcx);
    asm_.jae(exit);
    asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(table.elements()));
    asm_.mov(x86::rax, x86::qword_ptr(x86::rcx, index.r64(), 3));
  } else {
    const x86::Gp reference = in_register(op.a, Kind::I64, x86::rax);
    registers_.clear();
    asm_.mov(x86::rax, reference);
  }
  asm_.test(x86::rax, x86::rax);
  asm_.jz(exit);
  asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(&store_.func_pointers));
  asm_.mov(x86::rcx, x86::qword_ptr(x86::rcx));
  asm_.mov(x86::rax, x86::qword_ptr(x86::rcx, x86::rax, 3, -8));
  if (row == Op::CallIndirect) {
    asm_.cmp(x86::dword_ptr(x86::rax, kCanonicalTypeOffset), instance_.canonical_types[op.index]);
    asm_.jne(exit);
  }
  push_frame(op, cell);
  const Label native = asm_.newLabel();
  asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(&instance_));
  asm_.cmp(x86::rcx, x86::qword_ptr(x86::rax, kInstanceOffset));
  asm_.je(native);
  leave_to_any();
  asm_.bind(native);
  asm_.call(x86::qword_ptr(x86::rax, kCompiledOffset));
  native_return();
  asm_.bind(after);
}

void FunctionCompiler::return_value(const SlotOp& op) {
  is_reachable_ = false;
  const x86::Mem to = slot_at(0);
  if (op.a.kind == SourceKind::Const) {
    load_immediate(x86::rax, op.a.value);
    asm_.mov(to, x86::rax);
  } else if (const Register reg = registers_.find(op.a.value); reg == kNoRegister) {
    asm_.mov(x86::rax, slot_at(op.a.value));
    asm_.mov(to, x86::rax);
  } else {
    registers_.canonicalise(reg);
    registers_.write(reg, {0, registers_.state()[reg].kind, false, false});
  }
  asm_.ret();
}

void FunctionCompiler::return_many(const SlotOp& op) {
  is_reachable_ = false;
  const uint64_t first = op.a.value, count = op.b.value;
  for (uint64_t i = 0; i < count; ++i)
    if (const Register reg = registers_.find(first + i); reg != kNoRegister) registers_.store(reg);
  constexpr uint64_t kUnrolled = 8;
  if (count <= kUnrolled) {
    for (uint64_t i = 0; i < count; ++i) {
      asm_.mov(x86::rax, slot_at(first + i));
      asm_.mov(slot_at(i), x86::rax);
    }
  } else {
    asm_.lea(x86::rsi, slot_at(first));
    asm_.mov(x86::rdi, kFrame);
    asm_.mov(x86::ecx, static_cast<uint32_t>(count));
    asm_.rep().movsq();
  }
  asm_.ret();
}

}  // namespace wasmscope::jit
