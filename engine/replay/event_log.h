// SPDX-License-Identifier: Apache-2.0
// What the outside world said to a program, in order. Calls of host functions before the end of the log are
// answered from it and do not reach the host, so nothing is printed twice; at its end the host is asked and the
// log grows, up to a bound. Events are kept as bytes, some twenty for most calls: a program may ask for the time
// many million times. Every event carries the tick it happened in. The oldest events can be forgotten. Holds no native
// pointer but the host functions' identities. Engine thread only.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "engine/runtime/execution.h"
#include "engine/wasm/limits.h"

namespace wasmscope::replay {

class EventLog final : public runtime::HostSink {
 public:
  explicit EventLog(uint64_t most_bytes = wasm::kMaxRecordedBytes) : most_bytes_(most_bytes) {}

  // Whose ticks the events carry; without it all carry 0.
  void set_clock(const runtime::Execution* clock) { clock_ = clock; }

  // The answer stays as it is until the next call.
  const runtime::HostEvent* replay(const runtime::HostFunc& func) override;
  void record(const runtime::HostFunc& func, const runtime::HostEvent& event) override;
  bool is_full() const override { return bytes_.size() >= most_bytes_; }

  // Between two events.
  struct Position {
    uint64_t offset = 0;      // of the next event's first byte, counted from the first event ever
    uint64_t number = 0;      // events before
    uint64_t tick = 0;        // of the last event before
  };
  Position position() const { return {forgotten_ + next_, cursor_, tick_}; }
  // Not one that was forgotten.
  void go_to(const Position& position);
  // The next call is the first one again.
  void rewind() { go_to(begin_); }
  // What was said after this point does not hold any more: the program goes another way from here.
  void forget_future() {
    bytes_.resize(next_);
    size_ = cursor_;
  }
  // What happened before a position cannot be replayed any more.
  void forget_before(const Position& position);
  uint64_t size() const { return size_; }
  uint64_t cursor() const { return cursor_; }
  bool is_live() const { return cursor_ == size_; }
  uint64_t bytes() const { return bytes_.size(); }
  uint64_t most_bytes() const { return most_bytes_; }

  // The events from a position on, for people: calls `see` until it returns false.
  struct Seen {
    uint64_t number = 0, tick = 0;
    const runtime::HostFunc* func = nullptr;
    const runtime::HostEvent* event = nullptr;   // until the next one
  };
  void read(const Position& from, const std::function<bool(const Seen&)>& see) const;
  const Position& begin() const { return begin_; }

 private:
  void append(uint64_t number);
  void append(const std::vector<uint8_t>& bytes);
  uint64_t read_number(uint64_t& at) const;
  std::vector<uint8_t> read_bytes(uint64_t& at) const;
  // At `at`, behind which it is then; `tick` is the last event's and becomes this one's.
  const runtime::HostFunc* read_event(uint64_t& at, uint64_t& tick, runtime::HostEvent& event) const;

  uint64_t most_bytes_;
  std::vector<const runtime::HostFunc*> funcs_;   // those that were called, in the order of their first calls
  std::vector<uint8_t> bytes_;                    // of all events
  uint64_t forgotten_ = 0;                        // bytes that were before bytes_[0]
  Position begin_;                                // of bytes_[0]
  uint64_t next_ = 0;                             // where the next event begins
  uint64_t cursor_ = 0, size_ = 0;                // in events
  uint64_t tick_ = 0;                             // of the event before next_
  const runtime::Execution* clock_ = nullptr;
  runtime::HostEvent answer_;
};

}  // namespace wasmscope::replay
