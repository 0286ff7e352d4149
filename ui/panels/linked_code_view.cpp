// SPDX-License-Identifier: Apache-2.0
#include "ui/panels/linked_code_view.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "ui/model/number_text.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

constexpr float kBandCells = 3.5f;
constexpr float kCellsForThree = 110;         // below that there are two columns
constexpr float kPlaceLines = 2;
constexpr uint8_t kBandAlpha = 190, kMarkedAlpha = 235;

std::string_view title_of(CodeColumn column) {
  switch (column) {
    case CodeColumn::Wasm: return "WebAssembly";
    case CodeColumn::Slots: return "slot code";
    case CodeColumn::Machine: break;
  }
  return "machine code";
}

std::string_view tag_of(CodeColumn column) {
  switch (column) {
    case CodeColumn::Wasm: return "code";
    case CodeColumn::Slots: return "code/slots";
    case CodeColumn::Machine: break;
  }
  return "code/machine";
}

Color color_of(std::string_view instruction) {
  if (instruction.starts_with('j') || instruction.starts_with("call") || instruction.starts_with("ret")) return Color::Control;
  return instruction.find('[') != std::string_view::npos ? Color::Memory : Color::Text;
}

float y_of(const ListRows& rows, size_t row) {
  return rows.origin.y + (static_cast<float>(row) - static_cast<float>(rows.first)) * rows.row_height;
}

}  // namespace

LinkedCode::Share LinkedCodeView::share(size_t wasm_row) const {
  return linked_ && wasm_row < linked_->rows(CodeColumn::Wasm) ? linked_->share(wasm_row) : LinkedCode::Share::Own;
}

bool LinkedCodeView::is_marked(size_t wasm_row) const {
  return linked_ && marked_group() != LinkedCode::kNone && linked_->group(CodeColumn::Wasm, wasm_row) == marked_group();
}

void LinkedCodeView::follow_wasm() { leader_ = CodeColumn::Wasm; }

void LinkedCodeView::update(const std::shared_ptr<const debug::CodePicture>& code) {
  if (!code || !code->problem.empty()) {
    linked_.reset();
    return;
  }
  if (linked_ && &linked_->code() == code.get()) return;
  linked_ = std::make_unique<const LinkedCode>(code);
  selected_ = hovered_ = LinkedCode::kNone;
  told_group_.reset();
  slots_.cursor.reset();
  machine_.cursor.reset();
}

LinkedCodeView::Column* LinkedCodeView::find(CodeColumn which) {
  const auto found = std::ranges::find(columns_, which, &Column::which);
  return found == columns_.end() ? nullptr : &*found;
}

void LinkedCodeView::arrange(const UiContext& ui, float x, float width) {
  columns_.clear();
  const float band = std::round(kBandCells * ui.cell);
  const bool has_three = width >= kCellsForThree * ui.cell;
  const float room = width - band * (has_three ? 2 : 1);
  const auto add = [&](CodeColumn which, float share) {
    columns_.push_back({which, x, std::floor(room * share), nullptr, {}});
    x += columns_.back().width + band;
  };
  if (has_three) {
    add(CodeColumn::Wasm, 0.36f);
    add(CodeColumn::Slots, 0.29f);
    add(CodeColumn::Machine, 0.35f);
  } else {
    add(CodeColumn::Wasm, 0.5f);
    add(CodeColumn::Machine, 0.5f);
  }
  if (find(leader_) == nullptr) leader_ = CodeColumn::Wasm;
}

void LinkedCodeView::take_keys(const UiContext& ui) {
  const auto here = std::ranges::find(columns_, leader_, &Column::which) - columns_.begin();
  const auto last = static_cast<std::ptrdiff_t>(columns_.size()) - 1;
  std::ptrdiff_t next = here;
  if (ui.takes({Key::Left})) next = std::max<std::ptrdiff_t>(0, here - 1);
  if (ui.takes({Key::Right})) next = std::min(last, here + 1);
  if (next == here) return;
  leader_ = columns_[static_cast<size_t>(next)].which;
  // Where there is nothing that belongs to the selected row the cursor goes to what is beside it.
  Column& column = columns_[static_cast<size_t>(next)];
  const LinkedCode::Range range = linked_->rows_of(leader_, selected_);
  if (!range.is_empty()) column.list->cursor = range.first;
  else if (!column.list->cursor) column.list->cursor = column.list->scroll().top();
  column.list->reveal(*column.list->cursor);
}

void LinkedCodeView::draw_column(const UiContext& ui, Column& column, const Shown& shown, float height) {
  UiContext column_ui = ui;
  column_ui.has_keys = ui.has_keys && leader_ == column.which;
  const bool is_wasm = column.which == CodeColumn::Wasm;
  ImGui::SetCursorScreenPos(ImVec2(column.x, ImGui::GetCursorScreenPos().y));
  const uint64_t count = is_wasm ? shown.wasm_count : linked_->rows(column.which);
  column.rows = column.list->begin(column_ui, tag_of(column.which), count, height, column.width);
  for (uint64_t row = column.rows.first; row < column.rows.end; ++row) {
    if (is_wasm) shown.draw_wasm_row(column.rows, row);
    else draw_row(ui, column, row, shown);
  }
  column.list->end();
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const bool is_over = mouse.x >= column.x && mouse.x < column.x + column.width && mouse.y >= column.rows.origin.y &&
                       mouse.y < column.rows.origin.y + height;
  if (is_over && (ImGui::GetIO().MouseWheel != 0 || ImGui::IsMouseDown(ImGuiMouseButton_Left))) leader_ = column.which;
}

