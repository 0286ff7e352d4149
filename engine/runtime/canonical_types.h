// SPDX-License-Identifier: Apache-2.0
// The types of a store. Every type definition of every module in it gets a canonical id; two have the same id
// exactly when the specification says that the types are equal, which is when their recursion groups are equal
// structurally. Canonical types hold canonical types: a ValType's `index` is an id here, never a type index.
// Ids count up from 0 and stay valid; composite types never move. Types are validated before they come here.
// https://webassembly.github.io/spec/core/valid/matching.html
#pragma once
#include <deque>
#include <span>
#include <vector>

#include "engine/validate/subtype.h"
#include "engine/wasm/module.h"

namespace wasmscope::runtime {

class CanonicalTypes {
 public:
  // The id of each type of the module, by type index.
  std::vector<uint32_t> canonicalise(const wasm::Module& module);
  // The id of a function type as the host writes it: final, alone in its group, without concrete references.
  uint32_t canonicalise(const wasm::FuncType& type);

  // A module's value type in canonical form; `ids` is what canonicalise() gave for the module.
  static wasm::ValType canonical(wasm::ValType type, std::span<const uint32_t> ids);

  const wasm::CompType& composite(uint32_t id) const { return entries_[id].composite; }
  const wasm::FuncType& func(uint32_t id) const { return std::get<wasm::FuncType>(entries_[id].composite); }
  wasm::HeapKind kind(uint32_t id) const { return places_[id].kind; }   // Func, Struct, Array or Cont
  bool is_final(uint32_t id) const { return entries_[id].is_final; }
  size_t size() const { return entries_.size(); }

  // Where a type stands: the types above it, by their depth, begin at `first` of ancestors(), the topmost first.
  struct Place {
    uint32_t first = 0;
    uint16_t depth = 0;             // types above it
    wasm::HeapKind kind{};
  };
  const std::vector<Place>& places() const { return places_; }   // by id
  const std::vector<uint32_t>& ancestors() const { return ancestors_; }

  // Whether `sub` is `super` or was declared below it.
  bool is_subtype(uint32_t sub, uint32_t super) const {
    if (sub == super) return true;
    const Place& below = places_[sub];
    const uint32_t depth = places_[super].depth;
    return depth < below.depth && ancestors_[below.first + depth] == super;
  }
  // The same of value types in canonical form.
  bool matches(wasm::ValType sub, wasm::ValType super) const;

 private:
  struct Entry {
    wasm::CompType composite;
    bool is_final = true;
  };
  void add(const wasm::TypeDef& type, std::span<const uint32_t> ids);

  validate::CanonicalTypes numbers_;
  std::deque<Entry> entries_;       // by id
  std::vector<Place> places_;
  std::vector<uint32_t> ancestors_;
};

}  // namespace wasmscope::runtime
