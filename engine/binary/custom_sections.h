// SPDX-License-Identifier: Apache-2.0
// The custom sections that the module model knows: "name" and "producers". They never make a module
// malformed: what cannot be read becomes a warning, and what came before it is kept. Internal to binary/.
// https://webassembly.github.io/spec/core/appendix/custom.html#name-section
#pragma once
#include "engine/wasm/module.h"

namespace wasmscope::binary {

void read_custom_section(wasm::Module& module, const wasm::Section& section);

}  // namespace wasmscope::binary
