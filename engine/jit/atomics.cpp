// SPDX-License-Identifier: Apache-2.0
// Atomic accesses. The executions of a store take turns at ticks and at waits only, so an access is in one piece as
// it is. What is out of bounds or not aligned is left to step code.
#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"
#include "engine/wasm/atomic.h"

namespace wasmscope::jit {

using asmjit::Label;
using lower::SourceKind;
using wasm::AtomicChange;
using wasm::Op;

namespace {

enum class Access : uint8_t { Load, Store, Change, Exchange };
struct AtomicRow {
  Access access{};
  AtomicChange change{};
};
std::optional<AtomicRow> atomic_row(Op op) {
  switch (op) {
#define OP(...)
#define OP_ATOMIC_LOAD(Name, ...) case Op::Name: return AtomicRow{Access::Load};
#define OP_ATOMIC_STORE(Name, ...) case Op::Name: return AtomicRow{Access::Store};
#define OP_ATOMIC_RMW(Name, text, ...) case Op::Name: return AtomicRow{Access::Change, wasm::atomic_change_of(text)};
#define OP_ATOMIC_CMPXCHG(Name, ...) case Op::Name: return AtomicRow{Access::Exchange};
#include "engine/wasm/opcodes.def"
    default: return std::nullopt;
  }
}

x86::Gp sized(const x86::Gp& reg, uint32_t width) {
  switch (width) {
    case 1: return reg.r8();
    case 2: return reg.r16();
    case 4: return reg.r32();
    default: return reg.r64();
  }
}

}  // namespace

// The address needs what is free between operations.
x86::Gp FunctionCompiler::atomic_operand(const Source& source, Kind kind) {
  return in_register(source, kind, source.kind == SourceKind::Const ? registers_.borrow() : x86::Gp(x86::rax));
}

void FunctionCompiler::atomic(const SlotOp& op) {
  const auto op_row = static_cast<Op>(op.op);
  const AtomicRow row = *atomic_row(op_row);
  const wasm::OpInfo& info = wasm::info(op_row);
  const uint32_t width = info.width;
  x86::Gp b, c;
  if (row.access != Access::Load) b = atomic_operand(op.b, kind_of_letter(info.signature[1]));
  if (row.access == Access::Exchange) c = atomic_operand(op.c, kind_of_letter(info.signature[2]));
  const x86::Mem at = far_address(op, width);
  if (width > 1) {
    const Label exit = exit_here(op.pc);
    asm_.test(x86::al, static_cast<int>(width - 1));   // of the end
    asm_.jnz(exit);
  }
  if (row.access != Access::Load) mark_page(at);
  const x86::Gp old = sized(x86::rcx, width);
  const auto load_old = [&] {
    if (width < 4) asm_.movzx(x86::ecx, at);
    else asm_.mov(old, at);
  };
  switch (row.access) {
    case Access::Load: load_old(); break;
    case Access::Store: asm_.mov(at, sized(b, width)); break;
    case Access::Exchange: {
      const Label differs = asm_.newLabel();
      load_old();
      asm_.cmp(old, sized(b, width));
      asm_.jne(differs);
      asm_.mov(at, sized(c, width));
      asm_.bind(differs);
      break;
    }
    case Access::Change:
      switch (row.change) {
        case AtomicChange::Add:
        case AtomicChange::Sub:
          asm_.mov(x86::rcx, b.r64());
          if (row.change == AtomicChange::Sub) asm_.neg(x86::rcx);
          asm_.xadd(at, old);
          if (width < 4) asm_.movzx(x86::ecx, old);
          break;
        case AtomicChange::And:
          load_old();
          asm_.and_(at, sized(b, width));
          break;
        case AtomicChange::Or:
          load_old();
          asm_.or_(at, sized(b, width));
          break;
        case AtomicChange::Xor:
          load_old();
          asm_.xor_(at, sized(b, width));
          break;
        case AtomicChange::Exchange:
          load_old();
          asm_.mov(at, sized(b, width));
          break;
      }
      break;
  }
  release(op);
  if (row.access == Access::Store) return;
  const Kind kind = kind_of_letter(info.signature.back());
  asm_.mov(registers_.define(op.d, kind), gp(1, kind));
}

}  // namespace wasmscope::jit
