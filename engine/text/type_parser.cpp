// SPDX-License-Identifier: Apache-2.0
#include "engine/text/type_parser.h"

#include <bit>

#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/text/numbers.h"
#include "engine/text/type_keywords.h"

namespace wasmscope::text {

Result<uint64_t> TypeParser::unsigned_number(uint64_t max) {
  if (!cursor_.is(LexemeKind::Number)) return std::unexpected(cursor_.unexpected("a number"));
  const Number<uint64_t> number = parse_unsigned(cursor_.text(), max);
  if (number.status == NumberStatus::OutOfRange) return std::unexpected(cursor_.fail(ErrorCode::ConstantOutOfRange));
  if (!number.is_ok()) {
    if (is_integer(cursor_.text()) || is_float(cursor_.text())) return std::unexpected(cursor_.unexpected("an index"));
    return std::unexpected(cursor_.fail(ErrorCode::UnknownOperator, escape_for_display(cursor_.text(), 60)));
  }
  cursor_.advance();
  return number.value;
}

Result<std::optional<std::string_view>> TypeParser::name_annotation(Cursor& at) {
  if (!at.is(LexemeKind::Annotation) || decode_id(at.text()) != "name") return std::nullopt;
  at.advance();
  TRY_ASSIGN(std::string name, at.expect_name());
  TRY(at.expect(LexemeKind::RightParen));
  return draft_.keep(std::move(name));
}

Result<bool> TypeParser::local_name(LocalName& name) {
  name.range = cursor_.peek().range();
  if (cursor_.is(LexemeKind::Id)) {
    name.id = draft_.id_of(cursor_.text());
    cursor_.advance();
  }
  TRY_ASSIGN(name.name, name_annotation(cursor_));
  return name.id || name.name;
}

Result<uint32_t> TypeParser::u32() {
  TRY_ASSIGN(const uint64_t number, unsigned_number(UINT32_MAX));
  return static_cast<uint32_t>(number);
}

Result<uint32_t> TypeParser::index(Space space) {
  if (!cursor_.is(LexemeKind::Id)) {
    if (!cursor_.is(LexemeKind::Number)) return std::unexpected(cursor_.unexpected("an index or identifier"));
    return u32();
  }
  const IdTable& ids = draft_.ids(space);
  const auto found = ids.find(draft_.id_of(cursor_.text()));
  if (found == ids.end())
    return std::unexpected(cursor_.fail(unknown_code(space), escape_for_display(cursor_.text(), 60)));
  cursor_.advance();
  return found->second;
}

Result<wasm::ValType> TypeParser::heap_type(bool nullable) {
  if (cursor_.accept_list("exact")) {
    TRY_ASSIGN(const uint32_t type, index(Space::Type));
    TRY(cursor_.expect(LexemeKind::RightParen));
    wasm::ValType exact = wasm::ref_type(type, nullable);
    exact.exact = true;
    return exact;
  }
  if (cursor_.is(LexemeKind::Keyword)) {
    const auto heap = heap_kind_from(cursor_.text());
    if (!heap) return std::unexpected(cursor_.unexpected("a heap type"));
    cursor_.advance();
    return wasm::ref_type(*heap, nullable);
  }
  TRY_ASSIGN(const uint32_t type, index(Space::Type));
  return wasm::ref_type(type, nullable);
}

Result<wasm::ValType> TypeParser::val_type() {
  if (cursor_.is(LexemeKind::Keyword)) {
    if (const auto type = value_type_from(cursor_.text())) {
      cursor_.advance();
      return *type;
    }
  }
  if (!cursor_.accept_list("ref")) return std::unexpected(cursor_.unexpected("a type"));
  const bool nullable = cursor_.accept_keyword("null");
  TRY_ASSIGN(const wasm::ValType type, heap_type(nullable));
  TRY(cursor_.expect(LexemeKind::RightParen));
  return type;
}

Result<wasm::ValType> TypeParser::ref_type() {
  const Error otherwise = cursor_.is(LexemeKind::Keyword) ? cursor_.unexpected("a reference type") : Error{};
  TRY_ASSIGN(const wasm::ValType type, val_type());
  if (!type.is_ref()) return std::unexpected(otherwise);
  return type;
}

Result<void> TypeParser::params(wasm::FuncType& type, TypeUse* use, ParamIds ids) {
  while (cursor_.accept_list("param")) {
    if (use != nullptr) use->has_inlined = true;
    if (ids == ParamIds::Refused && cursor_.is(LexemeKind::Id)) return std::unexpected(cursor_.unexpected("a type"));
    LocalName name;
    name.index = static_cast<uint32_t>(type.params.size());
    TRY_ASSIGN(const bool is_named, local_name(name));
    if (is_named) {
      if (use != nullptr) use->param_names.push_back(name);
      TRY_ASSIGN(const wasm::ValType param, val_type());
      type.params.push_back(param);
    } else {
      while (!cursor_.is(LexemeKind::RightParen)) {
        TRY_ASSIGN(const wasm::ValType param, val_type());
        type.params.push_back(param);
      }
    }
    TRY(cursor_.expect(LexemeKind::RightParen));
  }
  return {};
}

Result<void> TypeParser::results(wasm::FuncType& type) {
  while (cursor_.accept_list("result")) {
    while (!cursor_.is(LexemeKind::RightParen)) {
      TRY_ASSIGN(const wasm::ValType result, val_type());
      type.results.push_back(result);
    }
    TRY(cursor_.expect(LexemeKind::RightParen));
  }
  return {};
}

Result<TypeUse> TypeParser::type_use(ParamIds ids) {
  TypeUse use;
  use.range = cursor_.peek().range();
  if (cursor_.accept_list("type")) {
    TRY_ASSIGN(use.index, index(Space::Type));
    TRY(cursor_.expect(LexemeKind::RightParen));
  }
  TRY(params(use.inlined, &use, ids));
  use.has_inlined |= cursor_.is_list("result");
  TRY(results(use.inlined));
  use.range.end = std::max(use.range.end, cursor_.previous_end());
  return use;
}

Result<wasm::TypeIndex> TypeParser::resolve(const TypeUse& use) {
  if (!use.index) return draft_.intern(use.inlined);
  if (!use.has_inlined) return *use.index;
  if (*use.index >= draft_.module.types.size())
    return std::unexpected(cursor_.fail_at(use.range, ErrorCode::UnknownTypeId, std::to_string(*use.index)));
  const auto* func = std::get_if<wasm::FuncType>(&draft_.module.types[*use.index].composite);
  if (func == nullptr || *func != use.inlined)
    return std::unexpected(cursor_.fail_at(use.range, ErrorCode::InlineTypeMismatch,
                                           "written as " + wasm::to_text(use.inlined) + ", type " +
                                               std::to_string(*use.index) + " is " +
                                               wasm::to_text(draft_.module.types[*use.index].composite)));
  return *use.index;
}

bool TypeParser::address_type() {
  if (cursor_.accept_keyword("i64")) return true;
  cursor_.accept_keyword("i32");
  return false;
}

Result<wasm::Limits> TypeParser::limits() {
  const uint64_t max = features_.has(wasm::Feature::Memory64) ? UINT64_MAX : UINT32_MAX;
  wasm::Limits limits;
  limits.is64 = address_type();
  TRY_ASSIGN(limits.min, unsigned_number(max));
  limits.has_max = cursor_.is(LexemeKind::Number);
  if (limits.has_max) {
    TRY_ASSIGN(limits.max, unsigned_number(max));
  }
  limits.shared = cursor_.accept_keyword("shared");
  return limits;
}

Result<void> TypeParser::page_size(wasm::MemoryType& memory) {
  if (!cursor_.accept_list("pagesize")) return {};
  const ByteRange range = cursor_.peek().range();
  TRY_ASSIGN(const uint64_t bytes, unsigned_number(UINT64_MAX));
  if (!std::has_single_bit(bytes))
    return std::unexpected(cursor_.fail_at(range, ErrorCode::BadPageSizeText, std::to_string(bytes)));
  memory.page_size_log2 = static_cast<uint32_t>(std::countr_zero(bytes));
  return cursor_.expect(LexemeKind::RightParen);
}

Result<wasm::MemoryType> TypeParser::memory_type() {
  wasm::MemoryType type;
  TRY_ASSIGN(type.limits, limits());
  TRY(page_size(type));
  return type;
}

Result<wasm::TableType> TypeParser::table_type() {
  wasm::TableType type;
  TRY_ASSIGN(type.limits, limits());
  TRY_ASSIGN(type.element, ref_type());
  return type;
}

Result<wasm::GlobalType> TypeParser::global_type() {
  wasm::GlobalType type;
  const bool is_var = cursor_.accept_list("mut");
  TRY_ASSIGN(type.type, val_type());
  if (is_var) {
    type.mutability = wasm::Mutability::Var;
    TRY(cursor_.expect(LexemeKind::RightParen));
  }
  return type;
}

Result<wasm::FieldType> TypeParser::field_type() {
  wasm::FieldType field;
  const bool is_var = cursor_.accept_list("mut");
  if (cursor_.accept_keyword("i8")) {
    field.packed = wasm::Packed::I8;
    field.type = wasm::kI32;
  } else if (cursor_.accept_keyword("i16")) {
    field.packed = wasm::Packed::I16;
    field.type = wasm::kI32;
  } else {
    TRY_ASSIGN(field.type, val_type());
  }
  if (is_var) {
    field.mutability = wasm::Mutability::Var;
    TRY(cursor_.expect(LexemeKind::RightParen));
  }
  return field;
}

Result<wasm::StructType> TypeParser::struct_type(wasm::TypeIndex index) {
  wasm::StructType type;
  while (cursor_.accept_list("field")) {
    LocalName name;
    name.index = static_cast<uint32_t>(type.fields.size());
    TRY_ASSIGN(const bool is_named, local_name(name));
    if (is_named) {
      if (name.id && !draft_.add_field(index, name.index, *name.id))
        return std::unexpected(
            cursor_.fail_at(name.range, ErrorCode::DuplicateFieldId, escape_for_display(*name.id, 60)));
      draft_.name_field(index, name.index, name.name ? *name.name : *name.id);
      TRY_ASSIGN(const wasm::FieldType named, field_type());
      type.fields.push_back(named);
    } else {
      while (!cursor_.is(LexemeKind::RightParen)) {
        TRY_ASSIGN(const wasm::FieldType field, field_type());
        type.fields.push_back(field);
      }
    }
    TRY(cursor_.expect(LexemeKind::RightParen));
  }
  return type;
}

Result<wasm::CompType> TypeParser::comp_type(wasm::TypeIndex index) {
  wasm::CompType type;
  if (cursor_.accept_list("func")) {
    wasm::FuncType func;
    TRY(params(func, nullptr, ParamIds::Allowed));
    TRY(results(func));
    type = std::move(func);
  } else if (cursor_.accept_list("struct")) {
    TRY_ASSIGN(type, struct_type(index));
  } else if (cursor_.accept_list("array")) {
    wasm::ArrayType array;
    TRY_ASSIGN(array.element, field_type());
    type = array;
  } else if (cursor_.accept_list("cont")) {
    wasm::ContType cont;
    TRY_ASSIGN(cont.func, this->index(Space::Type));
    type = cont;
  } else {
    return std::unexpected(cursor_.unexpected("`(func`, `(struct` or `(array`"));
  }
  TRY(cursor_.expect(LexemeKind::RightParen));
  return type;
}

Result<void> TypeParser::descriptors_and_comp_type(wasm::TypeDef& type, wasm::TypeIndex index) {
  if (cursor_.accept_list("describes")) {
    TRY_ASSIGN(type.describes, this->index(Space::Type));
    TRY(cursor_.expect(LexemeKind::RightParen));
  }
  if (cursor_.accept_list("descriptor")) {
    TRY_ASSIGN(type.descriptor, this->index(Space::Type));
    TRY(cursor_.expect(LexemeKind::RightParen));
  }
  TRY_ASSIGN(type.composite, comp_type(index));
  return {};
}

Result<void> TypeParser::type_def(uint32_t rec_group, uint32_t rec_begin, uint32_t rec_size) {
  const auto index = static_cast<wasm::TypeIndex>(draft_.module.types.size());
  wasm::TypeDef type;
  type.rec_group = rec_group;
  type.rec_begin = rec_begin;
  type.rec_size = rec_size;
  draft_.items.push_back({wasm::SectionId::Type, index, static_cast<uint32_t>(cursor_.offset())});
  TRY(cursor_.expect_list("type"));
  cursor_.accept(LexemeKind::Id);
  TRY(name_annotation(cursor_));
  if (cursor_.accept_list("sub")) {
    type.is_final = cursor_.accept_keyword("final");
    while (is_index()) {
      TRY_ASSIGN(const uint32_t super, this->index(Space::Type));
      type.supertypes.push_back(super);
    }
    TRY(descriptors_and_comp_type(type, index));
    TRY(cursor_.expect(LexemeKind::RightParen));
  } else {
    TRY(descriptors_and_comp_type(type, index));
  }
  draft_.module.types.push_back(std::move(type));
  return cursor_.expect(LexemeKind::RightParen);
}

}  // namespace wasmscope::text
