// SPDX-License-Identifier: Apache-2.0
// A WebAssembly value outside a frame. References are numbers, never pointers. A function reference is the
// function's store address + 1; any other an object's offset in the heap, a number of 31 bits or a value of the
// host, which is the same reference as anyref and as externref. 0 is null.
#pragma once
#include <bit>
#include <cstdint>
#include <string>

#include "engine/wasm/types.h"

namespace wasmscope::runtime {

// References other than those to functions: null, an object, a number of 31 bits, or a value of the host.
inline constexpr uint64_t kI31Bit = uint64_t{1} << 32, kHostBit = uint64_t{1} << 33;
constexpr bool is_object(uint64_t reference) { return reference != 0 && reference < kI31Bit; }
constexpr bool is_i31(uint64_t reference) { return (reference & kI31Bit) != 0; }
constexpr bool is_host(uint64_t reference) { return (reference & kHostBit) != 0; }

struct Value {
  wasm::ValType type;
  uint64_t bits = 0;   // i32 and f32 in the low half, zero above
  uint64_t high = 0;   // upper half of a v128

  friend bool operator==(const Value&, const Value&) = default;
  static Value i32(uint32_t v) { return {wasm::kI32, v, 0}; }
  static Value i64(uint64_t v) { return {wasm::kI64, v, 0}; }
  static Value f32(float v) { return {wasm::kF32, std::bit_cast<uint32_t>(v), 0}; }
  static Value f64(double v) { return {wasm::kF64, std::bit_cast<uint64_t>(v), 0}; }
  static Value host_reference(wasm::ValType type, uint32_t number) { return {type, kHostBit | number, 0}; }
  static Value zero(wasm::ValType type) { return {type, 0, 0}; }
};

// Whether bits from outside may become a value of the type without knowing a store: numbers, null, and values of the host.
constexpr bool is_safe(wasm::ValType type, uint64_t bits) {
  switch (type.kind) {
    case wasm::Kind::I32:
    case wasm::Kind::F32: return bits <= UINT32_MAX;
    case wasm::Kind::I64:
    case wasm::Kind::F64:
    case wasm::Kind::V128: return true;
    case wasm::Kind::Ref:
      if (bits == 0) return type.nullable;
      return (type.heap == wasm::HeapKind::Extern || type.heap == wasm::HeapKind::Any) && bits >> 32 == kHostBit >> 32;
    case wasm::Kind::Bottom: break;
  }
  return false;
}

// Plain value as a person or a script wants it: signed decimal integers, shortest round-trip floats
// ("nan", "nan:0x400001", "inf"), "null", "func #3", "i31 -7", "host 3", "object 0x40", "v128 0x...".
std::string to_text(const Value& value);

}  // namespace wasmscope::runtime
