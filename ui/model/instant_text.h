// SPDX-License-Identifier: Apache-2.0
// Instants in lines that people read: found, so that a click can go there.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace wasmscope::ui {

struct InstantText {
  size_t begin = 0, length = 0;    // of the words that stand for it
  std::string instant;             // as `seek` takes it: "t=12:3:0x1c4", "t=12"
};
// A line of `where` says "t=12:3 ... @0x1c4": that is t=12:3:0x1c4.
std::vector<InstantText> find_instants(std::string_view line);

}  // namespace wasmscope::ui
