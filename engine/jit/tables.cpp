// SPDX-License-Identifier: Apache-2.0
// Elements of tables. A table never moves; what is out of bounds is left to step code.
#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using asmjit::Label;
using lower::SourceKind;
using wasm::Op;

void FunctionCompiler::table(const SlotOp& op) {
  const runtime::Table& table = *instance_.tables[op.index];
  const auto row = static_cast<Op>(op.op);
  if (row == Op::TableSize) {
    release(op);
    const x86::Gp d = registers_.define(op.d, Kind::I64);
    asm_.mov(d, reinterpret_cast<uint64_t>(table.region.size_place()));
    asm_.mov(d, x86::qword_ptr(d));
    asm_.shr(d, 3);
    return;
  }
  // The only constant is null.
  const bool is_slot_stored = row == Op::TableSet && op.b.kind == SourceKind::Slot;
  x86::Gp stored;
  if (is_slot_stored) stored = registers_.use(op.b.value, Kind::I64);
  const x86::Gp index = in_register(op.a, table.type.limits.is64 ? Kind::I64 : Kind::I32, x86::rax);
  const Label exit = exit_here(op.pc);
  asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(table.region.size_place()));
  asm_.mov(x86::rcx, x86::qword_ptr(x86::rcx));
  asm_.shr(x86::rcx, 3);
  asm_.cmp(index.r64(), x86::rcx);
  asm_.jae(exit);
  asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(table.elements()));
  const x86::Mem element = x86::qword_ptr(x86::rcx, index.r64(), 3);
  if (is_slot_stored) asm_.mov(element, stored);
  else if (row == Op::TableSet) asm_.mov(element, 0);
  release(op);
  if (row == Op::TableGet) asm_.mov(registers_.define(op.d, Kind::I64), element);
}

}  // namespace wasmscope::jit
