// SPDX-License-Identifier: Apache-2.0
// A list of any number of rows of which only the visible ones are drawn. It fills the rest of the region (or
// the given height and width), owns scrolling, scrollbar, keys and the cursor row; the caller draws the rows.
//   const ListRows rows = list.begin(ui, "functions", count);
//   for (uint64_t row = rows.first; row < rows.end; ++row) ... rows.at(row) ...
//   list.end();
#pragma once
#include <optional>
#include <string_view>

#include "ui/model/scroll.h"
#include "ui/widgets/ui_context.h"

namespace wasmscope::ui {

struct ListRows {
  uint64_t first = 0, end = 0;           // rows to draw, the last one perhaps only in part
  ImVec2 origin;
  float width = 0, row_height = 0;
  std::optional<uint64_t> hovered;
  bool is_clicked = false, is_double_clicked = false, is_right_clicked = false;   // the hovered row
  bool is_cursor_moved = false;          // by click or key
  bool is_entered = false;               // Enter on the cursor row
  ImVec2 at(uint64_t row) const { return {origin.x, origin.y + static_cast<float>(row - first) * row_height}; }
  float right() const { return origin.x + width; }
};

// Vertical bar for a RowScroll between the corners.
class RowScrollbar {
 public:
  void draw(const UiContext& ui, std::string_view tag, RowScroll& scroll, ImVec2 min, ImVec2 max);

 private:
  double grab_ = 0;
};

class VirtualList {
 public:
  ListRows begin(const UiContext& ui, std::string_view tag, uint64_t count, float height = 0, float width = 0);
  void end();
  // Fills the row's ground as cursor or hovered row.
  static void draw_ground(const UiContext& ui, const ListRows& rows, uint64_t row, Color color);

  RowScroll& scroll() { return scroll_; }
  std::optional<uint64_t> cursor;
  // Shows the row when the list is drawn next, in the middle if it was out of sight.
  void reveal(uint64_t row) { pending_reveal_ = row; }

 private:
  void move_cursor_by_keys(const UiContext& ui, ListRows& rows);

  RowScroll scroll_;
  RowScrollbar bar_;
  std::optional<uint64_t> pending_reveal_;
};

}  // namespace wasmscope::ui
