// SPDX-License-Identifier: Apache-2.0
#include "engine/base/os/terminal.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>

namespace wasmscope {
namespace {

// A signal handler reaches nothing but globals.
std::atomic<void (*)(void*)> interrupt_handler{nullptr};
std::atomic<void*> interrupt_context{nullptr};

void on_interrupt(int) {
  void (*const handler)(void*) = interrupt_handler.load();
  if (handler != nullptr) handler(interrupt_context.load());
}

}  // namespace

bool is_standard_input_terminal() { return ::isatty(STDIN_FILENO) == 1; }

bool wait_for_standard_input(int timeout_ms) {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  // Whatever is wrong with the descriptor, the read will say it.
  const int ready = ::poll(&input, 1, timeout_ms);
  return ready > 0;
}

InterruptHandler::InterruptHandler(void (*handler)(void*), void* context) {
  interrupt_context.store(context);
  interrupt_handler.store(handler);
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
}

InterruptHandler::~InterruptHandler() {
  ::signal(SIGINT, SIG_DFL);
  interrupt_handler.store(nullptr);
}

}  // namespace wasmscope
