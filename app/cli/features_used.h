// SPDX-License-Identifier: Apache-2.0
// Which features a module makes use of: its types, sections and every instruction. Reads all code once; code
// that does not decode counts up to there. Does not need the module to be valid or complete.
#pragma once
#include "engine/wasm/features.h"
#include "engine/wasm/module.h"

namespace wasmscope::app {

wasm::Features features_used(const wasm::Module& module);
// The flags of `--features`, MVP first.
std::vector<std::string_view> flags_of(const wasm::Features& features);

}  // namespace wasmscope::app
