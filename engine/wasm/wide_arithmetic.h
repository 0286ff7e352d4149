// SPDX-License-Identifier: Apache-2.0
// What each OP_WIDE row of opcodes.def computes: integers of 128 bits as two halves, the low one first.
// https://github.com/WebAssembly/wide-arithmetic
#pragma once
#include <cstdint>

namespace wasmscope::wasm {

struct WideResult {
  uint64_t low, high;
  friend bool operator==(const WideResult&, const WideResult&) = default;
};

constexpr WideResult I64Add128(uint64_t a_low, uint64_t a_high, uint64_t b_low, uint64_t b_high) {
  const uint64_t low = a_low + b_low;
  return {low, a_high + b_high + (low < a_low)};
}
constexpr WideResult I64Sub128(uint64_t a_low, uint64_t a_high, uint64_t b_low, uint64_t b_high) {
  return {a_low - b_low, a_high - b_high - (a_low < b_low)};
}
constexpr WideResult I64MulWideU(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return {static_cast<uint64_t>(product), static_cast<uint64_t>(product >> 64)};
}
constexpr WideResult I64MulWideS(uint64_t a, uint64_t b) {
  // A negative factor was read as larger by 2^64.
  const WideResult product = I64MulWideU(a, b);
  return {product.low, product.high - (a >> 63 ? b : 0) - (b >> 63 ? a : 0)};
}

}  // namespace wasmscope::wasm
