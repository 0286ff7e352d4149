// SPDX-License-Identifier: Apache-2.0
#include "engine/base/os/guarded_code.h"

#include <algorithm>

#if defined(__linux__) && defined(__x86_64__)
#define WASMSCOPE_HANDLES_FAULTS 1
#include <csignal>

#include <ucontext.h>
#else
#define WASMSCOPE_HANDLES_FAULTS 0
#endif

namespace wasmscope {
namespace {

thread_local const GuardedCode* current = nullptr;

#if WASMSCOPE_HANDLES_FAULTS
struct sigaction fault_before, stop_before;

void pass_on(const struct sigaction& handler_before, int number, siginfo_t* info, void* context) {
  if ((handler_before.sa_flags & SA_SIGINFO) != 0) return handler_before.sa_sigaction(number, info, context);
  if (handler_before.sa_handler != SIG_DFL && handler_before.sa_handler != SIG_IGN) return handler_before.sa_handler(number);
  // An instruction that faults does it again, and nobody is in the way.
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  sigaction(number, &standard, nullptr);
  if (number == SIGTRAP) raise(number);
}

void handle_fault(int number, siginfo_t* info, void* context) {
  auto& pc = static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP];
  if (current != nullptr && info->si_code == SEGV_ACCERR) {
    if (const uintptr_t exit = current->exit_of(static_cast<uintptr_t>(pc)); exit != 0) {
      pc = static_cast<greg_t>(exit);
      return;
    }
  }
  pass_on(fault_before, number, info, context);
}

void handle_stop(int number, siginfo_t* info, void* context) {
  auto& pc = static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP];   // behind the `int3`
  if (current != nullptr) {
    if (const uintptr_t exit = current->exit_of_stop(static_cast<uintptr_t>(pc) - 1); exit != 0) {
      pc = static_cast<greg_t>(exit);
      return;
    }
  }
  pass_on(stop_before, number, info, context);
}

bool install(int number, void (*handle)(int, siginfo_t*, void*), struct sigaction& before) {
  struct sigaction handler = {};
  handler.sa_sigaction = handle;
  handler.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&handler.sa_mask);
  return sigaction(number, &handler, &before) == 0;
}
bool install() { return install(SIGSEGV, handle_fault, fault_before) && install(SIGTRAP, handle_stop, stop_before); }
#else
bool install() { return false; }
#endif

}  // namespace

bool GuardedCode::is_available() {
  static const bool is_installed = install();
  return is_installed;
}

void GuardedCode::add(const void* code, size_t bytes, std::vector<GuardedAccess> accesses) {
  pieces_[reinterpret_cast<uintptr_t>(code)] = {bytes, std::move(accesses)};
}

void GuardedCode::remove(const void* code) { pieces_.erase(reinterpret_cast<uintptr_t>(code)); }

uintptr_t GuardedCode::exit_of(uintptr_t pc) const {
  auto piece = pieces_.upper_bound(pc);
  if (piece == pieces_.begin()) return 0;
  --piece;
  const uintptr_t offset = pc - piece->first;
  if (offset >= piece->second.bytes) return 0;
  const auto& accesses = piece->second.accesses;
  const auto behind = std::ranges::upper_bound(accesses, offset, {}, &GuardedAccess::begin);
  return behind == accesses.begin() ? 0 : piece->first + behind[-1].exit;
}

uintptr_t GuardedCode::exit_of_stop(uintptr_t at) const {
  const auto found = stops_.find(at);
  return found == stops_.end() ? 0 : found->second;
}

GuardedCode::Scope::Scope(const GuardedCode* code) : before_(current) { current = code; }
GuardedCode::Scope::~Scope() { current = before_; }

}  // namespace wasmscope
