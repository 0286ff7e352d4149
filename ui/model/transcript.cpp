// SPDX-License-Identifier: Apache-2.0
#include "ui/model/transcript.h"

#include "engine/base/utf8.h"

namespace wasmscope::ui {
namespace {

constexpr size_t kMaxLineCharacters = 400;
constexpr size_t kTabStop = 8;

std::string expand_tabs(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\t')
      out.append(kTabStop - out.size() % kTabStop, ' ');
    else if (c != '\r')
      out += c;
  }
  return out;
}

bool is_output(LineKind kind) { return kind == LineKind::Output || kind == LineKind::ErrorOutput; }

}  // namespace

void Transcript::add(LineKind kind, std::string_view text) {
  ++revision_;
  const bool ends_line = text.ends_with('\n');
  if (ends_line) text.remove_suffix(1);
  bool is_first = true;
  for (;;) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const bool continues =
        is_first && is_line_open_ && is_output(kind) && !lines_.empty() && lines_.back().kind == kind;
    if (continues)
      lines_.back().text += escape_for_display(expand_tabs(line), kMaxLineCharacters);
    else
      add_line(kind, line);
    is_first = false;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  is_line_open_ = is_output(kind) && !ends_line;
}

void Transcript::add_line(LineKind kind, std::string_view text) {
  lines_.push_back({kind, escape_for_display(expand_tabs(text), kMaxLineCharacters)});
  if (lines_.size() > kMaxLines) lines_.pop_front();
  ++total_;
}

void Transcript::remember(std::string_view command) {
  if (history_.empty() || history_.back() != command) history_.emplace_back(command);
}

}  // namespace wasmscope::ui
