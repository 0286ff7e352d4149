// SPDX-License-Identifier: Apache-2.0
// The opened module and the program that runs it, as the commands see them. Internal to debug/; engine thread
// only. A long operation stays in touch with the session through Contact: between chunks of some milliseconds
// it asks whether to go on, and other commands may be carried out meanwhile.
#pragma once
#include <atomic>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/file.h"
#include "engine/debug/host_history.h"
#include "engine/debug/inspection.h"
#include "engine/debug/place.h"
#include "engine/debug/session.h"
#include "engine/debug/session_file.h"
#include "engine/debug/snapshot.h"
#include "engine/debug/stops.h"
#include "engine/replay/timeline.h"

namespace wasmscope::debug {

// Lines for people; the error is why the command could not be done.
using Answer = std::expected<std::string, std::string>;
using Arguments = std::vector<std::string>;
// One line, without the hex window of a report.
std::unexpected<std::string> refuse(const Error& error);
Error to_error(const FileError& failure);
std::unexpected<std::string> refuse(ErrorCode code, std::string detail = {});

enum class Verdict : uint8_t { GoOn, Pause, Abandon };

class Contact {
 public:
  virtual Verdict poll() = 0;
  // True when poll() should be called soon.
  virtual const std::atomic<bool>& wants_poll() const = 0;
  // Lines for people that belong to no command's answer: messages of log points.
  virtual void say(std::string lines) = 0;

 protected:
  ~Contact() = default;
};

struct Invocation {
  std::string name;                 // export, function name or #INDEX
  Arguments arguments;
};
enum class AfterLaunch : uint8_t { Stop, Run };

// A movement of the program, as data.
enum class Goal : uint8_t { Run, Into, Over, Out, Until };
struct StepPlan {
  Goal goal = Goal::Run;
  uint64_t count = 1;               // Into, Over
  CodePlace until;                  // Until
};

struct BreakpointRequest {
  std::string place;                // of place.h's grammar, or exit:NAME, op:PATTERN, import:NAME, throw
  std::string condition;            // "" for none
  std::string log;                  // "" to stop
  bool is_temporary = false;
};

// Events of a log for the picture of time: read on from where the last picture ended, thinned out when they are many.
struct EventMarks {
  replay::EventLog::Position read_to;
  std::vector<TimePicture::Mark> marks;
  uint64_t stride = 1;
  void read(const replay::EventLog& log);
};

class Debuggee {
 public:
  Debuggee(SessionOptions options, std::shared_ptr<ProgramEnvironment> environment, Contact& contact);
  ~Debuggee();

  // --- loading.cpp
  Answer open_file(const std::string& path);
  Answer open_bytes(std::string name, std::vector<uint8_t> bytes);
  // Without an invocation: the last one, or what the options or the module's exports suggest.
  Answer launch(std::optional<Invocation> invocation, AfterLaunch after);

  // --- stepping.cpp
  Answer move(const StepPlan& plan);
  Answer seek(const replay::SeekTarget& target);
  Answer visit(uint64_t steps, const Session::Visitor& visitor);   // visiting.cpp
  Answer kill();

  // --- structure_stepping.cpp
  enum class Direction : uint8_t { Forward, Backward };
  Answer finish_block(uint64_t count, Direction direction);
  Answer go_to_call(uint64_t count, Direction direction);
  Answer go_to_branch(uint64_t count, Direction direction);
  Answer go_until(const std::string& expression, Direction direction);

  // --- calling.cpp
  // In a scratch copy of the state.
  Answer call(const std::string& name, std::span<const std::string> arguments);
  // The current function returns these values at once.
  Answer force_return(std::span<const std::string> values);

  // --- time_travel.cpp
  Answer move_back(const StepPlan& plan);
  Answer seek_end();
  // Who wrote a place last; all who did.
  Answer who(const std::string& text);
  Answer writes(const std::string& text);
  Answer list_checkpoints() const;

  // --- coverage.cpp
  // Of every function, or each instruction of one.
  Answer count_executions(std::optional<wasm::FuncIndex> func);

  // --- recording_commands.cpp
  enum class ModuleIn : uint8_t { Inside, Outside };
  Answer save_recording(const std::string& path, ModuleIn module_in);
  Answer load_recording(const std::string& path);
  Answer check_recording();
  Answer continue_recording();
  Answer describe_recording() const;

  // --- comparing.cpp
  // The recording on both tiers; a difference is saved when there is a name for its file.
  Answer compare_tiers(const std::string& reproducer);

