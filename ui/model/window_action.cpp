// SPDX-License-Identifier: Apache-2.0
#include "ui/model/window_action.h"

#include <array>

namespace wasmscope::ui {

std::span<const WindowActionRow> window_action_rows() {
  static const std::array<WindowActionRow, static_cast<size_t>(WindowAction::Count_)> kRows{{
#define WINDOW_ACTION(Name, tag, menu, key, title) \
  {WindowAction::Name, tag, menu, key, title, chord_from_text(key).value_or(Chord{})},
#include "ui/model/window_actions.def"
  }};
  return kRows;
}

}  // namespace wasmscope::ui
