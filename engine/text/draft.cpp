// SPDX-License-Identifier: Apache-2.0
#include "engine/text/draft.h"

#include "engine/wasm/type_codes.h"

namespace wasmscope::text {
namespace {

std::string key_of(const wasm::FuncType& type) {
  std::vector<uint8_t> bytes;
  for (const wasm::ValType param : type.params) wasm::append_value_type(bytes, param);
  bytes.push_back(0);
  for (const wasm::ValType result : type.results) wasm::append_value_type(bytes, result);
  return {bytes.begin(), bytes.end()};
}

wasm::NameMap& names_of(wasm::Names& names, Space space) {
  switch (space) {
    case Space::Func: return names.funcs;
    case Space::Type: return names.types;
    case Space::Table: return names.tables;
    case Space::Memory: return names.memories;
    case Space::Global: return names.globals;
    case Space::Tag: return names.tags;
    case Space::Elem: return names.elems;
    case Space::Data: return names.datas;
  }
  return names.funcs;
}

}  // namespace

ErrorCode duplicate_code(Space space) {
  switch (space) {
    case Space::Func: return ErrorCode::DuplicateFuncId;
    case Space::Type: return ErrorCode::DuplicateTypeId;
    case Space::Table: return ErrorCode::DuplicateTableId;
    case Space::Memory: return ErrorCode::DuplicateMemoryId;
    case Space::Global: return ErrorCode::DuplicateGlobalId;
    case Space::Tag: return ErrorCode::DuplicateTagId;
    case Space::Elem: return ErrorCode::DuplicateElemId;
    case Space::Data: return ErrorCode::DuplicateDataId;
  }
  return ErrorCode::DuplicateFuncId;
}

ErrorCode unknown_code(Space space) {
  switch (space) {
    case Space::Func: return ErrorCode::UnknownFuncId;
    case Space::Type: return ErrorCode::UnknownTypeId;
    case Space::Table: return ErrorCode::UnknownTableId;
    case Space::Memory: return ErrorCode::UnknownMemoryId;
    case Space::Global: return ErrorCode::UnknownGlobalId;
    case Space::Tag: return ErrorCode::UnknownTagId;
    case Space::Elem: return ErrorCode::UnknownElemId;
    case Space::Data: return ErrorCode::UnknownDataId;
  }
  return ErrorCode::UnknownFuncId;
}

std::string_view Draft::id_of(std::string_view lexeme_text) {
  if (!lexeme_text.starts_with("$\"")) return lexeme_text.substr(1);
  return keep(decode_id(lexeme_text));
}

void Draft::name(Space space, uint32_t index, std::string_view name) {
  names_of(module.names, space).entries.emplace_back(index, name);
}

bool Draft::add_field(wasm::TypeIndex type, uint32_t field, std::string_view id) {
  return fields_[type].emplace(id, field).second;
}

void Draft::name_field(wasm::TypeIndex type, uint32_t field, std::string_view name) {
  auto& names = module.names.fields.entries;
  if (names.empty() || names.back().first != type) names.emplace_back(type, wasm::NameMap{});
  names.back().second.entries.emplace_back(field, name);
}

std::optional<uint32_t> Draft::find_field(wasm::TypeIndex type, std::string_view id) const {
  const auto ids = fields_.find(type);
  if (ids == fields_.end()) return std::nullopt;
  const auto found = ids->second.find(id);
  if (found == ids->second.end()) return std::nullopt;
  return found->second;
}

wasm::TypeIndex Draft::intern(const wasm::FuncType& type) {
  for (; interned_ < module.types.size(); ++interned_) {
    const wasm::TypeDef& defined = module.types[interned_];
    const auto* func = std::get_if<wasm::FuncType>(&defined.composite);
    const bool is_plain = defined.rec_size == 1 && defined.is_final && defined.supertypes.empty() &&
                          !defined.describes && !defined.descriptor;
    if (func != nullptr && is_plain) func_types_.emplace(key_of(*func), static_cast<wasm::TypeIndex>(interned_));
  }
  const auto index = static_cast<wasm::TypeIndex>(module.types.size());
  const auto [found, is_new] = func_types_.emplace(key_of(type), index);
  if (!is_new) return found->second;
  wasm::TypeDef added;
  added.composite = type;
  added.rec_group = module.types.empty() ? 0 : module.types.back().rec_group + 1;
  added.rec_begin = index;
  module.types.push_back(std::move(added));
  ++interned_;
  return index;
}

}  // namespace wasmscope::text
