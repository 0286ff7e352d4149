// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/palette.h"

#include <algorithm>
#include <cmath>

#include "ui/panels/panel.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

constexpr float kWidth = 640, kTop = 56;
constexpr size_t kShownItems = 14;

std::vector<PanelTitle> panel_titles() {
  std::vector<PanelTitle> titles;
  for (const PanelKind& kind : panel_kinds()) titles.push_back({kind.id, kind.title});
  return titles;
}

}  // namespace

void Palette::open(std::string query) {
  query_ = std::move(query);
  is_open_ = true;
  wants_focus_ = true;
  caret_frames_ = 2;
  is_listed_ = false;
}

std::optional<Intent> Palette::draw(const UiContext& ui, const debug::Snapshot& snapshot, const Bookmarks& bookmarks) {
  if (!is_open_) return std::nullopt;
  std::optional<Intent> chosen;
  if (!is_listed_ || query_ != listed_query_ || snapshot.loaded.get() != listed_module_) {
    answer_ = PaletteList(query_, snapshot, panel_titles(), bookmarks);
    listed_query_ = query_;
    listed_module_ = snapshot.loaded.get();
    is_listed_ = true;
    list_.cursor.reset();
    list_.reveal(0);
  } else if (!answer_.is_complete()) {
    answer_.go_on();
  }
  if (!list_.cursor && !answer_.items().empty()) list_.cursor = 0;
  ui.unfinished.is_wanted |= !answer_.is_complete();
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float width = std::min(ui.px(kWidth), display.x - ui.px(40));
  const float rows = static_cast<float>(std::clamp<size_t>(answer_.items().size(), 1, kShownItems));
  const float height =
      ImGui::GetFrameHeightWithSpacing() + rows * ui.line + ImGui::GetStyle().WindowPadding.y * 2 + ui.px(2);
  const ImVec2 min(std::round((display.x - width) / 2), ui.px(kTop));
  ImGui::SetNextWindowPos(min);
  ImGui::SetNextWindowSize(ImVec2(width, height));
  ImGui::SetNextWindowFocus();
  constexpr ImGuiWindowFlags kFlags =
      ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings;
  if (ImGui::Begin("##palette", nullptr, kFlags)) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 max(min.x + width, min.y + height);
    // The whole window, also the margin that its contents are clipped to.
    list.PushClipRectFullScreen();
    list.AddRectFilled(min, max, ui.theme[Color::Popup], ui.px(4));
    list.AddRect(min, max, ui.theme[Color::ScrollHover], ui.px(4));
    list.PopClipRect();
    if (wants_focus_) focus_next_field();
    const Caret caret = caret_frames_ > 0 ? Caret::AtEnd : Caret::Free;
    text_field(ui, "palette/query", query_, "function, #index, @offset, address; > for a command", -1, caret);
    if (ImGui::IsItemActive()) {
      wants_focus_ = false;
      --caret_frames_;
    }
    draw_items(ui, chosen);
    const bool is_click_outside =
        ImGui::IsMouseClicked(ImGuiMouseButton_Left) && !ImGui::IsMouseHoveringRect(min, max, false);
    if (is_click_outside || ui.input.take({Key::Escape})) close();
  }
  ImGui::End();
  return chosen;
}

void Palette::draw_items(const UiContext& ui, std::optional<Intent>& chosen) {
  const std::vector<PaletteItem>& items = answer_.items();
  constexpr auto kRepeat = Input::Repeats::Yes;
  const uint64_t here = list_.cursor.value_or(0), last = items.empty() ? 0 : items.size() - 1;
  std::optional<uint64_t> target;
  if (ui.input.take({Key::Up}, kRepeat)) target = here > 0 ? here - 1 : last;
  if (ui.input.take({Key::Down}, kRepeat)) target = here < last ? here + 1 : 0;
  if (ui.input.take({Key::PageUp}, kRepeat)) target = here > kShownItems ? here - kShownItems : 0;
  if (ui.input.take({Key::PageDown}, kRepeat)) target = std::min(last, here + kShownItems);
  if (target && !items.empty()) {
    list_.cursor = *target;
    list_.reveal(*target);
  }
  const bool is_entered = ui.input.take({Key::Enter}) || ui.input.take({Key::KeypadEnter});
  const ListRows rows = list_.begin(ui, "palette", items.size());
  for (uint64_t row = rows.first; row < rows.end; ++row) {
    const PaletteItem& item = items[row];
    const bool is_selected = list_.cursor == row;
    if (is_selected)
      VirtualList::draw_ground(ui, rows, row, Color::Selection);
    else if (rows.hovered == row)
      VirtualList::draw_ground(ui, rows, row, Color::RowHover);
    const ImVec2 at = rows.at(row);
    ui.registry.tag_rect("palette/item/" + std::to_string(row), at, ImVec2(rows.right(), at.y + rows.row_height),
                         item.text);
    const float key_width = static_cast<float>(item.key.size() + 1) * ui.cell;
    TextLine(ui, at, rows.right() - key_width)
        .skip(0.5f)
        .add(Color::Text, item.text)
        .skip(2)
        .add(is_selected ? Color::Text : Color::Dim, item.detail);
    TextLine(ui, ImVec2(rows.right() - key_width, at.y), rows.right()).add(Color::Constant, item.key);
    if ((is_entered && is_selected) || (rows.is_clicked && rows.hovered == row)) chosen = item.intent;
  }
  list_.end();
  if (items.empty())
    TextLine(ui, rows.origin, rows.right())
        .skip(0.5f)
        .add(Color::Dim, answer_.is_complete() ? "nothing matches" : "looking\u2026");
  if (chosen) close();
}

}  // namespace wasmscope::ui
