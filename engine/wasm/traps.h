// SPDX-License-Identifier: Apache-2.0
// Kinds of traps, from traps.def.
// https://webassembly.github.io/spec/core/intro/overview.html#trap
#pragma once
#include <cstdint>
#include <string_view>

namespace wasmscope::wasm {

enum class TrapCode : uint8_t {
  None = 0,
#define TRAP(Name, text, explanation) Name,
#include "engine/wasm/traps.def"
};

// "OutOfBoundsMemory"
std::string_view name_of(TrapCode code);
// "out of bounds memory access", as in the tests of the specification
std::string_view text_of(TrapCode code);
// A sentence for people.
std::string_view explanation_of(TrapCode code);

}  // namespace wasmscope::wasm
