// SPDX-License-Identifier: Apache-2.0
#include "engine/text/identifiers.h"

#include <algorithm>

#include "engine/base/utf8.h"

namespace wasmscope::text {

bool is_identifier(std::string_view name) {
  constexpr std::string_view kSymbols = "!#$%&'*+-./:<=>?@\\^_`|~";
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           kSymbols.find(c) != std::string_view::npos;
  });
}

void append_string_byte(std::string& text, uint8_t byte) {
  constexpr char kDigits[] = "0123456789abcdef";
  if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\') {
    text += static_cast<char>(byte);
    return;
  }
  text += '\\';
  text += kDigits[byte >> 4];
  text += kDigits[byte & 15];
}

std::string quote_name(std::string_view name) {
  std::string text = "\"";
  while (!name.empty()) {
    const auto lead = static_cast<uint8_t>(name[0]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const std::string_view code_point = name.substr(0, length);
    if (lead >= 0x80 && escape_for_display(code_point) == code_point) {
      text += code_point;
    } else {
      for (const char c : code_point) append_string_byte(text, static_cast<uint8_t>(c));
    }
    name.remove_prefix(code_point.size());
  }
  return text + '"';
}

std::string to_identifier(std::string_view name) {
  if (!is_identifier(name)) return "$" + quote_name(name);
  std::string text;
  text.reserve(name.size() + 1);
  text += '$';
  return text += name;
}

std::vector<std::pair<uint32_t, std::string_view>> usable_identifiers(const wasm::NameMap& names, uint64_t count) {
  std::vector<std::pair<uint32_t, std::string_view>> usable;
  for (const auto& [index, name] : names.entries)
    if (index < count && !name.empty()) usable.emplace_back(index, name);
  std::ranges::sort(usable, {}, [](const auto& entry) { return std::pair(entry.second, entry.first); });
  // Of equal names none stays: whichever did would be taken for the only one.
  size_t kept = 0;
  for (size_t begin = 0, end = 0; begin < usable.size(); begin = end) {
    while (end < usable.size() && usable[end].second == usable[begin].second) ++end;
    if (end - begin == 1) usable[kept++] = usable[begin];
  }
  usable.resize(kept);
  std::ranges::sort(usable);
  return usable;
}

std::string_view find_identifier(const std::vector<std::pair<uint32_t, std::string_view>>& names, uint32_t index) {
  const auto found = std::ranges::lower_bound(names, index, {}, [](const auto& entry) { return entry.first; });
  return found != names.end() && found->first == index ? found->second : std::string_view();
}

const wasm::NameMap* find_map(const wasm::IndirectNameMap& names, uint32_t outer) {
  const auto found = std::ranges::lower_bound(names.entries, outer, {}, [](const auto& entry) { return entry.first; });
  return found != names.entries.end() && found->first == outer ? &found->second : nullptr;
}

std::string to_comment(std::string_view raw) {
  std::string text = escape_for_display(raw);
  for (size_t i = 0; i + 1 < text.size(); ++i)
    if ((text[i] == ';' && text[i + 1] == ')') || (text[i] == '(' && text[i + 1] == ';')) text.insert(i + 1, " ");
  // A last `;` would join the `)` that follows it.
  if (text.ends_with(';')) text += ' ';
  return text;
}

Identifiers::Identifiers(const wasm::Module& module) : module_(module) {
  const auto fill = [&](Space space, const wasm::NameMap& names, size_t count) {
    const auto usable = usable_identifiers(names, count);
    if (usable.empty()) return;
    std::vector<std::string_view>& dense = spaces_[static_cast<size_t>(space)];
    dense.resize(size_t{usable.back().first} + 1);
    for (const auto& [index, name] : usable) dense[index] = name;
  };
  fill(Space::Func, module.names.funcs, module.funcs.size());
  fill(Space::Type, module.names.types, module.types.size());
  fill(Space::Table, module.names.tables, module.tables.size());
  fill(Space::Memory, module.names.memories, module.memories.size());
  fill(Space::Global, module.names.globals, module.globals.size());
  fill(Space::Tag, module.names.tags, module.tags.size());
  fill(Space::Elem, module.names.elems, module.elems.size());
  fill(Space::Data, module.names.datas, module.datas.size());

  for (const auto& [type, names] : module.names.fields.entries)
    fields_.emplace_back(type, usable_identifiers(names, wasm::kNoIndex));

  for (const wasm::Export& item : module.exports) {
    if (item.kind != wasm::ExternKind::Func || item.index >= module.funcs.size()) continue;
    if (func_exports_.empty()) func_exports_.resize(module.funcs.size());
    if (func_exports_[item.index].empty()) func_exports_[item.index] = item.name;
  }
}

std::string_view Identifiers::find(Space space, uint32_t index) const {
  const std::vector<std::string_view>& dense = spaces_[static_cast<size_t>(space)];
  return index < dense.size() ? dense[index] : std::string_view();
}

std::string_view Identifiers::find_field(wasm::TypeIndex type, uint32_t field) const {
  const auto found = std::ranges::lower_bound(fields_, type, {}, [](const auto& entry) { return entry.first; });
  return found != fields_.end() && found->first == type ? find_identifier(found->second, field) : std::string_view();
}

std::string Identifiers::describe_func(wasm::FuncIndex func) const {
  if (const std::string_view name = module_.names.funcs.find(func); !name.empty()) return to_comment(name);
  if (func < module_.funcs.size() && module_.funcs[func].import) {
    const wasm::Import& import = module_.imports[*module_.funcs[func].import];
    return to_comment(import.module) + "." + to_comment(import.name);
  }
  return func < func_exports_.size() ? to_comment(func_exports_[func]) : std::string();
}

}  // namespace wasmscope::text
