// SPDX-License-Identifier: Apache-2.0
// A module's start function and its exported ones, run in some way up to a number of ticks. Whatever the way and the
// tier, all runs of one module must end alike, with the same state wherever they stop.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "engine/jit/compiled_tier.h"
#include "engine/runtime/execution.h"

namespace wasmscope::fuzz {

struct RunLimits {
  uint64_t ticks = 1000;           // of an invocation; the rest of it is not looked at
  uint64_t pages = 8;              // of a memory, as all of it is hashed again and again
  uint64_t elements = 5000;        // of a table
  uint32_t invocations = 12, missing_calls = 40, stops = 2000, steps = 600;
};
// What a module asks for.
bool is_within(const wasm::Module& module, const RunLimits& limits);

enum class Way : uint8_t {
  Whole,
  Stops,        // that come and go
  Stepped,      // some instructions one by one, the rest whole
  TickByTick,   // leaving at every tick
};

struct Checkpoint {
  size_t outcome = 0;     // which kind
  int detail = 0;         // of trap, pause, exit
  runtime::Instant at;
  uint64_t state = 0;
  std::vector<runtime::Value> results;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// With CompileWhen the tier serves. What an earlier run left in the execution must not matter to a later one.
std::vector<Checkpoint> run_all(const std::shared_ptr<const wasm::Module>& module, runtime::Execution& execution, Way way,
                                const RunLimits& limits, std::optional<interp::CompileWhen> compile_when,
                                bool& has_executed);

}  // namespace wasmscope::fuzz
