// SPDX-License-Identifier: Apache-2.0
// How compiled code finds out that an access is out of bounds.
#pragma once
#include <cstdint>

namespace wasmscope::jit {

// Guarded: where memory 0 has a guard (engine/runtime/region.h), by faults; elsewhere, and always with Checked, by
// comparing with the memory's size.
enum class Bounds : uint8_t { Guarded, Checked };

}  // namespace wasmscope::jit
