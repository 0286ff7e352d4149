// SPDX-License-Identifier: Apache-2.0
// Drives the window from a text file, one step per line; '#' begins a comment. The same steps work on a window
// and without a display.
//   click TAG [right|double]   hover TAG        press at the middle of what is tagged; see ui/widgets/registry.h
//   drag TAG DX DY             wheel STEPS      pixels at scale 1; the wheel turns where the mouse is
//   key NAME                   type TEXT        "Ctrl+Shift+P", "F10"
//   wait stopped | idle                         until the program stands still
//   expect TAG VALUE           see TEXT         the tag's value, "~PART" for a part of it; text on the screen
//   shot FILE                  tags [PREFIX]    writes a PNG; lists tags and values on stdout
//   open-sample NAME           drop FILE        as from the start page; as dropped on the window
//   anything else              a debugger command, as in the console
#pragma once
#include <istream>
#include <string>

#include "app/gui/gui_app.h"

namespace wasmscope::app {

struct ScriptResult {
  int failures = 0;
};
// Failures are told on stderr with their line numbers, and the script goes on.
ScriptResult run_script(GuiApp& app, std::istream& script, const std::string& name);

}  // namespace wasmscope::app
