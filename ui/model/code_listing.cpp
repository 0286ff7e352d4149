// SPDX-License-Identifier: Apache-2.0
#include "ui/model/code_listing.h"

#include <algorithm>

namespace wasmscope::ui {
namespace {

constexpr size_t kStretchRows = 512;
constexpr size_t kNamedLabelsRows = 200'000;
constexpr uint32_t kNamedLabelsDepth = 1000;
constexpr size_t kPlainLinesKept = 4096;

class NoTokens final : public text::TokenSink {
 public:
  void put(text::TokenKind, std::string_view, std::optional<text::Target>) override {}
};

bool opens_block(wasm::Op op) {
  const wasm::Imm imm = wasm::info(op).imm;
  return imm == wasm::Imm::BlockType || imm == wasm::Imm::TryTable;
}

bool is_divider(wasm::Op op) {
  return op == wasm::Op::Else || op == wasm::Op::Catch || op == wasm::Op::CatchAll || op == wasm::Op::Delegate;
}

}  // namespace

CodeListing::CodeListing(std::shared_ptr<const debug::LoadedModule> loaded,
                         std::shared_ptr<const text::Identifiers> identifiers, wasm::FuncIndex func)
    : loaded_(std::move(loaded)), identifiers_(std::move(identifiers)), func_(func) {
  const wasm::Module& module = *loaded_->module;
  const wasm::Func& function = module.funcs[func];
  if (function.import) return;
  uint32_t depth = 0, max_depth = 0;
  binary::InstructionReader reader(bytes(), function.code);
  for (;;) {
    binary::Instruction instruction;
    const Result<bool> has_next = reader.next(instruction);
    if (!has_next) error_ = has_next.error();
    if (!has_next || !*has_next) break;
    const bool closes = instruction.op == wasm::Op::End || instruction.op == wasm::Op::Delegate;
    if (closes && depth > 0) --depth;
    const uint32_t shown = is_divider(instruction.op) && !closes && depth > 0 ? depth - 1 : depth;
    rows_.push_back({instruction.pc, static_cast<uint16_t>(std::min(shown, 0xFFFFu)), instruction.op});
    if (opens_block(instruction.op)) ++depth;
    max_depth = std::max(max_depth, depth);
  }
  if (error_ || rows_.size() > kNamedLabelsRows || max_depth > kNamedLabelsDepth) return;
  text::FunctionFormatter formatter(module, *identifiers_, func);
  NoTokens nowhere;
  for (size_t row = 0; row < rows_.size(); ++row) {
    if (row % kStretchRows == 0) stretches_.push_back({formatter, {}});
    formatter.format(instruction(row), nowhere);
  }
}

std::optional<size_t> CodeListing::row_of(uint32_t pc) const {
  const auto after = std::ranges::upper_bound(rows_, pc, {}, &Row::pc);
  if (after == rows_.begin()) return std::nullopt;
  return static_cast<size_t>(after - rows_.begin()) - 1;
}

binary::Instruction CodeListing::instruction(size_t row) const {
  binary::InstructionReader reader(bytes(), {rows_[row].pc, loaded_->module->funcs[func_].code.end});
  binary::Instruction instruction;
  // It was read before.
  [[maybe_unused]] const Result<bool> has_next = reader.next(instruction);
  return instruction;
}

const text::TokenList& CodeListing::tokens(size_t row) {
  if (stretches_.empty()) {
    if (plain_lines_.size() > kPlainLinesKept) plain_lines_.clear();
    const auto [line, is_new] = plain_lines_.try_emplace(row);
    if (is_new) line->second = text::format_instruction(*loaded_->module, *identifiers_, func_, instruction(row));
    return line->second;
  }
  Stretch& stretch = stretches_[row / kStretchRows];
  if (stretch.lines.empty()) stretch.lines = format_stretch(row / kStretchRows);
  return stretch.lines[row % kStretchRows];
}

std::vector<text::TokenList> CodeListing::format_stretch(size_t stretch) const {
  const size_t first = stretch * kStretchRows;
  std::vector<text::TokenList> lines(std::min(kStretchRows, rows_.size() - first));
  if (stretches_.empty()) {
    for (size_t i = 0; i < lines.size(); ++i)
      lines[i] = text::format_instruction(*loaded_->module, *identifiers_, func_, instruction(first + i));
    return lines;
  }
  text::FunctionFormatter formatter = stretches_[stretch].formatter;
  for (size_t i = 0; i < lines.size(); ++i) formatter.format(instruction(first + i), lines[i]);
  return lines;
}

const std::string& CodeListing::line(size_t row) {
  const size_t stretch = row / kStretchRows;
  if (stretch != read_stretch_) {
    read_stretch_ = stretch;
    read_lines_.clear();
    for (const text::TokenList& line : format_stretch(stretch)) read_lines_.push_back(line.line());
  }
  return read_lines_[row % kStretchRows];
}

}  // namespace wasmscope::ui
