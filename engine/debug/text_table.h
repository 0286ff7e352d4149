// SPDX-License-Identifier: Apache-2.0
// Rows of words in aligned columns, for answers of commands. Widths count code points of escaped text.
#pragma once
#include <initializer_list>
#include <string>
#include <vector>

namespace wasmscope::debug {

class TextTable {
 public:
  // One letter per column: 'l' or 'r', the side it is aligned to.
  explicit TextTable(std::string sides) : sides_(std::move(sides)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool is_empty() const { return rows_.empty(); }
  // Lines without a newline at the end and without blanks at the ends of lines.
  std::string to_text() const;

 private:
  std::string sides_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace wasmscope::debug
