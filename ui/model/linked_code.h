// SPDX-License-Identifier: Apache-2.0
// Which rows of WebAssembly, slot code and machine code belong together, for columns side by side. A group is what one
// instruction became, with what is folded into it; the entry of a function and some labels are groups without one.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/debug/code_picture.h"

namespace wasmscope::ui {

enum class CodeColumn : uint8_t { Wasm, Slots, Machine };
inline constexpr size_t kCodeColumns = 3;

class LinkedCode {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Range {
    size_t first = 0, end = 0;
    bool is_empty() const { return first >= end; }
    bool contains(size_t row) const { return row >= first && row < end; }
  };
  enum class Share : uint8_t {
    Own,            // it has operations
    Folded,         // another one's operations do it
    Nothing,        // nothing has to be done for it
    Unreachable,
  };

  explicit LinkedCode(std::shared_ptr<const debug::CodePicture> code);
  const debug::CodePicture& code() const { return *code_; }

  size_t rows(CodeColumn column) const;
  uint32_t group(CodeColumn column, size_t row) const;
  // Rows that lie together, which a band leads to: not those out of line or folded in from afar.
  Range rows_of(CodeColumn column, uint32_t group) const;
  Share share(size_t wasm_row) const;
  // The instruction's offset; 0 for groups without one.
  uint32_t pc_of(uint32_t group) const;
  // The row of a column that a row of another belongs to, or the last one before that does.
  std::optional<size_t> row_beside(CodeColumn from, size_t row, CodeColumn to) const;
  size_t first_out_of_line() const { return first_out_of_line_; }

  // Where values are when the group begins: operands, and the locals that are in registers.
  std::string locals_text(uint32_t group) const;
  std::string operands_text(uint32_t group) const;

 private:
  std::shared_ptr<const debug::CodePicture> code_;
  std::vector<uint32_t> group_of_operation_;     // its first operation
  std::vector<Range> wasm_rows_;                 // by group, for those that are first operations
  std::vector<Range> slot_rows_, machine_rows_;
  size_t first_out_of_line_ = 0;
};

}  // namespace wasmscope::ui
