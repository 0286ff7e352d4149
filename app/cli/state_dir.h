// SPDX-License-Identifier: Apache-2.0
// Folders of the person who uses the program: XDG Base Directory Specification.
#pragma once
#include <string>

namespace wasmscope::app {

// What is remembered from one run to the next: XDG_STATE_HOME/wasmscope, else ~/.local/state/wasmscope; "" for nowhere.
std::string default_state_dir();
// What somebody has written for the program: XDG_CONFIG_HOME/wasmscope, else ~/.config/wasmscope; "" for nowhere.
std::string default_config_dir();
// Where breakpoints are kept, of a folder as above; "" for none.
inline std::string session_folder(const std::string& state_dir) { return state_dir.empty() ? state_dir : state_dir + "/sessions"; }

}  // namespace wasmscope::app
