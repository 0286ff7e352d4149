// SPDX-License-Identifier: Apache-2.0
// Validation of decoded modules: the algorithm of the specification's appendix, without recursion on the
// input and in time linear in its size. The module must have been decoded without error; its bytes must be
// alive. Errors carry the instruction or item they are about; the first one wins, function bodies coming last.
// Bodies are validated by several threads, and still the error is the one that a single thread would find.
// https://webassembly.github.io/spec/core/appendix/algorithm.html
#pragma once
#include <functional>

#include "engine/wasm/error.h"
#include "engine/wasm/features.h"
#include "engine/wasm/module.h"

namespace wasmscope::validate {

// Everything but the function bodies: types, imports, tables, globals, exports, segments, ...
Result<void> validate_module(const wasm::Module& module, const wasm::Features& features);
// All of it.
Result<void> validate(const wasm::Module& module, const wasm::Features& features);
// One per processor.
uint32_t default_threads();
// The same, with at most `threads`. Now and then `keep_going` is told, on the calling thread, how many functions
// are done, and ends it by answering false. The result says whether everything was validated.
using KeepGoing = std::function<bool(uint32_t done_funcs)>;
Result<bool> validate(const wasm::Module& module, const wasm::Features& features, const KeepGoing& keep_going,
                      uint32_t threads = default_threads());

}  // namespace wasmscope::validate
