// SPDX-License-Identifier: Apache-2.0
// Whether a module survives being written as text and read again.
#pragma once
#include <optional>
#include <string>

#include "engine/wasm/module.h"

namespace wasmscope::script {

// Prints, parses and encodes the module; empty when that gives what encoding the module itself gives. Else what
// came of it.
std::optional<std::string> find_round_trip_difference(const wasm::Module& module);

}  // namespace wasmscope::script
