// SPDX-License-Identifier: Apache-2.0
// Where a stop lies in slot code that was made without it: for code that is stopped without being made again.
#pragma once
#include <expected>

#include "engine/lower/slot_code.h"

namespace wasmscope::lower {

// Whoever is about to carry out this operation, and nobody else, comes to the stop.
struct StopPlace {
  size_t operation = 0;   // of SlotCode::ops
  uint32_t pc = 0;        // the instant there: the stop's, or an earlier one where the operation carries out several instructions
};

enum class NoPlace : uint8_t {
  Unreachable,   // nothing ever comes to the stop
  Unknown,       // it has none
};

// `code`: of the function, without any stops.
std::expected<StopPlace, NoPlace> find_stop(const wasm::Module& module, wasm::FuncIndex func, const SlotCode& code, uint32_t pc);

}  // namespace wasmscope::lower
