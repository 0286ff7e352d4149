// SPDX-License-Identifier: Apache-2.0
#include "ui/model/fuzzy.h"

#include <cctype>

namespace wasmscope::ui {
namespace {

char fold(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

constexpr int kMatch = 1, kAdjacent = 5, kWordStart = 8, kTextStart = 12, kWhole = 30;

int count_matched(std::string_view pattern) {
  int count = 0;
  for (char c : pattern) count += c != ' ';
  return count;
}

}  // namespace

std::optional<int> fuzzy_score(std::string_view pattern, std::string_view text) {
  int score = 0;
  size_t at = 0;
  bool is_adjacent = false;
  for (char wanted : pattern) {
    if (wanted == ' ') {
      is_adjacent = false;
      continue;
    }
    const size_t begin = at;
    while (at < text.size() && fold(text[at]) != fold(wanted)) ++at;
    if (at == text.size()) return std::nullopt;
    score += kMatch;
    if (at == 0)
      score += kTextStart;
    else if (!is_word(text[at - 1]))
      score += kWordStart;
    if (is_adjacent && at == begin) score += kAdjacent;
    is_adjacent = true;
    ++at;
  }
  if (count_matched(pattern) == static_cast<int>(text.size())) score += kWhole;
  return score;
}

}  // namespace wasmscope::ui
