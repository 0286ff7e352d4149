// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/program_environment.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "engine/base/os/terminal.h"

namespace wasmscope::debug {
namespace {

constexpr uint64_t kSlice_ns = 10'000'000;
constexpr int kInputWait_ms = 50;

}  // namespace

ProgramEnvironment::ProgramEnvironment(std::shared_ptr<host::Environment> world, Report report)
    : is_system_(world == nullptr), world_(world ? std::move(world) : host::system_environment()), report_(std::move(report)) {}

int64_t ProgramEnvironment::read_stdin(std::span<uint8_t> out) {
  if (next_ < input_.size()) {
    const uint64_t count = std::min<uint64_t>(out.size(), input_.size() - next_);
    std::copy_n(input_.begin() + static_cast<ptrdiff_t>(next_), count, out.begin());
    next_ += count;
    return static_cast<int64_t>(count);
  }
  if (is_system_) {
    // A read that waits for ever must not keep the session from ending.
    while (!wait_for_standard_input(kInputWait_ms))
      if (is_ending_.load()) return 0;
  }
  const int64_t count = world_->read_stdin(out);
  if (count > 0) {
    input_.insert(input_.end(), out.begin(), out.begin() + count);
    next_ = input_.size();
  }
  return count;
}

void ProgramEnvironment::rewind_input(uint64_t position) { next_ = std::clamp<uint64_t>(position, forgotten_, forgotten_ + input_.size()) - forgotten_; }

void ProgramEnvironment::forget_read_input() {
  input_.erase(input_.begin(), input_.begin() + static_cast<ptrdiff_t>(next_));
  forgotten_ += std::exchange(next_, 0);
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
