// SPDX-License-Identifier: Apache-2.0
#include "ui/panels/value_tools.h"

#include <algorithm>

#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

constexpr const char* kMenu = "##value_menu";
constexpr float kLeastFieldCells = 14;

bool has_past(const debug::Snapshot& snapshot) {
  return snapshot.time && snapshot.time->records &&
         (snapshot.state == debug::State::Paused || snapshot.state == debug::State::Ended);
}

}  // namespace

bool can_change(const debug::Snapshot& snapshot) { return snapshot.state == debug::State::Paused; }

void ValueTools::edit(const ValuePlace& place, uint64_t row) {
  if (!place.is_writable) return;
  editing_ = Edit{row, place.expression, place.value, {}, false};
  wants_focus_ = true;
  was_active_ = false;
}

bool ValueTools::draw(const UiContext& ui, PanelFrame& frame, const ListRows& rows, std::optional<uint64_t> cursor,
                      const std::optional<ValuePlace>& place, float value_x) {
  const debug::Snapshot& snapshot = *frame.snapshot;
  read_reply(frame);
  if (place && cursor) {
    const ImVec2 at(value_x, rows.at(std::clamp(*cursor, rows.first, std::max(rows.first, rows.end))).y + rows.row_height);
    if (ui.takes({Key::F2}) && can_change(snapshot)) edit(*place, *cursor);
    if (ui.takes({Key::W}) && place->is_watchable && can_change(snapshot)) frame.emit(RunCommand{"watch " + place->expression});
    if (ui.takes({Key::W, kShift}) && has_past(snapshot)) frame.emit(AskWho{place->expression, at.x, at.y});
    if (ui.takes({Key::E})) frame.emit(AddWatch{place->expression});
    if (rows.is_right_clicked) {
      menu_place_ = place;
      menu_row_ = *cursor;
      anchor_ = at;
      ImGui::OpenPopup((tag_ + kMenu).c_str());
    }
  }
  const bool is_followed = draw_menu(ui, frame, menu_place_, menu_row_);
  draw_edit(ui, frame, rows, value_x);
  return is_followed;
}

bool ValueTools::draw_menu(const UiContext& ui, PanelFrame& frame, const std::optional<ValuePlace>& place, uint64_t row) {
  if (!ImGui::BeginPopup((tag_ + kMenu).c_str())) return false;
  bool is_followed = false;
  if (place) {
    const debug::Snapshot& snapshot = *frame.snapshot;
    const auto enabled = [](bool is_enabled) { return is_enabled ? Enabled::Yes : Enabled::No; };
    if (menu_item(ui, tag_ + "/menu/who", "Who wrote this", "Shift+W", enabled(has_past(snapshot))))
      frame.emit(AskWho{place->expression, anchor_.x, anchor_.y});
    if (menu_item(ui, tag_ + "/menu/writes", "List all writes", "", enabled(has_past(snapshot) && place->is_watchable)))
      list_writes(frame, place->expression);
    ImGui::Separator();
    const Enabled can_watch = enabled(place->is_watchable && can_change(snapshot));
    if (menu_item(ui, tag_ + "/menu/watch", "Watch this: stop when it changes", "W", can_watch))
      frame.emit(RunCommand{"watch " + place->expression});
    if (menu_item(ui, tag_ + "/menu/wwatch", "Stop when it is written", "", can_watch))
      frame.emit(RunCommand{"wwatch " + place->expression});
    if (menu_item(ui, tag_ + "/menu/rwatch", "Stop when it is read", "", can_watch))
      frame.emit(RunCommand{"rwatch " + place->expression});
    if (menu_item(ui, tag_ + "/menu/show", "Keep in Watches", "E")) frame.emit(AddWatch{place->expression});
    ImGui::Separator();
    if (menu_item(ui, tag_ + "/menu/edit", "Change\u2026", "F2", enabled(place->is_writable && can_change(snapshot))))
      edit(*place, row);
    if (menu_item(ui, tag_ + "/menu/undo", "Undo", "Ctrl+Z", enabled(snapshot.has_edits))) frame.emit(QuietCommand{"undo"});
    if (!place->follow_title.empty()) is_followed = menu_item(ui, tag_ + "/menu/follow", place->follow_title.c_str(), "Enter");
    if (menu_item(ui, tag_ + "/menu/copy", "Copy value", "", enabled(!place->value.empty()))) frame.emit(CopyText{place->value});
  }
  ImGui::EndPopup();
  return is_followed;
}

void ValueTools::read_reply(const PanelFrame& frame) {
  const auto found = frame.replies.find(tag_);
  if (found == frame.replies.end() || found->second.number == seen_reply_) return;
  seen_reply_ = found->second.number;
  if (!editing_ || !editing_->is_sent) return;
  if (found->second.is_ok) {
    editing_.reset();
    return;
  }
  const std::string& text = found->second.text;
  editing_->failure = text.substr(0, text.find('\n'));
  editing_->is_sent = false;
  wants_focus_ = true;
  was_active_ = false;
}

void ValueTools::draw_edit(const UiContext& ui, PanelFrame& frame, const ListRows& rows, float value_x) {
  if (!editing_) return;
  const bool is_gone = !can_change(*frame.snapshot) || editing_->row < rows.first || editing_->row >= rows.end;
  if (is_gone) {
    editing_.reset();
    return;
  }
  const bool is_past = frame.snapshot->time && frame.snapshot->time->is_past;
  const std::string note = !editing_->failure.empty() ? editing_->failure
                           : is_past ? "the program stands in its past: what came after is forgotten"
                                     : "";
  const ImVec2 back = ImGui::GetCursorScreenPos();
  const float width = std::max(rows.right() - value_x - ui.px(2), kLeastFieldCells * ui.cell);
  const float x = std::max(rows.origin.x, rows.right() - ui.px(2) - width);
  const float y = rows.at(editing_->row).y - (ImGui::GetFrameHeight() - rows.row_height) / 2;
  ImGui::SetCursorScreenPos(ImVec2(x, y));
  if (wants_focus_) focus_next_field();
  text_field(ui, tag_ + "/edit", editing_->text, "value or expression", width);
  const bool is_active = ImGui::IsItemActive();
  if (is_active) wants_focus_ = false;
  if (!note.empty()) {
    const ImVec2 below(rows.origin.x, y + ImGui::GetFrameHeight());
    const ImVec2 end(rows.right(), below.y + ui.line);
    const Color ground = editing_->failure.empty() ? Color::PastFill : Color::ErrorFill;
    ImGui::GetWindowDrawList()->AddRectFilled(below, end, ui.theme[ground]);
    TextLine(ui, ImVec2(below.x + ui.px(4), below.y), end.x).add(Color::Text, note);
    ui.registry.tag_rect(tag_ + "/edit/note", below, end, note);
  }
  ImGui::SetCursorScreenPos(back);
  const bool is_left = ImGui::IsItemDeactivated() || (was_active_ && !is_active);
  if (is_active || is_left) {
    if (ui.input.take({Key::Escape})) {
      editing_.reset();
      return;
    }
    if ((ui.input.take({Key::Enter}) || ui.input.take({Key::KeypadEnter})) && !editing_->text.empty()) {
      editing_->is_sent = true;
      frame.emit(AskCommand{tag_, "set " + editing_->expression + " = " + editing_->text});
      return;
    }
  }
  // A click elsewhere leaves it as it was.
  if (is_left && !editing_->is_sent && !wants_focus_) {
    editing_.reset();
    return;
  }
  was_active_ = is_active;
}

}  // namespace wasmscope::ui
