// SPDX-License-Identifier: Apache-2.0
// Names to show people: from the name section, else from exports and imports, else made from the index.
// All results are escaped for display; hostile names cannot move the cursor or reorder text. Immutable.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/wasm/module.h"

namespace wasmscope::symbols {

class Names {
 public:
  explicit Names(std::shared_ptr<const wasm::Module> module);

  // "parse_number", "env.print" for an import, "func 14" when there is none.
  std::string func(wasm::FuncIndex index) const;
  bool has_func_name(wasm::FuncIndex index) const;
  std::string local(wasm::FuncIndex func, wasm::LocalIndex index) const;   // "$p", "" when there is none
  std::string label(wasm::FuncIndex func, uint32_t index) const;           // index counts blocks in order
  // The others are "$__stack_pointer" from the name section, else "env.memory" or "memory" for what is
  // imported or exported, else "".
  std::string global(wasm::GlobalIndex index) const;
  std::string memory(wasm::MemoryIndex index) const;
  std::string table(wasm::TableIndex index) const;
  std::string type(wasm::TypeIndex index) const;
  std::string data(wasm::DataIndex index) const;
  std::string elem(wasm::ElemIndex index) const;
  std::string tag(wasm::TagIndex index) const;

  // Raw name to function: in the name section, else of an export, else of an import ("print" or "env.print").
  // kNoIndex when there is none, or when several defined functions share it (then `ambiguous` is set).
  wasm::FuncIndex find_func(std::string_view raw, bool* ambiguous = nullptr) const;

 private:
  std::string external_name(wasm::ExternKind kind, uint32_t index, const std::optional<uint32_t>& import) const;

  std::shared_ptr<const wasm::Module> module_;
  std::vector<uint32_t> exports_by_item_;   // ordinals of exports, sorted by kind, index, ordinal
};

}  // namespace wasmscope::symbols
