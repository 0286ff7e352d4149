// SPDX-License-Identifier: Apache-2.0
// What each numeric instruction computes: one function per OP_UNARY, OP_BINARY, OP_COMPARE and *_TRAP row of
// opcodes.def, named as the row. Integers are passed unsigned; comparisons answer 1 or 0. The only place where
// these semantics are written for the engine: interpreter, constant folding and compiler use it.
// NaNs that arithmetic makes are the canonical one (positive, only the top bit of the fraction set).
// https://webassembly.github.io/spec/core/exec/numerics.html
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "engine/wasm/traps.h"

namespace wasmscope::wasm {

template <class T>
struct NumericResult {
  T value{};
  TrapCode trap = TrapCode::None;
};

namespace numeric {

template <class U>
using Signed = std::make_signed_t<U>;
template <class U>
constexpr int kBits = std::numeric_limits<U>::digits;
template <class F>
using BitsOf = std::conditional_t<sizeof(F) == 4, uint32_t, uint64_t>;
template <class F>
constexpr BitsOf<F> kSignBit = BitsOf<F>{1} << (sizeof(F) * 8 - 1);

template <class U>
constexpr Signed<U> to_signed(U value) {
  return static_cast<Signed<U>>(value);
}
template <class U>
constexpr uint32_t shift_count(U value) {
  return static_cast<uint32_t>(value) & (kBits<U> - 1);
}

template <class U>
constexpr NumericResult<U> div_s(U a, U b) {
  if (b == 0) return {0, TrapCode::IntegerDivideByZero};
  if (a == U{1} << (kBits<U> - 1) && b == ~U{0}) return {0, TrapCode::IntegerOverflow};
  return {static_cast<U>(to_signed(a) / to_signed(b))};
}
template <class U>
constexpr NumericResult<U> div_u(U a, U b) {
  if (b == 0) return {0, TrapCode::IntegerDivideByZero};
  return {a / b};
}
template <class U>
constexpr NumericResult<U> rem_s(U a, U b) {
  if (b == 0) return {0, TrapCode::IntegerDivideByZero};
  if (b == ~U{0}) return {0};  // the lowest integer % -1 overflows in C++
  return {static_cast<U>(to_signed(a) % to_signed(b))};
}
template <class U>
constexpr NumericResult<U> rem_u(U a, U b) {
  if (b == 0) return {0, TrapCode::IntegerDivideByZero};
  return {a % b};
}

template <class F>
constexpr F canonical(F value) {
  // A predicted branch, which the empty statement keeps one: a conditional move would lengthen every chain of
  // dependent operations.
  if (value != value) [[unlikely]] {
    if (!std::is_constant_evaluated()) asm volatile("");
    return std::numeric_limits<F>::quiet_NaN();
  }
  return value;
}
template <class F>
constexpr F abs(F a) {
  return std::bit_cast<F>(static_cast<BitsOf<F>>(std::bit_cast<BitsOf<F>>(a) & ~kSignBit<F>));
}
template <class F>
constexpr F neg(F a) {
  return std::bit_cast<F>(static_cast<BitsOf<F>>(std::bit_cast<BitsOf<F>>(a) ^ kSignBit<F>));
}
template <class F>
constexpr F copysign(F a, F b) {
  return std::bit_cast<F>(static_cast<BitsOf<F>>((std::bit_cast<BitsOf<F>>(a) & ~kSignBit<F>) |
                                                 (std::bit_cast<BitsOf<F>>(b) & kSignBit<F>)));
}
template <class F>
constexpr F min(F a, F b) {
  if (a < b) return a;
  if (b < a) return b;
  if (a == b)
    return std::bit_cast<F>(static_cast<BitsOf<F>>(std::bit_cast<BitsOf<F>>(a) | std::bit_cast<BitsOf<F>>(b)));
  return std::numeric_limits<F>::quiet_NaN();
}
template <class F>
constexpr F max(F a, F b) {
  if (a > b) return a;
  if (b > a) return b;
  if (a == b)
    return std::bit_cast<F>(static_cast<BitsOf<F>>(std::bit_cast<BitsOf<F>>(a) & std::bit_cast<BitsOf<F>>(b)));
  return std::numeric_limits<F>::quiet_NaN();
}
// Adding and taking away 2^23 or 2^52 leaves no fraction bits; the mode is always round to nearest, ties to even.
template <class F>
constexpr F nearest(F a) {
  constexpr F kWhole = sizeof(F) == 4 ? F(0x1p23) : F(0x1p52);
  const F magnitude = abs(a);
  if (!(magnitude < kWhole)) return canonical(a);
  return copysign((magnitude + kWhole) - kWhole, a);
}

// Bounds of what truncates into U, as floats that F holds exactly: low < a < high.
template <class U, bool IsSigned, class F>
struct TruncRange {
  static constexpr F kHigh = IsSigned ? F(U{1} << (kBits<U> - 1)) : F(U{1} << (kBits<U> - 1)) * 2;
  // -2^(N-1) itself fits; where F has room for a fraction there, so does everything above -2^(N-1)-1.
  static constexpr bool kHasFraction = IsSigned && std::numeric_limits<F>::digits > kBits<U>;
  static constexpr bool is_low(F a) {
    if constexpr (!IsSigned)
      return a <= F(-1);
    else if constexpr (kHasFraction)
      return a <= -kHigh - F(1);
    else
      return a < -kHigh;
  }
  static constexpr bool is_high(F a) { return a >= kHigh; }
};
template <class U, bool IsSigned, class F>
constexpr U trunc_in_range(F a) {
  if constexpr (IsSigned)
    return static_cast<U>(static_cast<Signed<U>>(a));
  else
    return static_cast<U>(a);
}
template <class U, bool IsSigned, class F>
constexpr NumericResult<U> trunc(F a) {
  if (a != a) return {0, TrapCode::InvalidConversionToInteger};
  using Range = TruncRange<U, IsSigned, F>;
  if (Range::is_low(a) || Range::is_high(a)) return {0, TrapCode::IntegerOverflow};
  return {trunc_in_range<U, IsSigned>(a)};
}
template <class U, bool IsSigned, class F>
constexpr U trunc_sat(F a) {
  if (a != a) return 0;
  using Range = TruncRange<U, IsSigned, F>;
  constexpr U kTop = U{1} << (kBits<U> - 1);
  if (Range::is_low(a)) return IsSigned ? kTop : 0;
  if (Range::is_high(a)) return IsSigned ? kTop - 1 : ~U{0};
  return trunc_in_range<U, IsSigned>(a);
}

template <class Narrow, class U>
constexpr U extend(U a) {
  return static_cast<U>(static_cast<Signed<U>>(static_cast<Narrow>(a)));
}

}  // namespace numeric

constexpr uint32_t I32Eqz(uint32_t a) { return a == 0; }
constexpr uint32_t I32Eq(uint32_t a, uint32_t b) { return a == b; }
constexpr uint32_t I32Ne(uint32_t a, uint32_t b) { return a != b; }
constexpr uint32_t I32LtS(uint32_t a, uint32_t b) { return numeric::to_signed(a) < numeric::to_signed(b); }
constexpr uint32_t I32LtU(uint32_t a, uint32_t b) { return a < b; }
constexpr uint32_t I32GtS(uint32_t a, uint32_t b) { return numeric::to_signed(a) > numeric::to_signed(b); }
constexpr uint32_t I32GtU(uint32_t a, uint32_t b) { return a > b; }
constexpr uint32_t I32LeS(uint32_t a, uint32_t b) { return numeric::to_signed(a) <= numeric::to_signed(b); }
constexpr uint32_t I32LeU(uint32_t a, uint32_t b) { return a <= b; }
constexpr uint32_t I32GeS(uint32_t a, uint32_t b) { return numeric::to_signed(a) >= numeric::to_signed(b); }
constexpr uint32_t I32GeU(uint32_t a, uint32_t b) { return a >= b; }
constexpr uint32_t I32Clz(uint32_t a) { return static_cast<uint32_t>(std::countl_zero(a)); }
constexpr uint32_t I32Ctz(uint32_t a) { return static_cast<uint32_t>(std::countr_zero(a)); }
constexpr uint32_t I32Popcnt(uint32_t a) { return static_cast<uint32_t>(std::popcount(a)); }
constexpr uint32_t I32Add(uint32_t a, uint32_t b) { return a + b; }
constexpr uint32_t I32Sub(uint32_t a, uint32_t b) { return a - b; }
constexpr uint32_t I32Mul(uint32_t a, uint32_t b) { return a * b; }
constexpr NumericResult<uint32_t> I32DivS(uint32_t a, uint32_t b) { return numeric::div_s(a, b); }
constexpr NumericResult<uint32_t> I32DivU(uint32_t a, uint32_t b) { return numeric::div_u(a, b); }
constexpr NumericResult<uint32_t> I32RemS(uint32_t a, uint32_t b) { return numeric::rem_s(a, b); }
constexpr NumericResult<uint32_t> I32RemU(uint32_t a, uint32_t b) { return numeric::rem_u(a, b); }
constexpr uint32_t I32And(uint32_t a, uint32_t b) { return a & b; }
constexpr uint32_t I32Or(uint32_t a, uint32_t b) { return a | b; }
constexpr uint32_t I32Xor(uint32_t a, uint32_t b) { return a ^ b; }
constexpr uint32_t I32Shl(uint32_t a, uint32_t b) { return a << numeric::shift_count(b); }
constexpr uint32_t I32ShrS(uint32_t a, uint32_t b) {
  return static_cast<uint32_t>(numeric::to_signed(a) >> numeric::shift_count(b));
}
constexpr uint32_t I32ShrU(uint32_t a, uint32_t b) { return a >> numeric::shift_count(b); }
constexpr uint32_t I32Rotl(uint32_t a, uint32_t b) { return std::rotl(a, static_cast<int>(numeric::shift_count(b))); }
constexpr uint32_t I32Rotr(uint32_t a, uint32_t b) { return std::rotr(a, static_cast<int>(numeric::shift_count(b))); }

constexpr uint32_t I64Eqz(uint64_t a) { return a == 0; }
constexpr uint32_t I64Eq(uint64_t a, uint64_t b) { return a == b; }
constexpr uint32_t I64Ne(uint64_t a, uint64_t b) { return a != b; }
constexpr uint32_t I64LtS(uint64_t a, uint64_t b) { return numeric::to_signed(a) < numeric::to_signed(b); }
constexpr uint32_t I64LtU(uint64_t a, uint64_t b) { return a < b; }
constexpr uint32_t I64GtS(uint64_t a, uint64_t b) { return numeric::to_signed(a) > numeric::to_signed(b); }
constexpr uint32_t I64GtU(uint64_t a, uint64_t b) { return a > b; }
constexpr uint32_t I64LeS(uint64_t a, uint64_t b) { return numeric::to_signed(a) <= numeric::to_signed(b); }
constexpr uint32_t I64LeU(uint64_t a, uint64_t b) { return a <= b; }
constexpr uint32_t I64GeS(uint64_t a, uint64_t b) { return numeric::to_signed(a) >= numeric::to_signed(b); }
constexpr uint32_t I64GeU(uint64_t a, uint64_t b) { return a >= b; }
constexpr uint64_t I64Clz(uint64_t a) { return static_cast<uint64_t>(std::countl_zero(a)); }
constexpr uint64_t I64Ctz(uint64_t a) { return static_cast<uint64_t>(std::countr_zero(a)); }
constexpr uint64_t I64Popcnt(uint64_t a) { return static_cast<uint64_t>(std::popcount(a)); }
constexpr uint64_t I64Add(uint64_t a, uint64_t b) { return a + b; }
constexpr uint64_t I64Sub(uint64_t a, uint64_t b) { return a - b; }
constexpr uint64_t I64Mul(uint64_t a, uint64_t b) { return a * b; }
constexpr NumericResult<uint64_t> I64DivS(uint64_t a, uint64_t b) { return numeric::div_s(a, b); }
constexpr NumericResult<uint64_t> I64DivU(uint64_t a, uint64_t b) { return numeric::div_u(a, b); }
constexpr NumericResult<uint64_t> I64RemS(uint64_t a, uint64_t b) { return numeric::rem_s(a, b); }
constexpr NumericResult<uint64_t> I64RemU(uint64_t a, uint64_t b) { return numeric::rem_u(a, b); }
constexpr uint64_t I64And(uint64_t a, uint64_t b) { return a & b; }
constexpr uint64_t I64Or(uint64_t a, uint64_t b) { return a | b; }
constexpr uint64_t I64Xor(uint64_t a, uint64_t b) { return a ^ b; }
constexpr uint64_t I64Shl(uint64_t a, uint64_t b) { return a << numeric::shift_count(b); }
constexpr uint64_t I64ShrS(uint64_t a, uint64_t b) {
  return static_cast<uint64_t>(numeric::to_signed(a) >> numeric::shift_count(b));
}
constexpr uint64_t I64ShrU(uint64_t a, uint64_t b) { return a >> numeric::shift_count(b); }
constexpr uint64_t I64Rotl(uint64_t a, uint64_t b) { return std::rotl(a, static_cast<int>(numeric::shift_count(b))); }
constexpr uint64_t I64Rotr(uint64_t a, uint64_t b) { return std::rotr(a, static_cast<int>(numeric::shift_count(b))); }

constexpr uint32_t F32Eq(float a, float b) { return a == b; }
constexpr uint32_t F32Ne(float a, float b) { return a != b; }
constexpr uint32_t F32Lt(float a, float b) { return a < b; }
constexpr uint32_t F32Gt(float a, float b) { return a > b; }
constexpr uint32_t F32Le(float a, float b) { return a <= b; }
constexpr uint32_t F32Ge(float a, float b) { return a >= b; }
constexpr float F32Abs(float a) { return numeric::abs(a); }
constexpr float F32Neg(float a) { return numeric::neg(a); }
inline float F32Ceil(float a) { return numeric::canonical(std::ceil(a)); }
inline float F32Floor(float a) { return numeric::canonical(std::floor(a)); }
inline float F32Trunc(float a) { return numeric::canonical(std::trunc(a)); }
constexpr float F32Nearest(float a) { return numeric::nearest(a); }
inline float F32Sqrt(float a) { return numeric::canonical(std::sqrt(a)); }
constexpr float F32Add(float a, float b) { return numeric::canonical(a + b); }
constexpr float F32Sub(float a, float b) { return numeric::canonical(a - b); }
constexpr float F32Mul(float a, float b) { return numeric::canonical(a * b); }
constexpr float F32Div(float a, float b) { return numeric::canonical(a / b); }
constexpr float F32Min(float a, float b) { return numeric::min(a, b); }
constexpr float F32Max(float a, float b) { return numeric::max(a, b); }
constexpr float F32Copysign(float a, float b) { return numeric::copysign(a, b); }

constexpr uint32_t F64Eq(double a, double b) { return a == b; }
constexpr uint32_t F64Ne(double a, double b) { return a != b; }
constexpr uint32_t F64Lt(double a, double b) { return a < b; }
constexpr uint32_t F64Gt(double a, double b) { return a > b; }
constexpr uint32_t F64Le(double a, double b) { return a <= b; }
constexpr uint32_t F64Ge(double a, double b) { return a >= b; }
constexpr double F64Abs(double a) { return numeric::abs(a); }
constexpr double F64Neg(double a) { return numeric::neg(a); }
inline double F64Ceil(double a) { return numeric::canonical(std::ceil(a)); }
inline double F64Floor(double a) { return numeric::canonical(std::floor(a)); }
inline double F64Trunc(double a) { return numeric::canonical(std::trunc(a)); }
constexpr double F64Nearest(double a) { return numeric::nearest(a); }
inline double F64Sqrt(double a) { return numeric::canonical(std::sqrt(a)); }
constexpr double F64Add(double a, double b) { return numeric::canonical(a + b); }
constexpr double F64Sub(double a, double b) { return numeric::canonical(a - b); }
constexpr double F64Mul(double a, double b) { return numeric::canonical(a * b); }
constexpr double F64Div(double a, double b) { return numeric::canonical(a / b); }
constexpr double F64Min(double a, double b) { return numeric::min(a, b); }
constexpr double F64Max(double a, double b) { return numeric::max(a, b); }
constexpr double F64Copysign(double a, double b) { return numeric::copysign(a, b); }

constexpr uint32_t I32WrapI64(uint64_t a) { return static_cast<uint32_t>(a); }
constexpr uint64_t I64ExtendI32S(uint32_t a) { return static_cast<uint64_t>(int64_t{numeric::to_signed(a)}); }
constexpr uint64_t I64ExtendI32U(uint32_t a) { return a; }
constexpr NumericResult<uint32_t> I32TruncF32S(float a) { return numeric::trunc<uint32_t, true>(a); }
constexpr NumericResult<uint32_t> I32TruncF32U(float a) { return numeric::trunc<uint32_t, false>(a); }
constexpr NumericResult<uint32_t> I32TruncF64S(double a) { return numeric::trunc<uint32_t, true>(a); }
constexpr NumericResult<uint32_t> I32TruncF64U(double a) { return numeric::trunc<uint32_t, false>(a); }
constexpr NumericResult<uint64_t> I64TruncF32S(float a) { return numeric::trunc<uint64_t, true>(a); }
constexpr NumericResult<uint64_t> I64TruncF32U(float a) { return numeric::trunc<uint64_t, false>(a); }
constexpr NumericResult<uint64_t> I64TruncF64S(double a) { return numeric::trunc<uint64_t, true>(a); }
constexpr NumericResult<uint64_t> I64TruncF64U(double a) { return numeric::trunc<uint64_t, false>(a); }
constexpr uint32_t I32TruncSatF32S(float a) { return numeric::trunc_sat<uint32_t, true>(a); }
constexpr uint32_t I32TruncSatF32U(float a) { return numeric::trunc_sat<uint32_t, false>(a); }
constexpr uint32_t I32TruncSatF64S(double a) { return numeric::trunc_sat<uint32_t, true>(a); }
constexpr uint32_t I32TruncSatF64U(double a) { return numeric::trunc_sat<uint32_t, false>(a); }
constexpr uint64_t I64TruncSatF32S(float a) { return numeric::trunc_sat<uint64_t, true>(a); }
constexpr uint64_t I64TruncSatF32U(float a) { return numeric::trunc_sat<uint64_t, false>(a); }
constexpr uint64_t I64TruncSatF64S(double a) { return numeric::trunc_sat<uint64_t, true>(a); }
constexpr uint64_t I64TruncSatF64U(double a) { return numeric::trunc_sat<uint64_t, false>(a); }

constexpr float F32ConvertI32S(uint32_t a) { return static_cast<float>(numeric::to_signed(a)); }
constexpr float F32ConvertI32U(uint32_t a) { return static_cast<float>(a); }
constexpr float F32ConvertI64S(uint64_t a) { return static_cast<float>(numeric::to_signed(a)); }
constexpr float F32ConvertI64U(uint64_t a) { return static_cast<float>(a); }
constexpr double F64ConvertI32S(uint32_t a) { return static_cast<double>(numeric::to_signed(a)); }
constexpr double F64ConvertI32U(uint32_t a) { return static_cast<double>(a); }
constexpr double F64ConvertI64S(uint64_t a) { return static_cast<double>(numeric::to_signed(a)); }
constexpr double F64ConvertI64U(uint64_t a) { return static_cast<double>(a); }
constexpr float F32DemoteF64(double a) { return numeric::canonical(static_cast<float>(a)); }
constexpr double F64PromoteF32(float a) { return numeric::canonical(static_cast<double>(a)); }
constexpr uint32_t I32ReinterpretF32(float a) { return std::bit_cast<uint32_t>(a); }
constexpr float F32ReinterpretI32(uint32_t a) { return std::bit_cast<float>(a); }
constexpr uint64_t I64ReinterpretF64(double a) { return std::bit_cast<uint64_t>(a); }
constexpr double F64ReinterpretI64(uint64_t a) { return std::bit_cast<double>(a); }
constexpr uint32_t I32Extend8S(uint32_t a) { return numeric::extend<int8_t>(a); }
constexpr uint32_t I32Extend16S(uint32_t a) { return numeric::extend<int16_t>(a); }
constexpr uint64_t I64Extend8S(uint64_t a) { return numeric::extend<int8_t>(a); }
constexpr uint64_t I64Extend16S(uint64_t a) { return numeric::extend<int16_t>(a); }
constexpr uint64_t I64Extend32S(uint64_t a) { return numeric::extend<int32_t>(a); }

}  // namespace wasmscope::wasm
