// SPDX-License-Identifier: Apache-2.0
// Values of constant expressions: initialisers of globals and tables, elements and offsets of segments.
// Those of valid modules only.
// https://webassembly.github.io/spec/core/valid/instructions.html#constant-expressions
#pragma once
#include <expected>

#include "engine/runtime/store.h"

namespace wasmscope::runtime {

// What it refers to (functions, globals before it) must be in the instance already. A trap when an object that it
// makes finds no room.
std::expected<Value, wasm::TrapCode> evaluate(Store& store, const Instance& instance, const wasm::ConstExpr& expr);

}  // namespace wasmscope::runtime
