// SPDX-License-Identifier: Apache-2.0
// Calls of host functions as lines for people: `fd_write(fd 1, iovs "hello\n", nwritten 0x1f0) = success, 6`. Arguments
// of WASI are decoded by engine/host/wasi_parameters.def, texts and buffers escaped; others are shown as numbers.
#pragma once
#include <functional>
#include <string>

#include "engine/runtime/host_function.h"

namespace wasmscope::host {

// The same functions, which tell `see` a line for each call after it was made.
runtime::Imports with_trace(const runtime::Imports& imports, const std::function<void(std::string line)>& see);

}  // namespace wasmscope::host
