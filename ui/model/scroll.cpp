// SPDX-License-Identifier: Apache-2.0
#include "ui/model/scroll.h"

#include <algorithm>
#include <cmath>

namespace wasmscope::ui {

void RowScroll::resize(uint64_t count, uint64_t visible) {
  count_ = count;
  visible_ = std::max<uint64_t>(visible, 1);
  top_ = std::min(top_, last_top());
}

void RowScroll::set_top(uint64_t row) {
  top_ = std::min(row, last_top());
  rest_ = 0;
}

void RowScroll::scroll_by(double rows) {
  rest_ += rows;
  const double whole = std::trunc(rest_);
  rest_ -= whole;
  constexpr double kBeyondAnyList = 0x1p63;
  const uint64_t distance = static_cast<uint64_t>(std::min(std::fabs(whole), kBeyondAnyList));
  if (whole < 0)
    top_ = distance > top_ ? 0 : top_ - distance;
  else
    top_ = distance > last_top() - top_ ? last_top() : top_ + distance;
}

void RowScroll::reveal(uint64_t row, uint64_t margin) {
  margin = std::min(margin, (visible_ - 1) / 2);
  if (row < top_ + margin)
    set_top(row > margin ? row - margin : 0);
  else if (row - top_ + margin >= visible_)
    set_top(row + margin + 1 - visible_);
}

void RowScroll::center(uint64_t row) { set_top(row > visible_ / 2 ? row - visible_ / 2 : 0); }

RowScroll::Thumb RowScroll::thumb(double track_size, double min_size) const {
  if (count_ <= visible_) return {0, track_size};
  const double size = std::max(min_size, track_size * static_cast<double>(visible_) / static_cast<double>(count_));
  const double share = static_cast<double>(top_) / static_cast<double>(last_top());
  return {(track_size - size) * share, size};
}

void RowScroll::set_thumb(double begin, double track_size, double min_size) {
  const double way = track_size - thumb(track_size, min_size).size;
  const double share = way > 0 ? std::clamp(begin / way, 0.0, 1.0) : 0;
  // The product may round to just above a 64-bit count; the end is exact instead.
  if (share >= 1)
    set_top(last_top());
  else
    set_top(static_cast<uint64_t>(share * static_cast<double>(last_top()) + 0.5));
}

}  // namespace wasmscope::ui
