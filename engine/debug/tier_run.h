// SPDX-License-Identifier: Apache-2.0
// One program on one tier, beside another one of the same program on another tier: it runs to ticks, goes back to
// checkpoints, and stops at instants. Both take what the host says from one log, which the one that is live extends;
// the other is refused what the log does not have. Calls follow one another as in a replay::Timeline: same ticks, same
// instants. A call of an import that nobody provides returns zeros. Engine thread only.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "engine/interp/compiled.h"
#include "engine/interp/interpreter.h"
#include "engine/replay/checkpoints.h"
#include "engine/replay/event_log.h"
#include "engine/replay/timeline.h"

namespace wasmscope::debug {

struct TierProgram {
  std::shared_ptr<const wasm::Module> module;
  runtime::Imports imports;
  std::vector<replay::Call> calls;
};

class TierRun;
struct HostLog {
  replay::EventLog events;
  TierRun* user = nullptr;           // that is running
};

class TierRun final : interp::Observer, runtime::HostSink {
 public:
  // Null: the program is interpreted.
  using MakeTier = std::function<std::unique_ptr<interp::Tier>(runtime::Store&)>;
  // Asked every few thousand ticks, when the flag is set; false ends the run where it is.
  struct Polling {
    const std::atomic<bool>* flag = nullptr;
    std::function<bool()> goes_on;
  };
  enum class Host : uint8_t { Live, Log };

  static Result<std::unique_ptr<TierRun>> create(const TierProgram& program, HostLog& log, Host host, const MakeTier& make_tier,
                                                 Polling polling);
  ~TierRun();
  TierRun(const TierRun&) = delete;
  TierRun& operator=(const TierRun&) = delete;

  // To the first instruction of the first call. Once.
  void start();
  // To the first instant of a tick, or the end.
  void run_to_tick(uint64_t tick);
  // One instruction.
  void step();
  // To a tick with code that stops at these places; at each it asks whether to stay there. LastTick: only in the tick
  // before that one, for certain.
  using Places = std::map<wasm::FuncIndex, std::set<uint32_t>>;
  using Visitor = std::function<bool()>;
  void run_with_stops(const Places& places, const Visitor& stays, uint64_t tick,
                      interp::StopForm form = interp::StopForm::Code);

  // Stands at the first instant of a tick.
  void keep();
  // Forgets all that was kept but here.
  void keep_only_here();
  // The state of another run of the program, which stands at the first instant of a tick; forgets all that was kept.
  void take_over(const TierRun& other);
  // From now on everything may have been written, whatever the pages' marks say: all of the memories is kept each time.
  void distrust_marks() { trusts_marks_ = false; }
  bool trusts_marks() const { return trusts_marks_; }
  // To the first kept instant; the last one at or before a tick.
  void restore_first() { restore(0); }
  void restore_before(uint64_t tick);

  // A trap leaves the frames readable. A wait that nobody can end is an end too.
  const std::optional<runtime::Outcome>& end() const { return end_; }
  bool has_frames() const;
  bool was_stopped() const { return was_stopped_; }   // by polling
  runtime::Instant instant() const { return execution_->instant(); }
  std::vector<runtime::Value> results() const { return execution_->results(); }
  const std::optional<wasm::TrapCode>& instantiation_trap() const { return instantiation_trap_; }

  const runtime::Store& store() const { return store_; }
  const runtime::Instance& instance() const { return *instance_; }
  const runtime::Execution& execution() const { return *execution_; }
  runtime::Func& func(wasm::FuncIndex index) { return *instance_->funcs[index]; }
  interp::Tier* tier() { return tier_.get(); }
  interp::Statistics statistics() const { return interpreter_.statistics(); }
  replay::EventLog::Position host_position() const { return position_; }
  // What the host was told, all of it up to now: arguments, and the memory that they lead to.
  struct Told {
    uint64_t calls = 0, digest = 0;
    friend bool operator==(const Told&, const Told&) = default;
  };
  const Told& told() const { return told_; }
  // The last call made since this run was last moved: "fd_write(1, 16, 1, 12)"; "" when there was none.
  const std::string& last_told() const { return last_told_; }

 private:
  TierRun(const TierProgram& program, HostLog& log, Host host, Polling polling);

  bool stops_at(const runtime::Execution& execution) override;
  bool stops_before_write(const runtime::Execution&) override { return false; }
  bool stops_after_host(const runtime::Execution&, const runtime::HostEvent&) override { return false; }

  const runtime::HostEvent* replay(const runtime::HostFunc& func) override { return log_.events.replay(func); }
  void record(const runtime::HostFunc& func, const runtime::HostEvent& event) override { log_.events.record(func, event); }
  bool is_full() const override { return log_.events.is_full(); }
  void note_call(const runtime::Func& func, const runtime::Instance* caller, std::span<const uint64_t> arguments) override;

  void take_log();
  void run(interp::RunRequest request);
  void begin_call();
  void restore(size_t checkpoint);
  void mark_all_unless_trusted();
  std::set<wasm::FuncIndex> compiled_funcs() const;

  std::vector<replay::Call> calls_;
  HostLog& log_;
  const Host host_;
  const Polling polling_;
  runtime::Store store_;
  std::unique_ptr<interp::Tier> tier_;
  interp::Interpreter interpreter_;
  std::unique_ptr<runtime::Execution> execution_;
  std::unique_ptr<replay::Checkpoints> checkpoints_;
  runtime::Instance* instance_ = nullptr;
  std::optional<wasm::TrapCode> instantiation_trap_;
  replay::EventLog::Position position_;    // of the next call of the host
  Told told_;
  std::string last_told_;
  struct Kept {
    Told told;
    std::set<wasm::FuncIndex> compiled;    // all others are called for the first time by each run from there
  };
  std::map<runtime::Instant, Kept> kept_;
  size_t call_ = 0;
  std::optional<runtime::Outcome> end_;
  Visitor stays_;
  bool was_stopped_ = false;
  bool trusts_marks_ = true;
};

}  // namespace wasmscope::debug
