// SPDX-License-Identifier: Apache-2.0
#include "app/cli/state_dir.h"

#include <cstdlib>

namespace wasmscope::app {
namespace {

std::string folder_of(const char* variable, const char* in_home) {
  // A relative one is to be ignored: XDG Base Directory Specification.
  if (const char* folder = std::getenv(variable); folder != nullptr && folder[0] == '/') return std::string(folder) + "/wasmscope";
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/') return std::string(home) + in_home + "/wasmscope";
  return {};
}

}  // namespace

std::string default_state_dir() { return folder_of("XDG_STATE_HOME", "/.local/state"); }
std::string default_config_dir() { return folder_of("XDG_CONFIG_HOME", "/.config"); }

}  // namespace wasmscope::app
