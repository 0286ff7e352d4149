// SPDX-License-Identifier: Apache-2.0
// Validation of decoded modules: the algorithm of the specification's appendix, without recursion on the
// input and in time linear in its size. The module must have been decoded without error; its bytes must be
// alive. Errors carry the instruction or item they are about; the first one wins, function bodies coming last.
// Custom descriptors are not covered: their instructions are NotValidatedYet.
// https://webassembly.github.io/spec/core/appendix/algorithm.html
#pragma once
#include "engine/wasm/error.h"
#include "engine/wasm/features.h"
#include "engine/wasm/module.h"

namespace wasmscope::validate {

// Everything but the function bodies: types, imports, tables, globals, exports, segments, ...
Result<void> validate_module(const wasm::Module& module, const wasm::Features& features);
// The body of one defined function of a module for which validate_module() succeeded.
// For many functions of a module, reuse a FunctionValidator (function_validator.h).
Result<void> validate_function(const wasm::Module& module, const wasm::Features& features, wasm::FuncIndex func);
// All of it.
Result<void> validate(const wasm::Module& module, const wasm::Features& features);

}  // namespace wasmscope::validate
