// SPDX-License-Identifier: Apache-2.0
// One program from its first instruction on, able to stand at any instant of its past. It is recorded as it runs: what
// the host answers goes to the log, and every now and then a checkpoint is taken. Going back is restoring the last
// checkpoint before an instant and running on from there with the host's answers taken from the log. Engine thread
// only.
//
// The calls of a program (start function, _initialize, the invoked function) run one after the other on one
// execution whose ticks go on counting, so an instant is unique over the whole program.
// Same log and same module: same state hash at every instant. Going back never depends on stops that are set.
//
//   begin                      now                     frontier
//   |--------------------------|-----------------------|        - - -
//   the oldest instant kept    where the program stands  the last one ever reached: behind it the host is asked
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "engine/interp/interpreter.h"
#include "engine/jit/compiled_tier.h"
#include "engine/replay/checkpoints.h"
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
SeekTarget seek_target(const runtime::Instant& instant);

enum class SeekEnd : uint8_t {
  Reached,
  Passed,        // no such instant: `instant` is the first one after it
  ProgramEnded,  // no such instant: the program ended before it, in the tick of `instant`
  Forgotten,     // it was before the oldest instant kept, which is `instant`
  Interrupted,   // by the pause flag; stands at `instant` on the way
  NotRecorded,   // it is after the end of a recording from a file, which is `instant`
};
struct SeekResult {
  SeekEnd end{};
  runtime::Instant instant;
};

// State that somebody changed at an instant, from outside the program.
struct Edit {
  // Their numbers are part of recordings in files.
  enum class What : uint8_t { Memory, Table, Global, Slot, Return, Heap };
  runtime::Instant at;
  What what{};
  uint32_t index = 0;        // of the memory, table or global in the instance
  uint64_t begin = 0;        // first byte (Heap: of the region), element, half of the global's value, or slot of the value stack
  // Bytes; 8 for each element, half and slot. Return: the results' slots, and nothing before.
  std::vector<uint8_t> before, after;
};

// What a recording in a file knows of a program's past.
struct History {
  std::vector<uint8_t> events;
  EventLog::Position events_end;
  std::vector<Edit> edits;             // ascending in time
  runtime::Instant frontier;
  std::optional<runtime::Outcome> end; // reached at the frontier
};

// Whether the state is hashed, which takes as long as reading all of it.
enum class Hashed : uint8_t { Yes, No };

// How a search through time is interrupted: when the flag is set, `goes_on` clears it and decides; the fraction is how
// much has been searched.
struct Interruption {
  const std::atomic<bool>* flag = nullptr;
  std::function<bool(double fraction)> goes_on;
};

// Asked about the past at stops and probes, in the order of time, one interval after the other from the latest to the
// earliest. May be asked at other instants too.
class Seeker : public interp::Observer {
 public:
  virtual void begin_interval() = 0;
  // The last instant of the interval that counts.
  virtual std::optional<runtime::Instant> last() = 0;
};
// What a search through the past looks for; the probes' observer is the seeker.
struct Search {
  std::map<wasm::FuncIndex, std::set<uint32_t>> places;
  interp::Probes probes;
  Seeker* seeker = nullptr;
};

class Timeline {
 public:
  // Events: what the host answers is kept for a file, but there is no going back. Off: nothing is kept.
  enum class Recording : uint8_t { On, Events, Off };
  struct Options {
    Recording recording = Recording::On;
    uint64_t budget_bytes = uint64_t{1} << 30;  // of checkpoints and log
    uint64_t checkpoint_ticks = 0;              // between checkpoints; 0: as running time says
    std::optional<interp::CompileWhen> compile_when = {};   // empty: everything is interpreted
    uint64_t look_ticks = interp::kLookTicks;   // for hot functions
  };
  // Instantiates. With calls it then stands before the first one: start() enters it.
  static Result<std::unique_ptr<Timeline>> create(std::shared_ptr<const wasm::Module> module,
                                                  const runtime::Imports& imports, std::vector<Call> calls, Options options);
  static Result<std::unique_ptr<Timeline>> create(std::shared_ptr<const wasm::Module> module,
                                                  const runtime::Imports& imports, std::vector<Call> calls) {
    return create(std::move(module), imports, std::move(calls), Options());
  }
  ~Timeline();

  struct InstantiationTrap {
    wasm::TrapCode code{};
    ByteRange range;         // of the segment
  };
  const std::optional<InstantiationTrap>& instantiation_trap() const { return instantiation_trap_; }
  const std::vector<runtime::MissingImport>& missing() const { return missing_; }

