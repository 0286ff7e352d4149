// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/canonical_types.h"

#include "engine/base/try.h"

namespace wasmscope::runtime {
namespace {

using wasm::HeapKind;
using wasm::ValType;

// Turns the type indices inside a composite type into ids.
class Renumbering {
 public:
  explicit Renumbering(std::span<const uint32_t> ids) : ids_(ids) {}

  void operator()(wasm::FuncType& type) const {
    for (ValType& each : type.params) renumber(each);
    for (ValType& each : type.results) renumber(each);
  }
  void operator()(wasm::StructType& type) const {
    for (wasm::FieldType& field : type.fields) renumber(field.type);
  }
  void operator()(wasm::ArrayType& type) const { renumber(type.element.type); }
  void operator()(wasm::ContType& type) const { type.func = ids_[type.func]; }

 private:
  void renumber(ValType& type) const { type = CanonicalTypes::canonical(type, ids_); }
  std::span<const uint32_t> ids_;
};

HeapKind kind_of(const wasm::CompType& type) {
  constexpr HeapKind kKinds[] = {HeapKind::Func, HeapKind::Struct, HeapKind::Array, HeapKind::Cont};
  return kKinds[type.index()];
}

}  // namespace

ValType CanonicalTypes::canonical(ValType type, std::span<const uint32_t> ids) {
  if (type.is_ref() && type.heap == HeapKind::Concrete) type.index = ids[type.index];
  return type;
}

std::vector<uint32_t> CanonicalTypes::canonicalise(const wasm::Module& module) {
  std::vector<uint32_t> ids = numbers_.add(module);
  // New groups are numbered in the order of the module, without gaps.
  for (uint32_t index = 0; index < ids.size(); ++index)
    if (ids[index] == entries_.size()) add(module.types[index], ids);
  return ids;
}

uint32_t CanonicalTypes::canonicalise(const wasm::FuncType& type) {
  wasm::Module alone;
  alone.types.emplace_back().composite = type;
  return canonicalise(alone)[0];
}

void CanonicalTypes::add(const wasm::TypeDef& type, std::span<const uint32_t> ids) {
  Entry entry{type.composite, type.is_final};
  Place place{static_cast<uint32_t>(ancestors_.size()), 0, kind_of(type.composite)};
  std::visit(Renumbering(ids), entry.composite);
  if (!type.supertypes.empty()) {
    const uint32_t super = ids[type.supertypes[0]];
    const Place above = places_[super];
    place.depth = static_cast<uint16_t>(above.depth + 1);
    for (uint32_t i = 0; i < above.depth; ++i) ancestors_.push_back(ancestors_[above.first + i]);
    ancestors_.push_back(super);
  }
  entries_.push_back(std::move(entry));
  places_.push_back(place);
}

bool CanonicalTypes::matches(ValType sub, ValType super) const {
  if (sub == super) return true;
  if (!sub.is_ref() || !super.is_ref() || (sub.nullable && !super.nullable)) return false;
  const bool sub_is_concrete = sub.heap == HeapKind::Concrete, super_is_concrete = super.heap == HeapKind::Concrete;
  if (sub_is_concrete && super_is_concrete)
    return super.exact ? sub.exact && sub.index == super.index : is_subtype(sub.index, super.index);
  if (sub_is_concrete) return validate::is_subtype(kind(sub.index), super.heap);
  if (super_is_concrete) return sub.heap == validate::bottom_of(kind(super.index));
  return validate::is_subtype(sub.heap, super.heap);
}

}  // namespace wasmscope::runtime
