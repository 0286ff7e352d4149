// SPDX-License-Identifier: Apache-2.0
#include "ui/model/number_text.h"

#include <array>
#include <cstdio>
#include <string_view>

namespace wasmscope::ui {
namespace {

std::string with_unit(double value, std::string_view unit) {
  std::array<char, 48> text;
  const int length = std::snprintf(text.data(), text.size(), value < 99.95 ? "%.1f " : "%.0f ", value);
  return std::string(text.data(), static_cast<size_t>(length)).append(unit);
}

std::string scaled(uint64_t bytes, std::array<std::string_view, 4> units) {
  constexpr uint64_t kStep = 1024;
  if (bytes < kStep) return std::to_string(bytes) + " " + std::string(units[0]);
  double value = static_cast<double>(bytes) / kStep;
  size_t unit = 1;
  // 1023.95 would print as 1024.
  while (value >= 1023.5 && unit + 1 < units.size()) {
    value /= kStep;
    ++unit;
  }
  return with_unit(value, units[unit]);
}

}  // namespace

std::string grouped(uint64_t value) {
  const std::string digits = std::to_string(value);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) text += ' ';
    text += digits[i];
  }
  return text;
}

std::string grouped_signed(int64_t value) {
  if (value >= 0) return grouped(static_cast<uint64_t>(value));
  return "-" + grouped(~static_cast<uint64_t>(value) + 1);
}

std::string hex(uint64_t value) { return "0x" + hex_digits(value, 1); }

std::string hex_digits(uint64_t value, int digits) {
  std::array<char, 24> text;
  const int length = std::snprintf(text.data(), text.size(), "%0*llx", digits, static_cast<unsigned long long>(value));
  return {text.data(), static_cast<size_t>(length)};
}

std::string byte_size(uint64_t bytes) { return scaled(bytes, {"B", "K", "M", "G"}); }
std::string byte_size_long(uint64_t bytes) { return scaled(bytes, {"bytes", "KiB", "MiB", "GiB"}); }

}  // namespace wasmscope::ui
