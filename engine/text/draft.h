// SPDX-License-Identifier: Apache-2.0
// A module while it is read from a text: the model whose ranges point into `scratch`, the identifiers of each
// index space, the types that type uses add, and where in the text everything is. The names in the model are
// views into the text or into strings that the draft keeps, so a draft outlives nothing but its text.
#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/text/branch_hints.h"
#include "engine/text/identifiers.h"
#include "engine/text/lexer.h"
#include "engine/wasm/module.h"

namespace wasmscope::text {

using IdTable = std::unordered_map<std::string_view, uint32_t>;

ErrorCode duplicate_code(Space space);
ErrorCode unknown_code(Space space);

struct Draft {
  wasm::Module module;
  std::vector<uint8_t> scratch;

  // A place of the text for a place in scratch; ascending in both.
  struct Place {
    uint32_t scratch = 0, text = 0;
  };
  std::vector<Place> instructions;
  // Items of sections, in the order of their index space.
  struct ItemPlace {
    wasm::SectionId section{};
    uint32_t index = 0;      // in the index space; for imports and exports their ordinal
    uint32_t text = 0;
  };
  std::vector<ItemPlace> items;

  // Some instruction names a data segment, so that the file needs their count before its code.
  bool names_datas = false;

  std::vector<FuncHints> hints;

  // A custom section and the known section it stands at; `order` is twice the place of that section in a file,
  // one less when it stands before it.
  struct Custom {
    int order = 0;
    std::string_view name;
    ByteRange payload;       // in scratch
  };
  std::vector<Custom> customs;

  // Without `$`. The view lives as long as the draft.
  std::string_view id_of(std::string_view lexeme_text);
  std::string_view keep(std::string text) { return strings_.emplace_back(std::move(text)); }

  IdTable& ids(Space space) { return ids_[static_cast<size_t>(space)]; }
  void name(Space space, uint32_t index, std::string_view name);
  // False when the type has a field of this name already.
  bool add_field(wasm::TypeIndex type, uint32_t field, std::string_view id);
  void name_field(wasm::TypeIndex type, uint32_t field, std::string_view name);
  std::optional<uint32_t> find_field(wasm::TypeIndex type, std::string_view id) const;

  // The index of the first type that is just this function type; adds one after all others when there is none.
  // All types of the text itself must be there before.
  wasm::TypeIndex intern(const wasm::FuncType& type);

 private:
  IdTable ids_[kSpaceCount];
  std::unordered_map<wasm::TypeIndex, IdTable> fields_;
  std::unordered_map<std::string, wasm::TypeIndex> func_types_;   // by their bytes
  size_t interned_ = 0;                                           // types that func_types_ covers
  std::deque<std::string> strings_;
};

}  // namespace wasmscope::text
