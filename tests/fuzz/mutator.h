// SPDX-License-Identifier: Apache-2.0
// Changes a module so that it often stays valid: instructions are swapped for others of the same type, constants
// for other constants, whole statements go in and out of a body, and all sizes around the change are put right.
// Some changes are wilder, and some modules are made anew. The same seed makes the same change.
#pragma once
#include <cstdint>
#include <vector>

#include "engine/base/bytes.h"

namespace wasmscope::fuzz {

// Never more than max_bytes.
std::vector<uint8_t> mutate(Bytes bytes, size_t max_bytes, uint64_t seed);

}  // namespace wasmscope::fuzz
