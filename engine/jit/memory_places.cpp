// SPDX-License-Identifier: Apache-2.0
// Addresses in 64-bit memories, in memories other than 0, and with offsets that no displacement holds. A memory never
// moves, so where it begins is a constant; its size is read from its region. Uses rax, rcx and for memories other
// than 0 rdx, which callers have to take first.
#include "engine/jit/function_compiler.h"
#include "engine/wasm/limits.h"

namespace wasmscope::jit {

using asmjit::Label;

bool FunctionCompiler::is_far(const SlotOp& op, uint32_t width) const {
  return op.index != 0 || !is_first_memory_near_ || op.offset + width > INT32_MAX;
}

runtime::Memory& FunctionCompiler::memory_of(const SlotOp& op) const { return *instance_.memories[op.index]; }

// Before operands get registers.
void FunctionCompiler::take_far_base(const SlotOp& op) {
  if (op.index != 0) take(2);
}

void FunctionCompiler::take(Register reg) {
  registers_.make_free(reg);
  registers_.lock(reg);
}

// The address, checked: what is out of bounds exits. In rax, behind the bytes accessed; rcx is free again.
x86::Mem FunctionCompiler::far_address(const SlotOp& op, uint32_t width) {
  const runtime::Memory& memory = memory_of(op);
  const bool is64 = memory.type.limits.is64;
  const x86::Gp address = in_register(op.a, is64 ? Kind::I64 : Kind::I32, x86::rax);
  const Label exit = exit_here(op.pc);
  // What no memory is large enough for, not even with address 0.
  const bool is_never = op.offset > wasm::kMaxMemoryBytes;
  const uint64_t end = is_never ? wasm::kMaxMemoryBytes + 1 : op.offset + width;
  if (end > INT32_MAX) {
    asm_.mov(x86::rcx, end);
    if (address.id() != x86::rax.id()) asm_.mov(x86::rax, address.r64());
    asm_.add(x86::rax, x86::rcx);
  } else {
    if (address.id() != x86::rax.id()) asm_.mov(x86::rax, address.r64());
    asm_.add(x86::rax, static_cast<int32_t>(end));
  }
  if (is64) asm_.jc(exit);
  const int32_t back = -static_cast<int32_t>(width);
  if (op.index == 0) {
    asm_.cmp(x86::rax, kMemorySize);
    asm_.ja(exit);
    return x86::Mem(kMemory, x86::rax, 0, back, width);
  }
  asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(memory.region.size_place()));
  asm_.cmp(x86::rax, x86::qword_ptr(x86::rcx));
  asm_.ja(exit);
  asm_.mov(x86::rdx, reinterpret_cast<uint64_t>(memory.region.data()));
  return x86::Mem(x86::rdx, x86::rax, 0, back, width);
}

void FunctionCompiler::memory_size(const SlotOp& op) {
  release(op);
  const runtime::Memory& memory = memory_of(op);
  const x86::Gp d = registers_.define(op.d, Kind::I64);
  if (op.index == 0) {
    asm_.mov(d, kMemorySize);
  } else {
    asm_.mov(d, reinterpret_cast<uint64_t>(memory.region.size_place()));
    asm_.mov(d, x86::qword_ptr(d));
  }
  asm_.shr(d, memory.type.page_size_log2);
}

}  // namespace wasmscope::jit
