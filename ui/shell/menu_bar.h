// SPDX-License-Identifier: Apache-2.0
// The top line: menus made from commands.def, the buttons used most, and where the program stands.
#pragma once
#include <optional>
#include <vector>

#include "engine/debug/snapshot.h"
#include "ui/model/command_table.h"
#include "ui/model/history.h"
#include "ui/model/window_action.h"
#include "ui/widgets/ui_context.h"

namespace wasmscope::ui {

class Tiles;

// Vertical padding of the bar, in pixels at scale 1.
inline constexpr float kMenuBarPadding = 6;

struct MenuBarChoice {
  std::vector<Command> commands;
  std::vector<WindowAction> actions;
  std::optional<std::string> sample;
  bool goes_to_end = false;        // of the recording
};

// Inside a window with a menu bar. `focus_pc`: the selected instruction, 0 for none.
MenuBarChoice draw_menu_bar(const UiContext& ui, const debug::Snapshot& snapshot, const History& history, Tiles& tiles,
                            uint32_t focus_pc);

// Whether the command makes sense in this state.
bool is_available(Command command, const debug::Snapshot& snapshot, uint32_t focus_pc);

}  // namespace wasmscope::ui
