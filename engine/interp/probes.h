// SPDX-License-Identifier: Apache-2.0
// What an interpreter asks somebody about while it runs, besides the stops of single functions: every instruction of
// some kinds, and writes to ranges of memories. A function whose code has no such instruction runs as always.
//
// Scalar stores to a watched memory look at their address themselves, in a flavour of the function's fast code; only
// when they would write to a watched byte does the function go on in step code, where the store has its own instant.
// All other instructions that may write to a memory stop at an anchor first. Engine thread only.
#pragma once
#include <vector>

#include "engine/runtime/execution.h"
#include "engine/wasm/op_set.h"

namespace wasmscope::interp {

// How machine code stops; all ask at the same instants, but for those that need not.
enum class StopForm : uint8_t {
  Patch,           // one byte put over code that stays as it is; whoever goes on there does so in step code, up to the next tick
  Code,            // made with the function: the registers are stored, and loaded again when the program goes on
  CodeInLastTick,  // the same; before the last tick of a run it need not ask, and touches nothing. Also where probes ask
};

// Says whether to stop. The execution stands at an instant, everything written back; it may be read, not changed.
class Observer {
 public:
  // At a stop of the function or an instruction of a probed kind.
  virtual bool stops_at(const runtime::Execution& execution) = 0;
  // At an instruction that may write to memory while some is watched: whether it will write to a watched byte is for
  // the observer to see.
  virtual bool stops_before_write(const runtime::Execution& execution) = 0;
  // The host has acted, at the instant of its call. A stop is at the instant after it; behind a tail call of the host
  // at the next tick or stop.
  virtual bool stops_after_host(const runtime::Execution& execution, const runtime::HostEvent& event) = 0;

 protected:
  ~Observer() = default;
};

struct WatchedRange {
  uint32_t memory = 0;            // store address
  uint64_t begin = 0, end = 0;    // bytes; not empty

  bool is_near(const runtime::Instance& instance) const {   // of memory 0
    return !instance.memories.empty() && instance.memories[0]->address == memory;
  }
  friend bool operator==(const WatchedRange&, const WatchedRange&) = default;
};

struct Probes {
  wasm::OpSet ops;
  std::vector<WatchedRange> writes;
  Observer* observer = nullptr;   // null: every stop stops
};

}  // namespace wasmscope::interp