  // To the first instruction of the first call, or the oldest instant kept.
  runtime::Outcome start();
  // As Interpreter::run, over the border between two calls: after the last instruction of a call it pauses at
  // the first one of the next, with PauseReason::Step whatever the mode; call_number() has changed then. Passes a write
  // that it stands before.
  runtime::Outcome run(const interp::RunRequest& request);

  // --- past_from_file.cpp
  // Before start(): all this has happened, as far as instants are concerned. The events must fit (EventLog). Where the
  // history ends the program pauses with PauseReason::RecordedEnd; no host is asked.
  void take_over(History history);
  bool is_closed() const { return log_.is_closed(); }
  // From now on what comes after the end of the history is asked of the host, which knows nothing of the past.
  void reopen() { log_.reopen(); }
  // Instants on the way from the start to the frontier, the last of them the frontier, with what had happened there.
  struct Mark {
    runtime::Instant at;
    EventLog::Position events;
    uint64_t edits = 0;
    std::optional<uint64_t> hash;
    std::optional<runtime::Outcome> end;       // of the program, reached there
  };
  // As many with their hashes as that; stands where it stood afterwards.
  std::vector<Mark> make_marks(size_t most_hashes);
  Mark mark_here(Hashed hashed) const;
  // All of them, also those ahead.
  const std::vector<Edit>& all_edits() const { return edits_; }

  // --- search.cpp: moving in time. No stops are asked on the way.
  // Without a way there the timeline stands where it stood before, except when interrupted.
  SeekResult seek(const SeekTarget& target, const Interruption& interruption = {});
  // To the frontier, or the end that was reached there.
  SeekResult seek_frontier(const Interruption& interruption = {});
  // Stands at the instant before this one; false at the oldest one.
  bool step_back();
  // The last hit before now. Stands anywhere afterwards: seek. Empty: there is none, or it was interrupted.
  std::optional<runtime::Instant> find_last(const Search& search, const Interruption& interruption = {});
  // Asks from the oldest instant to the frontier as one interval, or until the seeker stops it or it is interrupted.
  // Stands anywhere afterwards.
  void find_all(const Search& search, const Interruption& interruption = {});

  // Changes state here and now, as part of this program's history: whoever comes by this instant again finds it
  // changed. What was recorded after this instant is forgotten. Not after the end.
  // `bytes` of the state; they must be there.
  void edit(Edit::What what, uint32_t index, uint64_t begin, Bytes bytes);
  void edit(uint32_t memory, uint64_t address, Bytes bytes) { edit(Edit::What::Memory, memory, address, bytes); }
  // The current function returns these slots at once, without doing anything more.
  runtime::Outcome force_return(std::span<const uint64_t> results);
  // Takes back the last edit before this instant or at it, standing at its instant afterwards, and forgets what came
  // after. Empty when there is none.
  std::optional<Edit> undo();
  // Those that have happened at this instant, oldest first.
  std::span<const Edit> edits() const { return {edits_.data(), next_edit_}; }

  // Breakpoints of a function, and what else stops; the observer of the probes decides about all of them.
  void set_stops(wasm::FuncIndex func, std::set<uint32_t> pcs);
  void set_probes(interp::Probes probes);

  // What executes from now on; instants and states are the same. Where this machine has no compiled tier the interpreter
  // goes on serving, and why_interpreted() says why; else that is empty.
  void set_tier(std::optional<interp::CompileWhen> compile_when);
  const std::string& why_interpreted() const { return why_interpreted_; }

  // How the program ended; empty while it stands at an instant. A trap leaves the frames readable.
  const std::optional<runtime::Outcome>& end() const { return end_; }
  runtime::Instant instant() const { return execution_->instant(); }
  size_t call_number() const { return call_; }
  const std::vector<Call>& calls() const { return calls_; }
  uint64_t state_hash() const;

  // The last instant that was ever reached, and whether the program ended there.
  const runtime::Instant& frontier() const { return frontier_; }
  const std::optional<runtime::Outcome>& frontier_end() const { return frontier_end_; }
  bool is_past() const { return instant() < frontier_ || (frontier_end_ && !end_); }
  bool records() const { return options_.recording == Recording::On; }
  bool keeps_events() const { return options_.recording != Recording::Off; }
  // The oldest instant kept, after the log had to forget what was before it.
  const std::optional<runtime::Instant>& forgotten_before() const { return forgotten_before_; }
  const Checkpoints& checkpoints() const { return *checkpoints_; }
  uint64_t recorded_bytes() const { return checkpoints_->bytes() + log_.bytes(); }
  // How deep the call stack was at some ticks, ascending: a few thousand over the whole recording.
  struct Sample {
    uint64_t tick = 0;
    uint32_t depth = 0;
    uint32_t func = 0;       // in the module
  };
  const std::vector<Sample>& samples() const { return samples_; }

