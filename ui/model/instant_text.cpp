// SPDX-License-Identifier: Apache-2.0
#include "ui/model/instant_text.h"

#include <algorithm>

namespace wasmscope::ui {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_word(char c) { return is_hex_digit(c) || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') || c == '_' || c == '$'; }

size_t count_digits(std::string_view text, bool (*is_one)(char)) {
  return static_cast<size_t>(std::ranges::find_if_not(text, is_one) - text.begin());
}

// "0x1c4" at the beginning.
size_t hex_length(std::string_view text) {
  if (!text.starts_with("0x")) return 0;
  const size_t digits = count_digits(text.substr(2), is_hex_digit);
  return digits == 0 ? 0 : digits + 2;
}

}  // namespace

std::vector<InstantText> find_instants(std::string_view line) {
  constexpr size_t kMostDigits = 19;
  std::vector<InstantText> found;
  for (size_t at = line.find("t="); at != std::string_view::npos; at = line.find("t=", at + 2)) {
    if (at > 0 && is_word(line[at - 1])) continue;
    std::string_view rest = line.substr(at + 2);
    const size_t ticks = count_digits(rest, is_digit);
    if (ticks == 0 || ticks > kMostDigits) continue;
    const std::string tick = "t=" + std::string(rest.substr(0, ticks));
    InstantText instant{at, 2 + ticks, tick};
    rest.remove_prefix(ticks);
    const size_t depths = rest.starts_with(':') ? count_digits(rest.substr(1), is_digit) : 0;
    if (depths > 0 && depths <= kMostDigits) {
      const std::string_view depth = rest.substr(1, depths);
      instant.length += 1 + depths;
      rest.remove_prefix(1 + depths);
      std::string_view pc;
      if (rest.starts_with(':') && hex_length(rest.substr(1)) > 0) {
        pc = rest.substr(1, hex_length(rest.substr(1)));
        instant.length += 1 + pc.size();
      } else if (const size_t place = rest.find(" @0x"); place != std::string_view::npos && rest.find("t=") > place) {
        pc = rest.substr(place + 2, hex_length(rest.substr(place + 2)));
      }
      if (!pc.empty()) instant.instant += ":" + std::string(depth) + ":" + std::string(pc);
    }
    found.push_back(std::move(instant));
  }
  return found;
}

}  // namespace wasmscope::ui
