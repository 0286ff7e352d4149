// SPDX-License-Identifier: Apache-2.0
#include "ui/model/code_search.h"

#include <algorithm>

namespace wasmscope::ui {
namespace {

char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

void CodeSearch::start(std::string text, Direction direction, size_t from) {
  text_ = std::move(text);
  std::ranges::transform(text_, text_.begin(), fold);
  direction_ = direction;
  from_ = from;
  looked_at_ = 0;
  is_running_ = !text_.empty();
  has_failed_ = false;
}

std::optional<size_t> CodeSearch::go_on(CodeListing& listing) {
  const size_t count = listing.rows().size();
  for (size_t i = 0; i < kSlice && is_running_; ++i) {
    if (looked_at_ == count) {
      is_running_ = false;
      has_failed_ = true;
      break;
    }
    ++looked_at_;
    const size_t row =
        direction_ == Direction::Next ? (from_ + looked_at_) % count : (from_ + count - looked_at_ % count) % count;
    if (std::ranges::search(listing.line(row), text_, {}, fold).empty()) continue;
    is_running_ = false;
    return row;
  }
  return std::nullopt;
}

}  // namespace wasmscope::ui
