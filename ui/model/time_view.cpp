// SPDX-License-Identifier: Apache-2.0
#include "ui/model/time_view.h"

#include <algorithm>
#include <cmath>

namespace wasmscope::ui {
namespace {

constexpr double kFewestTicks = 8;

}  // namespace

void TimeView::set_extent(uint64_t first, uint64_t last) {
  first_ = static_cast<double>(first);
  last_ = static_cast<double>(std::max(first, last)) + 1;
  clamp();
}

void TimeView::fit() {
  is_fit_ = true;
  clamp();
}

void TimeView::zoom(double factor, double share) {
  const double at = begin_ + (end_ - begin_) * share;
  const double width = std::max(std::min(kFewestTicks, last_ - first_), (end_ - begin_) * factor);
  is_fit_ = width >= last_ - first_;
  begin_ = at - width * share;
  end_ = begin_ + width;
  clamp();
}

void TimeView::pan(double shares) {
  const double by = (end_ - begin_) * shares;
  begin_ += by;
  end_ += by;
  clamp();
}

void TimeView::reveal(uint64_t tick) {
  if (is_fit_) return;
  const double at = static_cast<double>(tick), width = end_ - begin_;
  if (at < begin_) begin_ = at - width * 0.1;
  if (at + 1 > end_) begin_ = at + 1 - width * 0.9;
  end_ = begin_ + width;
  clamp();
}

void TimeView::clamp() {
  if (is_fit_ || end_ - begin_ >= last_ - first_) {
    begin_ = first_;
    end_ = last_;
    is_fit_ = true;
    return;
  }
  const double width = end_ - begin_;
  begin_ = std::clamp(begin_, first_, last_ - width);
  end_ = begin_ + width;
}

uint64_t TimeView::tick_at(double share) const {
  const double tick = std::floor(begin_ + (end_ - begin_) * std::clamp(share, 0.0, 1.0));
  return static_cast<uint64_t>(std::clamp(tick, first_, last_ - 1));
}

const debug::TimePicture::Depth* sample_at(std::span<const debug::TimePicture::Depth> depths, uint64_t tick) {
  const auto after = std::ranges::upper_bound(depths, tick, {}, &debug::TimePicture::Depth::tick);
  return after == depths.begin() ? nullptr : &*std::prev(after);
}

std::vector<FlameColumn> flame_columns(std::span<const debug::TimePicture::Depth> depths, uint64_t last_tick,
                                       const TimeView& view, uint32_t columns) {
  std::vector<FlameColumn> made(columns);
  const auto tick_of = [&](uint32_t column) { return view.begin() + (view.end() - view.begin()) * column / columns; };
  const double known_end = static_cast<double>(last_tick) + 1;
  auto next = std::ranges::upper_bound(depths, view.begin(), {}, [](const auto& depth) { return static_cast<double>(depth.tick); });
  for (uint32_t column = 0; column < columns; ++column) {
    const double begin = tick_of(column), end = tick_of(column + 1);
    if (begin >= known_end) break;
    FlameColumn& at = made[column];
    const auto take = [&at](const debug::TimePicture::Depth& depth) {
      if (at.is_known && depth.depth <= at.depth) return;
      at = {depth.depth, depth.func, true};
    };
    if (next != depths.begin()) take(*std::prev(next));
    // What a column begins with lasts for a part of it only: samples inside it are more telling.
    for (; next != depths.end() && static_cast<double>(next->tick) < end; ++next) take(*next);
  }
  return made;
}

uint32_t deepest(std::span<const debug::TimePicture::Depth> depths) {
  uint32_t most = 0;
  for (const debug::TimePicture::Depth& depth : depths) most = std::max(most, depth.depth);
  return most;
}

}  // namespace wasmscope::ui
