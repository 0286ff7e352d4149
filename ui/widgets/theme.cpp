// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/theme.h"

#include "ui/widgets/imgui_versions.h"

namespace wasmscope::ui {
namespace {

struct Row {
  uint32_t dark, light;
};
constexpr Row kRows[] = {
#define COLOR(Name, dark, light) {dark, light},
#include "ui/widgets/theme.def"
};

}  // namespace

uint32_t rgb_of(ThemeName theme, Color color) {
  const Row& row = kRows[static_cast<size_t>(color)];
  return theme == ThemeName::Dark ? row.dark : row.light;
}

Theme::Theme(ThemeName name) : name_(name) {
  for (size_t i = 0; i < packed_.size(); ++i) {
    const uint32_t rgb = rgb_of(name, static_cast<Color>(i));
    packed_[i] = IM_COL32((rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255, 255);
  }
}

uint32_t Theme::with_alpha(Color color, uint8_t alpha) const {
  return ((*this)[color] & ~IM_COL32_A_MASK) | (static_cast<uint32_t>(alpha) << IM_COL32_A_SHIFT);
}

void Theme::apply(float scale) const {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  if (name_ == ThemeName::Dark)
    ImGui::StyleColorsDark();
  else
    ImGui::StyleColorsLight();
  style.WindowRounding = 0;
  style.ChildRounding = 0;
  style.PopupRounding = 4;
  style.FrameRounding = 3;
  style.ScrollbarRounding = 3;
  style.ScrollbarSize = 12;
  style.WindowBorderSize = 0;
  style.FramePadding = ImVec2(6, 3);
  style.ItemSpacing = ImVec2(6, 4);
  style.WindowPadding = ImVec2(8, 8);
  style.ScaleAllSizes(scale);
  const auto set = [&](ImGuiCol slot, Color color) {
    style.Colors[slot] = ImGui::ColorConvertU32ToFloat4((*this)[color]);
  };
  set(ImGuiCol_PopupBg, Color::Popup);
  set(ImGuiCol_Border, Color::Border);
  set(ImGuiCol_Separator, Color::Border);
  set(ImGuiCol_MenuBarBg, Color::Bar);
  set(ImGuiCol_FrameBg, Color::Field);
  set(ImGuiCol_FrameBgHovered, Color::FieldHover);
  set(ImGuiCol_FrameBgActive, Color::FieldHover);
  set(ImGuiCol_Text, Color::Text);
  set(ImGuiCol_TextDisabled, Color::Dim);
  set(ImGuiCol_TextSelectedBg, Color::Selection);
  set(ImGuiCol_Header, Color::Selection);
  set(ImGuiCol_HeaderHovered, Color::Selection);
  set(ImGuiCol_HeaderActive, Color::Selection);
  set(ImGuiCol_Button, Color::Button);
  set(ImGuiCol_ButtonHovered, Color::ButtonHover);
  set(ImGuiCol_ButtonActive, Color::ButtonActive);
  set(ImGuiCol_NavHighlight, Color::Link);
  // The window's own background is what the frame is cleared with: painting it again costs a software
  // renderer as much as everything else together.
  style.Colors[ImGuiCol_WindowBg] = ImVec4(0, 0, 0, 0);
  style.Colors[ImGuiCol_ChildBg] = ImVec4(0, 0, 0, 0);
}

}  // namespace wasmscope::ui
