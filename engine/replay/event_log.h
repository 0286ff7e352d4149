// SPDX-License-Identifier: Apache-2.0
// What the outside world said to a program, in order. Calls of host functions before the end of the log are
// answered from it and do not reach the host, so nothing is printed twice; at its end the host is asked and the
// log grows, up to a bound. Events are kept as bytes, some twenty for most calls: a program may ask for the time
// many million times. Every event carries the tick it happened in. The oldest events can be forgotten. Holds no native
// pointer but the host functions' identities. Engine thread only.
//
// A log that came from a file is closed: at its end, or where the program asks something else than it did then, the
// answer is a refusal, which is a trap, and no host is asked.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/runtime/execution.h"
#include "engine/wasm/limits.h"

namespace wasmscope::replay {

class EventLog final : public runtime::HostSink {
 public:
  explicit EventLog(uint64_t most_bytes = wasm::kMaxRecordedBytes) : most_bytes_(most_bytes) {}

  // The functions that events name by number, in this order; those that come later are appended. Before the first event.
  void set_funcs(std::vector<const runtime::HostFunc*> funcs) { funcs_ = std::move(funcs); }
  const std::vector<const runtime::HostFunc*>& funcs() const { return funcs_; }
  // Whose ticks the events carry; without it all carry 0.
  void set_clock(const runtime::Execution* clock) { clock_ = clock; }

  // The answer stays as it is until the next call.
  const runtime::HostEvent* replay(const runtime::HostFunc& func) override;
  void record(const runtime::HostFunc& func, const runtime::HostEvent& event) override;
  bool is_full() const override { return bytes_.size() >= most_bytes_; }
  void close() { is_closed_ = true; }
  void reopen() { is_closed_ = false; }
  bool is_closed() const { return is_closed_; }

  // Between two events.
  struct Position {
    uint64_t offset = 0;      // of the next event's first byte, counted from the first event ever
    uint64_t number = 0;      // events before
    uint64_t tick = 0;        // of the last event before
  };
  Position position() const { return {forgotten_ + next_, cursor_, tick_}; }
  Position end() const { return {forgotten_ + bytes_.size(), size_, end_tick_}; }
  // Not one that was forgotten.
  void go_to(const Position& position);
  // The next call is the first one again.
  void rewind() { go_to(begin_); }
  // What was said after this point does not hold any more: the program goes another way from here.
  void forget_future() {
    bytes_.resize(next_);
    size_ = cursor_;
    end_tick_ = tick_;
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
    Position after;                              // to read on from
  };
  void read(const Position& from, const std::function<bool(const Seen&)>& see) const;
  const Position& begin() const { return begin_; }

  // The events as bytes, as recordings hold them: those that are kept, from begin() on.
  Bytes bytes_from(const Position& position) const { return Bytes(bytes_).subspan(position.offset - forgotten_); }
  // What a recording says must be so before it is taken over.
  struct Expected {
    uint64_t memories = 0;
    std::vector<const wasm::FuncType*> funcs;   // by number
  };
  // The error is the offset of the event that is none, and why.
  struct Misfit {
    uint64_t offset = 0;
    std::string_view why;
  };
  static std::optional<Misfit> find_misfit(Bytes events, const Position& end, const Expected& expected);
  // Instead of all events; the next call is the first one. They must have no misfit.
  void take_over(std::vector<uint8_t> events, const Position& end);

 private:
  const runtime::HostEvent* refuse(const runtime::HostFunc& func, std::string_view why);
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
  uint64_t end_tick_ = 0;                         // of the last event
  bool is_closed_ = false;
  const runtime::Execution* clock_ = nullptr;
  runtime::HostEvent answer_;
};

}  // namespace wasmscope::replay
