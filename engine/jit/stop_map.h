// SPDX-License-Identifier: Apache-2.0
// Where machine code that was made without stops can be stopped, by a patch of one byte, and what its registers hold
// there. Made when a function gets its first stop, by compiling it once more and noting everything. Internal to jit/.
//
// A patch leaves for step code, which asks at each instruction. So it may lie before the stop's own instant, where an
// operation carries out several instructions; never behind it, and nothing else may come by.
#pragma once
#include <optional>

#include "engine/jit/trace.h"

namespace wasmscope::jit {

struct StopPoint {
  uint32_t offset = 0;   // of an instruction of the machine code
  uint32_t pc = 0;       // of the instant there
  RegisterState state;
};

// By offset, for all that can be reached of the stops; none where one of them has no such place. `code` and `trace`: of
// the function without stops.
std::optional<std::vector<StopPoint>> find_stop_points(const wasm::Module& module, wasm::FuncIndex func, const lower::SlotCode& code,
                                                       const Trace& trace, const lower::StopSet& stops);

}  // namespace wasmscope::jit
