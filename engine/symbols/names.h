// SPDX-License-Identifier: Apache-2.0
// Names to show people: from the name section, else from exports and imports, else made from the index.
// All results are escaped for display; hostile names cannot move the cursor or reorder text. Immutable.
#pragma once
#include <memory>
#include <string>
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
  std::string global(wasm::GlobalIndex index) const;                       // "$__stack_pointer" or ""
  std::string memory(wasm::MemoryIndex index) const;
  std::string table(wasm::TableIndex index) const;
  std::string type(wasm::TypeIndex index) const;
  std::string data(wasm::DataIndex index) const;
  std::string elem(wasm::ElemIndex index) const;
  std::string tag(wasm::TagIndex index) const;

  // Raw name (name section, export or import field) to function; kNoIndex when there is none or several
  // defined functions share it (then `ambiguous` is set).
  wasm::FuncIndex find_func(std::string_view raw, bool* ambiguous = nullptr) const;

 private:
  std::shared_ptr<const wasm::Module> module_;
};

}  // namespace wasmscope::symbols
