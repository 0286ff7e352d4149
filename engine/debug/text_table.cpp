// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/text_table.h"

#include <algorithm>

namespace wasmscope::debug {
namespace {

size_t width_of(const std::string& text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string TextTable::to_text() const {
  std::vector<size_t> widths(sides_.size());
  for (const auto& row : rows_)
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    bool is_first = true;
    for (size_t i = 0; i < row.size(); ++i) {
      if (widths[i] == 0) continue;   // nobody has anything to say there
      if (!is_first) line += "  ";
      is_first = false;
      const std::string padding(widths[i] - width_of(row[i]), ' ');
      line += sides_[i] == 'r' ? padding + row[i] : row[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += (text.empty() ? "" : "\n") + line;
  }
  return text;
}

}  // namespace wasmscope::debug
