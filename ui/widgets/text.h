// SPDX-License-Identifier: Apache-2.0
// Text in coloured runs on one line. It never leaves the given width (an ellipsis stands for the rest), and a
// character that the font lacks is written as \u{...} instead of becoming a question mark.
#pragma once
#include <string>
#include <string_view>

#include "ui/widgets/ui_context.h"

namespace wasmscope::ui {

// As it will be drawn: what the font lacks is spelled out.
std::string displayable(std::string_view text);
// Characters, not bytes.
size_t count_cells(std::string_view text);
std::string_view first_cells(std::string_view text, size_t cells);

class TextLine {
 public:
  TextLine(const UiContext& ui, ImVec2 at, float max_x);
  TextLine& add(Color color, std::string_view text);
  TextLine& skip(float cells);
  // Moves to a column, counted from the start; keeps one blank when the text before is longer.
  TextLine& column(float cells);
  // At the right end; nothing when it does not fit behind what is there.
  TextLine& right(Color color, std::string_view text);
  float x() const { return x_; }
  // Draws nothing after the ellipsis.
  bool is_cut() const { return is_cut_; }

 private:
  const UiContext& ui_;
  float start_, x_, y_, max_x_;
  bool is_cut_ = false;
};

// A row of text as an item of its own, with the layout cursor behind it.
TextLine text_row(const UiContext& ui, float height);
// For what the mouse is on; shows when it has rested there.
void tooltip(const UiContext& ui, std::string_view text);

}  // namespace wasmscope::ui
