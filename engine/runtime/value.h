// SPDX-License-Identifier: Apache-2.0
// A WebAssembly value outside a frame. References are indices, never pointers: a function reference is
// the function's store address + 1, 0 is null; external references likewise.
#pragma once
#include <bit>
#include <cstdint>
#include <string>

#include "engine/wasm/types.h"

namespace wasmscope::runtime {

struct Value {
  wasm::ValType type;
  uint64_t bits = 0;   // i32 and f32 in the low half, zero above
  uint64_t high = 0;   // upper half of a v128

  friend bool operator==(const Value&, const Value&) = default;
  static Value i32(uint32_t v) { return {wasm::kI32, v, 0}; }
  static Value i64(uint64_t v) { return {wasm::kI64, v, 0}; }
  static Value f32(float v) { return {wasm::kF32, std::bit_cast<uint32_t>(v), 0}; }
  static Value f64(double v) { return {wasm::kF64, std::bit_cast<uint64_t>(v), 0}; }
  static Value zero(wasm::ValType type) { return {type, 0, 0}; }
};

// Plain value as a person or a script wants it: signed decimal integers, shortest round-trip floats
// ("nan", "nan:0x400001", "inf"), "null", "func #3", "v128 0x...".
std::string to_text(const Value& value);

}  // namespace wasmscope::runtime