  // --- editing.cpp, searching.cpp
  Answer edit(const MemoryPlace& place, const BytePattern& pattern);
  // "PLACE = EXPRESSION", in the selected frame.
  Answer assign(std::string_view text);
  Answer undo();
  Answer redo();
  // The first ones from `from` on.
  Answer find(const MemoryPlace& from, const BytePattern& pattern);
  bool is_searching() const { return search_.is_running; }
  bool is_searching_past() const { return is_searching_past_; }

  // --- printing.cpp
  Answer print(ValueFormat format, const std::string& text) const;
  // Printed whenever the program stops somewhere.
  Answer add_display(ValueFormat format, const std::string& text);
  Answer remove_displays(const Arguments& ids);
  std::string displays_text() const;

  // --- breakpoints.cpp
  Answer add_breakpoint(const BreakpointRequest& request);
  Answer add_watchpoint(const std::string& text, WatchMode mode);
  Answer set_condition(const std::string& id, const std::string& condition);
  Answer set_ignore(const std::string& id, uint64_t count);
  Answer remove_breakpoints(const Arguments& ids);
  Answer enable_breakpoints(const Arguments& ids, bool on);
  std::vector<Breakpoint> breakpoints() const;
  std::string breakpoint_text(const Breakpoint& breakpoint) const;

  // --- session_keeping.cpp
  // Writes what has changed since the last time.
  void keep_session();

  // --- tiers.cpp
  Answer set_tier(const std::string& name);
  TierPicture picture_tiers() const;
  Answer describe_tiers() const;

  // --- snapshot_builder.cpp
  // `previous` gives the pictures of memory that have not changed.
  std::shared_ptr<Snapshot> build_snapshot(const Snapshot& previous) const;
  std::map<uint32_t, std::vector<Session::MemoryWish>> memory_wishes;   // by client
  std::map<uint32_t, uint64_t> table_wishes;                            // table: first element
  std::map<uint32_t, std::vector<std::string>> expression_wishes;       // by client
  std::optional<wasm::FuncIndex> code_wish;

  // --- expression_wishes.cpp
  // An expression's value in the selected frame, as `print` shows it.
  std::expected<std::string, ExpressionError> evaluate(const std::string& text, ValueFormat format) const;
  std::map<std::string, WatchedExpression> picture_expressions() const;

  // --- state, read by the commands that list it
  uint64_t stop_count() const { return stop_count_; }
  State state() const { return state_; }
  bool is_runnable() const { return loaded_ != nullptr && !loaded_->error && state_ != State::Loading; }
  const std::shared_ptr<const LoadedModule>& loaded() const { return loaded_; }
  const wasm::Module& module() const { return *loaded_->module; }
  const symbols::Names& names() const { return *loaded_->names; }
  const replay::Timeline* timeline() const { return timeline_.get(); }
  // What memories, tables and globals are read from: the program's or, before its start, the module's as it is
  // instantiated. Null when there is neither.
  const replay::Timeline* contents() const { return timeline_ ? timeline_.get() : before_start_.get(); }
  // Null unless the program stands at an instant or trapped at one.
  const Inspection* inspection() const;
  const std::optional<TrapExplanation>& trap() const { return trap_; }
  const std::string& message() const { return message_; }
  // "t=12:3 #9 parse_number +0x1c @0xa41c  i32.load offset=252", of a frame.
  std::string where(uint32_t depth) const;
  uint32_t selected_depth = 0;

 private:
  Answer load(std::string name, std::vector<uint8_t> bytes);
  Answer cancel_loading();
  std::optional<Error> validate();   // null also when abandoned: then state_ is Empty
  std::optional<Invocation> default_invocation() const;
  struct Plan {
    std::vector<replay::Call> calls;
    std::string text;                // "fac(20)"
  };
  std::expected<Plan, std::string> plan_calls(const Invocation& invocation) const;
  std::string describe_run() const;
  std::string describe_made_imports() const;
  runtime::Imports live_imports(const HostHistory& history) const;
  replay::Timeline::Options timeline_options() const;
  Result<std::unique_ptr<replay::Timeline>> instantiate(std::vector<replay::Call> calls, const HostHistory& history) const;
  // Starts the program; it stops before its first instruction, saying `text`.
  Answer enter(std::unique_ptr<replay::Timeline> timeline, AfterLaunch after, const std::string& text);
  Answer open_recording(const std::string& path, Bytes file);
  std::expected<wasm::FuncIndex, std::string> find_callable(const std::string& name) const;
  void show_before_start();
  void forget_program();
  void forget_search() { search_ = {}; }

  std::optional<std::string> begin_move(std::string doing);
  // To the destination, so many times, or until something else stops it.
  Answer go_forward(Destination destination, uint64_t count, std::string text, uint32_t return_depth = UINT32_MAX);
  Answer go_backward(Destination destination, uint64_t count, std::string text);
  Answer go(Destination destination, uint64_t count, Direction direction, std::string text);

