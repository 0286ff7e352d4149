// SPDX-License-Identifier: Apache-2.0
// How a run ended, and the coordinates of time. A trap is an outcome, not an error.
#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <variant>

#include "engine/wasm/traps.h"
#include "engine/wasm/types.h"

namespace wasmscope::runtime {

// Taken before the instruction at pc acts. Ordered: tick ascending, depth descending, pc ascending.
// `pc` is a file offset; `depth` counts the frames below the current one.
struct Instant {
  uint64_t tick = 0;
  uint32_t depth = 0;
  uint32_t pc = 0;

  friend bool operator==(const Instant&, const Instant&) = default;
  friend std::strong_ordering operator<=>(const Instant& a, const Instant& b) {
    if (auto c = a.tick <=> b.tick; c != 0) return c;
    if (auto c = b.depth <=> a.depth; c != 0) return c;
    return a.pc <=> b.pc;
  }
};
std::string to_text(const Instant& instant);  // "t=12:3:0x1c4"

enum class PauseReason : uint8_t {
  Step,           // one instruction was executed
  Breakpoint,     // an anchor of the function's stop set
  TickLimit,      // the requested tick was reached
  Return,         // a frame at or below the requested depth is current again
  Request,        // somebody asked from outside
  Wait,           // at an address of a shared memory; run it again when Store::waits says that it need not wait
  MissingImport,  // a call of an import that nobody provides; resuming lets it return zeros
  RecordedEnd,    // of a recording from a file: what comes after it nobody knows
};

struct Returned {};                                      // results are at the bottom of the value stack
struct Trapped { wasm::TrapCode code; std::string text; };  // text: only from host functions
struct Paused { PauseReason reason; };
struct Exited { int code; };                             // the program ended itself (proc_exit)
using Outcome = std::variant<Returned, Trapped, Paused, Exited>;

}  // namespace wasmscope::runtime
