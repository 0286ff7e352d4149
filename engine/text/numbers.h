// SPDX-License-Identifier: Apache-2.0
// The number grammar: decimal and hexadecimal, `_` between digits, signs, hexadecimal floats, inf and nan:0x
// payloads. Floats are rounded once, to nearest with ties to even, whatever the number of digits.
// https://webassembly.github.io/spec/core/text/values.html#numbers
#pragma once
#include <cstdint>
#include <string_view>
#include <utility>

namespace wasmscope::text {

// Malformed: not of the grammar asked for. OutOfRange: of the grammar, but the value does not fit.
enum class NumberStatus : uint8_t { Ok, Malformed, OutOfRange };
template <class T>
struct Number {
  T value{};
  NumberStatus status = NumberStatus::Ok;
  bool is_ok() const { return status == NumberStatus::Ok; }
};

// No sign.
Number<uint64_t> parse_unsigned(std::string_view text, uint64_t max = UINT64_MAX);
// Signed or unsigned, of `bits` bits (8, 16, 32, 64); the value is cut to them.
Number<uint64_t> parse_integer(std::string_view text, int bits);
// The bits of the float.
Number<uint32_t> parse_f32(std::string_view text);
Number<uint64_t> parse_f64(std::string_view text);
// Whether the text is of the grammar of integers or floats at all.
bool is_integer(std::string_view text);
bool is_float(std::string_view text);

}  // namespace wasmscope::text
