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
  const Value object{wasm::ref_type(wasm::HeapKind::Any, true), 0x44010, 0};
  EXPECT_EQ(value_text(object).main, "object 0x44010");
  EXPECT_EQ(value_text(object, nullptr, {"$node 0x44010", true}).main, "$node 0x44010");
  EXPECT_EQ(object_command(0x44010), "object 0x44010");
}

TEST(ValueText, VectorsByTheirLanes) {
  const Value vector{wasm::kV128, 0x3F80000000000001, 0x4000000000000000};
  EXPECT_EQ(value_text(vector).main, "0x4000000000000000_3f80000000000001");
  const runtime::LaneShape* shape = nullptr;
  std::string texts;
  while ((shape = next_shape(shape)) != nullptr) {
    const ValueText text = value_text(vector, shape);
    texts += (texts.empty() ? "" : "\n") + text.type + "  " + text.main;
  }
  EXPECT_EQ(texts, lanes_text(vector));
  EXPECT_NE(texts.find("i32x4  1 1065353216 0 1073741824"), std::string::npos) << texts;
  EXPECT_EQ(value_text(Value::i32(1), next_shape(nullptr)).type, "i32");
  EXPECT_EQ(lanes_text(Value::i32(1)), "");
}

TEST(ValueText, ShortForms) {
  EXPECT_EQ(short_text(Value::i32(12)), "12");
  EXPECT_EQ(short_text(Value::i32(0x20000)), "0x20000");
  EXPECT_EQ(short_text(Value::i32(UINT32_MAX)), "-1");
}

}  // namespace
}  // namespace wasmscope::ui
