// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/lane_shape.h"

#include <gtest/gtest.h>

#include "engine/runtime/value_parser.h"

namespace wasmscope::runtime {
namespace {

std::string shown(const Value& value, std::string_view shape) { return to_text(value, *find_lane_shape(shape)); }

TEST(LaneShape, OneVectorInEveryShape) {
  const Value value{wasm::kV128, 0x3F800000FFFE8001, 0xBFF0000000000000};
  EXPECT_EQ(shown(value, "i8x16"), "1 -128 -2 -1 0 0 -128 63 0 0 0 0 0 0 -16 -65");
  EXPECT_EQ(shown(value, "i16x8"), "-32767 -2 0 16256 0 0 0 -16400");
  EXPECT_EQ(shown(value, "i32x4"), "-98303 1065353216 0 -1074790400");
  EXPECT_EQ(shown(value, "i64x2"), "4575657225703292929 -4616189618054758400");
  EXPECT_EQ(shown(value, "f32x4"), "-nan:0x7e8001 1 0 -1.875");
  EXPECT_EQ(shown(value, "f64x2"), "0.007812507450410068 -1");
  EXPECT_EQ(all_lane_shapes().size(), 6u);
  EXPECT_EQ(find_lane_shape("i32x8"), nullptr);
}

TEST(LaneShape, LanesReadBack) {
  const auto parsed = [](std::string_view text) { return parse_value(wasm::kV128, text); };
  EXPECT_EQ(parsed("i32x4:1,-2,3,0xffffffff"), (Value{wasm::kV128, 0xFFFFFFFE00000001, 0xFFFFFFFF00000003}));
  EXPECT_EQ(parsed("i8x16:255"), (Value{wasm::kV128, ~uint64_t{0}, ~uint64_t{0}}));
  EXPECT_EQ(parsed("f64x2:1,inf"), (Value{wasm::kV128, 0x3FF0000000000000, 0x7FF0000000000000}));
  for (const std::string_view wrong : {"i32x4:", "i32x4:1,2", "i32x4:1,2,3,4,", "i32x4:1,2,3,4,5", "i8x16:256",
                                       "i8x16:-129", "i16x8:65536", "i3x4:1", "i32x4", "i32x4:1,,2,3", "f32x4:x"})
    EXPECT_FALSE(parsed(wrong)) << wrong;
  for (const LaneShape& shape : all_lane_shapes()) {
    const Value value{wasm::kV128, 0x0102030405060708, 0x3FC0A0B0C0D0E0F0};
    std::string text = to_text(value, shape);
    for (char& c : text)
      if (c == ' ') c = ',';
    EXPECT_EQ(parsed(std::string(shape.name) + ":" + text), value) << shape.name;
  }
}

}  // namespace
}  // namespace wasmscope::runtime
