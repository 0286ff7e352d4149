// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/hex_view.h"

#include <algorithm>
#include <string>

#include "ui/model/number_text.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

constexpr uint64_t kRowsPastEnd = 2;
constexpr uint32_t kFewestColumns = 4;
constexpr double kRowsPerWheelStep = 3;
constexpr float kBarWidth = 11;
constexpr float kMarginCells = 0.5f;
constexpr uint64_t kFourGibibytes = uint64_t{1} << 32;

bool is_printable(uint8_t byte) { return byte >= 0x20 && byte < 0x7f; }

}  // namespace

struct HexView::Geometry {
  ImVec2 origin;             // of the header
  ImVec2 size;               // without the scrollbar
  float cell = 0, line = 0;
  int address_digits = 8;
  uint32_t columns = 16;

  float hex_x(uint32_t column) const {
    const float group_gap = column >= 8 ? 1.f : 0.f;
    return origin.x +
           cell * (kMarginCells + static_cast<float>(address_digits) + 2 + static_cast<float>(column) * 3 + group_gap);
  }
  float text_x(uint32_t column) const {
    const float gap = columns > 8 ? 2.f : 1.f;
    return hex_x(0) + cell * (static_cast<float>(columns) * 3 + gap + static_cast<float>(column));
  }
  float first_row_y() const { return origin.y + line; }
  // The byte column under x in either half.
  uint32_t column_at(float x) const {
    if (x >= text_x(0)) return std::min(columns - 1, static_cast<uint32_t>((x - text_x(0)) / cell));
    uint32_t column = columns - 1;
    while (column > 0 && x < hex_x(column) - cell / 2) --column;
    return column;
  }
};

ByteRange HexView::selection() const { return {std::min(cursor_, anchor_), std::max(cursor_, anchor_) + 1}; }

ByteRange HexView::visible() const {
  return {scroll_.top() * columns_, (scroll_.top() + scroll_.visible() + 1) * columns_};
}

void HexView::go_to(ByteRange range) {
  cursor_ = range.begin;
  anchor_ = range.size() > 0 ? range.end - 1 : range.begin;
  pending_reveal_ = range.begin;
}

void HexView::draw(const UiContext& ui, std::string_view tag, const HexSource& source) {
  is_cursor_moved_ = is_right_clicked_ = false;
  const ImVec2 room = ImGui::GetContentRegionAvail();
  Geometry geometry;
  geometry.origin = ImGui::GetCursorScreenPos();
  geometry.size = ImVec2(std::max(8.f, room.x - ui.px(kBarWidth)), std::max(ui.line * 2, room.y));
  geometry.cell = ui.cell;
  geometry.line = ui.line;
  geometry.address_digits = source.size > kFourGibibytes ? 12 : 8;
  while (geometry.columns > kFewestColumns && geometry.text_x(geometry.columns) > geometry.origin.x + geometry.size.x)
    geometry.columns /= 2;
  if (geometry.columns != columns_) {
    const uint64_t top_byte = scroll_.top() * columns_;
    columns_ = geometry.columns;
    scroll_.resize(UINT64_MAX, 1);
    scroll_.set_top(top_byte / columns_);
  }
  const uint64_t data_rows = source.size / columns_ + (source.size % columns_ != 0 ? 1 : 0);
  scroll_.resize(source.size > 0 ? data_rows + kRowsPastEnd : 0,
                 static_cast<uint64_t>((geometry.size.y - ui.line) / ui.line));

  ImGui::PushID(tag.data(), tag.data() + tag.size());
  ImGui::SetCursorScreenPos(ImVec2(geometry.origin.x, geometry.first_row_y()));
  ImGui::InvisibleButton("##bytes", ImVec2(geometry.size.x, geometry.size.y - ui.line));
  if (source.size > 0) {
    handle_mouse(ui, geometry, source.size);
    handle_keys(ui, source.size);
  }
  if (pending_reveal_) {
    const uint64_t row = *pending_reveal_ / columns_;
    if (row < scroll_.top() || row >= scroll_.top() + scroll_.visible()) scroll_.center(row);
    pending_reveal_.reset();
  }
  const float bar_x = geometry.origin.x + geometry.size.x;
  bar_.draw(ui, std::string(tag) + "/scrollbar", scroll_, ImVec2(bar_x, geometry.origin.y),
            ImVec2(bar_x + ui.px(kBarWidth), geometry.origin.y + geometry.size.y));

  draw_header(ui, geometry);
  const ImVec2 clip_min(geometry.origin.x, geometry.first_row_y());
  const ImVec2 clip_max(bar_x, geometry.origin.y + geometry.size.y);
  ImGui::PushClipRect(clip_min, clip_max, true);
  const uint64_t end = std::min(scroll_.count(), scroll_.top() + scroll_.visible() + 1);
  for (uint64_t row = scroll_.top(); row < end; ++row) {
    const float y = geometry.first_row_y() + static_cast<float>(row - scroll_.top()) * ui.line;
    if (ui.registry.is_on())
      ui.registry.tag_rect(std::string(tag) + "/row/" + hex(row * columns_), ImVec2(geometry.origin.x, y),
                           ImVec2(bar_x, y + ui.line));
    draw_row(ui, geometry, source, row, y);
  }
  ImGui::PopClipRect();
  ImGui::PopID();
  ui.registry.tag_rect(tag, geometry.origin, clip_max, hex(cursor_));
}

