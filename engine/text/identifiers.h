// SPDX-License-Identifier: Apache-2.0
// Which names of the name section can stand in the text format: those unique in their index space. What is not
// made of identifier characters is quoted: $"operator new". The others are shown in comments, next to the
// index. Views point into the module's file; an Identifiers must not outlive its Module. Immutable.
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

  // The bare name; empty when there is none, also for an index that does not exist.
  std::string_view find(Space space, uint32_t index) const;
  std::string_view find_field(wasm::TypeIndex type, uint32_t field) const;
  // What to say about a function without an identifier, safe inside a block comment: its name that is not
  // unique, "module.field" of an import, the name of an export; "" when nothing is known.
  std::string describe_func(wasm::FuncIndex func) const;

 private:
  using Names = std::vector<std::pair<uint32_t, std::string_view>>;

  const wasm::Module& module_;
  std::vector<std::string_view> spaces_[kSpaceCount];
  std::vector<std::string_view> func_exports_;
  std::vector<std::pair<wasm::TypeIndex, Names>> fields_;
};

// Those entries below `count` that can be identifiers: not empty, unique among all entries, sorted by index.
std::vector<std::pair<uint32_t, std::string_view>> usable_identifiers(const wasm::NameMap& names, uint64_t count);
std::string_view find_identifier(const std::vector<std::pair<uint32_t, std::string_view>>& names, uint32_t index);
const wasm::NameMap* find_map(const wasm::IndirectNameMap& names, uint32_t outer);
// Whether the name can follow a `$` without quotes.
bool is_identifier(std::string_view name);
// `$name` or `$"name"`, harmless to display.
std::string to_identifier(std::string_view name);
void append_string_byte(std::string& text, uint8_t byte);
// As a string literal: what displays harmlessly stays readable.
std::string quote_name(std::string_view name);
// Escaped for display, and without anything that would end or nest a block comment.
std::string to_comment(std::string_view raw);

}  // namespace wasmscope::text
