// SPDX-License-Identifier: Apache-2.0
// The window as a verb of the command line.
#pragma once
#include "app/cli/verbs.h"

namespace wasmscope::app {

// Shows the window until it is closed, or carries out a script or takes a screenshot and leaves.
// kNoDisplay, with nothing printed, when there is no display to open a window on.
int run_window(const GuiOptions& options);

}  // namespace wasmscope::app
