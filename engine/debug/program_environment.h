// SPDX-License-Identifier: Apache-2.0
// The world of a program under the debugger: what it writes is reported instead of printed, and its waits can
// be cut short so that a pause does not have to wait with it. The rest comes from another environment.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "engine/host/environment.h"

namespace wasmscope::debug {

class ProgramEnvironment final : public host::Environment {
 public:
  using Report = std::function<void(int channel, std::string text)>;
  // Without a world: the system's, of which nothing is written to. A given one also gets what is written.
  ProgramEnvironment(std::shared_ptr<host::Environment> world, Report report);

  uint64_t realtime_ns() override { return world_->realtime_ns(); }
  uint64_t monotonic_ns() override { return world_->monotonic_ns(); }
  void random(std::span<uint8_t> out) override { world_->random(out); }
  int64_t read_stdin(std::span<uint8_t> out) override;
  void write(int channel, Bytes bytes) override;
  void sleep_ns(uint64_t duration_ns) override;

  // From any thread, also from signal handlers.
  void cut_sleep() { is_sleep_cut_.store(true); }
  void allow_sleep() { is_sleep_cut_.store(false); }
  void cut_everything() {
    is_ending_.store(true);
    is_sleep_cut_.store(true);
  }

 private:
  const bool is_system_;
  const std::shared_ptr<host::Environment> world_;
  const Report report_;
  std::atomic<bool> is_sleep_cut_{false}, is_ending_{false};
};

}  // namespace wasmscope::debug
