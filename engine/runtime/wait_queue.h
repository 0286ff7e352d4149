// SPDX-License-Identifier: Apache-2.0
// The executions of a store that wait at an address of a shared memory. Plain data: copied with the store.
// Time is not real: it passes only when nobody can go on, and then up to the next timeout.
// https://webassembly.github.io/threads/core/exec/instructions.html
#pragma once
#include <cstdint>
#include <vector>

namespace wasmscope::runtime {

class WaitQueue {
 public:
  enum class State : uint8_t { None, Waiting, Notified, TimedOut };
  struct Place {
    uint32_t execution = 0;   // at most one wait each
    uint32_t memory = 0;      // store address
    uint64_t address = 0;
  };

  // What each waiting execution is to be told when it runs again.
  State state(uint32_t execution) const;
  // A negative timeout is none.
  void begin(const Place& place, int64_t timeout_ns);
  // The execution has taken note, or is given up.
  void end(uint32_t execution);
  // How many were woken: those that waited longest, `count` at most.
  uint32_t notify(uint32_t memory, uint64_t address, uint32_t count);
  // When nobody can go on: ends the wait whose timeout is next. False when all wait for ever.
  bool time_out_next();

  // Executions that take turns. A wait of the only one ends at once: by its timeout, or in a trap.
  uint32_t executions = 1;

 private:
  struct Waiter {
    Place place;
    int64_t deadline_ns = 0;  // negative: none
    State state = State::Waiting;
  };
  std::vector<Waiter> waiters_;   // in the order of their begin
  int64_t now_ns_ = 0;
};

}  // namespace wasmscope::runtime