  // An edit of the present or the past: what is given up by it, and the host's state brought to where it was here.
  std::string given_up() const;
  void has_edited(std::optional<replay::Edit> taken_back = {});
  std::expected<std::vector<runtime::Value>, std::string> evaluate_arguments(std::span<const wasm::ValType> types,
                                                                             std::span<const std::string> texts,
                                                                             const std::string& wanted) const;

  // Runs in chunks until something visible happens; empty when abandoned.
  std::optional<runtime::Outcome> drive(interp::RunRequest request, Goal goal);
  std::optional<runtime::Outcome> step_into(uint64_t count);
  std::optional<runtime::Outcome> step_over(uint64_t count);
  void stand_after_seek(StopReason reason, std::string message);
  // What to say after a movement, and the new state.
  Answer settle(const std::optional<runtime::Outcome>& outcome, std::string done);
  Answer arrive(StopReason reason, std::string text);
  Answer end(const runtime::Outcome& outcome);
  std::string returned_values(wasm::FuncIndex func) const;
  std::shared_ptr<const TimePicture> picture_time() const;
  std::shared_ptr<const CodePicture> picture_code(const Snapshot& previous) const;   // code_pictures.cpp

  // Over the writes that are watched: a step with the values compared.
  runtime::Outcome step_once();

  std::expected<StopPoint, std::string> make_point(const std::string& place) const;
  std::expected<StopPoint*, std::string> find_point(const std::string& word);
  std::optional<std::string> check_condition(const Breakpoint& at, const std::string& condition) const;
  std::expected<ExpressionPlace, std::string> locate(const std::string& text) const;

  struct Display {
    uint32_t id = 0;
    ValueFormat format{};
    std::string text;
  };
  std::string display_text(const Display& display) const;

  KeptSession to_keep() const;
  std::string restore_session();
  std::string restore_point(const KeptPoint& kept, bool has_changed, size_t& restored);

  std::optional<std::string> why_not_back() const;
  replay::Interruption interruption(std::string doing, bool& is_abandoned);
  std::expected<std::optional<runtime::Instant>, std::string> find_last(const replay::Search& search, const std::string& doing);
  // Empty `without`: the beginning, when there is no hit.
  Answer go_back_to(const replay::Search& search, const std::string& doing, StopReason reason, std::string text,
                    const std::string& without);
  Answer was_ended_by_search(const std::string& why);
  Answer seek_start();
  Answer stand(StopReason reason, std::string text);
  // Where the last hit of a point or the destination is.
  Answer search_back(const std::string& text);
  std::string write_text(const runtime::Instant& at, bool is_by_host, bool is_entry, const std::string& before,
                         const std::string& after) const;
  Answer who_pushed(const ExpressionPlace& operand);

  SessionOptions options_;
  std::shared_ptr<ProgramEnvironment> environment_;
  Contact& contact_;

  State state_ = State::Empty;
  StopReason reason_ = StopReason::None;
  std::string message_;
  std::string load_progress_;
  double load_fraction_ = 0;
  uint64_t stop_count_ = 0;
  std::shared_ptr<const LoadedModule> loaded_;
  std::unique_ptr<replay::Timeline> timeline_;
  std::unique_ptr<Inspection> inspection_;
  std::unique_ptr<replay::Timeline> before_start_;   // while there is no program
  std::vector<Display> displays_;
  uint32_t next_display_ = 1;
  SessionFolder folder_;
  std::string kept_hash_;                  // of the module; "" while nothing is kept for it
  std::string kept_text_;                  // as it was last written
  std::optional<HostHistory> host_history_;          // of timeline_
  // Changes that were taken back, the last one last, and the state that they were made in.
  struct Undone {
    replay::Edit edit;
    uint64_t hash = 0;
  };
  std::vector<Undone> undone_;
  MemorySearch search_;                    // with an empty pattern: none
  std::optional<Invocation> invocation_;   // the last one
  std::string invoked_;
  Stops stops_;
  // Of timeline_, as long as the interpreter's changes() say the same.
  mutable uint64_t tier_changes_ = 0;
  mutable TierPicture tiers_;
  mutable EventMarks event_marks_;         // of the log of timeline_
  uint32_t next_breakpoint_ = 1;
  uint64_t chunk_ticks_;
  bool is_searching_past_ = false;
  bool was_abandoned_ = false;             // the last run, before it came to an end
  std::vector<replay::Timeline::Mark> marks_;   // of the recording that the program came from
  std::shared_ptr<const TierComparison> comparison_;   // of this program, the last one
  std::optional<TrapExplanation> trap_;
  std::vector<runtime::Value> results_;
  std::optional<int> exit_code_;
};

}  // namespace wasmscope::debug
