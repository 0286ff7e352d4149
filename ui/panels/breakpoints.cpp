// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "engine/base/utf8.h"
#include "ui/model/number_text.h"
#include "ui/panels/breakpoint_marks.h"
#include "ui/panels/panel.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

constexpr float kDiscCells = 2.5f, kCloseCells = 2.5f, kNumberCells = 3, kPlaceCells = 6;
constexpr const char* kMenu = "##breakpoint_menu";
constexpr const char* kAddHint = "add: name, #9+0x1c, @0xa41c, exit:name, op:memory.grow, import:name, throw; watch i32[$p] if \u2026";

// Lines of the terminal are taken as they are; anything else is a place.
std::string add_line(const std::string& typed) {
  static constexpr auto kCommands = std::to_array<std::string_view>(
      {"break", "b", "tbreak", "tb", "watch", "wwatch", "rwatch", "awatch", "dprintf"});
  const std::string word = typed.substr(0, typed.find(' '));
  const bool is_command = word.size() < typed.size() && std::ranges::find(kCommands, word) != kCommands.end();
  return is_command ? typed : "break " + typed;
}

class BreakpointsPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const std::vector<debug::Breakpoint>& breakpoints = frame.snapshot->breakpoints;
    read_replies(frame);
    const float line_height = failure_.empty() ? 0 : ui.line;
    const float field_height = ImGui::GetFrameHeightWithSpacing() + ui.px(2) + line_height;
    const float top = ImGui::GetCursorScreenPos().y;
    const float list_height = ImGui::GetContentRegionAvail().y - field_height;
    if (breakpoints.empty()) {
      draw_empty_note(ui, "none: F9 or a click beside the code sets one");
    } else {
      const ListRows rows = list_.begin(ui, "breakpoints", breakpoints.size(), list_height);
      for (uint64_t row = rows.first; row < rows.end; ++row) draw_row(ui, frame, rows, row, breakpoints[row]);
      list_.end();
      if (list_.cursor) act_on(ui, frame, rows, breakpoints[*list_.cursor]);
    }
    ImGui::SetCursorScreenPos(ImVec2(ImGui::GetCursorScreenPos().x, top + list_height + ImGui::GetStyle().ItemSpacing.y));
    draw_add(ui, frame);
  }

 private:
  enum class Part : uint8_t { Condition, Ignore };
  struct Edit {
    uint32_t id = 0;
    Part part{};
    std::string text;
    bool is_sent = false, was_active = false, wants_focus = true;
  };

  void act_on(const UiContext& ui, PanelFrame& frame, const ListRows& rows, const debug::Breakpoint& chosen) {
    if (edit_) draw_edit(ui, frame, rows);
    draw_menu(ui, frame, rows, chosen);
    if (edit_) return;
    const std::string id = std::to_string(chosen.id);
    if (ui.takes({Key::Delete})) frame.emit(RunCommand{"delete " + id});
    if (ui.takes({Key::Space})) frame.emit(QuietCommand{(chosen.enabled ? "disable " : "enable ") + id});
    if (rows.is_clicked) {
      const float x = ImGui::GetIO().MousePos.x;
      if (x < rows.origin.x + kDiscCells * ui.cell)
        return frame.emit(RunCommand{(chosen.enabled ? "disable " : "enable ") + id});
      if (x >= rows.right() - kCloseCells * ui.cell) return frame.emit(RunCommand{"delete " + id});
    }
    if (rows.is_entered || rows.is_double_clicked || ui.takes({Key::F2})) return begin_edit(chosen, Part::Condition);
    if (!rows.is_cursor_moved || rows.is_right_clicked || !chosen.resolved || chosen.kind != debug::StopKind::Code) return;
    frame.emit(ShowCode{chosen.func, chosen.pc});
    frame.emit(OpenPanel{"breakpoints"});    // which keeps the keys
  }

  void begin_edit(const debug::Breakpoint& chosen, Part part) {
    failure_.clear();
    edit_ = Edit{chosen.id, part, part == Part::Condition ? chosen.condition : std::to_string(chosen.ignore)};
  }

  void draw_menu(const UiContext& ui, PanelFrame& frame, const ListRows& rows, const debug::Breakpoint& chosen) {
    if (rows.is_right_clicked) ImGui::OpenPopup(kMenu);
    if (!ImGui::BeginPopup(kMenu)) return;
    const std::string id = std::to_string(chosen.id);
    if (menu_item(ui, "breakpoints/menu/condition", "Condition\u2026", "F2")) begin_edit(chosen, Part::Condition);
    if (menu_item(ui, "breakpoints/menu/ignore", "Ignore the next hits\u2026")) begin_edit(chosen, Part::Ignore);
    if (menu_item(ui, "breakpoints/menu/enable", chosen.enabled ? "Switch off" : "Switch on", "Space"))
      frame.emit(QuietCommand{(chosen.enabled ? "disable " : "enable ") + id});
    ImGui::Separator();
    const bool has_place = chosen.kind == debug::StopKind::Code && chosen.resolved;
    if (menu_item(ui, "breakpoints/menu/show", "Show the code", "", has_place ? Enabled::Yes : Enabled::No))
      frame.emit(ShowCode{chosen.func, chosen.pc});
    ImGui::Separator();
    if (menu_item(ui, "breakpoints/menu/delete", "Delete", "Del")) frame.emit(RunCommand{"delete " + id});
    if (menu_item(ui, "breakpoints/menu/delete_all", "Delete all")) frame.emit(RunCommand{"delete"});
    ImGui::EndPopup();
  }

  void draw_edit(const UiContext& ui, PanelFrame& frame, const ListRows& rows) {
    const auto& breakpoints = frame.snapshot->breakpoints;
    const auto found = std::ranges::find(breakpoints, edit_->id, &debug::Breakpoint::id);
    const auto row = static_cast<uint64_t>(found - breakpoints.begin());
    if (found == breakpoints.end() || row < rows.first || row >= rows.end) {
      edit_.reset();
      return;
    }
    const bool is_condition = edit_->part == Part::Condition;
    const std::string label = is_condition ? "stop if" : "ignore hits";
    const ImVec2 back = ImGui::GetCursorScreenPos();
    const float y = rows.at(row).y - (ImGui::GetFrameHeight() - ui.line) / 2;
    const ImVec2 min(rows.origin.x + kDiscCells * ui.cell, y), max(rows.right(), y + ImGui::GetFrameHeight());
    ImGui::GetWindowDrawList()->AddRectFilled(min, max, ui.theme[Color::Popup]);
    TextLine(ui, ImVec2(min.x, rows.at(row).y), max.x).add(Color::Dim, label);
    const float x = min.x + static_cast<float>(label.size() + 1) * ui.cell;
    ImGui::SetCursorScreenPos(ImVec2(x, y));
    if (edit_->wants_focus) focus_next_field();
    text_field(ui, "breakpoints/edit", edit_->text, is_condition ? "expression; empty: always" : "how many", max.x - x);
    const bool is_active = ImGui::IsItemActive();
    if (is_active) edit_->wants_focus = false;
    ImGui::SetCursorScreenPos(back);
    const bool is_left = ImGui::IsItemDeactivated() || (edit_->was_active && !is_active);
    edit_->was_active = is_active;
    if (!is_active && !is_left) return;
    if (ui.input.take({Key::Enter}) || ui.input.take({Key::KeypadEnter})) {
      edit_->is_sent = true;
      const std::string id = std::to_string(edit_->id);
      const std::string argument = edit_->text.empty() ? "" : " " + edit_->text;
      frame.emit(AskCommand{"breakpoints/edit", (is_condition ? "condition " : "ignore ") + id + argument});
    } else if (ui.input.take({Key::Escape}) || (is_left && !edit_->is_sent && !edit_->wants_focus)) {
      failure_.clear();
      edit_.reset();
    }
  }

  void read_replies(const PanelFrame& frame) {
    if (const auto found = frame.replies.find("breakpoints/edit"); found != frame.replies.end() && found->second.number != seen_edit_) {
      seen_edit_ = found->second.number;
      failure_ = found->second.is_ok ? "" : found->second.text.substr(0, found->second.text.find('\n'));
      if (edit_ && found->second.is_ok) edit_.reset();
      if (edit_) {
        edit_->is_sent = edit_->was_active = false;
        edit_->wants_focus = true;
      }
    }
    if (const auto found = frame.replies.find("breakpoints/add"); found != frame.replies.end() && found->second.number != seen_add_) {
      seen_add_ = found->second.number;
      failure_ = found->second.is_ok ? "" : found->second.text.substr(0, found->second.text.find('\n'));
      if (found->second.is_ok) {
        new_.clear();
        clears_field_ = true;
      }
    }
  }

  void draw_row(const UiContext& ui, const PanelFrame& frame, const ListRows& rows, uint64_t row,
                const debug::Breakpoint& breakpoint) const {
    if (list_.cursor == row)
      VirtualList::draw_ground(ui, rows, row, Color::Selection);
    else if (rows.hovered == row)
      VirtualList::draw_ground(ui, rows, row, Color::RowHover);
    const ImVec2 at = rows.at(row);
    const ImVec2 end(rows.right(), at.y + rows.row_height);
    const std::string place = place_text(breakpoint, *frame.snapshot->loaded);
    const std::string tag = "breakpoints/row/" + std::to_string(breakpoint.id);
    if (ui.registry.is_on()) {
      ui.registry.tag_rect(tag, ImVec2(at.x + kDiscCells * ui.cell, at.y), ImVec2(end.x - kCloseCells * ui.cell, end.y),
                           std::to_string(breakpoint.hits));
      ui.registry.tag_rect(tag + "/place", ImVec2(at.x + kDiscCells * ui.cell, at.y), end, place);
      ui.registry.tag_rect(tag + "/enabled", at, ImVec2(at.x + kDiscCells * ui.cell, end.y),
                           breakpoint.enabled ? "yes" : "no");
      ui.registry.tag_rect(tag + "/delete", ImVec2(end.x - kCloseCells * ui.cell, at.y), end);
    }
    const float size = ui.line * 0.62f, top = at.y + (ui.line - size) / 2;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_icon(list, icon_of(breakpoint), ImVec2(at.x + ui.cell * 0.6f, top), size, ui.theme[Color::Error]);
    if (rows.hovered == row) draw_icon(list, Icon::Close, ImVec2(end.x - ui.cell * 2, top), size, ui.theme[Color::Dim]);
    const std::string hits = breakpoint.hits == 0 ? "" : grouped(breakpoint.hits) + (breakpoint.hits == 1 ? " hit" : " hits");
    const float text_end = end.x - kCloseCells * ui.cell;
    TextLine line(ui, at, text_end - static_cast<float>(hits.empty() ? 0 : hits.size() + 1) * ui.cell);
    line.column(kNumberCells).add(Color::Dim, std::to_string(breakpoint.id)).column(kPlaceCells);
    line.add(breakpoint.enabled ? Color::Text : Color::Dim, place);
    if (!breakpoint.value.empty()) line.add(Color::Dim, " = ").add(Color::Constant, breakpoint.value);
    if (!breakpoint.condition.empty()) line.add(Color::Control, "  if ").add(Color::Text, escape_for_display(breakpoint.condition));
    if (!breakpoint.log.empty()) line.add(Color::Control, "  logs ").add(Color::Memory, "\"" + escape_for_display(breakpoint.log) + "\"");
    if (breakpoint.is_temporary) line.add(Color::Control, "  once");
    if (breakpoint.ignore > 0) line.add(Color::Edited, "  ignores " + grouped(breakpoint.ignore));
    if (!breakpoint.note.empty()) line.add(Color::Dim, "  " + breakpoint.note);
    if (!hits.empty())
      TextLine(ui, ImVec2(text_end - static_cast<float>(hits.size()) * ui.cell, at.y), text_end + 1).add(Color::Dim, hits);
    if (rows.hovered == row)
      tooltip(ui, displayable(place) + "\nrequested: " + displayable(breakpoint.requested) +
                      (breakpoint.note.empty() ? "" : "\n" + displayable(breakpoint.note)) +
                      "\nEnter or F2: condition   Space: on or off   Del: delete");
  }

  void draw_add(const UiContext& ui, PanelFrame& frame) {
    if (!failure_.empty()) {
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const float right = at.x + ImGui::GetContentRegionAvail().x;
      TextLine(ui, at, right).skip(0.5f).add(Color::Error, failure_);
      ui.registry.tag_rect("breakpoints/failure", at, ImVec2(right, at.y + ui.line), failure_);
      ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + ui.line));
    }
    // A field with the keyboard keeps a text of its own: it is left for a frame to take the new one.
    if (clears_field_) ImGui::SetWindowFocus(nullptr);
    if (wants_add_focus_ && !clears_field_) focus_next_field();
    text_field(ui, "breakpoints/add", new_, kAddHint);
    if (ImGui::IsItemActive()) wants_add_focus_ = false;
    if (std::exchange(clears_field_, false)) wants_add_focus_ = true;
    if (!ImGui::IsItemActive() && !ImGui::IsItemDeactivated()) return;
    if (!ui.input.take({Key::Enter}) && !ui.input.take({Key::KeypadEnter})) return;
    if (!new_.empty()) frame.emit(AskCommand{"breakpoints/add", add_line(new_)});
    wants_add_focus_ = true;
  }

  VirtualList list_;
  std::optional<Edit> edit_;
  std::string new_, failure_;
  uint64_t seen_edit_ = 0, seen_add_ = 0;
  bool wants_add_focus_ = false, clears_field_ = false;
};

}  // namespace

std::unique_ptr<Panel> make_breakpoints_panel() { return std::make_unique<BreakpointsPanel>(); }

}  // namespace wasmscope::ui
