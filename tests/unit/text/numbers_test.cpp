// SPDX-License-Identifier: Apache-2.0
#include "engine/text/numbers.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <random>
#include <string>

namespace wasmscope::text {
namespace {

TEST(Integers, OfEveryForm) {
  EXPECT_EQ(parse_integer("0", 32).value, 0u);
  EXPECT_EQ(parse_integer("1_000_000", 32).value, 1'000'000u);
  EXPECT_EQ(parse_integer("0xDEAD_beef", 32).value, 0xdeadbeefu);
  EXPECT_EQ(parse_integer("-1", 32).value, 0xffffffffu);
  EXPECT_EQ(parse_integer("+7", 8).value, 7u);
  EXPECT_EQ(parse_integer("-0x80", 8).value, 0x80u);
  EXPECT_EQ(parse_integer("18446744073709551615", 64).value, UINT64_MAX);
  EXPECT_EQ(parse_integer("-9223372036854775808", 64).value, uint64_t{1} << 63);
  EXPECT_EQ(parse_unsigned("0x10").value, 16u);
}

TEST(Integers, ThatDoNotFit) {
  for (const char* text : {"256", "-129", "0x100", "+128"})
    EXPECT_EQ(parse_integer(text, 8).status, NumberStatus::OutOfRange) << text;
  for (const char* text :
       {"18446744073709551616", "-9223372036854775809", "0x1_0000_0000_0000_0000", "99999999999999999999999999999999"})
    EXPECT_EQ(parse_integer(text, 64).status, NumberStatus::OutOfRange) << text;
  EXPECT_EQ(parse_unsigned("5", 4).status, NumberStatus::OutOfRange);
}

TEST(Integers, OutsideTheGrammar) {
  for (const char* text : {"", "_1", "1_", "1__0", "0x", "0x_1", "0xg", "1a", "0X1", "+", "-", "--1", "1.0", "0x-1"})
    EXPECT_EQ(parse_integer(text, 32).status, NumberStatus::Malformed) << text;
  EXPECT_EQ(parse_unsigned("+1").status, NumberStatus::Malformed);
}

TEST(Floats, OutsideTheGrammar) {
  for (const char* text : {"",     ".5",     "1e",       "1e+", "0x",  "0x1p",    "0x.8",  "1.e_1", "1_.5",   "nan:1",
                           "nan:", "nan:0x", "infinity", "Inf", "1p3", "0x1.e1.", "1.5.2", "+-1",   "0x1.8q", "1._5"})
    EXPECT_EQ(parse_f64(text).status, NumberStatus::Malformed) << text;
}

TEST(Floats, NanAndInfinity) {
  EXPECT_EQ(parse_f32("nan").value, 0x7fc00000u);
  EXPECT_EQ(parse_f32("-nan:0x200000").value, 0xffa00000u);
  EXPECT_EQ(parse_f64("+nan:0xf_ffff_ffff_ffff").value, 0x7fffffffffffffffu);
  EXPECT_EQ(parse_f64("-inf").value, 0xfff0000000000000u);
  EXPECT_EQ(parse_f32("nan:0x0").status, NumberStatus::OutOfRange);
  EXPECT_EQ(parse_f32("nan:0x800000").status, NumberStatus::OutOfRange);
}

TEST(Floats, TooLargeIsAnErrorAndTooSmallIsZero) {
  for (const char* text : {"1e39", "0x1p128", "-0x1.ffffffp127", "340282356779733661637539395458142568448",
                           "1e9999999999", "0x1p99999999999999999999", "0.0001e999999999999999999"})
    EXPECT_EQ(parse_f32(text).status, NumberStatus::OutOfRange) << text;
  EXPECT_EQ(parse_f32("340282356779733661637539395458142568447").value, 0x7f7fffffu);
  EXPECT_EQ(parse_f32("1e-999999999999").value, 0u);
  EXPECT_EQ(parse_f32("-1e-60").value, 0x80000000u);
  EXPECT_EQ(parse_f64("-0x1p-99999999").value, uint64_t{1} << 63);
  EXPECT_EQ(parse_f64("0e999999999").value, 0u);
}

TEST(Floats, TiesGoToEvenAndAnyDigitBelowBreaksThem) {
  EXPECT_EQ(parse_f32("0x1.000001p0").value, 0x3f800000u);    // halfway, the lower is even
  EXPECT_EQ(parse_f32("0x1.000003p0").value, 0x3f800002u);    // halfway, the upper is even
  EXPECT_EQ(parse_f32("0x1.00000100000000000000000000001p0").value, 0x3f800001u);
  EXPECT_EQ(parse_f32("0x1.00000100000000000000000000000p0").value, 0x3f800000u);
  EXPECT_EQ(parse_f32("0x1p-149").value, 1u);
  EXPECT_EQ(parse_f32("0x1p-150").value, 0u);
  EXPECT_EQ(parse_f32("0x1.00000000000000000000001p-150").value, 1u);
  EXPECT_EQ(parse_f64("0x1.fffffffffffff8p-1023").value, 0x0010000000000000u);
  // Through a double this one would be rounded twice, to 0x3f800000.
  EXPECT_EQ(parse_f32("1.00000005960464477541").value, 0x3f800001u);
  EXPECT_EQ(parse_f32("1.0000000596046447753906250000000000000000000000000000000001").value, 0x3f800001u);
}

// The C library rounds correctly too, and reads the same grammar apart from `_`.
TEST(Floats, AgreeWithTheLibraryOnRandomTexts) {
  std::mt19937_64 random(7);
  const auto digits = [&](std::string_view alphabet, size_t most) {
    std::string text;
    for (size_t n = random() % most + 1; n > 0; --n) text += alphabet[random() % alphabet.size()];
    return text;
  };
  for (int i = 0; i < 200'000; ++i) {
    std::string text = random() % 2 != 0 ? "-" : "";
    const bool is_hex = random() % 2 != 0;
    const std::string_view alphabet = is_hex ? "0123456789abcdefABCDEF" : "0123456789";
    if (is_hex) text += "0x";
    text += digits(alphabet, 30);
    if (random() % 2 != 0) text += "." + digits(random() % 4 == 0 ? "0" : alphabet, 40);
    if (random() % 2 != 0) text += (is_hex ? "p" : "e") + std::to_string(static_cast<int>(random() % 400) - 200);
    const Number<uint32_t> narrow = parse_f32(text);
    const float narrow_expected = std::strtof(text.c_str(), nullptr);
    if (narrow.is_ok())
      ASSERT_EQ(narrow.value, std::bit_cast<uint32_t>(narrow_expected)) << text;
    else
      ASSERT_EQ(std::bit_cast<uint32_t>(narrow_expected) & 0x7fffffffu, 0x7f800000u) << text;
    const Number<uint64_t> wide = parse_f64(text);
    const double wide_expected = std::strtod(text.c_str(), nullptr);
    if (wide.is_ok())
      ASSERT_EQ(wide.value, std::bit_cast<uint64_t>(wide_expected)) << text;
    else
      ASSERT_EQ(std::bit_cast<uint64_t>(wide_expected) << 1 >> 1, 0x7ff0000000000000u) << text;
  }
}

}  // namespace
}  // namespace wasmscope::text
