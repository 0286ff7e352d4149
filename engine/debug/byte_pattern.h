// SPDX-License-Identifier: Apache-2.0
// Bytes as people write them, to look for and to put into a memory:
//   7b 22 ?? 61     hexadecimal; ?? stands for any byte, when looking
//   u8 65, i32 -7   numbers of 8 to 64 bits, decimal or 0x; i32be for the big end first
//   f32 1.5, f64be 0x1.8p3, nan:0x400001
//   str "text"      UTF-8
// Several values follow one after the other.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"

namespace wasmscope::debug {

enum class NumberType : uint8_t { U8, I8, U16, I16, U32, I32, U64, I64, F32, F64 };
enum class Endian : uint8_t { Little, Big };

struct BytePattern {
  std::vector<uint8_t> bytes;
  std::vector<uint8_t> masks;         // 0xFF where the byte counts, 0 where any will do
  bool is_exact() const;
  friend bool operator==(const BytePattern&, const BytePattern&) = default;
};

// "i32", "u16be"
struct NumberFormat {
  NumberType type{};
  Endian endian{};
};
std::optional<NumberFormat> parse_number_format(std::string_view word);

std::string_view name_of(NumberType type);
uint32_t size_of(NumberType type);
// The value at the front of the bytes, of which there are enough, as its two's complement or IEEE bits.
uint64_t read_number(NumberType type, Endian endian, const uint8_t* bytes);
// As put by read_number.
std::string number_text(NumberType type, uint64_t bits);

// The error is one line for people.
std::expected<BytePattern, std::string> parse_byte_pattern(std::span<const std::string> words);

// Where the pattern occurs first at or after `from` with its begin before `end`; bytes.size() when nowhere.
uint64_t find_pattern(Bytes bytes, const BytePattern& pattern, uint64_t from, uint64_t end);

}  // namespace wasmscope::debug
