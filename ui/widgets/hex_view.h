// SPDX-License-Identifier: Apache-2.0
// Bytes in hex, or several together as numbers, and as characters; 16 to a row (8 or 4 where there is no room).
// Bytes come from a function, so that the view works on a file, on a memory of which only some blocks are known,
// and on nothing. Colour is never the only sign: an unknown byte is "··", one past the end "--".
// Where it may be edited, hexadecimal digits typed on a byte change it; the view itself changes nothing.
#pragma once
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"
#include "ui/model/cell_format.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {

struct HexMark {
  ByteRange range;
  Color ground;
};

struct HexSource {
  uint64_t size = 0;
  std::function<std::optional<uint8_t>(uint64_t)> byte;    // nullopt: not known yet
  std::function<bool(uint64_t)> is_changed;                // may be empty
  std::vector<HexMark> marks;                              // later ones over earlier ones
  CellFormat format;
  bool is_editable = false;                                // by typing; bytes in hex only
};

class HexView {
 public:
  // Fills the rest of the region.
  void draw(const UiContext& ui, std::string_view tag, const HexSource& source);
  // Selects the range and shows it when drawn next.
  void go_to(ByteRange range);
  uint64_t cursor() const { return cursor_; }
  ByteRange selection() const;
  bool is_cursor_moved() const { return is_cursor_moved_; }
  // A menu is asked for. The selection is then what was clicked, or what it is part of.
  bool is_right_clicked() const { return is_right_clicked_; }
  struct TypedByte {
    uint64_t address = 0;
    uint8_t value = 0;
  };
  // A byte was typed in the last frame.
  const std::optional<TypedByte>& typed() const { return typed_; }
  // The cell that the cursor is in.
  ByteRange cell() const;
  // What was on the screen when drawn last.
  ByteRange visible() const;

 private:
  struct Geometry;
  void handle_mouse(const UiContext& ui, const Geometry& geometry, uint64_t size);
  void handle_keys(const UiContext& ui, uint64_t size);
  void handle_typing(const UiContext& ui, uint64_t size);
  void draw_header(const UiContext& ui, const Geometry& geometry) const;
  void draw_row(const UiContext& ui, const Geometry& geometry, const HexSource& source, uint64_t row, float y) const;
  void draw_cell(const UiContext& ui, const Geometry& geometry, const HexSource& source, uint64_t address,
                 float y) const;

  RowScroll scroll_;
  RowScrollbar bar_;
  uint64_t cursor_ = 0, anchor_ = 0;
  uint32_t columns_ = 16, cell_bytes_ = 1;
  std::optional<uint8_t> first_digit_;       // typed on the cursor's byte, waiting for the second one
  std::optional<TypedByte> typed_;
  bool is_cursor_moved_ = false, is_right_clicked_ = false;
  std::optional<uint64_t> pending_reveal_;
};

}  // namespace wasmscope::ui
