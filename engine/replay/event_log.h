// SPDX-License-Identifier: Apache-2.0
// What the outside world said to a program, in order. Calls of host functions before the end of the log are
// answered from it and do not reach the host, so nothing is printed twice; at its end the host is asked and the
// log grows. Holds no native pointer but the host functions' identities. Engine thread only.
#pragma once
#include <cstddef>
#include <deque>

#include "engine/runtime/host_function.h"

namespace wasmscope::replay {

class EventLog final : public runtime::HostSink {
 public:
  const runtime::HostEvent* replay(const runtime::HostFunc& func) override;
  void record(const runtime::HostFunc& func, const runtime::HostEvent& event) override;

  // The next call is the first one again.
  void rewind() { cursor_ = 0; }
  // What was said after this point does not hold any more: the program goes another way from here.
  void forget_future() { entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(cursor_), entries_.end()); }
  size_t size() const { return entries_.size(); }
  size_t cursor() const { return cursor_; }
  bool is_live() const { return cursor_ == entries_.size(); }

 private:
  struct Entry {
    const runtime::HostFunc* func;
    runtime::HostEvent event;
  };
  std::deque<Entry> entries_;   // replay() hands out pointers, so entries must not move
  size_t cursor_ = 0;
};

}  // namespace wasmscope::replay
