// SPDX-License-Identifier: Apache-2.0
// What the OP_ATOMIC_RMW rows of opcodes.def compute.
// https://webassembly.github.io/threads/core/exec/numerics.html
#pragma once
#include <string_view>

namespace wasmscope::wasm {

enum class AtomicChange : unsigned char { Add, Sub, And, Or, Xor, Exchange };

// By the text of the row, "i64.atomic.rmw8.add_u".
constexpr AtomicChange atomic_change_of(std::string_view text) {
  const auto has = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  if (has(".add")) return AtomicChange::Add;
  if (has(".sub")) return AtomicChange::Sub;
  if (has(".and")) return AtomicChange::And;
  if (has(".or")) return AtomicChange::Or;
  if (has(".xor")) return AtomicChange::Xor;
  return AtomicChange::Exchange;
}

// What is stored; T is the unsigned type of the access.
template <AtomicChange Change, class T>
constexpr T changed(T old, T operand) {
  switch (Change) {
    case AtomicChange::Add: return static_cast<T>(old + operand);
    case AtomicChange::Sub: return static_cast<T>(old - operand);
    case AtomicChange::And: return static_cast<T>(old & operand);
    case AtomicChange::Or: return static_cast<T>(old | operand);
    case AtomicChange::Xor: return static_cast<T>(old ^ operand);
    case AtomicChange::Exchange: return operand;
  }
  return operand;
}

}  // namespace wasmscope::wasm
