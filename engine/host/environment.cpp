// SPDX-License-Identifier: Apache-2.0
#include "engine/host/environment.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "engine/base/os/standard_streams.h"

namespace wasmscope::host {
namespace {

template <class Clock>
uint64_t now_ns() {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count());
}

constexpr size_t kCollectedBytes = 1 << 15;

class SystemEnvironment final : public Environment {
 public:
  ~SystemEnvironment() override { SystemEnvironment::flush(); }
  uint64_t realtime_ns() override { return now_ns<std::chrono::system_clock>(); }
  uint64_t monotonic_ns() override { return now_ns<std::chrono::steady_clock>(); }
  void random(std::span<uint8_t> out) override {
    for (uint8_t& byte : out) {
      if (left_ == 0) {
        word_ = source_();
        left_ = sizeof word_;
      }
      byte = static_cast<uint8_t>(word_);
      word_ >>= 8;
      --left_;
    }
  }
  int64_t read_stdin(std::span<uint8_t> out) override {
    flush();
    return read_standard_input(out);
  }
  void write(int channel, Bytes bytes) override {
    if (channel == 2) {
      flush();
      write_standard(StandardStream::Error, bytes);
      return;
    }
    collected_.insert(collected_.end(), bytes.begin(), bytes.end());
    if (is_terminal_ || collected_.size() >= kCollectedBytes) flush();
  }
  void flush() override {
    write_standard(StandardStream::Output, collected_);
    collected_.clear();
  }
  void sleep_ns(uint64_t duration_ns) override {
    flush();
    Environment::sleep_ns(duration_ns);
  }

 private:
  const bool is_terminal_ = wasmscope::is_terminal(StandardStream::Output);
  std::vector<uint8_t> collected_;
  std::random_device source_;
  std::random_device::result_type word_ = 0;
  size_t left_ = 0;
};

}  // namespace

void Environment::sleep_ns(uint64_t duration_ns) {
  // The library adds the duration to a clock: a year keeps that from overflowing.
  constexpr uint64_t kYearNs = 365ull * 24 * 3600 * 1'000'000'000;
  std::this_thread::sleep_for(std::chrono::nanoseconds(std::min(duration_ns, kYearNs)));
}

std::shared_ptr<Environment> system_environment() { return std::make_shared<SystemEnvironment>(); }

}  // namespace wasmscope::host
