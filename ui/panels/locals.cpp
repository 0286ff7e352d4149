// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ui/model/number_text.h"
#include "ui/model/value_text.h"
#include "ui/panels/panel.h"
#include "ui/panels/value_tools.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

constexpr float kNameCells = 12, kTypeCells = 5, kMainCells = 13;

class LocalsPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const debug::Frame* shown = frame.frame();
    if (shown == nullptr) return draw_empty_note(ui, "no program is running");
    if (!shown->has_values) return draw_empty_note(ui, "select this frame to see its values");
    const Rows parts{shown->locals.size(), shown->operands.size(), shown->labels.size()};
    const ListRows rows = list_.begin(ui, "locals", parts.count());
    for (uint64_t row = rows.first; row < rows.end; ++row) draw_row(ui, frame, rows, row, parts, *shown);
    list_.end();
    const std::optional<ValuePlace> place = list_.cursor ? place_of(frame, *shown, parts, *list_.cursor) : std::nullopt;
    const float value_x = rows.origin.x + (kNameCells + kTypeCells - 1) * ui.cell;
    const bool is_chosen = tools_.draw(ui, frame, rows, list_.cursor, place, value_x);
    if (!list_.cursor || tools_.is_editing()) return;
    // A number is changed by a double click; what leads somewhere is followed.
    const bool is_number = place && place->is_writable && is_plain_number(value_at(*shown, parts, *list_.cursor));
    if (rows.is_double_clicked && is_number && can_change(*frame.snapshot)) return tools_.edit(*place, *list_.cursor);
    if (!rows.is_entered && !rows.is_double_clicked && !is_chosen) return;
    if (*list_.cursor < shown->locals.size())
      follow(frame, shown->locals[*list_.cursor].value, shown->locals[*list_.cursor].referent);
    if (parts.is_operand(*list_.cursor))
      follow(frame, shown->operands[parts.operand(*list_.cursor)].value,
             shown->operands[parts.operand(*list_.cursor)].referent);
    if (parts.is_label(*list_.cursor))
      frame.emit(ShowCode{shown->func, shown->labels[parts.label(*list_.cursor)].pc});
  }

 private:
  // Locals, then a blank row and a title before the operands, and the same before the labels.
  struct Rows {
    uint64_t locals, operands, labels;
    // No locals take a row too, to say so.
    uint64_t local_rows() const { return std::max<uint64_t>(locals, 1); }
    uint64_t operand_title() const { return local_rows() + 1; }
    uint64_t label_title() const { return operand_title() + operands + 2; }
    uint64_t count() const { return label_title() + labels + 1; }
    bool is_operand(uint64_t row) const { return row > operand_title() && row <= operand_title() + operands; }
    uint64_t operand(uint64_t row) const { return row - operand_title() - 1; }
    bool is_label(uint64_t row) const { return row > label_title(); }
    // The innermost label first: it is what `br 0` means.
    uint64_t label(uint64_t row) const { return labels - (row - label_title()); }
  };

  static bool is_plain_number(const runtime::Value& value) {
    return value.type.kind != wasm::Kind::Ref && value.type != wasm::kV128;
  }
  static const runtime::Value& value_at(const debug::Frame& shown, const Rows& parts, uint64_t row) {
    return row < parts.locals ? shown.locals[row].value : shown.operands[parts.operand(row)].value;
  }
  // What the row shows, as the debugger calls it.
  static std::optional<ValuePlace> place_of(const PanelFrame& frame, const debug::Frame& shown, const Rows& parts,
                                            uint64_t row) {
    const bool is_local = row < parts.locals;
    if (!is_local && !parts.is_operand(row)) return std::nullopt;
    const runtime::Value& value = value_at(shown, parts, row);
    ValuePlace place;
    place.expression = is_local ? "l" + std::to_string(row) : "s" + std::to_string(parts.operand(row));
    place.value = entry_text(value);
    place.is_watchable = is_local;
    const std::vector<debug::MemoryPicture>& memories = frame.snapshot->memories;
    if (value.type == wasm::kI32 && !memories.empty() && value.bits < memories[0].size)
      place.follow_title = "Show memory at this address";
    if (value.type == wasm::kV128) place.follow_title = "Show other lanes";
    if (value.type.kind == wasm::Kind::Ref && value.bits != 0) place.follow_title = "Show this object";
    return place;
  }

  // A pointer to its memory; a vector to its lanes in the next shape; an object to its fields in the console.
  void follow(PanelFrame& frame, const runtime::Value& value, const debug::Referent& referent) {
    if (referent.is_object) show_object(frame, value.bits);
    if (value.type == wasm::kV128) shape_ = next_shape(shape_);
    const std::vector<debug::MemoryPicture>& memories = frame.snapshot->memories;
    if (value.type == wasm::kI32 && !memories.empty() && value.bits < memories[0].size)
      frame.emit(ShowMemory{0, {value.bits, value.bits + 1}});
  }

  void draw_row(const UiContext& ui, const PanelFrame& frame, const ListRows& rows, uint64_t row, const Rows& parts,
                const debug::Frame& shown) const {
    const ImVec2 at = rows.at(row);
    TextLine line(ui, at, rows.right());
    line.skip(0.5f);
    if (row == parts.operand_title()) {
      line.add(Color::Dim, "operand stack (" + std::to_string(parts.operands) + ")");
      return;
    }
    if (row == parts.label_title()) {
      line.add(Color::Dim, "labels");
      return;
    }
    const bool is_value = row < parts.locals || parts.is_operand(row) || parts.is_label(row);
    if (!is_value) {
      if (row == 0) line.add(Color::Dim, "no locals");
      return;
    }
    if (list_.cursor == row)
      VirtualList::draw_ground(ui, rows, row, Color::Selection);
    else if (rows.hovered == row)
      VirtualList::draw_ground(ui, rows, row, Color::RowHover);
    if (row < parts.locals)
      draw_local(ui, frame, rows, row, shown, line);
    else if (parts.is_operand(row))
      draw_operand(ui, frame, rows, row, parts.operand(row), shown, line);
    else
      draw_label(ui, rows, row, parts.labels - 1 - parts.label(row), shown.labels[parts.label(row)], line);
  }

  void draw_value(const runtime::Value& value, const debug::Referent& referent, bool is_changed, TextLine& line) const {
    const ValueText text = value_text(value, shape_, referent);
    line.column(kNameCells).add(Color::Dim, text.type);
    line.column(kNameCells + kTypeCells - 1).add(Color::Error, is_changed ? "\u25b2" : "");
    line.column(kNameCells + kTypeCells).add(is_changed ? Color::Error : Color::Text, text.main);
    line.column(kNameCells + kTypeCells + kMainCells).add(Color::Dim, text.other);
  }

  void draw_local(const UiContext& ui, const PanelFrame& frame, const ListRows& rows, uint64_t row,
                  const debug::Frame& shown, TextLine& line) const {
    const debug::VariableValue& local = shown.locals[row];
    const debug::Frame* before = frame.previous_frame();
    const bool is_changed =
        before != nullptr && row < before->locals.size() && before->locals[row].value != local.value;
    const std::string name = local.name.empty() ? "local " + std::to_string(row) : local.name;
    if (ui.registry.is_on())
      ui.registry.tag_rect("locals/row/" + std::to_string(row), rows.at(row),
                           ImVec2(rows.right(), rows.at(row).y + rows.row_height),
                           value_text(local.value, shape_, local.referent).main);
    if (rows.hovered == row && !tools_.is_editing()) {
      const bool is_parameter = row < frame.module()->func_type(shown.func).params.size();
      tooltip(ui, displayable(name) + (is_parameter ? ", parameter " : ", local ") + std::to_string(row) +
                      (local.value.type == wasm::kV128 ? "\n" + lanes_text(local.value) + "\ndouble click: other lanes"
                       : local.referent.is_object      ? "\ndouble click: show this object"
                                                       : "\ndouble click or F2: change it   Enter: show this address"));
    }
    line.add(Color::Variable, name);
    draw_value(local.value, local.referent, is_changed, line);
  }

  void draw_operand(const UiContext& ui, const PanelFrame& frame, const ListRows& rows, uint64_t row, uint64_t index,
                    const debug::Frame& shown, TextLine& line) const {
    const debug::OperandValue& operand = shown.operands[index];
    const debug::Frame* before = frame.previous_frame();
    const bool is_changed =
        before != nullptr && index < before->operands.size() && before->operands[index].value != operand.value;
    if (ui.registry.is_on())
      ui.registry.tag_rect("locals/operand/" + std::to_string(index), rows.at(row),
                           ImVec2(rows.right(), rows.at(row).y + rows.row_height),
                           value_text(operand.value, shape_, operand.referent).main);
    if (rows.hovered == row && operand.value.type == wasm::kV128)
      tooltip(ui, lanes_text(operand.value) + "\ndouble click: other lanes");
    line.add(Color::Text, "[" + std::to_string(index) + "]");
    draw_value(operand.value, operand.referent, is_changed, line);
    std::string note;
    if (operand.origin == debug::OperandOrigin::Local && operand.local < shown.locals.size()) {
      const std::string& name = shown.locals[operand.local].name;
      note = "= " + (name.empty() ? "local " + std::to_string(operand.local) : name);
    } else if (operand.origin == debug::OperandOrigin::Const) {
      note = "constant";
    }
    if (index + 1 == shown.operands.size()) note += note.empty() ? "top" : ", top";
    line.right(Color::Dim, note + " ");
  }

  static void draw_label(const UiContext& ui, const ListRows& rows, uint64_t row, uint64_t number,
                         const debug::LabelValue& label, TextLine& line) {
    if (ui.registry.is_on())
      ui.registry.tag_rect("locals/label/" + std::to_string(number), rows.at(row),
                           ImVec2(rows.right(), rows.at(row).y + rows.row_height), hex(label.pc));
    const bool is_function = label.kind == wasm::Op::Nop;
    line.add(Color::Text, label.name.empty() ? "label " + std::to_string(number) : label.name);
    line.column(kNameCells).add(Color::Control, is_function ? "function" : wasm::info(label.kind).text);
    line.column(kNameCells + kTypeCells + 5).add(Color::Dim, "height " + std::to_string(label.height));
    line.column(kNameCells + kTypeCells + kMainCells + 2).add(Color::Dim, "@" + hex(label.pc));
  }

  VirtualList list_;
  ValueTools tools_{"locals"};
  const runtime::LaneShape* shape_ = nullptr;   // of vectors
};

}  // namespace

std::unique_ptr<Panel> make_locals_panel() { return std::make_unique<LocalsPanel>(); }

}  // namespace wasmscope::ui
