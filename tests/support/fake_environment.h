// SPDX-License-Identifier: Apache-2.0
// An environment for tests: standard input is a text, output is collected, clocks move only by sleeping,
// random bytes count up. Single-threaded.
#pragma once
#include <algorithm>
#include <string>

#include "engine/host/environment.h"

namespace wasmscope::test {

class FakeEnvironment final : public host::Environment {
 public:
  std::string input;                  // what is left of it
  size_t largest_read = SIZE_MAX;     // of one read: to see short reads handled
  bool fail_reads = false;
  std::string output, errors;
  int writes = 0, reads = 0;
  uint64_t realtime = 1'700'000'000'000'000'000, monotonic = 5'000'000'000, slept_ns = 0;
  uint8_t next_random = 1;

  uint64_t realtime_ns() override { return realtime; }
  uint64_t monotonic_ns() override { return monotonic; }
  void random(std::span<uint8_t> out) override {
    for (uint8_t& byte : out) byte = next_random++;
  }
  int64_t read_stdin(std::span<uint8_t> out) override {
    ++reads;
    if (fail_reads) return -1;
    const size_t count = std::min({out.size(), input.size(), largest_read});
    std::copy_n(input.begin(), count, out.begin());
    input.erase(0, count);
    return static_cast<int64_t>(count);
  }
  void write(int channel, Bytes bytes) override {
    ++writes;
    (channel == 2 ? errors : output).append(bytes.begin(), bytes.end());
  }
  void sleep_ns(uint64_t duration_ns) override {
    slept_ns += duration_ns;
    realtime += duration_ns;
    monotonic += duration_ns;
  }
};

}  // namespace wasmscope::test
