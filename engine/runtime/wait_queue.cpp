// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/wait_queue.h"

#include <algorithm>

namespace wasmscope::runtime {

WaitQueue::State WaitQueue::state(uint32_t execution) const {
  const auto found = std::ranges::find(waiters_, execution, [](const Waiter& each) { return each.place.execution; });
  return found == waiters_.end() ? State::None : found->state;
}

void WaitQueue::begin(const Place& place, int64_t timeout_ns) {
  const bool is_endless = timeout_ns < 0 || timeout_ns > INT64_MAX - now_ns_;
  waiters_.push_back({place, is_endless ? -1 : now_ns_ + timeout_ns});
}

void WaitQueue::end(uint32_t execution) {
  std::erase_if(waiters_, [&](const Waiter& each) { return each.place.execution == execution; });
}

uint32_t WaitQueue::notify(uint32_t memory, uint64_t address, uint32_t count) {
  uint32_t woken = 0;
  for (Waiter& each : waiters_) {
    if (woken == count) break;
    if (each.state != State::Waiting || each.place.memory != memory || each.place.address != address) continue;
    each.state = State::Notified;
    ++woken;
  }
  return woken;
}

bool WaitQueue::time_out_next() {
  Waiter* next = nullptr;
  for (Waiter& each : waiters_) {
    if (each.state != State::Waiting || each.deadline_ns < 0) continue;
    if (next == nullptr || each.deadline_ns < next->deadline_ns) next = &each;
  }
  if (next == nullptr) return false;
  now_ns_ = next->deadline_ns;
  next->state = State::TimedOut;
  return true;
}

}  // namespace wasmscope::runtime
