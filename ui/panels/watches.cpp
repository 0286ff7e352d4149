// SPDX-License-Identifier: Apache-2.0
// Expressions evaluated at every stop. The list itself belongs to the shell: other views add to it.
#include <algorithm>

#include "engine/base/utf8.h"
#include "ui/panels/value_tools.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

constexpr float kNameCells = 20, kCloseCells = 2.5f;

class WatchesPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const std::vector<std::string>& watches = frame.watches;
    const float field_height = ImGui::GetFrameHeightWithSpacing() + ui.px(2);
    const float list_height = ImGui::GetContentRegionAvail().y - field_height;
    const float top = ImGui::GetCursorScreenPos().y;
    if (watches.empty()) {
      draw_empty_note(ui, "none: type an expression below, or press E on a value");
    } else {
      const ListRows rows = list_.begin(ui, "watches", watches.size(), list_height);
      for (uint64_t row = rows.first; row < rows.end; ++row) draw_row(ui, frame, rows, row, watches[row]);
      list_.end();
      act_on_rows(ui, frame, rows);
    }
    ImGui::SetCursorScreenPos(ImVec2(ImGui::GetCursorScreenPos().x, top + list_height + ImGui::GetStyle().ItemSpacing.y));
    draw_field(ui, frame);
  }

 private:
  void act_on_rows(const UiContext& ui, PanelFrame& frame, const ListRows& rows) {
    const std::vector<std::string>& watches = frame.watches;
    if (rewritten_ && (*rewritten_ >= watches.size() || *rewritten_ < rows.first || *rewritten_ >= rows.end)) rewritten_.reset();
    if (rewritten_) draw_rewriting(ui, frame, rows);
    if (!list_.cursor || rewritten_) return;
    const uint64_t row = *list_.cursor;
    const auto found = frame.snapshot->expressions.find(watches[row]);
    ValuePlace place;
    place.expression = watches[row];
    if (found != frame.snapshot->expressions.end() && !found->second.is_error) place.value = found->second.text;
    tools_.draw(ui, frame, rows, list_.cursor, place, rows.origin.x + kNameCells * ui.cell);
    if (tools_.is_editing()) return;
    const bool is_on_close = rows.is_clicked && ImGui::GetIO().MousePos.x >= rows.right() - kCloseCells * ui.cell;
    if (ui.takes({Key::Delete}) || is_on_close) return remove(frame, row);
    if (!rows.is_entered && !rows.is_double_clicked) return;
    rewritten_ = row;
    text_ = watches[row];
    wants_focus_ = true;
    was_active_ = false;
  }

  static void remove(PanelFrame& frame, uint64_t row) {
    std::vector<std::string> left = frame.watches;
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(row));
    frame.emit(ChangeWatches{std::move(left)});
  }

  void draw_row(const UiContext& ui, const PanelFrame& frame, const ListRows& rows, uint64_t row,
                const std::string& expression) const {
    if (list_.cursor == row)
      VirtualList::draw_ground(ui, rows, row, Color::Selection);
    else if (rows.hovered == row)
      VirtualList::draw_ground(ui, rows, row, Color::RowHover);
    const ImVec2 at = rows.at(row);
    const ImVec2 end(rows.right(), at.y + rows.row_height);
    const auto found = frame.snapshot->expressions.find(expression);
    const bool is_known = found != frame.snapshot->expressions.end();
    bool is_changed = false;
    if (is_known && frame.previous) {
      const auto before = frame.previous->expressions.find(expression);
      is_changed = before != frame.previous->expressions.end() && before->second.text != found->second.text;
    }
    const std::string value = is_known ? found->second.text : frame.frame() == nullptr ? "no program is running" : "\u00b7\u00b7";
    const bool is_value = is_known && !found->second.is_error;
    TextLine(ui, at, rows.origin.x + (kNameCells - 1) * ui.cell).skip(0.5f).add(Color::Variable, escape_for_display(expression));
    TextLine line(ui, ImVec2(rows.origin.x + (kNameCells - 1) * ui.cell, at.y), end.x - kCloseCells * ui.cell);
    line.add(Color::Error, is_changed ? "\u25b2" : " ");
    line.add(!is_value ? Color::Dim : is_changed ? Color::Error : Color::Text, value);
    const float size = ui.line * 0.62f;
    if (rows.hovered == row)
      draw_icon(*ImGui::GetWindowDrawList(), Icon::Close, ImVec2(end.x - ui.cell * 2, at.y + (ui.line - size) / 2), size,
                ui.theme[Color::Dim]);
    if (rows.hovered == row) tooltip(ui, displayable(escape_for_display(expression)) + "\n" + displayable(value));
    if (!ui.registry.is_on()) return;
    const std::string tag = "watches/row/" + std::to_string(row);
    ui.registry.tag_rect(tag, at, ImVec2(end.x - kCloseCells * ui.cell, end.y), (is_changed ? "changed " : "") + value);
    ui.registry.tag_rect(tag + "/delete", ImVec2(end.x - kCloseCells * ui.cell, at.y), end);
  }

  void draw_rewriting(const UiContext& ui, PanelFrame& frame, const ListRows& rows) {
    const ImVec2 back = ImGui::GetCursorScreenPos();
    ImGui::SetCursorScreenPos(ImVec2(rows.origin.x, rows.at(*rewritten_).y - (ImGui::GetFrameHeight() - ui.line) / 2));
    if (wants_focus_) focus_next_field();
    text_field(ui, "watches/rewrite", text_, "expression", rows.width);
    const bool is_active = ImGui::IsItemActive();
    if (is_active) wants_focus_ = false;
    ImGui::SetCursorScreenPos(back);
    const bool is_left = ImGui::IsItemDeactivated() || (was_active_ && !is_active);
    was_active_ = is_active;
    if (!is_active && !is_left) return;
    if (ui.input.take({Key::Enter}) || ui.input.take({Key::KeypadEnter})) {
      std::vector<std::string> all = frame.watches;
      all[*rewritten_] = text_;
      if (text_.empty()) all.erase(all.begin() + static_cast<std::ptrdiff_t>(*rewritten_));
      frame.emit(ChangeWatches{std::move(all)});
      rewritten_.reset();
    } else if (ui.input.take({Key::Escape}) || is_left) {
      rewritten_.reset();
    }
  }

  void draw_field(const UiContext& ui, PanelFrame& frame) {
    if (wants_new_focus_) focus_next_field();
    text_field(ui, "watches/new", new_, "add: $i * 4, i32[$p], str($name), t0[3], $node.next");
    if (ImGui::IsItemActive()) wants_new_focus_ = false;
    if (!ImGui::IsItemActive() && !ImGui::IsItemDeactivated()) return;
    if (!ui.input.take({Key::Enter}) && !ui.input.take({Key::KeypadEnter})) return;
    if (!new_.empty()) frame.emit(AddWatch{new_});
    new_.clear();
    wants_new_focus_ = true;
  }

  VirtualList list_;
  ValueTools tools_{"watches"};
  std::optional<uint64_t> rewritten_;    // row whose expression is being changed
  std::string text_, new_;
  bool wants_focus_ = false, was_active_ = false, wants_new_focus_ = false;
};

}  // namespace

std::unique_ptr<Panel> make_watches_panel() { return std::make_unique<WatchesPanel>(); }

}  // namespace wasmscope::ui
