// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/text.h"

#include <algorithm>
#include <cstdio>

namespace wasmscope::ui {
namespace {

constexpr std::string_view kEllipsis = "\u2026";

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The text is well formed: names come escaped, the rest is our own.
char32_t decode_character(std::string_view& text) {
  const unsigned char lead = static_cast<unsigned char>(text.front());
  size_t length = 1;
  char32_t character = lead;
  if (lead >= 0xF0) {
    length = 4;
    character = lead & 0x07;
  } else if (lead >= 0xE0) {
    length = 3;
    character = lead & 0x0F;
  } else if (lead >= 0xC0) {
    length = 2;
    character = lead & 0x1F;
  }
  length = std::min(length, text.size());
  for (size_t i = 1; i < length; ++i) character = (character << 6) | (static_cast<unsigned char>(text[i]) & 0x3F);
  text.remove_prefix(length);
  return character;
}

}  // namespace

std::string displayable(std::string_view text) {
  std::string out;
  const ImFont& font = *ImGui::GetFont();
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t character = decode_character(text);
    if (character >= 0x20 && character <= 0xFFFF && has_glyph(font, static_cast<ImWchar>(character))) {
      out.append(before.substr(0, before.size() - text.size()));
    } else {
      char escape[16];
      std::snprintf(escape, sizeof escape, "\\u{%x}", static_cast<unsigned>(character));
      out += escape;
    }
  }
  return out;
}

size_t count_cells(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

std::string_view first_cells(std::string_view text, size_t cells) {
  size_t end = 0;
  while (end < text.size() && cells > 0) {
    ++end;
    while (end < text.size() && is_continuation(text[end])) ++end;
    --cells;
  }
  return text.substr(0, end);
}

TextLine::TextLine(const UiContext& ui, ImVec2 at, float max_x)
    : ui_(ui), start_(at.x), x_(at.x), y_(at.y + (ui.line - ImGui::GetFontSize()) / 2), max_x_(max_x) {}

TextLine& TextLine::add(Color color, std::string_view text) {
  if (is_cut_ || text.empty()) return *this;
  std::string spelled;
  if (!is_ascii(text)) {
    spelled = displayable(text);
    text = spelled;
  }
  const size_t cells = count_cells(text);
  // Half a pixel of slack: the column of the last cell is a sum of floats.
  const float room = std::max(0.f, max_x_ - x_ + 0.5f) / ui_.cell;
  std::string cut;
  if (static_cast<float>(cells) > room) {
    is_cut_ = true;
    if (room < 1) return *this;
    cut.assign(first_cells(text, static_cast<size_t>(room) - 1)).append(kEllipsis);
    text = cut;
  }
  ImGui::GetWindowDrawList()->AddText(ImVec2(x_, y_), ui_.theme[color], text.data(), text.data() + text.size());
  x_ += static_cast<float>(is_cut_ ? count_cells(text) : cells) * ui_.cell;
  return *this;
}

TextLine& TextLine::skip(float cells) {
  x_ += cells * ui_.cell;
  return *this;
}

TextLine& TextLine::column(float cells) {
  const float target = start_ + cells * ui_.cell;
  x_ = x_ > target ? x_ + ui_.cell : target;
  return *this;
}

TextLine& TextLine::right(Color color, std::string_view text) {
  const float begin = max_x_ - static_cast<float>(count_cells(text)) * ui_.cell;
  if (is_cut_ || begin < x_ + ui_.cell) return *this;
  x_ = begin;
  return add(color, text);
}

TextLine text_row(const UiContext& ui, float height) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = std::max(1.f, ImGui::GetContentRegionAvail().x);
  ImGui::Dummy(ImVec2(width, height - ImGui::GetStyle().ItemSpacing.y));
  return TextLine(ui, at, at.x + width);
}

void tooltip(const UiContext& ui, std::string_view text) {
  if (ui.mouse_rest.rested_seconds < MouseRest::kSeconds) {
    ui.mouse_rest.is_awaited = true;
    return;
  }
  ImGui::BeginTooltip();
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  ImGui::EndTooltip();
}

}  // namespace wasmscope::ui
