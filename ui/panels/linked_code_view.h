// SPDX-License-Identifier: Apache-2.0
// WebAssembly, slot code and machine code of a function side by side: what belongs together is joined by bands, has one
// ground when one of it is selected or under the mouse, and is kept at one height while one column is scrolled. Where
// there is no room for three columns the slot code is left out. The rows of WebAssembly are the caller's to draw.
#pragma once
#include <functional>

#include "ui/model/linked_code.h"
#include "ui/widgets/ui_context.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {

class LinkedCodeView {
 public:
  struct Shown {
    VirtualList& wasm;
    uint64_t wasm_count = 0;                // rows, a line about an error included
    uint32_t current_pc = 0;                // where the program stands in this function; 0: not here
    std::function<void(const ListRows&, uint64_t row)> draw_wasm_row;
  };
  // Null: not there yet. The rows of WebAssembly; their cursor follows the cursors of the other columns, and is then
  // said to be moved.
  ListRows draw(const UiContext& ui, const std::shared_ptr<const debug::CodePicture>& code, const Shown& shown);
  // How the row is carried out, while there is code.
  LinkedCode::Share share(size_t wasm_row) const;
  bool is_marked(size_t wasm_row) const;     // of the group under the mouse or selected
  // The WebAssembly's cursor was moved by others.
  void follow_wasm();

 private:
  struct Column {
    CodeColumn which{};
    float x = 0, width = 0;
    VirtualList* list = nullptr;
    ListRows rows;
  };
  void update(const std::shared_ptr<const debug::CodePicture>& code);
  void arrange(const UiContext& ui, float x, float width);
  void draw_column(const UiContext& ui, Column& column, const Shown& shown, float height);
  void draw_row(const UiContext& ui, const Column& column, uint64_t row, const Shown& shown) const;
  void draw_bands(const UiContext& ui, const Column& left, const Column& right, float top, float bottom) const;
  void draw_places(const UiContext& ui);
  void align_with_leader(const UiContext& ui, float height);
  void take_keys(const UiContext& ui);
  uint32_t marked_group() const { return hovered_ != LinkedCode::kNone ? hovered_ : selected_; }
  Column* find(CodeColumn which);

  std::unique_ptr<const LinkedCode> linked_;
  VirtualList slots_, machine_;
  std::vector<Column> columns_;
  CodeColumn leader_ = CodeColumn::Wasm;     // whose scrolling the others follow, and which has the keys
  uint32_t selected_ = LinkedCode::kNone, hovered_ = LinkedCode::kNone;
  // Of the group told of last: a function may have thousands of locals.
  std::optional<uint32_t> told_group_;
  std::string locals_text_, operands_text_;
};

}  // namespace wasmscope::ui
