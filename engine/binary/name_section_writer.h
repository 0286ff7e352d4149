// SPDX-License-Identifier: Apache-2.0
// The contents of a name section, from a model's names. Empty when there are none.
// https://webassembly.github.io/spec/core/appendix/custom.html#name-section
#pragma once
#include <vector>

#include "engine/wasm/module.h"

namespace wasmscope::binary {

// Without those of items that do not exist, and without empty lists.
wasm::Names names_of_existing(const wasm::Module& module);

std::vector<uint8_t> name_section_payload(const wasm::Names& names);

}  // namespace wasmscope::binary