  runtime::Store& store() { return store_; }
  const runtime::Store& store() const { return store_; }
  const runtime::Instance& instance() const { return *instance_; }
  const runtime::Execution& execution() const { return *execution_; }
  const EventLog& log() const { return log_; }
  const interp::Interpreter& interpreter() const { return interpreter_; }

 private:
  friend class ScratchCall;
  // Stands between the interpreter and whoever asked for stops: nobody is asked while the past is only passed.
  class Gate final : public interp::Observer {
   public:
    explicit Gate(Timeline& timeline) : timeline_(timeline) {}
    bool stops_at(const runtime::Execution& execution) override;
    bool stops_before_write(const runtime::Execution& execution) override;
    bool stops_after_host(const runtime::Execution& execution, const runtime::HostEvent& event) override;

   private:
    Timeline& timeline_;
  };
  class Searching;
  enum class Pace : uint8_t { Recording, Dense, Plain };   // which checkpoints are taken on the way
  using Clock = std::chrono::steady_clock;

  Timeline(std::vector<Call> calls, Options options)
      : calls_(std::move(calls)), options_(options), log_(options.budget_bytes / 2), interpreter_(store_) {
    if (options_.recording != Recording::Off) store_.sink = &log_;
  }

  void begin_call();
  runtime::Outcome advance(const interp::RunRequest& request);
  runtime::Outcome run_pieces(const interp::RunRequest& request);
  runtime::Outcome run_once(const interp::RunRequest& request);
  std::optional<runtime::Outcome> step_over_write(const interp::RunRequest& request);
  void take_checkpoint_if_due();
  void note_frontier();
  void note_sample();
  void make_room();
  void make_due_edits();
  bool has_recorded_end() const { return log_.is_closed() && !frontier_end_; }
  bool is_harmless(const Edit& edit) const;
  void distrust();
  void apply(const Edit& edit, const std::vector<uint8_t>& bytes);
  uint8_t* edited(Edit::What what, uint32_t index, uint64_t begin, uint64_t count);
  void forget_future();

  void restore(size_t checkpoint);
  bool is_at(const runtime::Instant& instant) const { return !end_ && this->instant() == instant; }
  runtime::Outcome walk_to(const runtime::Instant& target);
  SeekResult go_forward(const SeekTarget& target, const Interruption& interruption);
  bool replay_until(const runtime::Instant& target, bool has_ended, const Interruption& interruption, double begin, double end);
  void return_to(const runtime::Instant& instant, bool has_ended);

  std::vector<Call> calls_;
  Options options_;
  EventLog log_;
  runtime::Store store_;
  std::unique_ptr<jit::CompiledTier> tier_;   // null: never asked for, or not there
  std::string why_interpreted_;
  interp::Interpreter interpreter_;
  std::unique_ptr<runtime::Execution> execution_;
  std::unique_ptr<Checkpoints> checkpoints_;
  runtime::Instance* instance_ = nullptr;
  std::optional<InstantiationTrap> instantiation_trap_;
  std::vector<runtime::MissingImport> missing_;

  Gate gate_{*this};
  std::map<wasm::FuncIndex, std::set<uint32_t>> stops_;
  interp::Probes probes_;
  Seeker* seeker_ = nullptr;               // asked instead of the probes' observer
  bool is_passing_ = false;                // nobody is asked
  bool watches_ = false;                   // writes: the probes or the search

  std::vector<Edit> edits_;                // ascending in time
  size_t next_edit_ = 0;                   // the first one that has not happened yet
  size_t foreign_edits_ = 0;               // the first ones, from a file: looked at before they are made
  std::optional<runtime::Outcome> end_;
  size_t call_ = 0;
  runtime::Instant frontier_;
  std::optional<runtime::Outcome> frontier_end_;
  std::optional<runtime::Instant> forgotten_before_;
  std::vector<Sample> samples_;
  uint64_t sample_ticks_ = 1;              // from one to the next; doubled when there are too many

  Pace pace_ = Pace::Recording;
  uint64_t piece_ticks_ = 1 << 12;
  double seconds_ = 0;                     // running time of the program up to now, as first measured
  double last_taken_ = 0;                  // of the last checkpoint or restore
  double interval_ = 0;                    // between checkpoints
};

}  // namespace wasmscope::replay
