// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/virtual_list.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace wasmscope::ui {
namespace {

constexpr double kRowsPerWheelStep = 3;
constexpr uint64_t kRevealMargin = 3;
constexpr float kBarWidth = 11;
constexpr float kMinThumb = 22;

uint64_t saturating_add(uint64_t a, uint64_t b) { return a > UINT64_MAX - b ? UINT64_MAX : a + b; }

}  // namespace

void RowScrollbar::draw(const UiContext& ui, std::string_view tag, RowScroll& scroll, ImVec2 min, ImVec2 max) {
  const ImVec2 back = ImGui::GetCursorScreenPos();
  const double track = max.y - min.y;
  const double min_thumb = std::min<double>(ui.px(kMinThumb), track);
  ImGui::SetCursorScreenPos(min);
  ImGui::InvisibleButton("##scrollbar", ImVec2(std::max(1.f, max.x - min.x), std::max(1.f, max.y - min.y)));
  ui.registry.tag_last_item(tag, std::to_string(scroll.top()));
  const bool is_held = ImGui::IsItemActive();
  const double mouse = ImGui::GetIO().MousePos.y - min.y;
  if (ImGui::IsItemActivated()) {
    const RowScroll::Thumb thumb = scroll.thumb(track, min_thumb);
    const bool is_on_thumb = mouse >= thumb.begin && mouse < thumb.begin + thumb.size;
    grab_ = is_on_thumb ? mouse - thumb.begin : thumb.size / 2;
  }
  if (is_held) scroll.set_thumb(mouse - grab_, track, min_thumb);

  const RowScroll::Thumb thumb = scroll.thumb(track, min_thumb);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(min, max, ui.theme[Color::ScrollTrack]);
  const Color color = is_held || ImGui::IsItemHovered() ? Color::ScrollHover : Color::ScrollThumb;
  const float inset = ui.px(2);
  list.AddRectFilled(ImVec2(min.x + inset, min.y + static_cast<float>(std::round(thumb.begin))),
                     ImVec2(max.x - inset, min.y + static_cast<float>(std::round(thumb.begin + thumb.size))),
                     ui.theme[color], ui.px(3));
  ImGui::SetCursorScreenPos(back);
}

ListRows VirtualList::begin(const UiContext& ui, std::string_view tag, uint64_t count, float height, float width) {
  ListRows rows;
  rows.origin = ImGui::GetCursorScreenPos();
  rows.row_height = ui.line;
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float shown_height = std::max(rows.row_height, height > 0 ? height : room.y);
  scroll_.resize(count, static_cast<uint64_t>(shown_height / rows.row_height));
  const bool has_bar = count > scroll_.visible();
  const float bar_width = has_bar ? ui.px(kBarWidth) : 0;
  rows.width = std::max(1.f, (width > 0 ? width : room.x) - bar_width);

  ImGui::PushID(tag.data(), tag.data() + tag.size());
  ImGui::InvisibleButton("##rows", ImVec2(rows.width, shown_height));
  const bool is_hovered = ImGui::IsItemHovered();
  const ImGuiIO& io = ImGui::GetIO();
  if (is_hovered && io.MouseWheel != 0) scroll_.scroll_by(-io.MouseWheel * kRowsPerWheelStep);
  if (has_bar) {
    const ImVec2 min(rows.origin.x + rows.width, rows.origin.y);
    bar_.draw(ui, std::string(tag) + "/scrollbar", scroll_, min, ImVec2(min.x + bar_width, min.y + shown_height));
  }
  ui.registry.tag_rect(std::string(tag) + "/rows", rows.origin, ImVec2(rows.right(), rows.origin.y + shown_height),
                       std::to_string(count));

  if (pending_reveal_ && count > 0) {
    const uint64_t row = std::min(*pending_reveal_, count - 1);
    const bool is_near =
        row + scroll_.visible() >= scroll_.top() && row <= saturating_add(scroll_.top(), 2 * scroll_.visible());
    if (is_near)
      scroll_.reveal(row, kRevealMargin);
    else
      scroll_.center(row);
  }
  pending_reveal_.reset();
  if (cursor && *cursor >= count) cursor.reset();

  if (is_hovered && io.MousePos.y >= rows.origin.y) {
    const uint64_t row =
        saturating_add(scroll_.top(), static_cast<uint64_t>((io.MousePos.y - rows.origin.y) / rows.row_height));
    if (row < count) {
      rows.hovered = row;
      rows.is_clicked = ImGui::IsMouseClicked(ImGuiMouseButton_Left);
      rows.is_double_clicked = ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
      rows.is_right_clicked = ImGui::IsMouseClicked(ImGuiMouseButton_Right);
      if (rows.is_clicked || rows.is_right_clicked) {
        cursor = row;
        rows.is_cursor_moved = true;
      }
    }
  }
  if (count > 0) move_cursor_by_keys(ui, rows);

  rows.first = scroll_.top();
  rows.end = std::min(count, saturating_add(rows.first, scroll_.visible() + 1));
  ImGui::PushClipRect(rows.origin, ImVec2(rows.right(), rows.origin.y + shown_height), true);
  return rows;
}

void VirtualList::move_cursor_by_keys(const UiContext& ui, ListRows& rows) {
  const uint64_t count = scroll_.count(), page = scroll_.visible();
  const uint64_t here = cursor.value_or(scroll_.top());
  std::optional<uint64_t> target;
  constexpr auto kRepeat = Input::Repeats::Yes;
  if (ui.takes({Key::Up}, kRepeat)) target = here > 0 ? here - 1 : 0;
  if (ui.takes({Key::Down}, kRepeat)) target = cursor ? saturating_add(here, 1) : here;
  if (ui.takes({Key::PageUp}, kRepeat)) target = here > page ? here - page : 0;
  if (ui.takes({Key::PageDown}, kRepeat)) target = saturating_add(here, page);
  if (ui.takes({Key::Home})) target = 0;
  if (ui.takes({Key::End})) target = count - 1;
  if (cursor && (ui.takes({Key::Enter}) || ui.takes({Key::KeypadEnter}))) rows.is_entered = true;
  if (!target) return;
  cursor = std::min(*target, count - 1);
  rows.is_cursor_moved = true;
  scroll_.reveal(*cursor, 1);
}

void VirtualList::end() {
  ImGui::PopClipRect();
  ImGui::PopID();
}

void VirtualList::draw_ground(const UiContext& ui, const ListRows& rows, uint64_t row, Color color) {
  const ImVec2 min = rows.at(row);
  ImGui::GetWindowDrawList()->AddRectFilled(min, ImVec2(rows.right(), min.y + rows.row_height), ui.theme[color]);
}

}  // namespace wasmscope::ui
