// SPDX-License-Identifier: Apache-2.0
// Keys and key combinations as the window, its scripts and its key maps speak of them: never the numbers of
// ImGui or of the window system, which differ between versions.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wasmscope::ui {

enum class Key : uint8_t {
  None,
#define KEY(Name, text) Name,
#include "ui/model/keys.def"
  Count_,
};

inline constexpr uint8_t kCtrl = 1, kShift = 2, kAlt = 4, kSuper = 8;

struct Chord {
  Key key = Key::None;
  uint8_t mods = 0;
  friend bool operator==(const Chord&, const Chord&) = default;
};

// "Ctrl+Shift+P", "F5". Case does not matter; "Escape" is understood as "Esc".
std::optional<Chord> chord_from_text(std::string_view text);
std::string to_text(Chord chord);

}  // namespace wasmscope::ui
