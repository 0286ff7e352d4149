// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/module_validator.h"

#include <algorithm>
#include <unordered_set>

#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/validate/function_validator.h"
#include "engine/wasm/limits.h"

namespace wasmscope::validate {
namespace {

using wasm::Feature;
using wasm::ValType;

std::unexpected<Error> fail(ErrorCode code, ByteRange at, std::string detail = {}) {
  return std::unexpected(error_at(code, at, std::move(detail)));
}
std::unexpected<Error> fail_index(ErrorCode code, ByteRange at, uint32_t index) {
  return fail(code, at, std::to_string(index));
}

// One type definition, whose indices may reach to the end of its recursion group.
class TypeChecker {
 public:
  TypeChecker(const wasm::Features& features, const wasm::TypeDef& type, uint64_t type_count)
      : features_(features), at_(type.range), type_count_(type_count) {}

  Result<void> operator()(const wasm::FuncType& type) const {
    if (type.results.size() > 1) TRY(need(Feature::MultiValue));
    for (const ValType param : type.params) TRY(check(param));
    for (const ValType result : type.results) TRY(check(result));
    return {};
  }
  Result<void> operator()(const wasm::StructType& type) const {
    TRY(need(Feature::Gc));
    for (const wasm::FieldType& field : type.fields) TRY(check(field.type));
    return {};
  }
  Result<void> operator()(const wasm::ArrayType& type) const {
    TRY(need(Feature::Gc));
    return check(type.element.type);
  }
  Result<void> operator()(const wasm::ContType& type) const {
    TRY(need(Feature::StackSwitching));
    if (type.func >= type_count_) return fail_index(ErrorCode::UnknownType, at_, type.func);
    return {};
  }
  Result<void> need(Feature feature) const {
    if (!features_.has(feature)) return std::unexpected(feature_error(feature, at_));
    return {};
  }

 private:
  Result<void> check(ValType type) const { return check_value_type(type, type_count_, features_, at_); }

  const wasm::Features& features_;
  ByteRange at_;
  uint64_t type_count_;
};

class ModuleValidator {
 public:
  explicit ModuleValidator(const ModuleContext& context)
      : context_(context), module_(context.module), expressions_(context) {}

  Result<void> validate() {
    TRY(validate_types());
    for (const wasm::Import& import : module_.imports) TRY(validate_import(import));
    for (size_t i = module_.imported_funcs; i < module_.funcs.size(); ++i) TRY(validate_func(module_.funcs[i], {}));
    TRY(validate_tables());
    TRY(validate_memories());
    for (size_t i = module_.imported_tags; i < module_.tags.size(); ++i)
      TRY(validate_tag(module_.tags[i], module_.tags[i].range));
    TRY(validate_globals());
    TRY(validate_exports());
    TRY(validate_start());
    for (const wasm::Elem& elem : module_.elems) TRY(validate_elem(elem));
    for (const wasm::Data& data : module_.datas) TRY(validate_data(data));
    return {};
  }

 private:
  Result<void> validate_types();
  Result<void> validate_descriptor(const wasm::TypeDef& type);
  Result<void> validate_descriptor_subtype(const wasm::TypeDef& type, const wasm::TypeDef& super);
  Result<void> validate_import(const wasm::Import& import);
  Result<void> validate_func(const wasm::Func& func, ByteRange at);
  Result<void> validate_table_type(const wasm::TableType& type, ByteRange at);
  Result<void> validate_memory_type(const wasm::MemoryType& type, ByteRange at);
  Result<void> validate_tag(const wasm::Tag& tag, ByteRange at);
  Result<void> validate_tables();
  Result<void> validate_memories();
  Result<void> validate_globals();
  Result<void> validate_exports();
  Result<void> validate_start();
  Result<void> validate_elem(const wasm::Elem& elem);
  Result<void> validate_data(const wasm::Data& data);

  Result<void> need(Feature feature, ByteRange at) const {
    if (!context_.features.has(feature)) return std::unexpected(feature_error(feature, at));
    return {};
  }
  Result<void> check(ValType type, ByteRange at) const {
    return check_value_type(type, module_.types.size(), context_.features, at);
  }
  Result<void> validate_expr(const wasm::ConstExpr& expr, ValType expected, uint32_t visible_globals) {
    return expressions_.validate_const_expr(expr, expected, visible_globals);
  }
  uint32_t global_count() const { return static_cast<uint32_t>(module_.globals.size()); }

