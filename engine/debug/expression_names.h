// SPDX-License-Identifier: Apache-2.0
// What the names in expressions mean. Names are looked for as the module has them and as they are shown; the errors
// say what there is instead. Internal to the expressions' files.
#pragma once
#include <span>

#include "engine/debug/expression.h"

namespace wasmscope::debug {

enum class SymbolKind : uint8_t { Local, Global, Memory, Table, Func };
struct Symbol {
  SymbolKind kind{};
  uint32_t index = 0;
};
// With the dollar sign a local hides what else has the name; without it a name must have one meaning.
enum class NameForm : uint8_t { Dollar, Bare };
std::expected<Symbol, std::string> find_symbol(const ExpressionScope& scope, std::string_view name, NameForm form);

// "l3", "#42": how to write it without a name.
std::string short_form(const Symbol& symbol);

std::expected<wasm::TypeIndex, std::string> find_type(const ExpressionScope& scope, std::string_view name);
// "$node", "type 3"
std::string type_name(const symbols::Names& names, wasm::TypeIndex type);

struct FieldName {
  wasm::TypeIndex type = 0;     // that declares it
  uint32_t field = 0;
};
// The field of a struct type; empty when there is none.
std::optional<uint32_t> find_field(const wasm::Module& module, wasm::TypeIndex type, std::string_view name);
// The struct types that have a field so named, without those below others of them.
std::vector<FieldName> types_with_field(const wasm::Module& module, std::string_view name);

}  // namespace wasmscope::debug
