// SPDX-License-Identifier: Apache-2.0
// What the console shows: commands, their answers and what the program printed, bounded in length.
#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace wasmscope::ui {

enum class LineKind : uint8_t { Command, Answer, Failure, Output, ErrorOutput };

struct TranscriptLine {
  LineKind kind{};
  std::string text;            // escaped for display
};

class Transcript {
 public:
  static constexpr size_t kMaxLines = 10'000;

  void add(LineKind kind, std::string_view text);
  const std::deque<TranscriptLine>& lines() const { return lines_; }
  // Ascends with every line, also when old ones go.
  uint64_t total() const { return total_; }
  // Ascends with every change, also of the last line.
  uint64_t revision() const { return revision_; }
  // Commands as typed, oldest first.
  const std::vector<std::string>& history() const { return history_; }
  void remember(std::string_view command);

 private:
  void add_line(LineKind kind, std::string_view text);

  std::deque<TranscriptLine> lines_;
  std::vector<std::string> history_;
  uint64_t total_ = 0, revision_ = 0;
  bool is_line_open_ = false;   // the program's last output did not end in a newline
};

}  // namespace wasmscope::ui
