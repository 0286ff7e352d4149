// SPDX-License-Identifier: Apache-2.0
// Vector semantics for the oracle, written a second time and in another style than the engine's: an instruction's
// shape and operation are read from its name, lanes are taken apart byte by byte, and what a lane becomes is
// computed on mathematical integers or by the scalar instruction of the same name (oracle_numeric.h).
// https://webassembly.github.io/spec/core/exec/numerics.html
#pragma once
#include <array>
#include <span>
#include <vector>

#include "engine/runtime/value.h"
#include "engine/wasm/opcode.h"

namespace wasmscope::test {

using VectorBytes = std::array<uint8_t, 16>;
VectorBytes bytes_of(const runtime::Value& vector);
runtime::Value vector_of(const VectorBytes& bytes);

// A vector instruction that does not access memory; constants are not among them.
bool is_vector(wasm::Op op);
// `operands`: bottom first. `lane` and `immediate` only count for the instructions that have them.
runtime::Value evaluate_vector(wasm::Op op, std::span<const runtime::Value> operands, uint32_t lane,
                               const VectorBytes& immediate);

// What a vector load makes of the bytes it accessed; `old` is the operand of a lane's load.
runtime::Value loaded_vector(wasm::Op op, std::span<const uint8_t> accessed, const runtime::Value& old, uint32_t lane);
std::vector<uint8_t> stored_bytes(wasm::Op op, const runtime::Value& vector, uint32_t lane);

// The two results, low half first, of an instruction on 128-bit integers.
bool is_wide(wasm::Op op);
std::array<uint64_t, 2> evaluate_wide(wasm::Op op, std::span<const runtime::Value> operands);

}  // namespace wasmscope::test
