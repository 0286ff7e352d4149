// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/hex_view.h"

#include <algorithm>
#include <array>
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
  uint32_t unit = 1, unit_cells = 2;         // bytes shown together, and how wide

  // Of the unit's first byte.
  float hex_x(uint32_t column) const {
    const float group_gap = unit == 1 && column >= 8 ? 1.f : 0.f;
    return origin.x + cell * (kMarginCells + static_cast<float>(address_digits) + 2 +
                              static_cast<float>(column / unit * (unit_cells + 1)) + group_gap);
  }
  float text_x(uint32_t column) const {
    const float gap = columns > 8 ? 2.f : 1.f;
    return hex_x(0) + cell * (static_cast<float>(columns / unit * (unit_cells + 1)) + gap + static_cast<float>(column));
  }
  float first_row_y() const { return origin.y + line; }
  // The byte column under x in either half.
  uint32_t column_at(float x) const {
    if (x >= text_x(0)) return std::min(columns - 1, static_cast<uint32_t>((x - text_x(0)) / cell));
    uint32_t column = columns - unit;
    while (column > 0 && x < hex_x(column) - cell / 2) column -= unit;
    return column;
  }
};

ByteRange HexView::selection() const { return {std::min(cursor_, anchor_), std::max(cursor_, anchor_) + 1}; }

ByteRange HexView::visible() const {
  return {scroll_.top() * columns_, (scroll_.top() + scroll_.visible() + 1) * columns_};
}

ByteRange HexView::cell() const {
  const uint64_t begin = cursor_ - cursor_ % cell_bytes_;
  return {begin, begin + cell_bytes_};
}

void HexView::go_to(ByteRange range) {
  first_digit_.reset();
  cursor_ = range.begin;
  anchor_ = range.size() > 0 ? range.end - 1 : range.begin;
  pending_reveal_ = range.begin;
}

void HexView::draw(const UiContext& ui, std::string_view tag, const HexSource& source) {
  is_cursor_moved_ = is_right_clicked_ = false;
  typed_.reset();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  Geometry geometry;
  geometry.origin = ImGui::GetCursorScreenPos();
  geometry.size = ImVec2(std::max(8.f, room.x - ui.px(kBarWidth)), std::max(ui.line * 2, room.y));
  geometry.cell = ui.cell;
  geometry.line = ui.line;
  geometry.address_digits = source.size > kFourGibibytes ? 12 : 8;
  const CellKindRow& kind = row_of(source.format.kind);
  geometry.unit = cell_bytes_ = kind.size_bytes();
  geometry.unit_cells = kind.cells;
  while (geometry.columns > std::max(kFewestColumns, geometry.unit) &&
         geometry.text_x(geometry.columns) > geometry.origin.x + geometry.size.x)
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
    if (source.is_editable && source.format.kind == CellKind::Bytes) handle_typing(ui, source.size);
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
  first_digit_.reset();
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
  } moves[] = {{Key::Left, cell_bytes_, false}, {Key::Right, cell_bytes_, true}, {Key::Up, columns_, false},
               {Key::Down, columns_, true},     {Key::PageUp, page, false},      {Key::PageDown, page, true}};
  const uint64_t before = cursor_;
  if (first_digit_ && (!ui.has_keys || ui.takes({Key::Backspace}))) first_digit_.reset();
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
  first_digit_.reset();
  is_cursor_moved_ = true;
  scroll_.reveal(cursor_ / columns_, 1);
}

void HexView::handle_typing(const UiContext& ui, uint64_t size) {
  const ImGuiIO& io = ImGui::GetIO();
  if (!ui.has_keys || io.WantTextInput || cursor_ >= size) return;
  for (const ImWchar character : io.InputQueueCharacters) {
    const bool is_number = character >= '0' && character <= '9';
    const ImWchar letter = character | 0x20;
    if (!is_number && (letter < 'a' || letter > 'f')) continue;
    const auto digit = static_cast<uint8_t>(is_number ? character - '0' : letter - 'a' + 10);
    if (!first_digit_) {
      first_digit_ = digit;
      continue;
    }
    typed_ = TypedByte{cursor_, static_cast<uint8_t>(*first_digit_ << 4 | digit)};
    first_digit_.reset();
    if (cursor_ + 1 < size) ++cursor_;
    anchor_ = cursor_;
    is_cursor_moved_ = true;
    scroll_.reveal(cursor_ / columns_, 1);
  }
}

void HexView::draw_header(const UiContext& ui, const Geometry& geometry) const {
  const float max_x = geometry.origin.x + geometry.size.x;
  TextLine(ui, geometry.origin, max_x).skip(kMarginCells).add(Color::Dim, "address");
  for (uint32_t column = 0; column < columns_; column += geometry.unit)
    TextLine(ui, ImVec2(geometry.hex_x(column), geometry.origin.y), max_x)
        .add(cursor_ % columns_ / geometry.unit == column / geometry.unit ? Color::Text : Color::Dim,
             hex_digits(column, 2));
}

