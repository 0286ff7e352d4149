// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/controls.h"

#include <algorithm>
#include <cmath>

#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

struct Field {
  std::string& text;
  Caret caret;
};

int edit_field(ImGuiInputTextCallbackData* data) {
  Field& field = *static_cast<Field*>(data->UserData);
  if (data->EventFlag == ImGuiInputTextFlags_CallbackResize) {
    field.text.resize(static_cast<size_t>(data->BufTextLen));
    data->Buf = field.text.data();
  } else if (field.caret == Caret::AtEnd) {
    data->CursorPos = data->SelectionStart = data->SelectionEnd = data->BufTextLen;
  }
  return 0;
}

}  // namespace

bool button(const UiContext& ui, std::string_view tag, const ButtonLook& look, Enabled enabled) {
  const float height = ImGui::GetFrameHeight();
  const float icon_size = look.icon == Icon::None ? 0 : std::floor(ImGui::GetFontSize() * 0.72f);
  const float label_width = static_cast<float>(count_cells(look.label)) * ui.cell;
  const float gap = icon_size > 0 && label_width > 0 ? ui.px(6) : 0;
  const float padding = ui.px(8);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size(padding * 2 + icon_size + gap + label_width, height);

  ImGui::PushID(tag.data(), tag.data() + tag.size());
  ImGui::BeginDisabled(enabled == Enabled::No);
  const bool is_pressed = ImGui::InvisibleButton("##button", size);
  const bool is_hovered = ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled);
  const bool is_held = ImGui::IsItemActive();
  ImGui::EndDisabled();
  ui.registry.tag_last_item(tag, enabled == Enabled::Yes ? "enabled" : "disabled");
  ImGui::PopID();

  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool is_lit = is_hovered && enabled == Enabled::Yes;
  const Color ground = is_held ? Color::ButtonActive : is_lit ? Color::ButtonHover : Color::Button;
  list.AddRectFilled(at, ImVec2(at.x + size.x, at.y + size.y), ui.theme[ground], ui.px(3));
  const auto shade = [&](Color color) { return enabled == Enabled::Yes ? color : Color::Faint; };
  draw_icon(list, look.icon, ImVec2(at.x + padding, at.y + std::round((height - icon_size) / 2)), icon_size,
            ui.theme[shade(look.icon_color)]);
  const ImVec2 text_at(at.x + padding + icon_size + gap, at.y + (height - ui.line) / 2);
  TextLine(ui, text_at, at.x + size.x).add(shade(Color::Text), look.label);
  if (is_hovered && !look.tip.empty()) tooltip(ui, look.tip);
  return is_pressed;
}

bool link(const UiContext& ui, std::string_view tag, std::string_view text) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size(static_cast<float>(count_cells(text)) * ui.cell, ui.line);
  ImGui::PushID(tag.data(), tag.data() + tag.size());
  const bool is_pressed = ImGui::InvisibleButton("##link", size);
  ImGui::PopID();
  ui.registry.tag_last_item(tag);
  TextLine(ui, at, at.x + size.x).add(Color::Link, text);
  if (ImGui::IsItemHovered()) {
    const float y = std::round(at.y + size.y - ui.px(2));
    ImGui::GetWindowDrawList()->AddRectFilled(ImVec2(at.x, y), ImVec2(at.x + size.x, y + std::max(1.f, ui.px(1))),
                                              ui.theme[Color::Link]);
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  }
  return is_pressed;
}

std::optional<size_t> drop_down(const UiContext& ui, std::string_view tag, std::span<const std::string_view> rows,
                                size_t current, std::string_view tip) {
  const std::string label = std::string(rows[current]) + " \u25be";
  const std::string popup(tag);
  if (button(ui, tag, {Icon::None, Color::Text, label, tip})) ImGui::OpenPopup(popup.c_str());
  if (!ImGui::BeginPopup(popup.c_str())) return std::nullopt;
  std::optional<size_t> chosen;
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string row(rows[i]);
    std::string row_tag = popup + "/" + row;
    std::ranges::replace(row_tag, ' ', '_');
    if (menu_item(ui, row_tag, row.c_str(), i == current ? "\u2713" : "")) chosen = i;
  }
  ImGui::EndPopup();
  return chosen;
}

bool menu_item(const UiContext& ui, std::string_view tag, const char* title, const char* key, Enabled enabled) {
  const bool is_chosen = ImGui::MenuItem(title, key, false, enabled == Enabled::Yes);
  ui.registry.tag_last_item(tag, enabled == Enabled::Yes ? "enabled" : "disabled");
  return is_chosen;
}

bool text_field(const UiContext& ui, std::string_view tag, std::string& text, const char* hint, float width,
                Caret caret) {
  ImGui::PushID(tag.data(), tag.data() + tag.size());
  ImGui::SetNextItemWidth(width);
  Field field{text, caret};
  constexpr ImGuiInputTextFlags kFlags = ImGuiInputTextFlags_CallbackResize | ImGuiInputTextFlags_CallbackAlways;
  const bool is_changed =
      ImGui::InputTextWithHint("##text", hint, text.data(), text.capacity() + 1, kFlags, edit_field, &field);
  ImGui::PopID();
  ui.registry.tag_last_item(tag, text);
  return is_changed;
}

void focus_next_field() { ImGui::SetKeyboardFocusHere(); }

float splitter(const UiContext& ui, std::string_view tag, ImVec2 min, ImVec2 max, Axis axis) {
  const ImVec2 back = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos(min);
  ImGui::PushID(tag.data(), tag.data() + tag.size());
  ImGui::InvisibleButton("##splitter", ImVec2(max.x - min.x, max.y - min.y));
  ImGui::PopID();
  ui.registry.tag_last_item(tag);
  const bool is_held = ImGui::IsItemActive();
  if (is_held || ImGui::IsItemHovered()) {
    ImGui::SetMouseCursor(axis == Axis::Horizontal ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    ImGui::GetWindowDrawList()->AddRectFilled(min, max, ui.theme[is_held ? Color::DropZone : Color::Border]);
  }
  ImGui::SetCursorScreenPos(back);
  if (!is_held) return 0;
  return axis == Axis::Horizontal ? ImGui::GetIO().MouseDelta.x : ImGui::GetIO().MouseDelta.y;
}

void pill(const UiContext& ui, std::string_view tag, Color ground, Color text_color, std::string_view text) {
  const float height = ImGui::GetFrameHeight();
  const float padding = ui.px(8);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size(padding * 2 + static_cast<float>(count_cells(text)) * ui.cell, height);
  ImGui::Dummy(size);
  ui.registry.tag_last_item(tag, text);
  ImGui::GetWindowDrawList()->AddRectFilled(at, ImVec2(at.x + size.x, at.y + size.y), ui.theme[ground], ui.px(3));
  TextLine(ui, ImVec2(at.x + padding, at.y + (height - ui.line) / 2), at.x + size.x).add(text_color, text);
}

}  // namespace wasmscope::ui
