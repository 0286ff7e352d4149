// SPDX-License-Identifier: Apache-2.0
#include "ui/model/keys.h"

#include <array>

namespace wasmscope::ui {
namespace {

constexpr auto kKeyTexts = std::to_array<std::string_view>({
    "",
#define KEY(Name, text) text,
#include "ui/model/keys.def"
});
static_assert(kKeyTexts.size() == static_cast<size_t>(Key::Count_));

struct ModText {
  uint8_t mod;
  std::string_view text;
};
constexpr ModText kModTexts[] = {{kCtrl, "Ctrl"}, {kShift, "Shift"}, {kAlt, "Alt"}, {kSuper, "Super"}};

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  return true;
}

}  // namespace

std::optional<Chord> chord_from_text(std::string_view text) {
  Chord chord;
  for (;;) {
    const size_t plus = text.find('+');
    if (plus == std::string_view::npos) break;
    bool known = false;
    for (const ModText& mod : kModTexts) {
      if (!equal_ignoring_case(text.substr(0, plus), mod.text)) continue;
      chord.mods |= mod.mod;
      known = true;
    }
    if (!known) return std::nullopt;
    text.remove_prefix(plus + 1);
  }
  if (equal_ignoring_case(text, "Escape")) {
    chord.key = Key::Escape;
    return chord;
  }
  for (size_t i = 1; i < kKeyTexts.size(); ++i) {
    if (!equal_ignoring_case(text, kKeyTexts[i])) continue;
    chord.key = static_cast<Key>(i);
    return chord;
  }
  return std::nullopt;
}

std::string to_text(Chord chord) {
  std::string text;
  for (const ModText& mod : kModTexts)
    if (chord.mods & mod.mod) text.append(mod.text).append("+");
  return text.append(kKeyTexts[static_cast<size_t>(chord.key)]);
}

}  // namespace wasmscope::ui