void LinkedCodeView::draw_row(const UiContext& ui, const Column& column, uint64_t row, const Shown& shown) const {
  const debug::CodeMap& map = linked_->code().map;
  const uint32_t group = linked_->group(column.which, row);
  const bool is_current = shown.current_pc != 0 && linked_->pc_of(group) == shown.current_pc;
  const bool is_cursor = leader_ == column.which && column.list->cursor == row;
  if (is_cursor) VirtualList::draw_ground(ui, column.rows, row, Color::Selection);
  else if (group != LinkedCode::kNone && group == marked_group()) VirtualList::draw_ground(ui, column.rows, row, Color::TabOpen);
  else if (is_current) VirtualList::draw_ground(ui, column.rows, row, Color::CurrentRow);
  const ImVec2 at = column.rows.at(row);
  const float right = column.rows.right() - ui.cell * 0.5f;
  std::string text;
  if (column.which == CodeColumn::Slots) {
    const debug::CodeMap::Operation& operation = map.operations[row];
    text = operation.text;
    const Color color = operation.is_interpreted ? Color::Edited : operation.pc == 0 || text.ends_with(':') ? Color::Dim : Color::Text;
    TextLine line(ui, at, right);
    line.skip(0.5f).add(color, text);
    if (operation.is_interpreted) line.right(Color::Edited, "interpreter");
  } else {
    const debug::CodeMap::Instruction& instruction = map.instructions[row];
    text = instruction.text;
    TextLine line(ui, at, right);
    line.skip(0.5f).add(instruction.is_out_of_line ? Color::Faint : Color::Dim, hex_digits(instruction.offset, 4));
    const Color color = instruction.is_out_of_line ? Color::Dim : color_of(text);
    line.column(5.5f);
    if (instruction.has_stop) {
      const float size = ui.cell * 0.9f;
      draw_icon(*ImGui::GetWindowDrawList(), Icon::Breakpoint, ImVec2(at.x + ui.cell * 4.6f, at.y + (ui.line - size) / 2), size, ui.theme[Color::Error]);
      line.add(Color::Error, "int3 over ");
      text = "int3 over " + text;
    }
    line.add(color, instruction.text);
    // Those before belong to the same.
    const bool is_first = row == 0 || linked_->group(column.which, row - 1) != group || row == linked_->first_out_of_line();
    if (instruction.is_out_of_line && is_first) line.right(Color::Dim, group == LinkedCode::kNone ? "all" : linked_->pc_of(group) == 0 ? "entry" : hex_digits(linked_->pc_of(group), 4));
    if (row == linked_->first_out_of_line())
      ImGui::GetWindowDrawList()->AddLine(at, ImVec2(column.rows.right(), at.y), ui.theme[Color::Border]);
  }
  if (ui.registry.is_on())
    ui.registry.tag_rect(std::string(tag_of(column.which)) + "/row/" + std::to_string(row), at,
                         ImVec2(column.rows.right(), at.y + column.rows.row_height), group != LinkedCode::kNone && group == marked_group() ? "marked " + text : text);
}

void LinkedCodeView::draw_bands(const UiContext& ui, const Column& left, const Column& right, float top, float bottom) const {
  std::set<uint32_t> groups;
  for (const Column* column : {&left, &right})
    for (uint64_t row = column->rows.first; row < column->rows.end; ++row)
      if (const uint32_t group = linked_->group(column->which, row); group != LinkedCode::kNone) groups.insert(group);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float x0 = left.x + left.width, x1 = right.x;
  ImGui::PushClipRect(ImVec2(x0, top), ImVec2(x1, bottom), true);
  bool is_even = false;
  for (const uint32_t group : groups) {
    const LinkedCode::Range from = linked_->rows_of(left.which, group), to = linked_->rows_of(right.which, group);
    if (from.is_empty() || to.is_empty()) continue;
    is_even = !is_even;
    const bool is_marked = group == marked_group();
    const Color color = is_marked ? Color::Link : is_even ? Color::SizeBar : Color::ScrollThumb;
    const float gap = ui.px(1.5f);
    const float a0 = y_of(left.rows, from.first) + gap, a1 = y_of(left.rows, from.end) - gap;
    const float b0 = y_of(right.rows, to.first) + gap, b1 = y_of(right.rows, to.end) - gap;
    if (std::max(a1, b1) < top || std::min(a0, b0) > bottom) continue;
    list.AddQuadFilled(ImVec2(x0, a0), ImVec2(x1, b0), ImVec2(x1, b1), ImVec2(x0, a1), ui.theme.with_alpha(color, is_marked ? kMarkedAlpha : kBandAlpha));
  }
  ImGui::PopClipRect();
}

