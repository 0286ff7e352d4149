// SPDX-License-Identifier: Apache-2.0
// Instants that somebody wants to find again, in their order in time. Kept while the module is open.
#pragma once
#include <string>
#include <vector>

#include "engine/debug/snapshot.h"

namespace wasmscope::ui {

struct Bookmark {
  runtime::Instant instant;
  std::string text;                // "parse_number +0x17"
};

class Bookmarks {
 public:
  // Sets one there, or takes the one that is there away.
  void toggle(Bookmark bookmark);
  void clear() { all_.clear(); }
  const std::vector<Bookmark>& all() const { return all_; }

 private:
  std::vector<Bookmark> all_;
};

}  // namespace wasmscope::ui
