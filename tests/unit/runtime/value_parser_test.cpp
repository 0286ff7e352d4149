// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/value_parser.h"

#include <gtest/gtest.h>

namespace wasmscope::runtime {
namespace {

using wasm::kF32, wasm::kF64, wasm::kI32, wasm::kI64, wasm::kV128, wasm::kFuncRef;

std::string round_trip(wasm::ValType type, std::string_view text) {
  const auto value = parse_value(type, text);
  return value ? to_text(*value) : "refused";
}

TEST(ParseValueTest, IntegersTakeTheSignedAndTheUnsignedRange) {
  EXPECT_EQ(round_trip(kI32, "0"), "0");
  EXPECT_EQ(round_trip(kI32, "-2147483648"), "-2147483648");
  EXPECT_EQ(round_trip(kI32, "4294967295"), "-1");
  EXPECT_EQ(round_trip(kI32, "0xFFFFFFFE"), "-2");
  EXPECT_EQ(round_trip(kI32, "-0x10"), "-16");
  EXPECT_EQ(round_trip(kI32, "+5"), "5");
  EXPECT_EQ(round_trip(kI64, "18446744073709551615"), "-1");
  EXPECT_EQ(round_trip(kI64, "-9223372036854775808"), "-9223372036854775808");
}

TEST(ParseValueTest, IntegersOutOfRangeOrMisspeltAreRefused) {
  for (const char* text : {"4294967296", "-2147483649", "", "-", "0x", "12a", " 1", "1 ", "--1", "+-1", "1.5", "0x-1"})
    EXPECT_EQ(round_trip(kI32, text), "refused") << text;
  EXPECT_EQ(round_trip(kI64, "18446744073709551616"), "refused");
  EXPECT_EQ(round_trip(kI64, "-9223372036854775809"), "refused");
}

TEST(ParseValueTest, FloatsKeepTheirBits) {
  EXPECT_EQ(round_trip(kF64, "0.1"), "0.1");
  EXPECT_EQ(round_trip(kF64, "-0"), "-0");
  EXPECT_EQ(round_trip(kF64, "0x1.8p3"), "12");
  EXPECT_EQ(round_trip(kF32, "-1e10"), "-1e+10");
  EXPECT_EQ(round_trip(kF32, ".5"), "0.5");
  EXPECT_EQ(round_trip(kF32, "-inf"), "-inf");
  EXPECT_EQ(round_trip(kF32, "nan"), "nan");
  EXPECT_EQ(round_trip(kF32, "-nan:0x200001"), "-nan:0x200001");
  EXPECT_EQ(parse_value(kF64, "nan:0xfffffffffffff")->bits, 0x7FFFFFFFFFFFFFFFu);
}

TEST(ParseValueTest, MisspeltFloatsAreRefused) {
  for (const char* text : {"", "-", "1.5x", "nan:", "nan:0x0", "nan:0x800000", "infinity", "nan(1)", "0x", "--1", "e5"})
    EXPECT_EQ(round_trip(kF32, text), "refused") << text;
}

TEST(ParseValueTest, VectorsAndReferences) {
  EXPECT_EQ(round_trip(kV128, "0x1"), "0x00000000000000000000000000000001");
  EXPECT_EQ(round_trip(kV128, "0x0123456789abcdef0011223344556677"), "0x0123456789abcdef0011223344556677");
  EXPECT_EQ(round_trip(kV128, "1"), "refused");
  EXPECT_EQ(round_trip(kV128, "0x012345678901234567890123456789012"), "refused");
  EXPECT_EQ(round_trip(kFuncRef, "null"), "null");
  EXPECT_EQ(round_trip(kFuncRef, "3"), "refused");
}

}  // namespace
}  // namespace wasmscope::runtime
