// SPDX-License-Identifier: Apache-2.0
// "PLACE = EXPRESSION": where to write, and the bytes. Checks types, ranges and mutability; changes nothing itself.
// Engine thread only.
#pragma once
#include <optional>
#include <vector>

#include "engine/debug/expression.h"

namespace wasmscope::debug {

struct Assignment {
  ExpressionPlace place;
  // Of a memory or field as many as the place has; of slots, globals and table elements 8 or 16.
  std::vector<uint8_t> bytes;
  Expression target;             // reads the place
};

// Whether what is referred to is of the type, whatever the types of the two expressions are. Canonical types.
bool has_type(const runtime::Store& store, uint64_t reference, wasm::ValType from, wasm::ValType type);
// With the expression that it came from, which may hold its text.
struct OwnedValue {
  Expression source;
  ExpressionValue value;
};
// A value for a place of the wanted type; `type_text` is what people call it.
std::expected<OwnedValue, ExpressionError> evaluate_as(std::string_view text, std::optional<wasm::ValType> wanted,
                                                       std::string_view type_text, const ExpressionScope& scope,
                                                       const ExpressionFrame& frame);

// Whether a line is one: its first `=` outside of quotes that is no comparison.
bool is_assignment(std::string_view text);
std::expected<Assignment, ExpressionError> evaluate_assignment(std::string_view text, const ExpressionScope& scope,
                                                               const ExpressionFrame& frame);

}  // namespace wasmscope::debug
