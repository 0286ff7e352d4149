// SPDX-License-Identifier: Apache-2.0
// What the window shows when nothing is open: where to drop a file, samples to try, the most useful keys.
#pragma once
#include <optional>
#include <span>
#include <string>

#include "engine/debug/snapshot.h"
#include "ui/model/remembered.h"
#include "ui/widgets/ui_context.h"

namespace wasmscope::ui {

struct StartPageChoice {
  bool wants_browser = false;
  std::string sample;          // name, "" for none
  std::optional<size_t> recent, removed;    // which of the recent files to open, to forget
};
// `failure`: why the last attempt to open something failed, "" for nothing.
StartPageChoice draw_start_page(const UiContext& ui, const debug::Snapshot& snapshot,
                                std::span<const RecentFile> recent, const std::string& failure, ImVec2 min, ImVec2 max);

}  // namespace wasmscope::ui
