// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/program_environment.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "engine/base/os/terminal.h"

namespace wasmscope::debug {
namespace {

constexpr uint64_t kSlice_ns = 10'000'000;
constexpr int kInputWait_ms = 50;

}  // namespace

ProgramEnvironment::ProgramEnvironment(std::shared_ptr<host::Environment> world, Report report)
    : is_system_(world == nullptr), world_(world ? std::move(world) : host::system_environment()), report_(std::move(report)) {}

int64_t ProgramEnvironment::read_stdin(std::span<uint8_t> out) {
  if (is_system_) {
    // A read that waits for ever must not keep the session from ending.
    while (!wait_for_standard_input(kInputWait_ms))
      if (is_ending_.load()) return 0;
  }
  return world_->read_stdin(out);
}

void ProgramEnvironment::write(int channel, Bytes bytes) {
  if (!is_system_) world_->write(channel, bytes);
  if (report_) report_(channel, std::string(bytes.begin(), bytes.end()));
}

void ProgramEnvironment::sleep_ns(uint64_t duration_ns) {
  if (!is_system_) return world_->sleep_ns(duration_ns);
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  while (!is_sleep_cut_.load()) {
    const auto slept = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - began).count());
    if (slept >= duration_ns) return;
    std::this_thread::sleep_for(std::chrono::nanoseconds(std::min(duration_ns - slept, kSlice_ns)));
  }
}

}  // namespace wasmscope::debug
