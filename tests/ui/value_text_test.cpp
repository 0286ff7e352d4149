// SPDX-License-Identifier: Apache-2.0
#include "ui/model/value_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace wasmscope::ui {
namespace {

using runtime::Value;

TEST(ValueText, IntegersInHexAndDecimal) {
  EXPECT_EQ(value_text(Value::i32(0x1ff02)).main, "0x0001ff02");
  EXPECT_EQ(value_text(Value::i32(0x1ff02)).other, "130 818");
  EXPECT_EQ(value_text(Value::i32(0xffffff00)).other, "-256");
  EXPECT_EQ(value_text(Value::i64(1)).main, "1");
  EXPECT_EQ(value_text(Value::i32(0)).other, "");
}

TEST(ValueText, FloatsShortest) {
  EXPECT_EQ(value_text(Value::f64(0.1)).main, "0.1");
  EXPECT_EQ(value_text(Value::f32(1)).main, "1.0");
  EXPECT_EQ(value_text(Value::f64(-std::numeric_limits<double>::infinity())).main, "-inf");
  EXPECT_EQ(value_text(Value::f64(std::numeric_limits<double>::quiet_NaN())).main, "nan");
}

TEST(ValueText, References) {
  EXPECT_EQ(value_text(Value::zero(wasm::kFuncRef)).main, "null");
  EXPECT_EQ(value_text({wasm::kFuncRef, 8, 0}).main, "func 7");
}

TEST(ValueText, ShortForms) {
  EXPECT_EQ(short_text(Value::i32(12)), "12");
  EXPECT_EQ(short_text(Value::i32(0x20000)), "0x20000");
  EXPECT_EQ(short_text(Value::i32(UINT32_MAX)), "-1");
}

}  // namespace
}  // namespace wasmscope::ui
