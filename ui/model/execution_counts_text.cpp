// SPDX-License-Identifier: Apache-2.0
#include "ui/model/execution_counts_text.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace wasmscope::ui {
namespace {

std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(' ')));
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

template <class T>
std::optional<T> parse(std::string_view word, int base) {
  T value = 0;
  const auto [end, status] = std::from_chars(word.data(), word.data() + word.size(), value, base);
  if (status != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

}  // namespace

std::map<uint32_t, uint64_t> parse_execution_counts(std::string_view answer) {
  std::map<uint32_t, uint64_t> counts;
  while (!answer.empty()) {
    std::string_view line = answer.substr(0, answer.find('\n'));
    answer.remove_prefix(std::min(answer.size(), line.size() + 1));
    const std::string_view count = take_word(line), pc = take_word(line);
    if (!pc.starts_with("0x")) continue;
    const auto executed = parse<uint64_t>(count, 10);
    const auto at = parse<uint32_t>(pc.substr(2), 16);
    if (executed && at) counts[*at] = *executed;
  }
  return counts;
}

}  // namespace wasmscope::ui
