// SPDX-License-Identifier: Apache-2.0
// What can stand where a command line is being typed: commands, functions, names in expressions, files, topics. What a
// command wants is read off its arguments in commands.def.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engine/debug/snapshot.h"

namespace wasmscope::debug {

struct Completion {
  size_t begin = 0;                        // of the word that is completed, in the line
  std::vector<std::string> candidates;     // ascending, each once; all begin with what is there
  // What all have in common, with a blank when there is only one and more may follow; "" when there is none.
  std::string common() const;
};
// `typed` ends where the cursor is.
Completion complete(std::string_view typed, const Snapshot& snapshot);

}  // namespace wasmscope::debug
