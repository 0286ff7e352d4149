// SPDX-License-Identifier: Apache-2.0
// Which names of the name section can stand in the text format: made of identifier characters and unique
// in their index space. The others are shown in comments, next to the index. Views point into the module's
// file; an Identifiers must not outlive its Module. Immutable.
// https://webassembly.github.io/spec/core/text/values.html#text-id
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/wasm/module.h"

namespace wasmscope::text {

enum class Space : uint8_t { Func, Type, Table, Memory, Global, Tag, Elem, Data };
inline constexpr size_t kSpaceCount = 8;

class Identifiers {
 public:
  explicit Identifiers(const wasm::Module& module);

  // Without the `$`; empty when there is none, also for an index that does not exist.
  std::string_view find(Space space, uint32_t index) const;
  std::string_view find_field(wasm::TypeIndex type, uint32_t field) const;
  // What to say about a function without an identifier, safe inside a block comment: its name that is no
  // identifier, "module.field" of an import, the name of an export; "" when nothing is known.
  std::string describe_func(wasm::FuncIndex func) const;

 private:
  using Names = std::vector<std::pair<uint32_t, std::string_view>>;

  const wasm::Module& module_;
  std::vector<std::string_view> spaces_[kSpaceCount];
  std::vector<std::string_view> func_exports_;
  std::vector<std::pair<wasm::TypeIndex, Names>> fields_;
};

// Those entries below `count` that are identifiers, unique among all entries, sorted by index.
std::vector<std::pair<uint32_t, std::string_view>> usable_identifiers(const wasm::NameMap& names, uint64_t count);
std::string_view find_identifier(const std::vector<std::pair<uint32_t, std::string_view>>& names, uint32_t index);
const wasm::NameMap* find_map(const wasm::IndirectNameMap& names, uint32_t outer);
bool is_identifier(std::string_view name);
// Escaped for display, and without anything that would end or nest a block comment.
std::string to_comment(std::string_view raw);

}  // namespace wasmscope::text
