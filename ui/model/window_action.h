// SPDX-License-Identifier: Apache-2.0
// window_actions.def as menus, the palette and the keyboard read it.
#pragma once
#include <span>
#include <string_view>

#include "ui/model/keys.h"

namespace wasmscope::ui {

enum class WindowAction : uint8_t {
#define WINDOW_ACTION(Name, tag, menu, key, title) Name,
#include "ui/model/window_actions.def"
  Count_,
};

struct WindowActionRow {
  WindowAction action{};
  std::string_view tag, menu, key_text, title;
  Chord chord;
};
std::span<const WindowActionRow> window_action_rows();

}  // namespace wasmscope::ui
