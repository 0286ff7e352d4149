// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/byte_pattern.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>

#include "engine/base/utf8.h"
#include "engine/runtime/value.h"
#include "engine/runtime/value_parser.h"

namespace wasmscope::debug {
namespace {

struct TypeInfo {
  std::string_view name;
  uint32_t size;
  wasm::ValType parsed_as;
};
const TypeInfo kTypes[] = {
    {"u8", 1, wasm::kI32},  {"i8", 1, wasm::kI32},  {"u16", 2, wasm::kI32}, {"i16", 2, wasm::kI32}, {"u32", 4, wasm::kI32},
    {"i32", 4, wasm::kI32}, {"u64", 8, wasm::kI64}, {"i64", 8, wasm::kI64}, {"f32", 4, wasm::kF32}, {"f64", 8, wasm::kF64},
};
constexpr std::string_view kBigSuffix = "be";

const TypeInfo& info(NumberType type) { return kTypes[static_cast<size_t>(type)]; }

struct Writing {
  const TypeInfo* type;
  Endian endian;
};
std::optional<Writing> find_type(std::string_view word) {
  for (const TypeInfo& type : kTypes) {
    if (word == type.name) return Writing{&type, Endian::Little};
    if (word.starts_with(type.name) && word.substr(type.name.size()) == kBigSuffix) return Writing{&type, Endian::Big};
  }
  return std::nullopt;
}

void append_byte(BytePattern& pattern, uint8_t byte, uint8_t mask = 0xFF) {
  pattern.bytes.push_back(byte);
  pattern.masks.push_back(mask);
}

// Small integers are read as i32, so what does not fit is seen here.
bool fits(uint64_t bits, const TypeInfo& type) {
  if (type.size >= 4) return true;
  const auto number = static_cast<int32_t>(bits);
  const int32_t limit = 1 << (8 * type.size);
  return number < limit && number >= -limit / 2;
}

std::expected<void, std::string> append_number(BytePattern& pattern, const Writing& writing, const std::string& word) {
  const auto value = runtime::parse_value(writing.type->parsed_as, word);
  if (!value || !fits(value->bits, *writing.type))
    return std::unexpected("`" + escape_for_display(word) + "` is no " + std::string(writing.type->name));
  const uint32_t size = writing.type->size;
  for (uint32_t i = 0; i < size; ++i) {
    const uint32_t place = writing.endian == Endian::Little ? i : size - 1 - i;
    append_byte(pattern, static_cast<uint8_t>(value->bits >> (8 * place)));
  }
  return {};
}

std::expected<void, std::string> append_hex(BytePattern& pattern, std::string_view word) {
  const auto wrong = std::unexpected("`" + escape_for_display(word) + "` is no hexadecimal bytes");
  if (word.size() % 2 != 0) return wrong;
  for (size_t i = 0; i < word.size(); i += 2) {
    const std::string_view digits = word.substr(i, 2);
    uint8_t byte = 0;
    if (digits == "??") {
      append_byte(pattern, 0, 0);
      continue;
    }
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + 2, byte, 16);
    if (code != std::errc{} || end != digits.data() + 2) return wrong;
    append_byte(pattern, byte);
  }
  return {};
}

bool matches(const uint8_t* at, const BytePattern& pattern) {
  for (size_t i = 0; i < pattern.bytes.size(); ++i)
    if ((at[i] & pattern.masks[i]) != pattern.bytes[i]) return false;
  return true;
}

// The byte to look for by the library's fastest means: memories are mostly zeros.
uint64_t rarest_byte(const BytePattern& pattern) {
  const auto not_zero = std::ranges::find_if(pattern.bytes, [](uint8_t byte) { return byte != 0; });
  if (not_zero != pattern.bytes.end()) return static_cast<uint64_t>(not_zero - pattern.bytes.begin());
  return static_cast<uint64_t>(std::ranges::find(pattern.masks, 0xFF) - pattern.masks.begin());
}

}  // namespace

std::optional<NumberFormat> parse_number_format(std::string_view word) {
  const auto writing = find_type(word);
  if (!writing) return std::nullopt;
  return NumberFormat{static_cast<NumberType>(writing->type - kTypes), writing->endian};
}

bool BytePattern::is_exact() const {
  return std::ranges::all_of(masks, [](uint8_t mask) { return mask == 0xFF; });
}

std::string_view name_of(NumberType type) { return info(type).name; }
uint32_t size_of(NumberType type) { return info(type).size; }

uint64_t read_number(NumberType type, Endian endian, const uint8_t* bytes) {
  const uint32_t size = size_of(type);
  uint64_t bits = 0;
  for (uint32_t i = 0; i < size; ++i) bits |= uint64_t{bytes[endian == Endian::Little ? i : size - 1 - i]} << (8 * i);
  return bits;
}

std::string number_text(NumberType type, uint64_t bits) {
  switch (type) {
    case NumberType::U8:
    case NumberType::U16:
    case NumberType::U32:
    case NumberType::U64: return std::to_string(bits);
    case NumberType::I8: return std::to_string(static_cast<int8_t>(bits));
    case NumberType::I16: return std::to_string(static_cast<int16_t>(bits));
    case NumberType::I32: return std::to_string(static_cast<int32_t>(bits));
    case NumberType::I64: return std::to_string(static_cast<int64_t>(bits));
    case NumberType::F32: return runtime::to_text(runtime::Value{wasm::kF32, bits, 0});
    case NumberType::F64: return runtime::to_text(runtime::Value{wasm::kF64, bits, 0});
  }
  return {};
}

std::expected<BytePattern, std::string> parse_byte_pattern(std::span<const std::string> words) {
  BytePattern pattern;
  if (words.empty()) return std::unexpected("no value");
  const std::string& first = words.front();
  const std::optional<Writing> writing = find_type(first);
  const bool is_text = first == "str";
  if (writing || is_text || first == "bytes") words = words.subspan(1);
  if (words.empty()) return std::unexpected("no value after `" + escape_for_display(first) + "`");
  for (const std::string& word : words) {
    std::expected<void, std::string> done;
    if (writing)
      done = append_number(pattern, *writing, word);
    else if (is_text)
      for (const char c : word) append_byte(pattern, static_cast<uint8_t>(c));
    else
      done = append_hex(pattern, word);
    if (!done) return std::unexpected(std::move(done).error());
  }
  if (std::ranges::all_of(pattern.masks, [](uint8_t mask) { return mask == 0; }))
    return std::unexpected("a value of no bytes, or of any bytes");
  return pattern;
}

uint64_t find_pattern(Bytes bytes, const BytePattern& pattern, uint64_t from, uint64_t end) {
  const uint64_t length = pattern.bytes.size();
  if (length > bytes.size()) return bytes.size();
  end = std::min(end, bytes.size() - length + 1);
  const uint64_t key = rarest_byte(pattern);
  while (from < end) {
    const void* found = std::memchr(bytes.data() + from + key, pattern.bytes[key], end - from);
    if (found == nullptr) break;
    from = static_cast<uint64_t>(static_cast<const uint8_t*>(found) - bytes.data()) - key;
    if (matches(bytes.data() + from, pattern)) return from;
    ++from;
  }
  return bytes.size();
}

}  // namespace wasmscope::debug
