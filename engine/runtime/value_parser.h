// SPDX-License-Identifier: Apache-2.0
// Values as people and scripts write them, the reverse of to_text(Value): arguments of an invoked function,
// values to set. The whole text must be the value.
//   i32, i64   -7, 42, 0xff; the signed and the unsigned range of the type
//   f32, f64   1.5, -2e10, 0x1.8p3, inf, nan, nan:0x400001
//   v128       0x and up to 32 hexadecimal digits, or lanes: i32x4:1,2,3,4, f32x4:0.5 for all four
//   ref        null
#pragma once
#include <optional>
#include <string_view>

#include "engine/runtime/value.h"

namespace wasmscope::runtime {

// Empty when the text is no value of the type.
std::optional<Value> parse_value(wasm::ValType type, std::string_view text);

}  // namespace wasmscope::runtime
