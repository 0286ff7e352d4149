// SPDX-License-Identifier: Apache-2.0
#include "ui/model/linked_code.h"

#include <algorithm>

namespace wasmscope::ui {

using debug::CodeMap;

LinkedCode::LinkedCode(std::shared_ptr<const debug::CodePicture> code) : code_(std::move(code)) {
  const CodeMap& map = code_->map;
  const size_t operations = map.operations.size();
  group_of_operation_.resize(operations);
  wasm_rows_.resize(operations);
  slot_rows_.resize(operations);
  machine_rows_.resize(operations);
  for (uint32_t i = 0; i < operations; ++i) {
    const CodeMap::Operation& operation = map.operations[i];
    const bool goes_on = i > 0 && operation.pc != 0 && operation.pc == map.operations[i - 1].pc;
    const uint32_t group = group_of_operation_[i] = goes_on ? group_of_operation_[i - 1] : i;
    if (!goes_on) slot_rows_[group].first = i;
    slot_rows_[group].end = i + 1;
    if (operation.first == operation.end) continue;
    if (machine_rows_[group].is_empty()) machine_rows_[group].first = operation.first;
    machine_rows_[group].end = operation.end;
  }
  for (size_t row = 0; row < map.rows.size(); ++row) {
    if (share(row) != Share::Own) continue;
    const uint32_t own = group(CodeColumn::Wasm, row);
    Range& range = wasm_rows_[own] = {row, row + 1};
    while (range.first > 0 && group(CodeColumn::Wasm, range.first - 1) == own) --range.first;
    while (range.end < map.rows.size() && group(CodeColumn::Wasm, range.end) == own) ++range.end;
  }
  first_out_of_line_ = static_cast<size_t>(
      std::ranges::find(map.instructions, true, &CodeMap::Instruction::is_out_of_line) - map.instructions.begin());
}

size_t LinkedCode::rows(CodeColumn column) const {
  switch (column) {
    case CodeColumn::Wasm: return code_->map.rows.size();
    case CodeColumn::Slots: return code_->map.operations.size();
    case CodeColumn::Machine: break;
  }
  return code_->map.instructions.size();
}

uint32_t LinkedCode::group(CodeColumn column, size_t row) const {
  if (row >= rows(column)) return kNone;
  uint32_t operation = static_cast<uint32_t>(row);
  if (column == CodeColumn::Wasm) operation = code_->map.rows[row].operation;
  if (column == CodeColumn::Machine) operation = code_->map.instructions[row].operation;
  return operation == CodeMap::kNone ? kNone : group_of_operation_[operation];
}

LinkedCode::Range LinkedCode::rows_of(CodeColumn column, uint32_t group) const {
  if (group == kNone) return {};
  switch (column) {
    case CodeColumn::Wasm: return wasm_rows_[group];
    case CodeColumn::Slots: return slot_rows_[group];
    case CodeColumn::Machine: break;
  }
  return machine_rows_[group];
}

LinkedCode::Share LinkedCode::share(size_t wasm_row) const {
  const CodeMap::Row& row = code_->map.rows[wasm_row];
  if (!row.is_reachable) return Share::Unreachable;
  if (row.operation == CodeMap::kNone) return Share::Nothing;
  return code_->map.is_folded(row) ? Share::Folded : Share::Own;
}

uint32_t LinkedCode::pc_of(uint32_t group) const { return group == kNone ? 0 : code_->map.operations[group].pc; }

std::optional<size_t> LinkedCode::row_beside(CodeColumn from, size_t row, CodeColumn to) const {
  for (size_t i = std::min(row + 1, rows(from)); i-- > 0;) {
    const Range range = rows_of(to, group(from, i));
    if (!range.is_empty()) return range.first;
  }
  return std::nullopt;
}

std::string LinkedCode::locals_text(uint32_t group) const {
  std::string text;
  if (group == kNone) return text;
  size_t in_frame = 0;
  for (const debug::ValuePlace& place : debug::places_at(code_->map, group)) {
    if (!place.is_local) continue;
    if (place.text.starts_with("slot ")) ++in_frame;
    else text += (text.empty() ? "local " : ", local ") + std::to_string(place.index) + ": " + place.text;
  }
  if (in_frame == 0) return text;
  if (text.empty()) return in_frame == 1 ? "the local is in the frame" : "all locals are in the frame";
  return text + "; " + std::to_string(in_frame) + " in the frame";
}

std::string LinkedCode::operands_text(uint32_t group) const {
  std::string text;
  if (group == kNone) return text;
  for (const debug::ValuePlace& place : debug::places_at(code_->map, group))
    if (!place.is_local) text += (text.empty() ? "operand " : ", operand ") + std::to_string(place.index) + ": " + place.text;
  return text;
}

}  // namespace wasmscope::ui
