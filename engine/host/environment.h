// SPDX-License-Identifier: Apache-2.0
// Ports through which host functions reach the world: clock, randomness, standard streams. Nothing else in
// host/ touches the system, so tests and replays can stand in for it. Called on the engine thread.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/bytes.h"

namespace wasmscope::host {

class Environment {
 public:
  virtual ~Environment() = default;
  virtual uint64_t realtime_ns() = 0;
  virtual uint64_t monotonic_ns() = 0;
  virtual void random(std::span<uint8_t> out) = 0;
  // Bytes read, 0 at the end of input, negative on an error.
  virtual int64_t read_stdin(std::span<uint8_t> out) = 0;
  // channel 1 stdout, 2 stderr.
  virtual void write(int channel, Bytes bytes) = 0;
  // Everything written is outside when it returns. Call it before writing to the same streams oneself.
  virtual void flush() {}
  // Really waits. May return early: a debugger cuts it short to pause, tests have clocks of their own.
  virtual void sleep_ns(uint64_t duration_ns);
};

// The real thing: the process's clock, randomness and standard streams. Standard output is collected into
// larger pieces unless it is a terminal; what is written to stderr, read from stdin or slept for comes after it.
std::shared_ptr<Environment> system_environment();

}  // namespace wasmscope::host
