// SPDX-License-Identifier: Apache-2.0
#include "ui/model/value_text.h"
#include "ui/panels/panel.h"
#include "ui/panels/value_tools.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

class GlobalsPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const debug::Snapshot& snapshot = *frame.snapshot;
    if (snapshot.globals.empty())
      return draw_empty_note(ui,
                             snapshot.state == debug::State::Loading ? "the module is being validated" : "no globals");
    if (snapshot.is_before_start)
      text_row(ui, ui.line).skip(0.5f).add(Color::Constant, "before the start, as instantiated");
    const ListRows rows = list_.begin(ui, "globals", snapshot.globals.size());
    for (uint64_t row = rows.first; row < rows.end; ++row) {
      const debug::GlobalValue& global = snapshot.globals[row];
      const ValueText text = value_text(global.value, shape_, global.referent);
      const ImVec2 at = rows.at(row);
      const bool is_changed =
          frame.previous && row < frame.previous->globals.size() && frame.previous->globals[row].value != global.value;
      if (list_.cursor == row)
        VirtualList::draw_ground(ui, rows, row, Color::Selection);
      else if (rows.hovered == row)
        VirtualList::draw_ground(ui, rows, row, Color::RowHover);
      if (rows.hovered == row && global.value.type == wasm::kV128)
        tooltip(ui, lanes_text(global.value) + "\ndouble click: other lanes");
      if (rows.hovered == row && global.referent.is_object) tooltip(ui, "double click: show this object");
      const std::string name = global.name.empty() ? "global " + std::to_string(row) : global.name;
      if (ui.registry.is_on())
        ui.registry.tag_rect("globals/row/" + std::to_string(row), at, ImVec2(rows.right(), at.y + rows.row_height),
                             text.main);
      TextLine(ui, at, rows.right())
          .skip(0.5f)
          .add(Color::Variable, name)
          .column(20)
          .add(Color::Dim, text.type)
          .column(25)
          .add(is_changed ? Color::Error : Color::Text, (is_changed ? "\u25b2" : " ") + text.main)
          .column(38)
          .add(Color::Dim, text.other)
          .right(Color::Dim, global.type.mutability == wasm::Mutability::Const ? "const " : "");
    }
    list_.end();
    const std::optional<ValuePlace> place = list_.cursor ? std::optional(place_of(snapshot.globals[*list_.cursor], *list_.cursor)) : std::nullopt;
    const bool is_chosen = tools_.draw(ui, frame, rows, list_.cursor, place, rows.origin.x + 25 * ui.cell);
    if (!list_.cursor || tools_.is_editing()) return;
    const debug::GlobalValue& global = snapshot.globals[*list_.cursor];
    if (rows.is_double_clicked && place->is_writable && place->follow_title.empty() && can_change(snapshot))
      return tools_.edit(*place, *list_.cursor);
    if (!rows.is_entered && !rows.is_double_clicked && !is_chosen) return;
    if (global.referent.is_object) show_object(frame, global.value.bits);
    if (global.value.type == wasm::kV128) shape_ = next_shape(shape_);
  }

 private:
  static ValuePlace place_of(const debug::GlobalValue& global, uint64_t index) {
    ValuePlace place;
    place.expression = "g" + std::to_string(index);
    place.value = entry_text(global.value);
    place.is_writable = global.type.mutability != wasm::Mutability::Const;
    if (global.referent.is_object) place.follow_title = "Show this object";
    if (global.value.type == wasm::kV128) place.follow_title = "Show other lanes";
    return place;
  }

  VirtualList list_;
  ValueTools tools_{"globals"};
  const runtime::LaneShape* shape_ = nullptr;   // of vectors
};

}  // namespace

std::unique_ptr<Panel> make_globals_panel() { return std::make_unique<GlobalsPanel>(); }

}  // namespace wasmscope::ui
