// SPDX-License-Identifier: Apache-2.0
#include "ui/model/explained_text.h"

#include <algorithm>
#include <array>

namespace wasmscope::ui {
namespace {

constexpr std::array<std::string_view, 5> kWrong = {"past the end", "after the end", "is null", "out of bounds", "below address 0"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool ends_word(char c) { return c == ' ' || c == ',' || c == ';' || c == ':' || c == '(' || c == ')' || c == '.'; }

size_t word_end(std::string_view text, size_t at) {
  while (at < text.size() && (!ends_word(text[at]) || (text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1])))) ++at;
  return at;
}

}  // namespace

std::vector<ExplainedRun> split_explanation(std::string_view sentence) {
  std::vector<ExplainedRun> runs;
  size_t plain = 0;   // where the run of ordinary text began
  const auto mark = [&](ExplainedRole role, size_t begin, size_t end) {
    if (begin > plain) runs.push_back({ExplainedRole::Plain, sentence.substr(plain, begin - plain)});
    runs.push_back({role, sentence.substr(begin, end - begin)});
    plain = end;
  };
  for (size_t at = 0; at < sentence.size();) {
    const bool begins_word = at == 0 || ends_word(sentence[at - 1]);
    const std::string_view rest = sentence.substr(at);
    const auto wrong = std::ranges::find_if(kWrong, [&](std::string_view words) { return begins_word && rest.starts_with(words); });
    const bool is_signed = rest.size() > 1 && rest[0] == '-' && is_digit(rest[1]);
    size_t end = at + 1;
    if (wrong != kWrong.end()) {
      mark(ExplainedRole::Wrong, at, end = at + wrong->size());
    } else if (begins_word && (is_digit(rest[0]) || is_signed)) {
      end = word_end(sentence, at);
      // Digits are grouped by blanks.
      while (end + 3 < sentence.size() && sentence[end] == ' ' && word_end(sentence, end + 1) == end + 4 && is_digit(sentence[end + 1])) end += 4;
      mark(ExplainedRole::Number, at, end);
    } else if (begins_word && (rest.starts_with("local ") || rest.starts_with("global "))) {
      end = word_end(sentence, sentence.find(' ', at) + 1);
      mark(ExplainedRole::Name, at, end);
    } else if (begins_word && rest[0] == '$') {
      mark(ExplainedRole::Name, at, end = word_end(sentence, at));
    } else if (is_letter(rest[0])) {
      end = std::max(end, word_end(sentence, at));
    }
    at = end;
  }
  if (plain < sentence.size()) runs.push_back({ExplainedRole::Plain, sentence.substr(plain)});
  return runs;
}

}  // namespace wasmscope::ui
