// SPDX-License-Identifier: Apache-2.0
// What the window keeps from one run to the next, as one text file: a line per item, a word and its value.
// Reading refuses the whole file when any line is wrong: half a memory is worse than none.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasmscope::ui {

struct RecentFile {
  std::string path;                  // absolute
  uint64_t size_bytes = 0;
  int64_t opened_at_s = 0;           // since 1970
  bool is_missing = false;           // as looked up when the window was opened; not kept
};

struct Remembered {
  bool is_light = false;
  double scale = 1;                  // of the size that the display asks for
  std::string wide_layout, narrow_layout;    // "" for the default
  std::vector<RecentFile> recent;    // last opened first
};

std::optional<Remembered> parse_remembered(std::string_view text);
std::string to_text(const Remembered& remembered);
// Puts the file first, once, and forgets the oldest.
void add_recent(std::vector<RecentFile>& recent, RecentFile file);

}  // namespace wasmscope::ui