void HexView::handle_mouse(const UiContext& ui, const Geometry& geometry, uint64_t size) {
  const ImGuiIO& io = ImGui::GetIO();
  if (ImGui::IsItemHovered() && io.MouseWheel != 0) scroll_.scroll_by(-io.MouseWheel * kRowsPerWheelStep);
  const bool is_menu_wanted = ImGui::IsItemHovered() && ImGui::IsMouseClicked(ImGuiMouseButton_Right);
  if (!ImGui::IsItemActive() && !is_menu_wanted) return;
  const float y = std::max(0.f, io.MousePos.y - geometry.first_row_y());
  const uint64_t row = scroll_.top() + std::min(scroll_.visible(), static_cast<uint64_t>(y / ui.line));
  const uint64_t address = row * columns_ + geometry.column_at(io.MousePos.x);
  if (address >= size) return;
  if (is_menu_wanted) {
    is_right_clicked_ = true;
    if (selection().contains(address)) return;
    cursor_ = anchor_ = address;
    is_cursor_moved_ = true;
    return;
  }
  const bool is_new = ImGui::IsItemActivated() && (ui.input.mods() & kShift) == 0;
  is_cursor_moved_ = is_new || cursor_ != address;
  cursor_ = address;
  if (is_new) anchor_ = address;
}

void HexView::handle_keys(const UiContext& ui, uint64_t size) {
  const uint64_t page = std::max<uint64_t>(1, scroll_.visible()) * columns_;
  const struct {
    Key key;
    uint64_t distance;
    bool is_forward;
  } moves[] = {{Key::Left, 1, false},       {Key::Right, 1, true},      {Key::Up, columns_, false},
               {Key::Down, columns_, true}, {Key::PageUp, page, false}, {Key::PageDown, page, true}};
  const uint64_t before = cursor_;
  for (const uint8_t mods : {uint8_t{0}, kShift}) {
    for (const auto& move : moves) {
      if (!ui.takes({move.key, mods}, Input::Repeats::Yes)) continue;
      if (move.is_forward && size - 1 - std::min(cursor_, size - 1) >= move.distance)
        cursor_ += move.distance;
      else if (!move.is_forward && cursor_ >= move.distance)
        cursor_ -= move.distance;
    }
    if (ui.takes({Key::Home, mods})) cursor_ = cursor_ / columns_ * columns_;
    if (ui.takes({Key::End, mods})) cursor_ = std::min(size - 1, cursor_ / columns_ * columns_ + columns_ - 1);
    if (mods == 0 && cursor_ != before) anchor_ = cursor_;
  }
  if (ui.takes({Key::Home, kCtrl})) cursor_ = anchor_ = 0;
  if (ui.takes({Key::End, kCtrl})) cursor_ = anchor_ = size - 1;
  if (cursor_ == before) return;
  is_cursor_moved_ = true;
  scroll_.reveal(cursor_ / columns_, 1);
}

void HexView::draw_header(const UiContext& ui, const Geometry& geometry) const {
  const float max_x = geometry.origin.x + geometry.size.x;
  TextLine(ui, geometry.origin, max_x).skip(kMarginCells).add(Color::Dim, "address");
  for (uint32_t column = 0; column < columns_; ++column)
    TextLine(ui, ImVec2(geometry.hex_x(column), geometry.origin.y), max_x)
        .add(column == cursor_ % columns_ ? Color::Text : Color::Dim, hex_digits(column, 2));
}

void HexView::draw_row(const UiContext& ui, const Geometry& geometry, const HexSource& source, uint64_t row,
                       float y) const {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const uint64_t first = row * columns_;
  const bool is_past_end = first >= source.size;
  const ImGuiStyle& style = ImGui::GetStyle();
  const float text_y = y + (ui.line - ImGui::GetFontSize()) / 2;
  const auto put = [&](float x, Color color, std::string_view text) {
    list.AddText(ImVec2(x, text_y), ui.theme[color], text.data(), text.data() + text.size());
  };
  put(geometry.origin.x + kMarginCells * ui.cell, is_past_end ? Color::Faint : Color::Dim,
      hex_digits(first, geometry.address_digits));
  if (is_past_end) put(geometry.text_x(0), Color::Error, "past end");
  const ByteRange selected = selection();
  for (uint32_t column = 0; column < columns_; ++column) {
    const uint64_t address = first + column;
    const float x = geometry.hex_x(column), text_x = geometry.text_x(column);
    // Half a blank on either side, so that neighbours touch.
    const float margin = ui.cell * 0.5f;
    const auto fill = [&](Color color) {
      list.AddRectFilled(ImVec2(x - margin, y), ImVec2(x + ui.cell * 2 + margin, y + ui.line), ui.theme[color]);
      if (address < source.size)
        list.AddRectFilled(ImVec2(text_x, y), ImVec2(text_x + ui.cell, y + ui.line), ui.theme[color]);
    };
    for (const HexMark& mark : source.marks)
      if (mark.range.contains(address)) fill(mark.ground);
    if (address >= source.size) {
      put(x, Color::Faint, "--");
      continue;
    }
    const std::optional<uint8_t> byte = source.byte ? source.byte(address) : std::nullopt;
    const bool is_changed = byte && source.is_changed && source.is_changed(address);
    if (is_changed) fill(Color::Changed);
    if (selected.contains(address)) fill(Color::Selection);
    if (address == cursor_) {
      list.AddRect(ImVec2(x - margin, y), ImVec2(x + ui.cell * 2 + margin, y + ui.line), ui.theme[Color::Link],
                   style.FrameRounding);
    }
    if (!byte) {
      put(x, Color::Faint, "\u00b7\u00b7");
      continue;
    }
    const Color color = *byte == 0 ? Color::Faint : is_printable(*byte) ? Color::Memory : Color::Text;
    put(x, color, hex_digits(*byte, 2));
    const char character = is_printable(*byte) ? static_cast<char>(*byte) : '.';
    put(text_x, is_printable(*byte) ? Color::Memory : Color::Faint, {&character, 1});
  }
}

}  // namespace wasmscope::ui
