// SPDX-License-Identifier: Apache-2.0
// Conversions from floats to integers that have an answer for everything.
#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using asmjit::Label;
using wasm::Op;
namespace Inst = x86::Inst;

void FunctionCompiler::truncate_saturating(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  const std::string_view signature = wasm::info(row).signature;
  const Kind from = kind_of_letter(signature[0]), to = kind_of_letter(signature[2]);
  const bool is_single = from == Kind::F32, is_narrow = to == Kind::I32;
  const bool is_unsigned = row == Op::I32TruncSatF32U || row == Op::I32TruncSatF64U || row == Op::I64TruncSatF32U ||
                           row == Op::I64TruncSatF64U;
  const auto convert_to = [&](const x86::Gp& d, const x86::Xmm& x) {
    asm_.emit(is_single ? Inst::kIdVcvttss2si : Inst::kIdVcvttsd2si, d, x);
  };
  const x86::Xmm a = float_in_register(op.a, from, x86::xmm0);
  const Label done = asm_.newLabel();
  convert_to(x86::rax, a);
  if (is_narrow) {
    if (is_unsigned) asm_.mov(x86::ecx, x86::eax);
    else asm_.movsxd(x86::rcx, x86::eax);
    asm_.cmp(x86::rcx, x86::rax);
    asm_.je(done);
  } else if (!is_unsigned) {
    asm_.cmp(x86::rax, 1);
    asm_.jno(done);
  } else {
    asm_.test(x86::rax, x86::rax);
    asm_.jns(done);
    // From 2^63 on: without the highest bit.
    const Label outside = asm_.newLabel();
    const uint64_t half = is_single ? 0x5F000000 : 0x43E0000000000000;
    asm_.emit(is_single ? Inst::kIdVsubss : Inst::kIdVsubsd, x86::xmm1, a, float_constant(half, 0, is_single ? 4 : 8));
    convert_to(x86::rcx, x86::xmm1);
    asm_.test(x86::rcx, x86::rcx);
    asm_.js(outside);
    asm_.btc(x86::rcx, 63);
    asm_.mov(x86::rax, x86::rcx);
    asm_.jmp(done);
    asm_.bind(outside);
  }
  // NaN is 0, the others are the largest or the smallest; moves keep the flags.
  asm_.vxorps(x86::xmm1, x86::xmm1, x86::xmm1);
  asm_.emit(is_single ? Inst::kIdVucomiss : Inst::kIdVucomisd, a, x86::xmm1);
  asm_.mov(x86::eax, 0);
  asm_.jp(done);
  if (is_narrow) asm_.mov(x86::eax, is_unsigned ? UINT32_MAX : uint32_t{INT32_MAX});
  else asm_.mov(x86::rax, is_unsigned ? UINT64_MAX : uint64_t{INT64_MAX});
  asm_.ja(done);
  if (is_unsigned) asm_.mov(x86::eax, 0);
  else if (is_narrow) asm_.mov(x86::eax, uint32_t{1} << 31);
  else asm_.mov(x86::rax, uint64_t{1} << 63);
  asm_.bind(done);
  release(op);
  asm_.mov(registers_.define(op.d, to), gp(0, to));
}

}  // namespace wasmscope::jit
