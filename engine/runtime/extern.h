// SPDX-License-Identifier: Apache-2.0
// What can be imported and exported: one item of a store. Does not own it.
// https://webassembly.github.io/spec/core/valid/matching.html#external-types
#pragma once
#include <optional>
#include <string>
#include <variant>

#include "engine/runtime/store.h"

namespace wasmscope::runtime {

// In the order of wasm::ExternKind.
using Extern = std::variant<Func*, Table*, Memory*, Global*, Tag*>;

inline wasm::ExternKind kind_of(const Extern& item) { return static_cast<wasm::ExternKind>(item.index()); }
// "func (i32) -> ()", "memory 1..2", "global mut i64". Sizes are those of now.
std::string to_text(const Extern& item);

Extern item_of(Store& store, const Instance& instance, wasm::ExternKind kind, uint32_t index);
// Empty when the instance exports nothing of that name.
std::optional<Extern> find_export(Store& store, const Instance& instance, std::string_view name);

// What an import asks for, its types in canonical form; `ids` are those of the importing module's types.
class WantedExtern {
 public:
  WantedExtern(const CanonicalTypes& types, const wasm::Module& module, const wasm::Import& import,
               std::span<const uint32_t> ids);
  bool is_met_by(const Extern& item) const;
  std::string to_text() const;   // as the module writes it

 private:
  const CanonicalTypes& types_;
  const wasm::Module& module_;
  const wasm::Import& import_;
  std::span<const uint32_t> ids_;
};

}  // namespace wasmscope::runtime
