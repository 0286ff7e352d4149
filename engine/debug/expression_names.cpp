// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/expression_names.h"

#include <algorithm>

#include "engine/base/utf8.h"

namespace wasmscope::debug {
namespace {

// Names of the name section may or may not begin with a dollar sign of their own.
bool is_called(std::string_view raw, std::string_view name) {
  return !raw.empty() && (raw == name || escape_for_display(raw) == name);
}
// A name as symbols::Names shows it.
bool is_shown_as(std::string_view shown, std::string_view name) {
  return !shown.empty() && (shown == name || (shown.starts_with('$') && shown.substr(1) == name));
}

class Candidates {
 public:
  void add(SymbolKind kind, uint32_t index) { found_.push_back({kind, index}); }
  const std::vector<Symbol>& found() const { return found_; }

 private:
  std::vector<Symbol> found_;
};

void find_locals(Candidates& candidates, const ExpressionScope& scope, std::string_view name) {
  if (scope.func == wasm::kNoIndex) return;
  const auto& functions = scope.module.names.locals.entries;
  const auto function = std::ranges::lower_bound(functions, scope.func, {}, [](const auto& entry) { return entry.first; });
  if (function == functions.end() || function->first != scope.func) return;
  for (const auto& [index, raw] : function->second.entries)
    if (is_called(raw, name)) candidates.add(SymbolKind::Local, index);
}

std::string_view noun(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::Local: return "a local";
    case SymbolKind::Global: return "a global";
    case SymbolKind::Memory: return "a memory";
    case SymbolKind::Table: return "a table";
    case SymbolKind::Func: return "a function";
  }
  return "";
}

std::string ambiguity(std::string_view name, const std::vector<Symbol>& found) {
  constexpr size_t kListed = 4;
  std::string text = "several things are called `" + escape_for_display(name) + "`: ";
  for (size_t i = 0; i < std::min(found.size(), kListed); ++i)
    text += (i == 0 ? "" : ", ") + std::string(noun(found[i].kind)) + " " + short_form(found[i]);
  return text + (found.size() > kListed ? ", ..." : "");
}

}  // namespace

std::string short_form(const Symbol& symbol) {
  constexpr std::string_view kLetters = "lgmt#";
  return kLetters[static_cast<size_t>(symbol.kind)] + std::to_string(symbol.index);
}

std::expected<Symbol, std::string> find_symbol(const ExpressionScope& scope, std::string_view name, NameForm form) {
  Candidates candidates;
  find_locals(candidates, scope, name);
  const bool is_hidden = form == NameForm::Dollar && !candidates.found().empty();
  const wasm::Module& module = scope.module;
  const auto look_through = [&](SymbolKind kind, size_t count, auto&& shown_name) {
    for (uint32_t i = 0; i < count; ++i)
      if (is_shown_as(shown_name(i), name)) candidates.add(kind, i);
  };
  if (!is_hidden) {
    look_through(SymbolKind::Global, module.globals.size(), [&](uint32_t i) { return scope.names.global(i); });
    look_through(SymbolKind::Memory, module.memories.size(), [&](uint32_t i) { return scope.names.memory(i); });
    look_through(SymbolKind::Table, module.tables.size(), [&](uint32_t i) { return scope.names.table(i); });
    bool is_ambiguous = false;
    const wasm::FuncIndex func = scope.names.find_func(name, &is_ambiguous);
    if (func != wasm::kNoIndex) candidates.add(SymbolKind::Func, func);
    if (is_ambiguous && candidates.found().empty())
      return std::unexpected("several functions are called `" + escape_for_display(name) + "`: write #INDEX");
  }
  const std::vector<Symbol>& found = candidates.found();
  if (found.size() == 1) return found.front();
  if (found.size() > 1) return std::unexpected(ambiguity(name, found));
  const std::string what = scope.func == wasm::kNoIndex ? "global, memory, table or function" : "local, global, memory, table or function";
  return std::unexpected("there is no " + what + " `" + (form == NameForm::Dollar ? "$" : "") + escape_for_display(name) + "`");
}

std::expected<wasm::TypeIndex, std::string> find_type(const ExpressionScope& scope, std::string_view name) {
  const std::vector<wasm::TypeDef>& types = scope.module.types;
  for (uint32_t i = 0; i < types.size(); ++i)
    if (is_shown_as(scope.names.type(i), name)) return i;
  return std::unexpected("there is no type `$" + escape_for_display(name) + "`");
}

std::string type_name(const symbols::Names& names, wasm::TypeIndex type) {
  const std::string name = names.type(type);
  return name.empty() ? "type " + std::to_string(type) : name;
}

std::optional<uint32_t> find_field(const wasm::Module& module, wasm::TypeIndex type, std::string_view name) {
  const auto* structure = std::get_if<wasm::StructType>(&module.types[type].composite);
  for (uint32_t i = 0; structure != nullptr && i < structure->fields.size(); ++i)
    if (is_called(module.names.fields.find(type, i), name)) return i;
  return std::nullopt;
}

std::vector<FieldName> types_with_field(const wasm::Module& module, std::string_view name) {
  std::vector<FieldName> found;
  for (uint32_t i = 0; i < module.types.size(); ++i) {
    const auto field = find_field(module, i, name);
    if (!field) continue;
    // Types come after those above them.
    const std::vector<wasm::TypeIndex>& above = module.types[i].supertypes;
    const bool is_inherited = !above.empty() && find_field(module, above.front(), name) == field;
    if (!is_inherited) found.push_back({i, *field});
  }
  return found;
}

}  // namespace wasmscope::debug
