// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ui/model/number_text.h"
#include "ui/panels/panel.h"
#include "ui/panels/value_tools.h"
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
    if (tools_.draw(ui, frame, rows, list_.cursor, place_of(picture), rows.origin.x + 9 * ui.cell) && list_.cursor)
      follow(frame, picture, *list_.cursor);
    const bool is_in_picture = rows.first >= picture.first && rows.end <= picture.first + picture.elements.size();
    if (!is_in_picture) frame.table_wishes.push_back({table_, rows.first > 64 ? rows.first - 64 : 0});
  }

 private:
  std::optional<ValuePlace> place_of(const debug::TablePicture& picture) const {
    if (!list_.cursor || *list_.cursor < picture.first || *list_.cursor - picture.first >= picture.elements.size())
      return std::nullopt;
    const debug::TableElement& element = picture.elements[*list_.cursor - picture.first];
    ValuePlace place;
    place.expression = "t" + std::to_string(table_) + "[" + std::to_string(*list_.cursor) + "]";
    if (element.is_null) place.value = "null";
    if (element.func != wasm::kNoIndex) {
      place.value = "#" + std::to_string(element.func);
      place.follow_title = "Show the function";
    }
    if (element.object != 0) place.follow_title = "Show this object";
    return place;
  }

  static void follow(PanelFrame& frame, const debug::TablePicture& picture, uint64_t row) {
    const debug::TableElement& element = picture.elements[row - picture.first];
    if (element.func != wasm::kNoIndex) frame.emit(ShowCode{element.func, 0});
    if (element.object != 0) show_object(frame, element.object);
  }

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
    const bool is_changed = is_other_than_before(frame, row, element);
    line.add(Color::Error, is_changed ? "\u25b2" : " ").add(element.is_null ? Color::Faint : Color::Link, element.text);
    const bool is_followed =
        (rows.is_double_clicked && rows.hovered == row) || (rows.is_entered && list_.cursor == row);
    if (is_followed && !tools_.is_editing()) follow(frame, picture, row);
    if (rows.hovered == row && element.object != 0) tooltip(ui, "double click: show this object");
    if (rows.hovered == row && element.func != wasm::kNoIndex) tooltip(ui, "double click: show the function");
  }

  bool is_other_than_before(const PanelFrame& frame, uint64_t row, const debug::TableElement& element) const {
    if (!frame.previous || table_ >= frame.previous->tables.size()) return false;
    const debug::TablePicture& before = frame.previous->tables[table_];
    return row >= before.first && row - before.first < before.elements.size() &&
           before.elements[row - before.first].text != element.text;
  }

  VirtualList list_;
  ValueTools tools_{"tables"};
  wasm::TableIndex table_ = 0;
};

}  // namespace

std::unique_ptr<Panel> make_tables_panel() { return std::make_unique<TablesPanel>(); }

}  // namespace wasmscope::ui
