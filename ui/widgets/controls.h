// SPDX-License-Identifier: Apache-2.0
// The small controls: buttons, links, text fields, splitter handles, tabs. Each tags itself.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ui/model/layout.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/ui_context.h"

namespace wasmscope::ui {

enum class Enabled : uint8_t { No, Yes };

struct ButtonLook {
  Icon icon = Icon::None;
  Color icon_color = Color::Text;
  std::string_view label;
  std::string_view tip;
};
// With neither room nor need for a label it is as wide as its icon.
bool button(const UiContext& ui, std::string_view tag, const ButtonLook& look, Enabled enabled = Enabled::Yes);
bool link(const UiContext& ui, std::string_view tag, std::string_view text);

// A button with a list behind it; what was chosen from it. Rows are tagged TAG/ROW.
std::optional<size_t> drop_down(const UiContext& ui, std::string_view tag, std::span<const std::string_view> rows,
                                size_t current, std::string_view tip);

// A row of an open menu.
bool menu_item(const UiContext& ui, std::string_view tag, const char* title, const char* key = "",
               Enabled enabled = Enabled::Yes);

// What gets the keyboard by focus_next_field() has all its text selected, unless the caret is put at the end.
enum class Caret : uint8_t { Free, AtEnd };
// The whole width of the region unless `width` is given. True when the text changed.
bool text_field(const UiContext& ui, std::string_view tag, std::string& text, const char* hint, float width = -1,
                Caret caret = Caret::Free);
// Gives the next field the keyboard.
void focus_next_field();

// A handle between two parts; the mouse's movement along the axis while it is held.
float splitter(const UiContext& ui, std::string_view tag, ImVec2 min, ImVec2 max, Axis axis);

// A label with a coloured ground, such as PAUSED.
void pill(const UiContext& ui, std::string_view tag, Color ground, Color text_color, std::string_view text);

}  // namespace wasmscope::ui
