// SPDX-License-Identifier: Apache-2.0
// Equality and subtyping of types. Two defined types are equal when their recursion groups are equal
// structurally; each gets a canonical number, so that equality is one comparison. Assumes that type indices
// are in bounds and that no chain of supertypes is longer than kMaxSubtypeDepth.
// https://webassembly.github.io/spec/core/valid/matching.html
#pragma once
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/wasm/module.h"

namespace wasmscope::validate {

// Numbers equal types equally, also across the modules added to the same object.
class CanonicalTypes {
 public:
  // The number of each type of the module, by type index.
  std::vector<uint32_t> add(const wasm::Module& module);

 private:
  std::unordered_map<std::string, uint32_t> groups_;  // a spelled out recursion group: number of its first type
  uint32_t next_ = 0;
};

// A reference that unreachable code makes up: a subtype of every reference type.
inline constexpr wasm::ValType kBottomRef = wasm::ref_type(wasm::kNoIndex, false);

// Of abstract heap types.
bool is_subtype(wasm::HeapKind sub, wasm::HeapKind super);
// The least type below all types of a kind, which is any, func, extern, exn, cont or below one of them.
wasm::HeapKind bottom_of(wasm::HeapKind kind);

class TypeRelations {
 public:
  explicit TypeRelations(const wasm::Module& module);

  uint32_t canonical(wasm::TypeIndex type) const { return entries_[type].canonical; }
  bool is_subtype(wasm::ValType sub, wasm::ValType super) const {
    return sub == super || is_proper_subtype(sub, super);
  }
  bool is_subtype(std::span<const wasm::ValType> sub, std::span<const wasm::ValType> super) const;
  // Type `sub` is `super` or declared below it.
  bool is_subtype(wasm::TypeIndex sub, wasm::TypeIndex super) const;
  // What a declared supertype demands of its subtype's fields, parameters and results.
  bool is_structural_subtype(const wasm::CompType& sub, const wasm::CompType& super) const;
  bool is_field_subtype(const wasm::FieldType& sub, const wasm::FieldType& super) const;
  // Func, Struct, Array or Cont.
  wasm::HeapKind kind_of(wasm::TypeIndex type) const { return entries_[type].kind; }
  // The greatest type of the hierarchy that a heap type is in: any, func, extern, exn or cont.
  wasm::HeapKind top_of(wasm::ValType type) const;

 private:
  struct Entry {
    uint32_t canonical;
    wasm::TypeIndex super;   // kNoIndex: none
    wasm::HeapKind kind;
  };
  bool is_proper_subtype(wasm::ValType sub, wasm::ValType super) const;
  bool is_heap_subtype(wasm::ValType sub, wasm::ValType super) const;

  std::vector<Entry> entries_;
};

}  // namespace wasmscope::validate
