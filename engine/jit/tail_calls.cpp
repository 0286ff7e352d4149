// SPDX-License-Identifier: Apache-2.0
// Calls in place of the current frame: the arguments move to its beginning and the native return address stays, so
// such a call is a jump. What may trap, and functions that have not been entered before, are left to step code.
#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using asmjit::Label;
using wasm::Op;

// To the frame's first slots, from where they are in the frame and in the registers of parameters. Leaves rax alone.
void FunctionCompiler::move_arguments(const SlotOp& op, const RegisterState& parameters) {
  constexpr uint32_t kUnrolled = 16;
  if (op.count > kUnrolled) {
    asm_.lea(x86::rsi, slot_at(op.d));
    asm_.mov(x86::rdi, kFrame);
    asm_.mov(x86::ecx, op.count);
    asm_.rep().movsq();
    for (RegisterSet rest = parameters.held(); rest != 0; rest = without_lowest(rest)) {
      Held held = parameters[lowest(rest)];
      held.slot -= op.d;
      registers_.load(lowest(rest), held);
    }
    return;
  }
  // Ascending is safe: no argument moves to a higher slot.
  for (uint32_t i = 0; i < op.count; ++i) {
    if (const Register reg = registers_.find(op.d + i); reg != kNoRegister) {
      registers_.write(reg, {i, registers_.state()[reg].kind, false, false});
    } else {
      asm_.mov(x86::rcx, slot_at(op.d + i));
      asm_.mov(slot_at(i), x86::rcx);
    }
  }
}

// Whether the frame of the function in rax has room; not known before it is entered for the first time.
void FunctionCompiler::require_room(Label no) {
  asm_.mov(x86::rcx, x86::qword_ptr(x86::rax, kEntryOffset));
  asm_.mov(x86::ecx, x86::dword_ptr(x86::rcx, offsetof(interp::Cell, low)));
  asm_.test(x86::ecx, x86::ecx);
  asm_.jz(no);
  asm_.lea(x86::rcx, x86::ptr(kFrame, x86::rcx, 3));
  asm_.cmp(x86::rcx, x86::qword_ptr(kContext, layout_.stack_end));
  asm_.ja(no);
}

void FunctionCompiler::tail_call(const SlotOp& op) {
  is_reachable_ = false;
  const RegisterState parameters = parameters_from(callee_type(op), op.d);
  if (op.op == lower::slot_op(Op::ReturnCall)) {
    registers_.change_to(parameters, lower::kNoSlot);
    if (instance_.funcs[op.index] == &func_) {
      move_arguments(op, parameters);
      asm_.jmp(native_entry_);
      return;
    }
    const Label exit = exit_here(op.pc);
    asm_.mov(x86::rax, reinterpret_cast<uint64_t>(instance_.funcs[op.index]));
    require_room(exit);
  } else {
    const Label exit = load_callee(op, parameters);
    asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(&instance_));
    asm_.cmp(x86::rcx, x86::qword_ptr(x86::rax, kInstanceOffset));
    asm_.jne(exit);
    require_room(exit);
  }
  move_arguments(op, parameters);
  asm_.jmp(x86::qword_ptr(x86::rax, kCompiledOffset));
}

}  // namespace wasmscope::jit
