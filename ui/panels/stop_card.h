// SPDX-License-Identifier: Apache-2.0
// The card above the code that says why the program is not going on: a trap with its arithmetic, a missing
// import, a module that is broken. Never a dialog, and nothing at all when there is nothing to say.
#pragma once
#include "ui/panels/panel.h"

namespace wasmscope::ui {

void draw_stop_card(const UiContext& ui, PanelFrame& frame);

}  // namespace wasmscope::ui
