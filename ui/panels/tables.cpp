// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ui/model/number_text.h"
#include "ui/panels/panel.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

class TablesPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const debug::Snapshot& snapshot = *frame.snapshot;
    if (snapshot.tables.empty())
      return draw_empty_note(ui,
                             snapshot.state == debug::State::Loading ? "the module is being validated" : "no tables");
    table_ = std::min(table_, static_cast<wasm::TableIndex>(snapshot.tables.size()) - 1);
    const debug::TablePicture& picture = snapshot.tables[table_];
    draw_bar(ui, snapshot, picture);
    const ListRows rows = list_.begin(ui, "tables", picture.size);
    for (uint64_t row = rows.first; row < rows.end; ++row) draw_row(ui, frame, rows, row, picture);
    list_.end();
    const bool is_in_picture = rows.first >= picture.first && rows.end <= picture.first + picture.elements.size();
    if (!is_in_picture) frame.table_wishes.push_back({table_, rows.first > 64 ? rows.first - 64 : 0});
  }

 private:
  void draw_bar(const UiContext& ui, const debug::Snapshot& snapshot, const debug::TablePicture& picture) {
    for (size_t i = 0; snapshot.tables.size() > 1 && i < snapshot.tables.size(); ++i) {
      if (link(ui, "tables/select/" + std::to_string(i), "table " + std::to_string(i)))
        table_ = static_cast<wasm::TableIndex>(i);
      ImGui::SameLine();
    }
    text_row(ui, ui.line)
        .skip(0.5f)
        .add(Color::Constant, snapshot.is_before_start ? "before the start, as instantiated  " : "")
        .add(Color::Dim, grouped(picture.size) + " elements of type ")
        .add(Color::Variable, wasm::to_text(picture.type.element));
  }

  void draw_row(const UiContext& ui, PanelFrame& frame, const ListRows& rows, uint64_t row,
                const debug::TablePicture& picture) const {
    if (list_.cursor == row)
      VirtualList::draw_ground(ui, rows, row, Color::Selection);
    else if (rows.hovered == row)
      VirtualList::draw_ground(ui, rows, row, Color::RowHover);
    const ImVec2 at = rows.at(row);
    TextLine line(ui, at, rows.right());
    line.skip(0.5f).add(Color::Dim, "[" + grouped(row) + "]").column(9);
    if (row < picture.first || row - picture.first >= picture.elements.size()) {
      line.add(Color::Faint, "\u00b7\u00b7");
      return;
    }
    const debug::TableElement& element = picture.elements[row - picture.first];
    if (ui.registry.is_on())
      ui.registry.tag_rect("tables/row/" + std::to_string(row), at, ImVec2(rows.right(), at.y + rows.row_height),
                           element.text);
    line.add(element.is_null ? Color::Faint : Color::Link, element.text);
    const bool is_followed =
        (rows.is_double_clicked && rows.hovered == row) || (rows.is_entered && list_.cursor == row);
    if (is_followed && element.func != wasm::kNoIndex) frame.emit(ShowCode{element.func, 0});
    if (is_followed && element.object != 0) show_object(frame, element.object);
    if (rows.hovered == row && element.object != 0) tooltip(ui, "double click: show this object");
    if (rows.hovered == row && element.func != wasm::kNoIndex) tooltip(ui, "double click: show the function");
  }

  VirtualList list_;
  wasm::TableIndex table_ = 0;
};

}  // namespace

std::unique_ptr<Panel> make_tables_panel() { return std::make_unique<TablesPanel>(); }

}  // namespace wasmscope::ui