  const ModuleContext& context_;
  const wasm::Module& module_;
  FunctionValidator expressions_;
};

Result<void> ModuleValidator::validate_types() {
  for (const wasm::TypeDef& type : module_.types) {
    if (const auto* cont = std::get_if<wasm::ContType>(&type.composite))
      if (context_.func_type(cont->func) == nullptr) return fail_index(ErrorCode::NotFuncType, type.range, cont->func);
    if (type.describes || type.descriptor) TRY(validate_descriptor(type));
    for (const wasm::TypeIndex index : type.supertypes) {
      const wasm::TypeDef& super = module_.types[index];
      TRY(validate_descriptor_subtype(type, super));
      if (super.is_final)
        return fail(ErrorCode::SubtypeMismatch, type.range, "type " + std::to_string(index) + " is final");
      if (!context_.relations.is_structural_subtype(type.composite, super.composite))
        return fail(ErrorCode::SubtypeMismatch, type.range,
                    wasm::to_text(type.composite) + " below " + wasm::to_text(super.composite));
    }
  }
  return {};
}

// A type and its descriptor are structs of one recursion group and name each other, the described one first.
Result<void> ModuleValidator::validate_descriptor(const wasm::TypeDef& type) {
  const auto index = static_cast<wasm::TypeIndex>(&type - module_.types.data());
  const auto is_other = [&](std::optional<wasm::TypeIndex> other) {
    return !other || module_.types[*other].rec_group == type.rec_group;
  };
  if (context_.struct_type(index) == nullptr)
    return fail(ErrorCode::BadDescriptor, type.range, "type " + std::to_string(index) + " is not a struct");
  if (!is_other(type.describes) || !is_other(type.descriptor))
    return fail(ErrorCode::BadDescriptor, type.range, "they are not in one recursion group");
  if (type.describes && *type.describes >= index)
    return fail(ErrorCode::BadDescriptor, type.range, "the described type does not come first");
  if ((type.describes && module_.types[*type.describes].descriptor != index) ||
      (type.descriptor && module_.types[*type.descriptor].describes != index))
    return fail(ErrorCode::BadDescriptor, type.range, "they do not name each other");
  return {};
}

// What is known of the descriptors of a type also holds for those of its subtypes.
Result<void> ModuleValidator::validate_descriptor_subtype(const wasm::TypeDef& type, const wasm::TypeDef& super) {
  const auto fits = [&](std::optional<wasm::TypeIndex> sub, std::optional<wasm::TypeIndex> above) {
    return !above || (sub && context_.relations.is_subtype(*sub, *above));
  };
  if (!fits(type.descriptor, super.descriptor) || !fits(type.describes, super.describes) ||
      type.describes.has_value() != super.describes.has_value())
    return fail(ErrorCode::SubtypeMismatch, type.range, "their descriptors or what they describe");
  return {};
}

Result<void> ModuleValidator::validate_import(const wasm::Import& import) {
  switch (import.kind) {
    case wasm::ExternKind::Func: return validate_func(module_.funcs[import.index], import.range);
    case wasm::ExternKind::Table: return validate_table_type(module_.tables[import.index].type, import.range);
    case wasm::ExternKind::Memory: return validate_memory_type(module_.memories[import.index].type, import.range);
    case wasm::ExternKind::Tag: return validate_tag(module_.tags[import.index], import.range);
    case wasm::ExternKind::Global: break;
  }
  const wasm::GlobalType& type = module_.globals[import.index].type;
  if (type.mutability == wasm::Mutability::Var) TRY(need(Feature::MutableGlobals, import.range));
  return check(type.type, import.range);
}

Result<void> ModuleValidator::validate_func(const wasm::Func& func, ByteRange at) {
  if (at.size() == 0) at = func.body;
  if (func.type >= module_.types.size()) return fail_index(ErrorCode::UnknownType, at, func.type);
  if (context_.func_type(func.type) == nullptr)
    return fail(ErrorCode::NotFuncType, at, "type " + std::to_string(func.type));
  return {};
}

Result<void> ModuleValidator::validate_table_type(const wasm::TableType& type, ByteRange at) {
  if (type.limits.is64) TRY(need(Feature::Memory64, at));
  // funcref tables are older than references.
  if (type.element != wasm::kFuncRef) TRY(check(type.element, at));
  if (!type.limits.is64 && (type.limits.min > UINT32_MAX || (type.limits.has_max && type.limits.max > UINT32_MAX)))
    return fail(ErrorCode::TableTooLarge, at);
  if (type.limits.has_max && type.limits.min > type.limits.max)
    return fail(ErrorCode::BadLimitsRange, at,
                std::to_string(type.limits.min) + " > " + std::to_string(type.limits.max));
  return {};
}

Result<void> ModuleValidator::validate_memory_type(const wasm::MemoryType& type, ByteRange at) {
  const wasm::Limits& limits = type.limits;
  if (limits.is64) TRY(need(Feature::Memory64, at));
  if (limits.shared) TRY(need(Feature::Threads, at));
  if (type.page_size_log2 != 16) {
    TRY(need(Feature::CustomPageSizes, at));
    if (type.page_size_log2 != 0) return fail(ErrorCode::BadPageSize, at, "2^" + std::to_string(type.page_size_log2));
  }
  const uint32_t address_bits = limits.is64 ? 64 : 32;
  const uint32_t page_bits = address_bits - type.page_size_log2;
  uint64_t most = page_bits == 64 ? UINT64_MAX : uint64_t{1} << page_bits;
  if (type.page_size_log2 == 0 && !limits.is64) --most;   // the size must be an address, too
  if (limits.min > most || (limits.has_max && limits.max > most))
    return fail(ErrorCode::MemoryTooLarge, at, "at most " + std::to_string(most) + " pages");
  if (limits.has_max && limits.min > limits.max)
    return fail(ErrorCode::BadLimitsRange, at, std::to_string(limits.min) + " > " + std::to_string(limits.max));
  if (limits.shared && !limits.has_max) return fail(ErrorCode::SharedNeedsMax, at);
  return {};
}

Result<void> ModuleValidator::validate_tag(const wasm::Tag& tag, ByteRange at) {
  if (!context_.features.has(Feature::LegacyExceptions) && !context_.features.has(Feature::StackSwitching))
    TRY(need(Feature::Exceptions, at));
  if (tag.type.type >= module_.types.size()) return fail_index(ErrorCode::UnknownType, at, tag.type.type);
  const wasm::FuncType* type = context_.func_type(tag.type.type);
  if (type == nullptr) return fail(ErrorCode::NotFuncType, at, "type " + std::to_string(tag.type.type));
  if (!type->results.empty() && !context_.features.has(Feature::StackSwitching))
    return fail(ErrorCode::BadTagType, at, wasm::to_text(*type));
  return {};
}

Result<void> ModuleValidator::validate_tables() {
  for (size_t i = 0; i < module_.tables.size(); ++i) {
    const wasm::Table& table = module_.tables[i];
    if (i == 1) TRY(need(Feature::ReferenceTypes, table.range));
    if (table.import) continue;
    TRY(validate_table_type(table.type, table.range));
    if (table.init) {
      TRY(need(Feature::FunctionRefs, table.range));
      TRY(validate_expr(*table.init, table.type.element, module_.imported_globals));
    } else if (!table.type.element.is_defaultable()) {
      return fail(ErrorCode::NonDefaultable, table.range,
                  "type mismatch: " + describe(table.type.element) + " elements need an initial value");
    }
  }
  return {};
}

Result<void> ModuleValidator::validate_memories() {
  for (size_t i = 0; i < module_.memories.size(); ++i) {
    const wasm::Memory& memory = module_.memories[i];
    if (i == 1 && !context_.features.has(Feature::MultiMemory)) return fail(ErrorCode::MultipleMemories, memory.range);
    if (!memory.import) TRY(validate_memory_type(memory.type, memory.range));
  }
  return {};
}

Result<void> ModuleValidator::validate_globals() {
  for (uint32_t i = module_.imported_globals; i < module_.globals.size(); ++i) {
    const wasm::Global& global = module_.globals[i];
    TRY(check(global.type.type, global.range));
    TRY(validate_expr(global.init, global.type.type, i));
  }
  return {};
}

Result<void> ModuleValidator::validate_exports() {
  std::unordered_set<std::string_view> names;
  names.reserve(module_.exports.size());
  for (const wasm::Export& item : module_.exports) {
    const auto is_known = [&](const auto& items) { return item.index < items.size(); };
    switch (item.kind) {
      case wasm::ExternKind::Func:
        if (!is_known(module_.funcs)) return fail_index(ErrorCode::UnknownFunc, item.range, item.index);
        break;
      case wasm::ExternKind::Table:
        if (!is_known(module_.tables)) return fail_index(ErrorCode::UnknownTable, item.range, item.index);
        break;
      case wasm::ExternKind::Memory:
        if (!is_known(module_.memories)) return fail_index(ErrorCode::UnknownMemory, item.range, item.index);
        break;
      case wasm::ExternKind::Tag:
        if (!is_known(module_.tags)) return fail_index(ErrorCode::UnknownTag, item.range, item.index);
        break;
      case wasm::ExternKind::Global:
        if (!is_known(module_.globals)) return fail_index(ErrorCode::UnknownGlobal, item.range, item.index);
        if (module_.globals[item.index].type.mutability == wasm::Mutability::Var)
          TRY(need(Feature::MutableGlobals, item.range));
    }
    if (!names.insert(item.name).second)
      return fail(ErrorCode::DuplicateExport, item.range, escape_for_display(item.name));
  }
  return {};
}

Result<void> ModuleValidator::validate_start() {
  if (!module_.start) return {};
  const ByteRange at{module_.start_offset, module_.start_offset + 1};
  if (*module_.start >= module_.funcs.size()) return fail_index(ErrorCode::UnknownFunc, at, *module_.start);
  const wasm::FuncType& type = module_.func_type(*module_.start);
  if (!type.params.empty() || !type.results.empty()) return fail(ErrorCode::BadStartFunc, at, wasm::to_text(type));
  return {};
}

Result<void> ModuleValidator::validate_elem(const wasm::Elem& elem) {
  if (elem.mode != wasm::SegmentMode::Active) TRY(need(Feature::BulkMemory, elem.range));
  if (!elem.exprs.empty() || elem.type.heap != wasm::HeapKind::Func) TRY(check(elem.type, elem.range));
  if (elem.mode == wasm::SegmentMode::Active) {
    if (elem.table >= module_.tables.size()) return fail_index(ErrorCode::UnknownTable, elem.range, elem.table);
    const wasm::TableType& table = module_.tables[elem.table].type;
    if (!context_.relations.is_subtype(elem.type, table.element))
      return fail(ErrorCode::TypeMismatch, elem.range,
                  "expected " + describe(table.element) + ", found " + describe(elem.type));
    TRY(validate_expr(elem.offset, table.limits.is64 ? wasm::kI64 : wasm::kI32, global_count()));
  }
  for (const wasm::FuncIndex func : elem.funcs)
    if (func >= module_.funcs.size()) return fail_index(ErrorCode::UnknownFunc, elem.range, func);
  for (const wasm::ConstExpr& expr : elem.exprs) TRY(validate_expr(expr, elem.type, global_count()));
  return {};
}

Result<void> ModuleValidator::validate_data(const wasm::Data& data) {
  if (data.mode != wasm::SegmentMode::Active) return need(Feature::BulkMemory, data.range);
  if (data.memory >= module_.memories.size()) return fail_index(ErrorCode::UnknownMemory, data.range, data.memory);
  const bool is64 = module_.memories[data.memory].type.limits.is64;
  return validate_expr(data.offset, is64 ? wasm::kI64 : wasm::kI32, global_count());
}

}  // namespace

Result<void> check_types(const wasm::Module& module, const wasm::Features& features) {
  std::vector<uint8_t> depths(module.types.size());
  for (wasm::TypeIndex i = 0; i < module.types.size(); ++i) {
    const wasm::TypeDef& type = module.types[i];
    const uint64_t type_count = std::min<uint64_t>(uint64_t{type.rec_begin} + type.rec_size, module.types.size());
    const TypeChecker checker(features, type, type_count);
    if (type.rec_size != 1 || !type.is_final || !type.supertypes.empty()) TRY(checker.need(Feature::Gc));
    TRY(std::visit(checker, type.composite));
    if (type.describes || type.descriptor) TRY(checker.need(Feature::CustomDescriptors));
    for (const auto& other : {type.describes, type.descriptor})
      if (other && *other >= type_count) return fail_index(ErrorCode::UnknownType, type.range, *other);
    if (type.supertypes.size() > 1) return fail(ErrorCode::SubtypeMismatch, type.range, "more than one super type");
    for (const wasm::TypeIndex super : type.supertypes) {
      if (super >= i) return fail_index(ErrorCode::UnknownType, type.range, super);
      if (depths[super] == wasm::kMaxSubtypeDepth)
        return fail(ErrorCode::LimitExceeded, type.range,
                    "more than " + std::to_string(wasm::kMaxSubtypeDepth) + " super types");
      depths[i] = static_cast<uint8_t>(depths[super] + 1);
    }
  }
  return {};
}

Result<void> validate_module(const ModuleContext& context) { return ModuleValidator(context).validate(); }

}  // namespace wasmscope::validate
