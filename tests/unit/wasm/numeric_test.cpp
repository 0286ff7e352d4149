// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/numeric.h"

#include <gtest/gtest.h>

namespace wasmscope::wasm {
namespace {

constexpr float kNan32 = std::numeric_limits<float>::quiet_NaN();
constexpr double kNan64 = std::numeric_limits<double>::quiet_NaN();
constexpr float kInf32 = std::numeric_limits<float>::infinity();
constexpr double kInf64 = std::numeric_limits<double>::infinity();
constexpr uint32_t kMin32 = 0x80000000;
constexpr uint64_t kMin64 = 0x8000000000000000;

uint32_t bits(float value) { return std::bit_cast<uint32_t>(value); }
uint64_t bits(double value) { return std::bit_cast<uint64_t>(value); }
float float_of(uint32_t value) { return std::bit_cast<float>(value); }
double double_of(uint64_t value) { return std::bit_cast<double>(value); }

template <class T>
void expect_value(NumericResult<T> result, T value) {
  EXPECT_EQ(result.trap, TrapCode::None);
  EXPECT_EQ(result.value, value);
}
template <class T>
void expect_trap(NumericResult<T> result, TrapCode code) {
  EXPECT_EQ(result.trap, code);
}

TEST(Numeric, DivisionTraps) {
  expect_trap(I32DivS(1, 0), TrapCode::IntegerDivideByZero);
  expect_trap(I32DivU(1, 0), TrapCode::IntegerDivideByZero);
  expect_trap(I64RemS(1, 0), TrapCode::IntegerDivideByZero);
  expect_trap(I64RemU(0, 0), TrapCode::IntegerDivideByZero);
  expect_trap(I32DivS(kMin32, UINT32_MAX), TrapCode::IntegerOverflow);
  expect_trap(I64DivS(kMin64, UINT64_MAX), TrapCode::IntegerOverflow);
}

TEST(Numeric, DivisionRoundsTowardZero) {
  expect_value(I32DivS(static_cast<uint32_t>(-7), 2), static_cast<uint32_t>(-3));
  expect_value(I32RemS(static_cast<uint32_t>(-7), 2), static_cast<uint32_t>(-1));
  expect_value(I32RemS(7, static_cast<uint32_t>(-2)), 1u);
  expect_value(I32DivU(kMin32, UINT32_MAX), 0u);
  expect_value(I32RemS(kMin32, UINT32_MAX), 0u);
  expect_value(I64RemS(kMin64, UINT64_MAX), uint64_t{0});
  expect_value(I64RemU(kMin64, UINT64_MAX), kMin64);
}

TEST(Numeric, ShiftCountsWrap) {
  EXPECT_EQ(I32Shl(1, 33), 2u);
  EXPECT_EQ(I32ShrS(kMin32, 63), UINT32_MAX);
  EXPECT_EQ(I32ShrU(kMin32, 63), 1u);
  EXPECT_EQ(I64Shl(1, 64), 1u);
  EXPECT_EQ(I64ShrS(kMin64, 63), UINT64_MAX);
  EXPECT_EQ(I32Rotl(0xABCD9876, 33), 0x579B30EDu);
  EXPECT_EQ(I32Rotr(1, 1), kMin32);
  EXPECT_EQ(I64Rotr(1, 65), kMin64);
}

TEST(Numeric, CountsBits) {
  EXPECT_EQ(I32Clz(0), 32u);
  EXPECT_EQ(I64Ctz(0), 64u);
  EXPECT_EQ(I64Clz(1), 63u);
  EXPECT_EQ(I32Popcnt(0xF0F0F0F0), 16u);
}

TEST(Numeric, ComparesSignedAndUnsigned) {
  EXPECT_EQ(I32LtS(UINT32_MAX, 0), 1u);
  EXPECT_EQ(I32LtU(UINT32_MAX, 0), 0u);
  EXPECT_EQ(I64GeS(kMin64, 0), 0u);
  EXPECT_EQ(I64GeU(kMin64, 0), 1u);
  EXPECT_EQ(F64Ne(kNan64, kNan64), 1u);
  EXPECT_EQ(F64Eq(0.0, -0.0), 1u);
  EXPECT_EQ(F32Le(kNan32, 1), 0u);
}

TEST(Numeric, MinAndMaxOrderZerosAndPropagateNans) {
  EXPECT_EQ(bits(F32Min(0.0f, -0.0f)), bits(-0.0f));
  EXPECT_EQ(bits(F32Min(-0.0f, 0.0f)), bits(-0.0f));
  EXPECT_EQ(bits(F64Max(0.0, -0.0)), bits(0.0));
  EXPECT_EQ(bits(F64Max(-0.0, -0.0)), bits(-0.0));
  EXPECT_EQ(bits(F32Min(kNan32, 1)), 0x7FC00000u);
  EXPECT_EQ(bits(F64Max(1, double_of(0xFFF0000000000001))), 0x7FF8000000000000u);
  EXPECT_EQ(F32Min(-kInf32, 1), -kInf32);
  EXPECT_EQ(F64Max(2, 3), 3);
}

TEST(Numeric, ArithmeticMakesTheCanonicalNan) {
  EXPECT_EQ(bits(F32Div(0, 0)), 0x7FC00000u);
  EXPECT_EQ(bits(F64Sub(kInf64, kInf64)), 0x7FF8000000000000u);
  EXPECT_EQ(bits(F32Add(float_of(0xFFC12345), 1)), 0x7FC00000u);
  EXPECT_EQ(bits(F64Sqrt(-1)), 0x7FF8000000000000u);
  EXPECT_EQ(bits(F32DemoteF64(double_of(0x7FF0000000000001))), 0x7FC00000u);
  EXPECT_EQ(bits(F64PromoteF32(float_of(0xFF800001))), 0x7FF8000000000000u);
  EXPECT_EQ(bits(F32Nearest(float_of(0xFFC12345))), 0x7FC00000u);
}

TEST(Numeric, SignOperationsKeepEveryOtherBit) {
  EXPECT_EQ(bits(F32Neg(float_of(0x7F800001))), 0xFF800001u);
  EXPECT_EQ(bits(F32Abs(float_of(0xFFC12345))), 0x7FC12345u);
  EXPECT_EQ(bits(F64Copysign(double_of(0x7FF0000000000001), -1)), 0xFFF0000000000001u);
  EXPECT_EQ(I32ReinterpretF32(float_of(0x7F800001)), 0x7F800001u);
}

TEST(Numeric, NearestTakesTheEvenOfTwo) {
  EXPECT_EQ(F32Nearest(0.5f), 0.0f);
  EXPECT_EQ(F32Nearest(1.5f), 2.0f);
  EXPECT_EQ(F64Nearest(2.5), 2.0);
  EXPECT_EQ(F64Nearest(-2.5), -2.0);
  EXPECT_EQ(bits(F64Nearest(-0.25)), bits(-0.0));
  EXPECT_EQ(bits(F32Nearest(-0.0f)), bits(-0.0f));
  EXPECT_EQ(F64Nearest(4503599627370495.5), 4503599627370496.0);
  EXPECT_EQ(F32Nearest(8388609.0f), 8388609.0f);
  EXPECT_EQ(F64Nearest(-kInf64), -kInf64);
  EXPECT_EQ(F64Nearest(0.49999999999999994), 0.0);
}

TEST(Numeric, TruncationChecksItsRangeExactly) {
  expect_value(I32TruncF64S(-2147483648.9), kMin32);
  expect_trap(I32TruncF64S(-2147483649.0), TrapCode::IntegerOverflow);
  expect_value(I32TruncF64S(2147483647.9), 0x7FFFFFFFu);
  expect_trap(I32TruncF64S(2147483648.0), TrapCode::IntegerOverflow);
  expect_value(I32TruncF32S(-2147483648.0f), kMin32);
  expect_trap(I32TruncF32S(-2147483904.0f), TrapCode::IntegerOverflow);
  expect_trap(I32TruncF32S(2147483648.0f), TrapCode::IntegerOverflow);
  expect_value(I32TruncF64U(4294967295.9), UINT32_MAX);
  expect_trap(I32TruncF64U(4294967296.0), TrapCode::IntegerOverflow);
  expect_value(I32TruncF64U(-0.9), 0u);
  expect_trap(I32TruncF64U(-1.0), TrapCode::IntegerOverflow);
  expect_value(I64TruncF64S(-9223372036854775808.0), kMin64);
  expect_trap(I64TruncF64S(9223372036854775808.0), TrapCode::IntegerOverflow);
  expect_trap(I64TruncF64S(-9223372036854777856.0), TrapCode::IntegerOverflow);
  expect_value(I64TruncF64U(18446744073709549568.0), 18446744073709549568u);
  expect_trap(I64TruncF32U(18446744073709551616.0f), TrapCode::IntegerOverflow);
  expect_trap(I64TruncF32S(kNan32), TrapCode::InvalidConversionToInteger);
  expect_trap(I32TruncF32U(kInf32), TrapCode::IntegerOverflow);
}

TEST(Numeric, SaturationClamps) {
  EXPECT_EQ(I32TruncSatF32S(kNan32), 0u);
  EXPECT_EQ(I32TruncSatF32S(-kInf32), kMin32);
  EXPECT_EQ(I32TruncSatF64S(1e10), 0x7FFFFFFFu);
  EXPECT_EQ(I32TruncSatF64U(-5), 0u);
  EXPECT_EQ(I32TruncSatF64U(1e10), UINT32_MAX);
  EXPECT_EQ(I64TruncSatF32S(kInf32), 0x7FFFFFFFFFFFFFFFu);
  EXPECT_EQ(I64TruncSatF64U(kInf64), UINT64_MAX);
  EXPECT_EQ(I64TruncSatF64S(-3.7), static_cast<uint64_t>(-3));
}

TEST(Numeric, ConversionsRoundOnce) {
  EXPECT_EQ(F32ConvertI32S(UINT32_MAX), -1.0f);
  EXPECT_EQ(F32ConvertI32U(UINT32_MAX), 4294967296.0f);
  EXPECT_EQ(F32ConvertI64U(0x8000008000000001), 0x1.000002p63f);
  EXPECT_EQ(F32ConvertI64U(0x8000008000000000), 0x1.000000p63f);
  EXPECT_EQ(F64ConvertI64U(UINT64_MAX), 0x1p64);
  EXPECT_EQ(F32ConvertI64S(static_cast<uint64_t>(-16777217)), -16777216.0f);
  EXPECT_EQ(F32DemoteF64(1e300), kInf32);
}

TEST(Numeric, Extends) {
  EXPECT_EQ(I32Extend8S(0x180), 0xFFFFFF80u);
  EXPECT_EQ(I64Extend16S(0x7FFF), 0x7FFFu);
  EXPECT_EQ(I64Extend32S(0x80000000), 0xFFFFFFFF80000000u);
  EXPECT_EQ(I64ExtendI32S(kMin32), 0xFFFFFFFF80000000u);
  EXPECT_EQ(I64ExtendI32U(kMin32), 0x80000000u);
  EXPECT_EQ(I32WrapI64(0x123456789), 0x23456789u);
}

}  // namespace
}  // namespace wasmscope::wasm
