// SPDX-License-Identifier: Apache-2.0
// Float arithmetic and conversions of vectors. Results of arithmetic are raw, as those of scalars are.
#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"
#include "engine/jit/vectors.h"

namespace wasmscope::jit {

using asmjit::Imm;
using wasm::Op;

namespace {

const x86::Xmm kThird = vector(kTestRegister);
constexpr uint8_t kOrdered = 7, kNotLess = 5, kToZero = 3, kNoInexact = 8;
constexpr uint64_t kSingles = 0x0000000100000001;            // two of what it is multiplied by
constexpr uint64_t kTwo31 = 0x4F000000 * kSingles;           // 2^31 as an f32
constexpr uint64_t kTwo52 = 0x4330000000000000;              // 2^52 as an f64: its last bit is 1

}  // namespace

void FunctionCompiler::vector_floats(const SlotOp& op, const VectorRow& row) {
  const auto instruction = static_cast<Op>(op.op);
  const Kind lanes = lanes_of(instruction);
  const x86::Xmm x0 = x86::xmm0, x1 = x86::xmm1;
  const auto out = [&](Kind kind, const x86::Xmm& preferred) { return vector_out(op, kind, number(preferred)); };
  switch (row.shape) {
    case VectorShape::FloatCompare: {
      const x86::Xmm a = vector_in(op.a, lanes), b = vector_in(op.b, lanes);
      asm_.emit(row.inst, out(Kind::V128, a), a, b, Imm(row.more));
      return;
    }
    case VectorShape::FloatUnary: {
      const x86::Xmm a = vector_in(op.a, lanes);
      asm_.emit(row.inst, out(lanes, a), a);
      return;
    }
    case VectorShape::FloatBinary: {
      const x86::Xmm a = vector_in(op.a, lanes), b = vector_in(op.b, lanes);
      asm_.emit(row.inst, out(lanes, a), a, b);
      return;
    }
    case VectorShape::FloatLower: {
      // Of equal or unordered lanes the instruction takes the second: both ways together have the sign and the NaN.
      const x86::Xmm a = vector_in(op.a, lanes), b = vector_in(op.b, lanes), d = out(lanes, a);
      asm_.emit(row.inst, x0, a, b);
      asm_.emit(row.inst, x1, b, a);
      asm_.vorps(d, x0, x1);
      return;
    }
    case VectorShape::FloatHigher: {
      // Where both ways differ there is a NaN, or there are zeros: -0 - -0 is +0.
      const x86::Xmm a = vector_in(op.a, lanes), b = vector_in(op.b, lanes), d = out(lanes, a);
      asm_.emit(row.inst, x0, a, b);
      asm_.emit(row.inst, x1, b, a);
      asm_.vxorps(x1, x1, x0);
      asm_.vorps(x0, x0, x1);
      asm_.emit(row.more, d, x0, x1);
      return;
    }
    case VectorShape::ClearSigns:
    case VectorShape::ChangeSigns: {
      const x86::Xmm a = vector_in(op.a), d = out(Kind::V128, a);
      const uint64_t signs = lanes == Kind::F32x4 ? 0x80000000 * kSingles : uint64_t{1} << 63;
      asm_.emit(row.inst, d, a, splat_constant(row.shape == VectorShape::ClearSigns ? ~signs : signs));
      return;
    }
    case VectorShape::Round: {
      const x86::Xmm a = vector_in(op.a, lanes);
      asm_.emit(row.inst, out(lanes, a), a, Imm(row.more | kNoInexact));
      return;
    }
    case VectorShape::MultiplyAdd: {
      const x86::Xmm a = vector_in(op.a, lanes), b = vector_in(op.b, lanes), c = vector_in(op.c, lanes), d = out(lanes, c);
      asm_.emit(row.inst, x0, a, b);
      asm_.emit(row.more, d, c, x0);
      return;
    }
    case VectorShape::SinglesToSigned: {
      // NaN becomes 0; what is too large gives 0x80000000, and turned round the largest number.
      const x86::Xmm a = vector_in(op.a, Kind::F32x4), d = out(Kind::V128, a);
      asm_.vcmpps(x0, a, a, kOrdered);
      asm_.vandps(x0, a, x0);
      asm_.vcmpps(x1, x0, splat_constant(kTwo31), kNotLess);
      asm_.emit(row.inst, x0, x0);
      asm_.vpxor(d, x0, x1);
      return;
    }
    case VectorShape::SinglesToUnsigned: {
      // From 2^31 on the conversion gives 0x80000000, to which the conversion of the rest is added.
      const x86::Xmm a = vector_in(op.a, Kind::F32x4), d = out(Kind::V128, a);
      asm_.vpxor(x1, x1, x1);
      asm_.vmaxps(x0, a, x1);
      asm_.vsubps(x1, x0, splat_constant(kTwo31));
      asm_.vcmpps(kThird, x1, splat_constant(kTwo31), kNotLess);
      asm_.emit(row.inst, x1, x1);
      asm_.vpxor(x1, x1, kThird);
      asm_.vpxor(kThird, kThird, kThird);
      asm_.vpmaxsd(x1, x1, kThird);
      asm_.emit(row.inst, x0, x0);
      asm_.vpaddd(d, x0, x1);
      return;
    }
    case VectorShape::DoublesToSigned: {
      // At most the largest number; NaN becomes 0.
      const x86::Xmm a = vector_in(op.a, Kind::F64x2), d = out(Kind::V128, a);
      asm_.vcmppd(x0, a, a, kOrdered);
      asm_.vandpd(x0, x0, splat_constant(0x41DFFFFFFFC00000));
      asm_.vminpd(x0, a, x0);
      asm_.emit(row.inst, d, x0);
      return;
    }
    case VectorShape::DoublesToUnsigned: {
      // An integer between 0 and 2^32, added to 2^52, is its lowest bits.
      const x86::Xmm a = vector_in(op.a, Kind::F64x2), d = out(Kind::V128, a);
      asm_.vpxor(x1, x1, x1);
      asm_.vmaxpd(x0, a, x1);
      asm_.vminpd(x0, x0, splat_constant(0x41EFFFFFFFE00000));
      asm_.vroundpd(x0, x0, kToZero | kNoInexact);
      asm_.vaddpd(x0, x0, splat_constant(kTwo52));
      asm_.vshufps(d, x0, x1, 0x88);
      return;
    }
    case VectorShape::UnsignedToSingles: {
      // The lower halves and the upper ones are exact; only their sum is rounded.
      const x86::Xmm a = vector_in(op.a), d = out(Kind::V128, a);
      asm_.vpand(x0, a, splat_constant(0xFFFF * kSingles));
      asm_.vpsrld(x1, a, 16);
      asm_.emit(row.inst, x0, x0);
      asm_.emit(row.inst, x1, x1);
      asm_.vmulps(x1, x1, splat_constant(0x47800000 * kSingles));   // 2^16
      asm_.vaddps(d, x0, x1);
      return;
    }
    case VectorShape::UnsignedToDoubles: {
      // The lower half of a number that is 2^52 more.
      const x86::Xmm a = vector_in(op.a), d = out(Kind::V128, a);
      asm_.vunpcklps(x0, a, splat_constant(0x43300000 * kSingles));
      asm_.emit(row.inst, d, x0, splat_constant(kTwo52));
      return;
    }
    case VectorShape::ChangeWidth: {
      const x86::Xmm a = vector_in(op.a, lanes == Kind::F32x4 ? Kind::F64x2 : Kind::F32x4);
      asm_.emit(row.inst, out(lanes, a), a);
      return;
    }
    default: CHECK(false);
  }
}

}  // namespace wasmscope::jit
