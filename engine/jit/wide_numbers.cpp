// SPDX-License-Identifier: Apache-2.0
// Arithmetic of 128 bits in two slots, the low half first.
#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using wasm::Op;

void FunctionCompiler::wide(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  const auto operand = [&](uint32_t number) { return registers_.use(op.d + number, Kind::I64); };
  x86::Gp high = x86::rcx;
  if (row == Op::I64MulWideS || row == Op::I64MulWideU) {
    high = x86::rdx;
    take(number(high));
    const x86::Gp a = operand(0), b = operand(1);
    asm_.mov(x86::rax, a);
    if (row == Op::I64MulWideS) asm_.imul(b);
    else asm_.mul(b);
  } else {
    const x86::Gp a_low = operand(0), a_high = operand(1), b_low = operand(2), b_high = operand(3);
    asm_.mov(x86::rax, a_low);
    asm_.mov(high, a_high);
    if (row == Op::I64Add128) {
      asm_.add(x86::rax, b_low);
      asm_.adc(high, b_high);
    } else {
      asm_.sub(x86::rax, b_low);
      asm_.sbb(high, b_high);
    }
  }
  release(op);
  asm_.mov(registers_.define(op.d, Kind::I64), x86::rax);
  asm_.mov(registers_.define(op.d + 1, Kind::I64), high);
}

}  // namespace wasmscope::jit
