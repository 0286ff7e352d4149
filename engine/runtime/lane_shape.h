// SPDX-License-Identifier: Apache-2.0
// A v128 as the lanes it may be read as. Lane 0 comes first: it is in the lowest bits, and first in memory.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/runtime/value.h"

namespace wasmscope::runtime {

struct LaneShape {
  std::string_view name;   // "i16x8"
  wasm::Kind kind{};       // of a lane; narrow integers are I32
  uint32_t bits = 0;       // of a lane
};
// i8x16, i16x8, i32x4, i64x2, f32x4, f64x2
std::span<const LaneShape> all_lane_shapes();
const LaneShape* find_lane_shape(std::string_view name);   // null: there is none

// "1 -2 3 4": integers signed, floats as to_text(Value) has them.
std::string to_text(const Value& vector, const LaneShape& shape);
// "i32x4:1,-2,3,4", or one lane for all of them: "f64x2:0.5"
std::optional<Value> parse_lanes(std::string_view text);

}  // namespace wasmscope::runtime