void LinkedCodeView::draw_places(const UiContext& ui) {
  const uint32_t group = marked_group();
  if (told_group_ != group) {
    told_group_ = group;
    locals_text_ = linked_->locals_text(group);
    operands_text_ = linked_->operands_text(group);
  }
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  TextLine first = text_row(ui, ui.line);
  first.skip(0.5f);
  if (group == LinkedCode::kNone) first.add(Color::Dim, "nothing has to be done for this instruction");
  else first.add(Color::Dim, linked_->pc_of(group) == 0 ? "" : "at " + hex(linked_->pc_of(group)) + "  ").add(Color::Variable, locals_text_);
  TextLine second = text_row(ui, ui.line);
  second.skip(0.5f).add(Color::Constant, operands_text_);
  ui.registry.tag_rect("code/places", at, ImVec2(at.x + width, at.y + kPlaceLines * ui.line), hex(linked_->pc_of(group)) + " | " + locals_text_ + " | " + operands_text_);
}

void LinkedCodeView::align_with_leader(const UiContext& ui, float height) {
  Column& leader = *find(leader_);
  const auto visible = static_cast<uint64_t>(height / ui.line);
  const uint64_t top = leader.rows.first;
  uint64_t anchor = top + visible / 2;
  if (const auto& cursor = leader.list->cursor; cursor && *cursor >= top && *cursor < top + visible) anchor = *cursor;
  for (Column& column : columns_) {
    if (&column == &leader) continue;
    const std::optional<size_t> beside = linked_->row_beside(leader.which, anchor, column.which);
    const uint64_t row = beside.value_or(0), offset = anchor - top;
    // Its size is known when it is drawn; until then it may be scrolled too far.
    RowScroll& scroll = column.list->scroll();
    const uint64_t count = column.which == CodeColumn::Wasm ? scroll.count() : linked_->rows(column.which);
    scroll.resize(count, visible);
    scroll.set_top(row > offset ? row - offset : 0);
  }
}

ListRows LinkedCodeView::draw(const UiContext& ui, const std::shared_ptr<const debug::CodePicture>& code, const Shown& shown) {
  update(code);
  if (!linked_) {
    const std::string note = code ? code->problem : "not compiled yet";
    text_row(ui, ui.line).skip(0.5f).add(Color::Dim, note);
    const ListRows rows = shown.wasm.begin(ui, "code", shown.wasm_count);
    for (uint64_t row = rows.first; row < rows.end; ++row) shown.draw_wasm_row(rows, row);
    shown.wasm.end();
    return rows;
  }
  const ImVec2 begin = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  arrange(ui, begin.x, room.x);
  for (Column& column : columns_)
    column.list = column.which == CodeColumn::Wasm ? &shown.wasm : column.which == CodeColumn::Slots ? &slots_ : &machine_;
  take_keys(ui);
  for (const Column& column : columns_) {
    TextLine line(ui, ImVec2(column.x, begin.y), column.x + column.width);
    line.skip(0.5f).add(column.which == leader_ && ui.has_keys ? Color::Text : Color::Dim, title_of(column.which));
    if (column.which == CodeColumn::Machine) line.right(Color::Dim, byte_size_long(linked_->code().map.machine_bytes) + " ");
  }
  const float top = begin.y + ui.line, height = std::max(ui.line, room.y - (1 + kPlaceLines) * ui.line - ui.px(4));
  // The leader first: the others stand where it is.
  const CodeColumn leader = leader_;
  const auto draw_at_top = [&](Column& column) {
    ImGui::SetCursorScreenPos(ImVec2(column.x, top));
    draw_column(ui, column, shown, height);
  };
  draw_at_top(*find(leader));
  align_with_leader(ui, height);
  for (Column& column : columns_)
    if (column.which != leader) draw_at_top(column);
  for (size_t i = 0; i + 1 < columns_.size(); ++i) draw_bands(ui, columns_[i], columns_[i + 1], top, top + height);

  hovered_ = LinkedCode::kNone;
  ListRows& wasm = find(CodeColumn::Wasm)->rows;
  for (Column& column : columns_) {
    if (column.rows.hovered) hovered_ = linked_->group(column.which, *column.rows.hovered);
    if (!column.rows.is_cursor_moved) continue;
    leader_ = column.which;
    if (column.which == CodeColumn::Wasm || !column.list->cursor) continue;
    const LinkedCode::Range range = linked_->rows_of(CodeColumn::Wasm, linked_->group(column.which, *column.list->cursor));
    if (range.is_empty()) continue;
    // Its own row, not one that is folded into it.
    size_t row = range.first;
    while (row + 1 < range.end && linked_->share(row) != LinkedCode::Share::Own) ++row;
    shown.wasm.cursor = row;
    wasm.is_cursor_moved = true;
  }
  const Column& keys = *find(leader_);
  selected_ = keys.list->cursor ? linked_->group(leader_, *keys.list->cursor) : LinkedCode::kNone;
  ImGui::SetCursorScreenPos(ImVec2(begin.x, top + height + ui.px(2)));
  draw_places(ui);
  return wasm;
}

}  // namespace wasmscope::ui
