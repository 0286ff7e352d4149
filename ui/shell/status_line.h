// SPDX-License-Identifier: Apache-2.0
// The bottom line: the file, how far loading is, the last message.
#pragma once
#include <string>

#include "engine/debug/snapshot.h"
#include "ui/widgets/ui_context.h"

namespace wasmscope::ui {

// `notice`: what went wrong with the last thing asked for, "" for nothing.
// True when loading is to be cancelled.
bool draw_status_line(const UiContext& ui, const debug::Snapshot& snapshot, const std::string& notice, ImVec2 min,
                      ImVec2 max);

}  // namespace wasmscope::ui
