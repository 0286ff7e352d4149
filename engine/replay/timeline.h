// SPDX-License-Identifier: Apache-2.0
// One program from its first instruction on, able to stand at any instant of its past: it goes back by running
// again from the start, with the host's answers taken from the log. Engine thread only.
//
// The calls of a program (start function, _initialize, the invoked function) run one after the other on one
// execution whose ticks go on counting, so an instant is unique over the whole program.
// Same log and same module: same state hash at every instant. Going back never depends on stops that are set.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "engine/interp/interpreter.h"
#include "engine/replay/event_log.h"
#include "engine/runtime/execution.h"

namespace wasmscope::replay {

struct Call {
  wasm::FuncIndex func = 0;
  std::vector<runtime::Value> arguments;
};

// Without a place: the first instant of the tick.
struct SeekTarget {
  uint64_t tick = 0;
  struct Place {
    uint32_t depth = 0, pc = 0;
  };
  std::optional<Place> place;
};

enum class SeekEnd : uint8_t {
  Reached,
  Passed,        // no such instant: `instant` is the first one after it
  ProgramEnded,  // no such instant: the program ended before it, in the tick of `instant`
  Interrupted,   // by the pause flag; stands at `instant` on the way
};
struct SeekResult {
  SeekEnd end{};
  runtime::Instant instant;
};

// Bytes of a memory that somebody changed at an instant, from outside the program.
struct Edit {
  runtime::Instant at;
  uint32_t memory = 0;
  uint64_t address = 0;
  std::vector<uint8_t> before, after;
};

// How a search through time is interrupted: when the flag is set, `goes_on` clears it and decides.
struct Interruption {
  const std::atomic<bool>* flag = nullptr;
  std::function<bool()> goes_on;
};

class Timeline {
 public:
  // Instantiates. With calls it then stands before the first one: start() enters it.
  static Result<std::unique_ptr<Timeline>> create(std::shared_ptr<const wasm::Module> module,
                                                  const runtime::Imports& imports, std::vector<Call> calls);
  ~Timeline();

  struct InstantiationTrap {
    wasm::TrapCode code{};
    ByteRange range;         // of the segment
  };
  const std::optional<InstantiationTrap>& instantiation_trap() const { return instantiation_trap_; }
  const std::vector<runtime::MissingImport>& missing() const { return missing_; }

  // To the first instruction of the first call. Also starts an ended program again, with the log as it is.
  runtime::Outcome start();
  // As Interpreter::run, over the border between two calls: after the last instruction of a call it pauses at
  // the first one of the next, with PauseReason::Step whatever the mode; call_number() has changed then.
  runtime::Outcome run(const interp::RunRequest& request);
  // Without a way there the timeline stands where it stood before, except when interrupted.
  SeekResult seek(const SeekTarget& target, const Interruption& interruption = {});

  // Changes bytes that are there, here and now, as part of this program's history: whoever comes by this instant
  // again finds them changed. What was recorded after this instant is forgotten. Not after the end.
  void edit(uint32_t memory, uint64_t address, Bytes bytes);
  // Takes back the last edit before this instant or at it, standing at its instant afterwards, and forgets what came
  // after. Empty when there is none.
  std::optional<Edit> undo();
  // Those that have happened at this instant, oldest first.
  std::span<const Edit> edits() const { return {edits_.data(), next_edit_}; }

  // Breakpoints of a function.
  void set_stops(wasm::FuncIndex func, std::set<uint32_t> pcs);

  // How the program ended; empty while it stands at an instant. A trap leaves the frames readable.
  const std::optional<runtime::Outcome>& end() const { return end_; }
  runtime::Instant instant() const { return execution_->instant(); }
  size_t call_number() const { return call_; }
  const std::vector<Call>& calls() const { return calls_; }
  uint64_t state_hash() const;

  runtime::Store& store() { return store_; }
  const runtime::Store& store() const { return store_; }
  const runtime::Instance& instance() const { return *instance_; }
  const runtime::Execution& execution() const { return *execution_; }
  const EventLog& log() const { return log_; }
  const interp::Interpreter& interpreter() const { return interpreter_; }

 private:
  struct Position {
    bool has_ended = false;
    runtime::Instant instant;
  };
  explicit Timeline(std::vector<Call> calls) : calls_(std::move(calls)), interpreter_(store_) { store_.sink = &log_; }

  void begin_call();
  runtime::Outcome run_on(const interp::RunRequest& request);
  runtime::Outcome run_to_edits(const interp::RunRequest& request);
  bool has_stop_here() const;
  void make_due_edits();
  void forget_future();
  void withdraw_stops();
  void apply_stops();
  SeekResult go_forward(const SeekTarget& target, const Interruption& interruption);
  void go_back_to(const Position& position);

  std::vector<Call> calls_;
  EventLog log_;
  runtime::Store store_;
  interp::Interpreter interpreter_;
  std::unique_ptr<runtime::Execution> execution_;
  runtime::Instance* instance_ = nullptr;
  runtime::StoreImage initial_;
  std::optional<InstantiationTrap> instantiation_trap_;
  std::vector<runtime::MissingImport> missing_;
  std::map<wasm::FuncIndex, std::set<uint32_t>> stops_;
  bool are_stops_withdrawn_ = false;
  std::vector<Edit> edits_;                // ascending in time
  size_t next_edit_ = 0;                   // the first one that has not happened yet
  std::optional<runtime::Outcome> end_;
  size_t call_ = 0;
};

}  // namespace wasmscope::replay
