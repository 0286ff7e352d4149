// SPDX-License-Identifier: Apache-2.0
// The world of a program under the debugger: what it writes is reported instead of printed, and its waits can
// be cut short so that a pause does not have to wait with it. What it has read of its input is kept, to be read again
// when its history takes another way. The rest comes from another environment. Engine thread only but for the cuts.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

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

  // Bytes of input that have been read, and back to an earlier number of them.
  uint64_t input_position() const { return forgotten_ + next_; }
  void rewind_input(uint64_t position);
  // There is no going back to before here.
  void forget_read_input();

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
  std::vector<uint8_t> input_;        // that the world gave
  uint64_t next_ = 0;                 // of it to be read
  uint64_t forgotten_ = 0;            // bytes that came before
  std::atomic<bool> is_sleep_cut_{false}, is_ending_{false};
};

}  // namespace wasmscope::debug
