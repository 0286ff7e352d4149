// SPDX-License-Identifier: Apache-2.0
// Which instructions are constant, and the functions that a module mentions outside of its function bodies.
// The typing of constant expressions is that of all others: FunctionValidator::validate_const_expr().
// https://webassembly.github.io/spec/core/valid/instructions.html#constant-expressions
#pragma once
#include <vector>

#include "engine/wasm/features.h"
#include "engine/wasm/module.h"

namespace wasmscope::validate {

// global.get is, but only of some globals.
bool is_constant(wasm::Op op, const wasm::Features& features);
// By function index. Out-of-bounds mentions are left out; validate_module() reports them.
std::vector<bool> declared_functions(const wasm::Module& module);

}  // namespace wasmscope::validate
