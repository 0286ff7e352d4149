// SPDX-License-Identifier: Apache-2.0
#include "engine/text/numbers.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>
#include <string>
#include <type_traits>

namespace wasmscope::text {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }
uint32_t digit_value(char c) { return static_cast<uint32_t>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10); }

bool take_sign(std::string_view& text, bool& is_negative) {
  is_negative = text.starts_with('-');
  if (!is_negative && !text.starts_with('+')) return false;
  text.remove_prefix(1);
  return true;
}

bool take_hex_prefix(std::string_view& text) {
  if (!text.starts_with("0x")) return false;
  text.remove_prefix(2);
  return true;
}

// How many characters at the start are digits with single `_` between them.
size_t digits_length(std::string_view text, bool is_hex) {
  size_t i = 0;
  bool after_digit = false;
  for (; i < text.size(); ++i) {
    if (is_hex ? is_hex_digit(text[i]) : is_digit(text[i]))
      after_digit = true;
    else if (text[i] == '_' && after_digit)
      after_digit = false;
    else
      break;
  }
  return i > 0 && !after_digit ? i - 1 : i;
}

std::string without_underscores(std::string_view text) {
  std::string digits;
  digits.reserve(text.size());
  for (const char c : text)
    if (c != '_') digits += c;
  return digits;
}

// The parts of a float that is no inf or nan.
struct FloatParts {
  bool is_hex = false;
  std::string_view whole, fraction;
  std::string_view exponent;   // sign and digits
};

bool split_float(std::string_view text, FloatParts& parts) {
  parts.is_hex = take_hex_prefix(text);
  const auto take = [&](size_t length) {
    const std::string_view piece = text.substr(0, length);
    text.remove_prefix(length);
    return piece;
  };
  parts.whole = take(digits_length(text, parts.is_hex));
  if (parts.whole.empty()) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    parts.fraction = take(digits_length(text, parts.is_hex));
  }
  if (text.empty()) return true;
  if ((text[0] | 0x20) != (parts.is_hex ? 'p' : 'e')) return false;
  text.remove_prefix(1);
  parts.exponent = text;
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && digits_length(text, false) == text.size();
}

// Of an exponent only its order of magnitude matters beyond this.
constexpr int64_t kHugeExponent = 1'000'000'000'000;

int64_t exponent_value(std::string_view text) {
  bool is_negative = false;
  take_sign(text, is_negative);
  int64_t value = 0;
  for (const char c : text) {
    if (c == '_') continue;
    if (value < kHugeExponent) value = value * 10 + (c - '0');
  }
  return is_negative ? -value : value;
}

// A hexadecimal float's bits: its leading 64 significant bits and whether any lies below them say how to round.
template <class Bits>
Number<Bits> round_hex(const FloatParts& parts) {
  constexpr int kMantissaBits = sizeof(Bits) == 4 ? 23 : 52;
  constexpr int kMinExponent = sizeof(Bits) == 4 ? -126 : -1022;   // of a normal number
  constexpr int kMaxExponent = -kMinExponent + 1;
  uint64_t significand = 0;
  bool is_inexact = false;
  int64_t exponent = parts.exponent.empty() ? 0 : exponent_value(parts.exponent);
  for (const bool is_fraction : {false, true}) {
    for (const char c : is_fraction ? parts.fraction : parts.whole) {
      if (c == '_') continue;
      if (significand >> 60 == 0) {
        significand = significand << 4 | digit_value(c);
        if (is_fraction) exponent -= 4;
      } else {
        is_inexact |= c != '0';
        if (!is_fraction) exponent += 4;
      }
    }
  }
  if (significand == 0) return {};
  // value = significand * 2^exponent = 1.f * 2^top, f the fraction's bits
  int64_t top = exponent + std::bit_width(significand) - 1;
  // The weight of the result's last bit.
  const int64_t last = std::max<int64_t>(top, kMinExponent) - kMantissaBits;
  const int64_t dropped = last - exponent;
  uint64_t mantissa;
  if (dropped <= 0) {
    mantissa = significand << -dropped;
  } else if (dropped > 64) {
    return {};
  } else {
    const uint64_t half = uint64_t{1} << (dropped - 1);
    const uint64_t rest = dropped == 64 ? significand : significand & (half * 2 - 1);
    mantissa = dropped == 64 ? 0 : significand >> dropped;
    if (rest > half || (rest == half && (is_inexact || (mantissa & 1) != 0))) ++mantissa;
  }
  if (mantissa >> (kMantissaBits + 1) != 0) {
    mantissa >>= 1;
    ++top;
  }
  if (top > kMaxExponent) return {0, NumberStatus::OutOfRange};
  if (mantissa >> kMantissaBits == 0) return {static_cast<Bits>(mantissa)};
  const auto biased = static_cast<uint64_t>(std::max<int64_t>(top, kMinExponent) + kMaxExponent);
  return {static_cast<Bits>(biased << kMantissaBits | (mantissa & ((uint64_t{1} << kMantissaBits) - 1)))};
}

