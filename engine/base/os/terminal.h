// SPDX-License-Identifier: Apache-2.0
// What an interactive program asks of its terminal: whether somebody types there, whether input waits, and
// Ctrl+C as a call instead of the end of the process.
#pragma once

namespace wasmscope {

bool is_standard_input_terminal();
// True when a read would return at once, also at the end of input.
bool wait_for_standard_input(int timeout_ms);

// While it lives, Ctrl+C calls `handler(context)` in a signal handler: only lock-free atomics are safe there.
// One at a time.
class InterruptHandler {
 public:
  InterruptHandler(void (*handler)(void* context), void* context);
  ~InterruptHandler();
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;
};

}  // namespace wasmscope
