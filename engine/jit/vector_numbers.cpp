// SPDX-License-Identifier: Apache-2.0
// Integer arithmetic of vectors, and operations on all of their bits.
#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"
#include "engine/jit/vectors.h"

namespace wasmscope::jit {

using asmjit::Imm;
using lower::SourceKind;

namespace {

const x86::Xmm kThird = vector(kTestRegister);
constexpr uint8_t kHighHalf = 0xEE;    // of vpshufd: it goes to both

}  // namespace

// A count of bits to shift by: a number, or in `to`, from `plus` on.
asmjit::Operand FunctionCompiler::shift_count(const SlotOp& op, uint32_t lane_bits, const x86::Xmm& to, uint32_t plus) {
  if (op.b.kind == SourceKind::Const) return Imm((op.b.value & (lane_bits - 1)) + plus);
  const x86::Gp count = registers_.use(op.b.value, Kind::I32);
  asm_.mov(x86::eax, count);
  asm_.and_(x86::eax, lane_bits - 1);
  if (plus != 0) asm_.add(x86::eax, plus);
  asm_.vmovd(to, x86::eax);
  return to;
}

// There are shifts of words only: bytes are shifted in the upper halves of words, or what comes from their neighbours
// is cleared.
void FunctionCompiler::shift_bytes(const SlotOp& op, const VectorRow& row) {
  const x86::Xmm a = vector_in(op.a);
  if (row.inst == x86::Inst::kIdVpsraw) {
    const asmjit::Operand count = shift_count(op, 8, x86::xmm1, 8);
    const x86::Xmm d = vector_out(op, Kind::V128, number(a));
    asm_.vpunpckhbw(x86::xmm0, a, a);
    asm_.vpunpcklbw(kThird, a, a);
    asm_.emit(row.inst, x86::xmm0, x86::xmm0, count);
    asm_.emit(row.inst, kThird, kThird, count);
    asm_.vpacksswb(d, kThird, x86::xmm0);
    return;
  }
  const bool is_left = row.inst == x86::Inst::kIdVpsllw;
  if (op.b.kind == SourceKind::Const) {
    const auto count = static_cast<uint32_t>(op.b.value & 7);
    const uint64_t kept = (is_left ? 0xFFu << count : 0xFFu >> count) & 0xFF;
    const x86::Xmm d = vector_out(op, Kind::V128, number(a));
    asm_.emit(row.inst, x86::xmm0, a, Imm(count));
    asm_.vpand(d, x86::xmm0, splat_constant(kept * 0x0101010101010101));
    return;
  }
  // In kThird, the bits that stay: 0xFF >> count in each byte, in words without their upper halves at first.
  const asmjit::Operand whole = shift_count(op, 8, x86::xmm0, 8);
  const asmjit::Operand count = shift_count(op, 8, x86::xmm1, 0);
  const x86::Xmm d = vector_out(op, Kind::V128, number(a));
  asm_.vpcmpeqd(kThird, kThird, kThird);
  asm_.emit(x86::Inst::kIdVpsrlw, kThird, kThird, whole);
  asm_.vpackuswb(kThird, kThird, kThird);
  if (is_left) {
    asm_.vpand(x86::xmm0, a, kThird);
    asm_.emit(row.inst, d, x86::xmm0, count);
  } else {
    asm_.emit(row.inst, x86::xmm0, a, count);
    asm_.vpand(d, x86::xmm0, kThird);
  }
}

// Into xmm0: signed bytes multiplied, neighbours added, as words that do not wrap.
void FunctionCompiler::dot_bytes(const x86::Xmm& a, const x86::Xmm& b) {
  asm_.vpsllw(x86::xmm0, a, 8);
  asm_.vpsllw(x86::xmm1, b, 8);
  asm_.vpsraw(x86::xmm0, x86::xmm0, 8);
  asm_.vpsraw(x86::xmm1, x86::xmm1, 8);
  asm_.vpmullw(x86::xmm0, x86::xmm0, x86::xmm1);
  asm_.vpsraw(x86::xmm1, a, 8);
  asm_.vpsraw(kThird, b, 8);
  asm_.vpmullw(x86::xmm1, x86::xmm1, kThird);
  asm_.vpaddsw(x86::xmm0, x86::xmm0, x86::xmm1);
}

void FunctionCompiler::vector_numbers(const SlotOp& op, const VectorRow& row) {
  constexpr uint64_t kBytesOfOne = 0x0101010101010101, kWordsOfOne = 0x0001000100010001;
  const x86::Xmm x0 = x86::xmm0, x1 = x86::xmm1;
  const auto in_a = [&] { return vector_in(op.a); };
  const auto out = [&](const x86::Xmm& preferred) { return vector_out(op, Kind::V128, number(preferred)); };
  const auto invert = [&](const x86::Xmm& d, const x86::Xmm& x) { asm_.vpxor(d, x, splat_constant(UINT64_MAX)); };
  switch (row.shape) {
    case VectorShape::Binary:
    case VectorShape::Reversed: {
      const x86::Xmm a = in_a(), b = vector_in(op.b), d = out(a);
      if (row.shape == VectorShape::Binary) asm_.emit(row.inst, d, a, b);
      else asm_.emit(row.inst, d, b, a);
      return;
    }
    case VectorShape::BinaryNot:
    case VectorShape::ReversedNot: {
      const x86::Xmm a = in_a(), b = vector_in(op.b), d = out(a);
      if (row.shape == VectorShape::BinaryNot) asm_.emit(row.inst, x0, a, b);
      else asm_.emit(row.inst, x0, b, a);
      return invert(d, x0);
    }
    case VectorShape::Unary: {
      const x86::Xmm a = in_a();
      asm_.emit(row.inst, out(a), a);
      return;
    }
    case VectorShape::OfHigh: {
      const x86::Xmm a = in_a(), d = out(a);
      asm_.vpshufd(x0, a, kHighHalf);
      asm_.emit(row.inst, d, x0);
      return;
    }
    case VectorShape::Not: {
      const x86::Xmm a = in_a();
      return invert(out(a), a);
    }
    case VectorShape::Bitselect: {
      const x86::Xmm a = in_a(), b = vector_in(op.b), c = vector_in(op.c), d = out(a);
      asm_.vpand(x0, a, c);
      asm_.vpandn(x1, c, b);
      asm_.vpor(d, x0, x1);
      return;
    }
    case VectorShape::LikeFirst:
    case VectorShape::UnlikeFirst: {
      const x86::Xmm a = in_a(), b = vector_in(op.b), d = out(a);
      asm_.emit(row.inst, x0, a, b);
      if (row.shape == VectorShape::LikeFirst) {
        asm_.emit(row.more, d, a, x0);
      } else {
        asm_.emit(row.more, x0, a, x0);
        invert(d, x0);
      }
      return;
    }
    case VectorShape::Negate: {
      const x86::Xmm a = in_a(), d = out(a);
      asm_.vpxor(x0, x0, x0);
      asm_.emit(row.inst, d, x0, a);
      return;
    }
    case VectorShape::Shift: {
      const x86::Xmm a = in_a();
      const asmjit::Operand count = shift_count(op, row.more, x0, 0);
      asm_.emit(row.inst, out(a), a, count);
      return;
    }
    case VectorShape::ShiftBytes: return shift_bytes(op, row);
    case VectorShape::ShiftSignedQuads: {
      // The sign, shifted with the rest, is extended by changing it and subtracting it.
      const x86::Xmm a = in_a();
      const asmjit::Operand count = shift_count(op, 64, x0, 0);
      const x86::Xmm d = out(a);
      asm_.vmovaps(x1, splat_constant(uint64_t{1} << 63));
      asm_.emit(row.inst, x1, x1, count);
      asm_.emit(row.inst, x0, a, count);
      asm_.vpxor(x0, x0, x1);
      asm_.vpsubq(d, x0, x1);
      return;
    }
    case VectorShape::AbsoluteQuads: {
      const x86::Xmm a = in_a(), d = out(a);
      asm_.vpxor(x0, x0, x0);
      asm_.vpcmpgtq(x0, x0, a);
      asm_.vpxor(x1, a, x0);
      asm_.vpsubq(d, x1, x0);
      return;
    }
    case VectorShape::PopcountBytes: {
      const x86::Xmm a = in_a(), d = out(a);
      const x86::Mem low_bits = splat_constant(0x0F0F0F0F0F0F0F0F);
      asm_.vmovaps(x1, float_constant(0x0302020102010100, 0x0403030203020201, 16));   // of numbers of four bits
      asm_.vpand(x0, a, low_bits);
      asm_.vpsrlw(kThird, a, 4);
      asm_.vpand(kThird, kThird, low_bits);
      asm_.vpshufb(x0, x1, x0);
      asm_.vpshufb(x1, x1, kThird);
      asm_.vpaddb(d, x0, x1);
      return;
    }
    case VectorShape::MultiplyQuads: {
      const x86::Xmm a = in_a(), b = vector_in(op.b), d = out(a);
      asm_.vpsrlq(x0, a, 32);
      asm_.vpsrlq(x1, b, 32);
      asm_.emit(row.inst, x0, x0, b);
      asm_.emit(row.inst, x1, x1, a);
      asm_.vpaddq(x0, x0, x1);
      asm_.vpsllq(x0, x0, 32);
      asm_.emit(row.inst, x1, a, b);
      asm_.vpaddq(d, x0, x1);
      return;
    }
    case VectorShape::MultiplyQ15: {
      // The only product that does not fit is that of -1 and -1.
      const x86::Xmm a = in_a(), b = vector_in(op.b), d = out(a);
      asm_.emit(row.inst, x0, a, b);
      asm_.vpcmpeqw(x1, x0, splat_constant(0x8000 * kWordsOfOne));
      asm_.vpxor(d, x0, x1);
      return;
    }
    case VectorShape::MultiplyBytes: {
      const x86::Xmm a = in_a(), b = vector_in(op.b), d = out(a);
      if (row.more == 1) {
        asm_.vpshufd(x0, a, kHighHalf);
        asm_.vpshufd(x1, b, kHighHalf);
      }
      asm_.emit(row.inst, x0, row.more == 1 ? x0 : a);
      asm_.emit(row.inst, x1, row.more == 1 ? x1 : b);
      asm_.vpmullw(d, x0, x1);
      return;
    }
    case VectorShape::MultiplyWords: {
      const x86::Xmm a = in_a(), b = vector_in(op.b), d = out(a);
      asm_.vpmullw(x0, a, b);
      asm_.emit(row.inst, x1, a, b);
      asm_.emit(row.more, d, x0, x1);
      return;
    }
    case VectorShape::MultiplyDoubles: {
      const x86::Xmm a = in_a(), b = vector_in(op.b), d = out(a);
      asm_.vpshufd(x0, a, row.more);
      asm_.vpshufd(x1, b, row.more);
      asm_.emit(row.inst, d, x0, x1);
      return;
    }
    case VectorShape::DotBytes: {
      const x86::Xmm a = in_a(), b = vector_in(op.b), d = out(a);
      dot_bytes(a, b);
      asm_.vmovaps(d, x0);
      return;
    }
    case VectorShape::DotBytesAdd: {
      const x86::Xmm a = in_a(), b = vector_in(op.b), c = vector_in(op.c), d = out(a);
      dot_bytes(a, b);
      asm_.vpmaddwd(x0, x0, splat_constant(kWordsOfOne));
      asm_.vpaddd(d, x0, c);
      return;
    }
    case VectorShape::AddSignedBytes: {
      const x86::Xmm a = in_a(), d = out(a);
      asm_.vmovaps(x0, splat_constant(kBytesOfOne));
      asm_.emit(row.inst, d, x0, a);
      return;
    }
    case VectorShape::AddUnsignedBytes: {
      const x86::Xmm a = in_a();
      asm_.emit(row.inst, out(a), a, splat_constant(kBytesOfOne));
      return;
    }
    case VectorShape::AddSignedWords: {
      const x86::Xmm a = in_a();
      asm_.emit(row.inst, out(a), a, splat_constant(kWordsOfOne));
      return;
    }
    case VectorShape::AddUnsignedWords: {
      // As signed numbers, 2^15 less each.
      const x86::Xmm a = in_a(), d = out(a);
      asm_.vpxor(x0, a, splat_constant(0x8000 * kWordsOfOne));
      asm_.emit(row.inst, x0, x0, splat_constant(kWordsOfOne));
      asm_.vpaddd(d, x0, splat_constant(0x0001000000010000));
      return;
    }
    default: CHECK(false);
  }
}

}  // namespace wasmscope::jit
