// SPDX-License-Identifier: Apache-2.0
// One function as rows of instructions. Rows are small and made at once; their text is made a stretch at a
// time when somebody looks, so that a function of millions of instructions opens at once. Holds the module.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/debug/snapshot.h"
#include "engine/text/instruction_format.h"

namespace wasmscope::ui {

class CodeListing {
 public:
  struct Row {
    uint32_t pc = 0;
    uint16_t depth = 0;      // of nesting, for indentation
    wasm::Op op{};
  };

  CodeListing(std::shared_ptr<const debug::LoadedModule> loaded, std::shared_ptr<const text::Identifiers> identifiers,
              wasm::FuncIndex func);

  wasm::FuncIndex func() const { return func_; }
  const std::vector<Row>& rows() const { return rows_; }
  // Where decoding stopped, in a broken module.
  const std::optional<Error>& error() const { return error_; }
  // The row of the instruction that contains the offset.
  std::optional<size_t> row_of(uint32_t pc) const;
  binary::Instruction instruction(size_t row) const;
  const text::TokenList& tokens(size_t row);
  // The row's text, for those who look at many: kept only for the rows around it.
  const std::string& line(size_t row);

 private:
  // Formatting depends on the blocks before; this is where it can start again.
  struct Stretch {
    text::FunctionFormatter formatter;
    std::vector<text::TokenList> lines;
  };
  std::vector<text::TokenList> format_stretch(size_t stretch) const;
  Bytes bytes() const { return loaded_->module->bytes; }

  std::shared_ptr<const debug::LoadedModule> loaded_;
  std::shared_ptr<const text::Identifiers> identifiers_;
  wasm::FuncIndex func_;
  std::vector<Row> rows_;
  std::vector<Stretch> stretches_;       // empty for huge or very deep functions: labels are plain numbers then
  std::map<size_t, text::TokenList> plain_lines_;
  size_t read_stretch_ = SIZE_MAX;       // whose text is in `read_lines_`
  std::vector<std::string> read_lines_;
  std::optional<Error> error_;
};

}  // namespace wasmscope::ui