void HexView::draw_row(const UiContext& ui, const Geometry& geometry, const HexSource& source, uint64_t row,
                       float y) const {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const uint64_t first = row * columns_;
  const bool is_past_end = first >= source.size;
  const float text_y = y + (ui.line - ImGui::GetFontSize()) / 2;
  const auto put = [&](float x, Color color, std::string_view text) {
    list.AddText(ImVec2(x, text_y), ui.theme[color], text.data(), text.data() + text.size());
  };
  put(geometry.origin.x + kMarginCells * ui.cell, is_past_end ? Color::Faint : Color::Dim,
      hex_digits(first, geometry.address_digits));
  if (is_past_end) put(geometry.text_x(0), Color::Error, "past end");
  for (uint32_t column = 0; column < columns_; column += geometry.unit)
    draw_cell(ui, geometry, source, first + column, y);
}

void HexView::draw_cell(const UiContext& ui, const Geometry& geometry, const HexSource& source, uint64_t address,
                        float y) const {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto column = static_cast<uint32_t>(address % columns_);
  const uint64_t end = address + geometry.unit;
  const float x = geometry.hex_x(column), text_y = y + (ui.line - ImGui::GetFontSize()) / 2;
  // Half a blank on either side, so that neighbours touch.
  const ImVec2 min(x - ui.cell * 0.5f, y);
  const ImVec2 max(x + ui.cell * (static_cast<float>(geometry.unit_cells) + 0.5f), y + ui.line);
  const auto put = [&](float at, Color color, std::string_view text) {
    list.AddText(ImVec2(at, text_y), ui.theme[color], text.data(), text.data() + text.size());
  };
  const auto fill = [&](Color color) { list.AddRectFilled(min, max, ui.theme[color]); };
  const auto fill_text = [&](uint64_t at, Color color) {
    const float text_x = geometry.text_x(static_cast<uint32_t>(at % columns_));
    if (at < source.size) list.AddRectFilled(ImVec2(text_x, y), ImVec2(text_x + ui.cell, y + ui.line), ui.theme[color]);
  };
  for (const HexMark& mark : source.marks) {
    if (mark.range.begin >= end || mark.range.end <= address) continue;
    fill(mark.ground);
    for (uint64_t at = std::max(address, mark.range.begin); at < std::min(end, mark.range.end); ++at)
      fill_text(at, mark.ground);
  }
  if (address >= source.size) {
    put(x, Color::Faint, "--");
    return;
  }
  std::array<uint8_t, 8> bytes{};
  bool is_known = end <= source.size, is_changed = false;
  const ByteRange selected = selection();
  for (uint64_t at = address; at < std::min(end, source.size); ++at) {
    const std::optional<uint8_t> byte = source.byte ? source.byte(at) : std::nullopt;
    is_known &= byte.has_value();
    bytes[at - address] = byte.value_or(0);
    const bool is_this_changed = byte && source.is_changed && source.is_changed(at);
    is_changed |= is_this_changed;
    if (is_this_changed) fill_text(at, Color::Changed);
    if (selected.contains(at)) fill_text(at, Color::Selection);
    if (!byte) continue;
    const char character = is_printable(*byte) ? static_cast<char>(*byte) : '.';
    put(geometry.text_x(static_cast<uint32_t>(at % columns_)), is_printable(*byte) ? Color::Memory : Color::Faint,
        {&character, 1});
  }
  if (is_changed) fill(Color::Changed);
  if (selected.begin < end && selected.end > address) fill(Color::Selection);
  if (cursor_ >= address && cursor_ < end)
    list.AddRect(min, max, ui.theme[first_digit_ ? Color::Edited : Color::Link], ImGui::GetStyle().FrameRounding);
  if (first_digit_ && cursor_ == address) return put(x, Color::Edited, hex_digits(*first_digit_, 1) + "_");
  if (!is_known) return put(x, Color::Faint, end <= source.size ? "\u00b7\u00b7" : "--");
  const std::string text = cell_text(source.format, bytes.data());
  const bool is_zero = std::ranges::all_of(bytes, [](uint8_t byte) { return byte == 0; });
  const bool is_character = geometry.unit == 1 && is_printable(bytes[0]);
  const bool is_pointer = source.format.kind == CellKind::Pointer && !is_zero &&
                          debug::read_number(debug::NumberType::U32, source.format.endian, bytes.data()) < source.size;
  const Color color = is_zero ? Color::Faint : is_character ? Color::Memory : is_pointer ? Color::Link : Color::Text;
  // Decimal numbers stand below each other as in a column of a table.
  const size_t room = geometry.unit_cells,
               indent = row_of(source.format.kind).is_hex || text.size() > room ? 0 : room - text.size();
  put(x + static_cast<float>(indent) * ui.cell, color, text);
}

}  // namespace wasmscope::ui
