// SPDX-License-Identifier: Apache-2.0
// What the window shows when nothing is open: where to drop a file, samples to try, the most useful keys.
#pragma once
#include <optional>
#include <string>

#include "engine/debug/snapshot.h"
#include "ui/widgets/ui_context.h"

namespace wasmscope::ui {

struct StartPageChoice {
  bool wants_browser = false;
  std::string sample;          // name, "" for none
};
// `failure`: why the last attempt to open something failed, "" for nothing.
StartPageChoice draw_start_page(const UiContext& ui, const debug::Snapshot& snapshot, const std::string& failure,
                                ImVec2 min, ImVec2 max);

}  // namespace wasmscope::ui
