// SPDX-License-Identifier: Apache-2.0
// Where the contents of a memory begin that the module itself brings along: the place to look at first.
#pragma once
#include "engine/wasm/module.h"

namespace wasmscope::ui {

// Address of the lowest active data segment with a constant offset; 0 when there is none.
uint64_t first_data_address(const wasm::Module& module, wasm::MemoryIndex memory);

}  // namespace wasmscope::ui
