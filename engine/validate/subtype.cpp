// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/subtype.h"

#include <algorithm>

namespace wasmscope::validate {
namespace {

using wasm::HeapKind;
using wasm::Kind;
using wasm::TypeIndex;
using wasm::ValType;

// Spells out a recursion group so that equal groups give equal strings: references into the group are
// relative to its begin, references out of it are canonical numbers.
class GroupSpeller {
 public:
  GroupSpeller(uint32_t begin, uint32_t size, const std::vector<uint32_t>& canonical)
      : begin_(begin), size_(size), canonical_(canonical) {}

  void spell(const wasm::TypeDef& type) {
    word(type.is_final);
    word(static_cast<uint32_t>(type.supertypes.size()));
    for (const TypeIndex super : type.supertypes) index(super);
    for (const auto& other : {type.describes, type.descriptor}) {
      word(other.has_value());
      if (other) index(*other);
    }
    word(static_cast<uint32_t>(type.composite.index()));
    std::visit([this](const auto& composite) { spell(composite); }, type.composite);
  }
  std::string take() { return std::move(text_); }

 private:
  void word(uint32_t value) { text_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void index(TypeIndex type) {
    const bool is_inside = type - begin_ < size_;
    word(is_inside);
    word(is_inside ? type - begin_ : canonical_[type]);
  }
  void spell(ValType type) {
    word(static_cast<uint32_t>(type.kind) | static_cast<uint32_t>(type.heap) << 8 | uint32_t{type.nullable} << 16 |
         uint32_t{type.exact} << 17);
    if (type.is_ref() && type.heap == HeapKind::Concrete) index(type.index);
  }
  void spell(const std::vector<ValType>& types) {
    word(static_cast<uint32_t>(types.size()));
    for (const ValType type : types) spell(type);
  }
  void spell(const wasm::FieldType& field) {
    word(static_cast<uint32_t>(field.packed) | static_cast<uint32_t>(field.mutability) << 8);
    spell(field.type);
  }
  void spell(const wasm::FuncType& type) {
    spell(type.params);
    spell(type.results);
  }
  void spell(const wasm::StructType& type) {
    word(static_cast<uint32_t>(type.fields.size()));
    for (const wasm::FieldType& field : type.fields) spell(field);
  }
  void spell(const wasm::ArrayType& type) { spell(type.element); }
  void spell(const wasm::ContType& type) { index(type.func); }

  uint32_t begin_, size_;
  const std::vector<uint32_t>& canonical_;
  std::string text_;
};

HeapKind kind_of(const wasm::CompType& type) {
  switch (type.index()) {
    case 0: return HeapKind::Func;
    case 1: return HeapKind::Struct;
    case 2: return HeapKind::Array;
    default: return HeapKind::Cont;
  }
}

}  // namespace

bool is_subtype(HeapKind sub, HeapKind super) {
  if (sub == super) return true;
  switch (super) {
    case HeapKind::Any:
      return sub == HeapKind::Eq || sub == HeapKind::I31 || sub == HeapKind::Struct || sub == HeapKind::Array ||
             sub == HeapKind::None;
    case HeapKind::Eq:
      return sub == HeapKind::I31 || sub == HeapKind::Struct || sub == HeapKind::Array || sub == HeapKind::None;
    case HeapKind::I31:
    case HeapKind::Struct:
    case HeapKind::Array: return sub == HeapKind::None;
    case HeapKind::Func: return sub == HeapKind::NoFunc;
    case HeapKind::Extern: return sub == HeapKind::NoExtern;
    case HeapKind::Exn: return sub == HeapKind::NoExn;
    case HeapKind::Cont: return sub == HeapKind::NoCont;
    default: return false;
  }
}

HeapKind bottom_of(HeapKind kind) {
  switch (kind) {
    case HeapKind::Func: return HeapKind::NoFunc;
    case HeapKind::Cont: return HeapKind::NoCont;
    default: return HeapKind::None;
  }
}

std::vector<uint32_t> CanonicalTypes::add(const wasm::Module& module) {
  std::vector<uint32_t> canonical(module.types.size());
  for (uint32_t begin = 0; begin < module.types.size();) {
    const uint32_t left = static_cast<uint32_t>(module.types.size()) - begin;
    const uint32_t size = std::min(std::max(module.types[begin].rec_size, 1u), left);
    GroupSpeller speller(begin, size, canonical);
    for (uint32_t i = 0; i < size; ++i) speller.spell(module.types[begin + i]);
    const auto [entry, is_new] = groups_.emplace(speller.take(), next_);
    if (is_new) next_ += size;
    for (uint32_t i = 0; i < size; ++i) canonical[begin + i] = entry->second + i;
    begin += size;
  }
  return canonical;
}

TypeRelations::TypeRelations(const wasm::Module& module) {
  const std::vector<uint32_t> canonical = CanonicalTypes().add(module);
  entries_.reserve(module.types.size());
  for (TypeIndex i = 0; i < module.types.size(); ++i) {
    const wasm::TypeDef& type = module.types[i];
    // A supertype must come first; an invalid one must not make a cycle before that has been checked.
    const bool has_super = !type.supertypes.empty() && type.supertypes[0] < i;
    entries_.push_back(
        {canonical[i], has_super ? type.supertypes[0] : wasm::kNoIndex, validate::kind_of(type.composite)});
  }
}

bool TypeRelations::is_subtype(std::span<const ValType> sub, std::span<const ValType> super) const {
  if (sub.size() != super.size()) return false;
  for (size_t i = 0; i < sub.size(); ++i)
    if (!is_subtype(sub[i], super[i])) return false;
  return true;
}

bool TypeRelations::is_subtype(TypeIndex sub, TypeIndex super) const {
  const uint32_t target = entries_[super].canonical;
  for (TypeIndex type = sub; type != wasm::kNoIndex; type = entries_[type].super)
    if (entries_[type].canonical == target) return true;
  return false;
}

bool TypeRelations::is_proper_subtype(ValType sub, ValType super) const {
  if (sub.kind == Kind::Bottom) return true;
  if (!sub.is_ref() || !super.is_ref()) return false;
  if (sub.nullable && !super.nullable) return false;
  return is_heap_subtype(sub, super);
}

bool TypeRelations::is_heap_subtype(ValType sub, ValType super) const {
  const bool sub_is_concrete = sub.heap == HeapKind::Concrete, super_is_concrete = super.heap == HeapKind::Concrete;
  if (sub_is_concrete && sub.index == wasm::kNoIndex) return true;
  if (super_is_concrete && super.index == wasm::kNoIndex) return false;
  if (sub_is_concrete && super_is_concrete) {
    if (super.exact) return sub.exact && entries_[sub.index].canonical == entries_[super.index].canonical;
    return is_subtype(sub.index, super.index);
  }
  if (sub_is_concrete) return validate::is_subtype(kind_of(sub.index), super.heap);
  if (super_is_concrete) return sub.heap == bottom_of(kind_of(super.index));
  return validate::is_subtype(sub.heap, super.heap);
}

bool TypeRelations::is_field_subtype(const wasm::FieldType& sub, const wasm::FieldType& super) const {
  if (sub.mutability != super.mutability || sub.packed != super.packed) return false;
  if (sub.packed != wasm::Packed::None) return true;
  if (!is_subtype(sub.type, super.type)) return false;
  return sub.mutability == wasm::Mutability::Const || is_subtype(super.type, sub.type);
}

bool TypeRelations::is_structural_subtype(const wasm::CompType& sub, const wasm::CompType& super) const {
  if (sub.index() != super.index()) return false;
  if (const auto* func = std::get_if<wasm::FuncType>(&sub)) {
    const auto& super_func = std::get<wasm::FuncType>(super);
    return is_subtype(super_func.params, func->params) && is_subtype(func->results, super_func.results);
  }
  if (const auto* structure = std::get_if<wasm::StructType>(&sub)) {
    const auto& super_fields = std::get<wasm::StructType>(super).fields;
    if (structure->fields.size() < super_fields.size()) return false;
    for (size_t i = 0; i < super_fields.size(); ++i)
      if (!is_field_subtype(structure->fields[i], super_fields[i])) return false;
    return true;
  }
  if (const auto* array = std::get_if<wasm::ArrayType>(&sub))
    return is_field_subtype(array->element, std::get<wasm::ArrayType>(super).element);
  return is_subtype(std::get<wasm::ContType>(sub).func, std::get<wasm::ContType>(super).func);
}

HeapKind TypeRelations::top_of(ValType type) const {
  HeapKind kind = type.heap;
  if (kind == HeapKind::Concrete) kind = type.index == wasm::kNoIndex ? HeapKind::None : kind_of(type.index);
  switch (kind) {
    case HeapKind::Func:
    case HeapKind::NoFunc: return HeapKind::Func;
    case HeapKind::Extern:
    case HeapKind::NoExtern: return HeapKind::Extern;
    case HeapKind::Exn:
    case HeapKind::NoExn: return HeapKind::Exn;
    case HeapKind::Cont:
    case HeapKind::NoCont: return HeapKind::Cont;
    default: return HeapKind::Any;
  }
}

}  // namespace wasmscope::validate
