// SPDX-License-Identifier: Apache-2.0
// A function's slot code and machine code, on standard output.
#pragma once
#include "app/cli/output.h"
#include "engine/jit/code_map.h"
#include "engine/wasm/module.h"

namespace wasmscope::app {

void write_code_map_text(Output& output, const wasm::Module& module, const jit::CodeMap& map);
void write_code_map_json(Output& output, const wasm::Module& module, const jit::CodeMap& map);

}  // namespace wasmscope::app
