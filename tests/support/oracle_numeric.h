// SPDX-License-Identifier: Apache-2.0
// Numeric semantics for the oracle, written a second time and in another style than the engine's: integers
// are mathematical integers of 128 bits reduced modulo 2^N, as the specification words them.
// https://webassembly.github.io/spec/core/exec/numerics.html
#pragma once
#include <cstdint>

#include "engine/wasm/opcode.h"
#include "engine/wasm/traps.h"

namespace wasmscope::test {

struct NumericAnswer {
  uint64_t bits = 0;   // i32 and f32 in the low half, zero above
  wasm::TrapCode trap = wasm::TrapCode::None;
};

// One or two operands on the stack in, one value out.
bool is_numeric(wasm::Op op);
// `b` is ignored by unary instructions. NaNs made by arithmetic are the canonical one.
NumericAnswer evaluate_numeric(wasm::Op op, uint64_t a, uint64_t b);

}  // namespace wasmscope::test
