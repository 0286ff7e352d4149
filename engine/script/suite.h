// SPDX-License-Identifier: Apache-2.0
// The scripts of a folder, and which features each is about. The folders of the specification's suite and of its
// proposals have their own base, since they contradict each other.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engine/wasm/features.h"

namespace wasmscope::script {

// From the folder that the script is in; WebAssembly 3.0 when that says nothing.
wasm::Features features_for(std::string_view path);

// A file is itself, a folder all files below it that end in .wast, in a fixed order.
Result<std::vector<std::string>> find_scripts(const std::vector<std::string>& paths);

}  // namespace wasmscope::script
