// SPDX-License-Identifier: Apache-2.0
#include "engine/base/utf8.h"

#include <algorithm>
#include <iterator>

namespace wasmscope {
namespace {

struct Range {
  uint32_t first, last;
};
// Sorted. Controls, separators, and what Unicode lists as default-ignorable or as bidirectional marks.
constexpr Range kHidden[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x034F, 0x034F},   {0x061C, 0x061C},
    {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F}, {0x3164, 0x3164}, {0xE000, 0xF8FF}, {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},
    {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0xFFFE, 0x10FFFF},
};

bool is_hidden(uint32_t code_point) {
  const Range* range = std::lower_bound(std::begin(kHidden), std::end(kHidden), code_point,
                                        [](const Range& r, uint32_t c) { return r.last < c; });
  return range != std::end(kHidden) && range->first <= code_point;
}

char hex_digit(uint32_t value) { return "0123456789abcdef"[value & 15]; }

}  // namespace

CodePoint first_code_point(std::string_view text) {
  if (text.empty()) return {};
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  // C0, C1 and F5.. would be overlong or too large.
  const uint32_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return {};
  uint32_t value = lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3F);
  }
  const bool is_overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (is_overlong || (value >= 0xD800 && value < 0xE000) || value > 0x10FFFF) return {};
  return {value, length};
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.length == 0) return false;
    text.remove_prefix(point.length);
  }
  return true;
}

void append_utf8(std::string& out, uint32_t code_point) {
  const auto trail = [&](int shift) { out += static_cast<char>(0x80 | (code_point >> shift & 0x3F)); };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | code_point >> 6);
    trail(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | code_point >> 12);
    trail(6), trail(0);
  } else {
    out += static_cast<char>(0xF0 | code_point >> 18);
    trail(12), trail(6), trail(0);
  }
}

std::string escape_for_display(std::string_view text, size_t max_code_points) {
  std::string out;
  for (size_t count = 0; !text.empty(); ++count) {
    if (count == max_code_points) {
      out += "\u2026";
      break;
    }
    const CodePoint point = first_code_point(text);
    if (point.length == 0) {
      const uint8_t byte = static_cast<uint8_t>(text.front());
      out += '\\';
      out += hex_digit(byte >> 4);
      out += hex_digit(byte);
      text.remove_prefix(1);
      continue;
    }
    if (is_hidden(point.value)) {
      out += "\\u{";
      int shift = 20;
      while (shift > 0 && (point.value >> shift) == 0) shift -= 4;
      for (; shift >= 0; shift -= 4) out += hex_digit(point.value >> shift);
      out += '}';
    } else {
      out += text.substr(0, point.length);
    }
    text.remove_prefix(point.length);
  }
  return out;
}

}  // namespace wasmscope
