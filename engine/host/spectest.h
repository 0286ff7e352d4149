// SPDX-License-Identifier: Apache-2.0
// The host module `spectest` that the scripts of the official test suite import from. What its functions are given
// to print is of no interest and goes nowhere.
#pragma once
#include "engine/runtime/linker.h"

namespace wasmscope::host {

// Makes its items in the linker's store. An error when there is no memory for them.
Result<void> define_spectest(runtime::Linker& linker);

}  // namespace wasmscope::host
