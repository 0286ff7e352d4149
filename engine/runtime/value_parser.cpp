// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/value_parser.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "engine/runtime/lane_shape.h"

namespace wasmscope::runtime {
namespace {

// Removes a leading sign and says whether it was a minus.
bool take_minus(std::string_view& text) {
  const bool is_minus = text.starts_with('-');
  if (is_minus || text.starts_with('+')) text.remove_prefix(1);
  return is_minus;
}

bool take_hex_prefix(std::string_view& text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return false;
  text.remove_prefix(2);
  return true;
}

template <class T, class... Format>
std::optional<T> parse_whole(std::string_view text, Format... format) {
  // A second sign or a blank is not for from_chars to forgive.
  if (text.empty() || text[0] == '-' || text[0] == '+') return std::nullopt;
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, format...);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class U>
std::optional<uint64_t> parse_integer(std::string_view text) {
  const bool is_minus = take_minus(text);
  const auto magnitude = take_hex_prefix(text) ? parse_whole<U>(text, 16) : parse_whole<U>(text, 10);
  if (!magnitude) return std::nullopt;
  constexpr U kLargestNegative = U{1} << (std::numeric_limits<U>::digits - 1);
  if (is_minus && *magnitude > kLargestNegative) return std::nullopt;
  return is_minus ? static_cast<U>(U{0} - *magnitude) : *magnitude;
}

template <class F, class U>
std::optional<uint64_t> parse_float(std::string_view text, int mantissa_bits) {
  const U sign = take_minus(text) ? U{1} << (std::numeric_limits<U>::digits - 1) : U{0};
  const U infinity = std::bit_cast<U>(std::numeric_limits<F>::infinity());
  if (text == "inf") return sign | infinity;
  if (text == "nan") return sign | infinity | U{1} << (mantissa_bits - 1);
  if (text.starts_with("nan:")) {
    text.remove_prefix(4);
    if (!take_hex_prefix(text)) return std::nullopt;
    const auto payload = parse_whole<U>(text, 16);
    if (!payload || *payload == 0 || *payload >> mantissa_bits != 0) return std::nullopt;
    return sign | infinity | *payload;
  }
  const bool is_hex = take_hex_prefix(text);
  // from_chars would read "infinity" and "nan(...)" too.
  if (text.empty() || (!is_hex && text[0] != '.' && (text[0] < '0' || text[0] > '9'))) return std::nullopt;
  const auto value = parse_whole<F>(text, is_hex ? std::chars_format::hex : std::chars_format::general);
  if (!value) return std::nullopt;
  return sign | std::bit_cast<U>(*value);
}

}  // namespace

std::optional<Value> parse_value(wasm::ValType type, std::string_view text) {
  using wasm::Kind;
  Value value = Value::zero(type);
  std::optional<uint64_t> bits;
  switch (type.kind) {
    case Kind::I32: bits = parse_integer<uint32_t>(text); break;
    case Kind::I64: bits = parse_integer<uint64_t>(text); break;
    case Kind::F32: bits = parse_float<float, uint32_t>(text, 23); break;
    case Kind::F64: bits = parse_float<double, uint64_t>(text, 52); break;
    case Kind::V128: {
      if (text.find(':') != std::string_view::npos) return parse_lanes(text);
      if (!take_hex_prefix(text) || text.empty() || text.size() > 32) return std::nullopt;
      const size_t low_digits = std::min<size_t>(text.size(), 16);
      bits = parse_whole<uint64_t>(text.substr(text.size() - low_digits), 16);
      if (text.size() > 16) {
        const auto high = parse_whole<uint64_t>(text.substr(0, text.size() - 16), 16);
        if (!high) return std::nullopt;
        value.high = *high;
      }
      break;
    }
    case Kind::Ref:
      if (text == "null" && type.nullable) bits = 0;
      break;
    case Kind::Bottom: break;
  }
  if (!bits) return std::nullopt;
  value.bits = *bits;
  return value;
}

}  // namespace wasmscope::runtime