template <class Float, class Bits>
Number<Bits> round_decimal(const FloatParts& parts) {
  std::string digits = without_underscores(parts.whole);
  if (!parts.fraction.empty()) digits += '.' + without_underscores(parts.fraction);
  if (!parts.exponent.empty()) digits += 'e' + std::to_string(exponent_value(parts.exponent));
  Float value = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code == std::errc{}) {
    if (value > std::numeric_limits<Float>::max()) return {0, NumberStatus::OutOfRange};
    return {std::bit_cast<Bits>(value)};
  }
  // The library does not say which way a value is out of range: a zero before the point is too small, but
  // also 0.1e999; so ask for the order of magnitude.
  int64_t magnitude = parts.exponent.empty() ? 0 : exponent_value(parts.exponent);
  const std::string whole = without_underscores(parts.whole), fraction = without_underscores(parts.fraction);
  if (const size_t first = whole.find_first_not_of('0'); first != std::string::npos)
    magnitude += static_cast<int64_t>(whole.size() - first);
  else if (const size_t zeros = fraction.find_first_not_of('0'); zeros != std::string::npos)
    magnitude -= static_cast<int64_t>(zeros);
  else
    return {};
  if (magnitude > 0) return {0, NumberStatus::OutOfRange};
  return {};
}

template <class Float, class Bits>
Number<Bits> parse_float(std::string_view text) {
  constexpr int kMantissaBits = sizeof(Bits) == 4 ? 23 : 52;
  constexpr int kSignShift = sizeof(Bits) * 8 - 1;
  constexpr Bits kInfinity = ((Bits{1} << (kSignShift - kMantissaBits)) - 1) << kMantissaBits;
  bool is_negative = false;
  take_sign(text, is_negative);
  const Bits sign = is_negative ? Bits{1} << kSignShift : 0;
  if (text == "inf") return {static_cast<Bits>(sign | kInfinity)};
  if (text == "nan") return {static_cast<Bits>(sign | kInfinity | Bits{1} << (kMantissaBits - 1))};
  if (text.starts_with("nan:")) {
    text.remove_prefix(4);
    if (!text.starts_with("0x")) return {0, NumberStatus::Malformed};
    const Number<uint64_t> payload = parse_unsigned(text, (uint64_t{1} << kMantissaBits) - 1);
    if (!payload.is_ok()) return {0, payload.status};
    if (payload.value == 0) return {0, NumberStatus::OutOfRange};
    return {static_cast<Bits>(sign | kInfinity | static_cast<Bits>(payload.value))};
  }
  FloatParts parts;
  if (!split_float(text, parts)) return {0, NumberStatus::Malformed};
  Number<Bits> number = parts.is_hex ? round_hex<Bits>(parts) : round_decimal<Float, Bits>(parts);
  if (number.is_ok()) number.value |= sign;
  return number;
}

}  // namespace

Number<uint64_t> parse_unsigned(std::string_view text, uint64_t max) {
  const bool is_hex = take_hex_prefix(text);
  if (text.empty() || digits_length(text, is_hex) != text.size()) return {0, NumberStatus::Malformed};
  const uint64_t base = is_hex ? 16 : 10;
  uint64_t value = 0;
  for (const char c : text) {
    if (c == '_') continue;
    const uint64_t digit = digit_value(c);
    if (value > (UINT64_MAX - digit) / base) return {0, NumberStatus::OutOfRange};
    value = value * base + digit;
  }
  if (value > max) return {0, NumberStatus::OutOfRange};
  return {value};
}

Number<uint64_t> parse_integer(std::string_view text, int bits) {
  bool is_negative = false;
  const bool is_signed = take_sign(text, is_negative);
  const uint64_t all = bits == 64 ? UINT64_MAX : (uint64_t{1} << bits) - 1;
  const uint64_t half = uint64_t{1} << (bits - 1);
  Number<uint64_t> number = parse_unsigned(text, !is_signed ? all : is_negative ? half : half - 1);
  if (number.is_ok() && is_negative) number.value = (0 - number.value) & all;
  return number;
}

Number<uint32_t> parse_f32(std::string_view text) { return parse_float<float, uint32_t>(text); }
Number<uint64_t> parse_f64(std::string_view text) { return parse_float<double, uint64_t>(text); }

bool is_integer(std::string_view text) { return parse_integer(text, 64).status != NumberStatus::Malformed; }
bool is_float(std::string_view text) { return parse_f64(text).status != NumberStatus::Malformed; }

}  // namespace wasmscope::text
