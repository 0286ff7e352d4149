// SPDX-License-Identifier: Apache-2.0
// What the outside world said to a program, in order. Calls of host functions before the end of the log are
// answered from it and do not reach the host, so nothing is printed twice; at its end the host is asked and the
// log grows, up to a bound. Events are kept as bytes, some twenty for most calls: a program may ask for the time
// many million times. Holds no native pointer but the host functions' identities. Engine thread only.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/runtime/host_function.h"
#include "engine/wasm/limits.h"

namespace wasmscope::replay {

class EventLog final : public runtime::HostSink {
 public:
  explicit EventLog(uint64_t most_bytes = wasm::kMaxRecordedBytes) : most_bytes_(most_bytes) {}

  // The answer stays as it is until the next call.
  const runtime::HostEvent* replay(const runtime::HostFunc& func) override;
  void record(const runtime::HostFunc& func, const runtime::HostEvent& event) override;
  bool is_full() const override { return bytes_.size() >= most_bytes_; }

  // The next call is the first one again.
  void rewind() { next_ = cursor_ = 0; }
  // What was said after this point does not hold any more: the program goes another way from here.
  void forget_future() {
    bytes_.resize(next_);
    size_ = cursor_;
  }
  size_t size() const { return size_; }
  size_t cursor() const { return cursor_; }
  bool is_live() const { return cursor_ == size_; }

 private:
  void append(uint64_t number);
  void append(const std::vector<uint8_t>& bytes);
  uint64_t read_number();
  std::vector<uint8_t> read_bytes();

  uint64_t most_bytes_;
  std::vector<const runtime::HostFunc*> funcs_;   // those that were called, in the order of their first calls
  std::vector<uint8_t> bytes_;                    // of all events
  size_t next_ = 0;                               // where the next event begins
  size_t cursor_ = 0, size_ = 0;                  // in events
  runtime::HostEvent answer_;
};

}  // namespace wasmscope::replay
