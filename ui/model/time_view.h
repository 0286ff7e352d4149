// SPDX-License-Identifier: Apache-2.0
// Which part of a recording the strip shows, and what that is per column of pixels: zoom, pan, ticks and shares of
// the width. Ticks are at most 2^53 or are rounded. A view that shows everything goes on to when the recording grows.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/debug/snapshot.h"

namespace wasmscope::ui {

class TimeView {
 public:
  // Ticks from `first` to `last`, both of them.
  void set_extent(uint64_t first, uint64_t last);
  void fit();
  bool is_fit() const { return is_fit_; }
  // `factor` below 1 shows less; what is at `share` of the width stays there.
  void zoom(double factor, double share);
  // By shares of the width.
  void pan(double shares);
  // Moves as little as needed.
  void reveal(uint64_t tick);

  double begin() const { return begin_; }
  double end() const { return end_; }
  uint64_t tick_at(double share) const;
  // Of the begin of a tick; outside 0..1 when it is out of sight.
  double share_of(double tick) const { return (tick - begin_) / (end_ - begin_); }

 private:
  void clamp();

  double first_ = 0, last_ = 1;        // last_ is past the last tick
  double begin_ = 0, end_ = 1;
  bool is_fit_ = true;
};

// The deepest call in a column's part of time, and in which function that was.
struct FlameColumn {
  uint32_t depth = 0;
  wasm::FuncIndex func = wasm::kNoIndex;
  bool is_known = false;               // before the first sample and behind the last tick nothing is
};
std::vector<FlameColumn> flame_columns(std::span<const debug::TimePicture::Depth> depths, uint64_t last_tick,
                                       const TimeView& view, uint32_t columns);
uint32_t deepest(std::span<const debug::TimePicture::Depth> depths);
// The sample that holds at a tick; null before the first.
const debug::TimePicture::Depth* sample_at(std::span<const debug::TimePicture::Depth> depths, uint64_t tick);

}  // namespace wasmscope::ui
