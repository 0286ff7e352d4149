// SPDX-License-Identifier: Apache-2.0
// Scrolling of a list of up to 2^64 rows: the first visible row is an integer, never a pixel count in a
// float, so that the last row of a 4 GiB memory can be reached and one wheel step is one wheel step.
// After every member call top() + visible() is at most count(), except where the list is shorter than the view.
#pragma once
#include <cstdint>

namespace wasmscope::ui {

class RowScroll {
 public:
  void resize(uint64_t count, uint64_t visible);
  uint64_t top() const { return top_; }
  uint64_t count() const { return count_; }
  uint64_t visible() const { return visible_; }
  uint64_t last_top() const { return count_ > visible_ ? count_ - visible_ : 0; }

  void set_top(uint64_t row);
  // Fractions add up until they make a row.
  void scroll_by(double rows);
  // Least movement that shows the row with `margin` rows around it.
  void reveal(uint64_t row, uint64_t margin);
  void center(uint64_t row);

  struct Thumb {
    double begin = 0, size = 0;
  };
  Thumb thumb(double track_size, double min_size) const;
  void set_thumb(double begin, double track_size, double min_size);

 private:
  uint64_t top_ = 0;
  uint64_t count_ = 0;
  uint64_t visible_ = 0;
  double rest_ = 0;
};

}  // namespace wasmscope::ui
