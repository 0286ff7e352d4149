// SPDX-License-Identifier: Apache-2.0
// Moving backwards, and asking who wrote something: searches through the recording, cancellable, with progress.
#include <algorithm>
#include <chrono>

#include "engine/base/utf8.h"
#include "engine/debug/branching.h"
#include "engine/debug/carry_out.h"
#include "engine/debug/debuggee.h"
#include "engine/debug/provenance.h"
#include "engine/debug/text_table.h"

namespace wasmscope::debug {
namespace {

using runtime::Instant;

constexpr uint64_t kMostWrites = 1000, kDefaultWrites = 50;

// The last instant at which the innermost frame has this depth, function and pc.
class PlaceSeeker final : public replay::Seeker {
 public:
  PlaceSeeker(wasm::FuncIndex func, std::set<uint32_t> pcs, std::optional<uint32_t> depth)
      : func_(func), pcs_(std::move(pcs)), depth_(depth) {}
  replay::Search search() {
    replay::Search made;
    made.places[func_] = pcs_;
    made.seeker = this;
    return made;
  }
  bool stops_at(const runtime::Execution& execution) override {
    if (execution.func->index == func_ && pcs_.contains(execution.pc) && (!depth_ || execution.depth == *depth_)) last_ = execution.instant();
    return false;
  }
  bool stops_before_write(const runtime::Execution&) override { return false; }
  bool stops_after_host(const runtime::Execution&, const runtime::HostEvent&) override { return false; }
  void begin_interval() override { last_.reset(); }
  std::optional<Instant> last() override { return last_; }

 private:
  wasm::FuncIndex func_;
  std::set<uint32_t> pcs_;
  std::optional<uint32_t> depth_;
  std::optional<Instant> last_;
};

// Writes to a place: the last one, or the first ones of all.
class WriteSeeker final : public replay::Seeker {
 public:
  struct Write {
    Instant at;
    bool is_by_host = false;
    bool is_entry = false;        // a local gets its first value where its function is entered
  };
  WriteSeeker(const WatchedPlace& place, replay::Timeline& timeline, uint64_t most)
      : place_(place), reader_(timeline.store()), most_(most) {}
  replay::Search search(const wasm::Module& module) {
    replay::Search made;
    place_.add_to(WatchMode::Write, made);
    made.seeker = this;
    is_local_ = place_.place().kind == ExpressionPlace::Kind::Local;
    if (is_local_) {
      entry_ = static_cast<uint32_t>(module.funcs[place_.func()].code.begin);
      made.places[place_.func()].insert(entry_);
    }
    return made;
  }
  bool stops_at(const runtime::Execution& execution) override {
    if (is_local_ && execution.pc == entry_ && execution.func->index == place_.func() && execution.depth == place_.place().depth)
      note({execution.instant(), false, true});
    return note_if_written(execution);
  }
  bool stops_before_write(const runtime::Execution& execution) override { return note_if_written(execution); }
  bool stops_after_host(const runtime::Execution& execution, const runtime::HostEvent& event) override {
    if (place_.is_written_by(event)) note({execution.instant(), true, false});
    return all_.size() >= most_;
  }
  void begin_interval() override { all_.clear(); }
  std::optional<Instant> last() override { return all_.empty() ? std::nullopt : std::optional(all_.back().at); }
  const std::vector<Write>& all() const { return all_; }

 private:
  bool note_if_written(const runtime::Execution& execution) {
    if (place_.is_written_by(reader_.at(execution), execution)) note({execution.instant(), false, false});
    return all_.size() >= most_;
  }
  // Of the last write only the last need be kept.
  void note(const Write& write) {
    if (!all_.empty() && all_.back().at == write.at) return;
    if (most_ == UINT64_MAX) all_.clear();
    all_.push_back(write);
  }
  const WatchedPlace& place_;
  replay::AccessReader reader_;
  uint64_t most_;
  bool is_local_ = false;
  uint32_t entry_ = 0;
  std::vector<Write> all_;
};

// The last instant at which a frame's instruction changed the operand with this index: took what was there, or a branch
// that is taken cut the stack down to there.
class PushSeeker final : public replay::Seeker {
 public:
  PushSeeker(const Inspection& inspection, wasm::FuncIndex func, uint32_t depth, uint32_t operand)
      : inspection_(inspection), func_(func), depth_(depth), operand_(operand) {
    lower::describe_operands(inspection.module(), func, 0, [&](const binary::Instruction& in, std::span<const lower::OperandPlace>, size_t height) {
      const wasm::Imm imm = wasm::info(in.op).imm;
      const bool opens_block = imm == wasm::Imm::BlockType || imm == wasm::Imm::TryTable;
      const bool is_branch = wasm::contains(branch_ops(), in.op);
      const size_t popped = opens_block ? (in.op == wasm::Op::If ? 1 : 0) : popped_count(inspection.module(), in);
      if (is_branch || height - std::min(popped, height) <= operand) pcs_.insert(in.pc);
    });
  }
  replay::Search search() {
    replay::Search made;
    made.places[func_] = pcs_;
    made.seeker = this;
    return made;
  }
  bool stops_at(const runtime::Execution& execution) override {
    if (execution.depth != depth_ || execution.func->index != func_ || !pcs_.contains(execution.pc)) return false;
    if (changes_operand(execution)) last_ = execution.instant();
    return false;
  }
  bool stops_before_write(const runtime::Execution&) override { return false; }
  bool stops_after_host(const runtime::Execution&, const runtime::HostEvent&) override { return false; }
  void begin_interval() override { last_.reset(); }
  std::optional<Instant> last() override { return last_; }

 private:
  bool changes_operand(const runtime::Execution& execution) const {
    const binary::Instruction in = inspection_.instruction(execution.pc);
    if (!wasm::contains(branch_ops(), in.op)) return true;
    const lower::Description here = lower::describe(inspection_.module(), func_, execution.pc);
    const std::optional<uint32_t> label = taken_label(inspection_, execution);
    if (label) return *label < here.labels.size() && here.labels[here.labels.size() - 1 - *label].height <= operand_;
    return here.operands.size() - popped_count(inspection_.module(), in) <= operand_;
  }
  const Inspection& inspection_;
  wasm::FuncIndex func_;
  uint32_t depth_, operand_;
  std::set<uint32_t> pcs_;
  std::optional<Instant> last_;
};

}  // namespace

replay::Interruption Debuggee::interruption(std::string doing, bool& is_abandoned) {
  return {&contact_.wants_poll(), [this, doing = std::move(doing), &is_abandoned](double fraction) {
            message_ = doing + ", " + std::to_string(static_cast<int>(fraction * 100)) + " %";
            const Verdict verdict = contact_.poll();
            is_abandoned = verdict == Verdict::Abandon;
            return verdict == Verdict::GoOn;
          }};
}

std::optional<std::string> Debuggee::why_not_back() const {
  if (!timeline_) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule).error();
  if (!timeline_->records()) return "nothing is recorded: start without --no-record to go back";
  if (timeline_->calls().empty() || timeline_->instantiation_trap()) return "no code has run";
  return std::nullopt;
}

// Where the program stands now, in words and as state.
Answer Debuggee::stand(StopReason reason, std::string text) {
  if (timeline_->end()) {
    const Answer ended = end(*timeline_->end());
    return text.empty() || !ended ? ended : text + "\n" + *ended;
  }
  stand_after_seek(reason, std::move(text));
  const std::string line = where(selected_depth);
  return message_.empty() ? line : message_ + "\n" + line;
}

// A search for something that lies behind, from a state that is kept when there is none.
std::expected<std::optional<Instant>, std::string> Debuggee::find_last(const replay::Search& search, const std::string& doing) {
  bool is_abandoned = false;
  const bool had_ended = timeline_->end() && !std::holds_alternative<runtime::Trapped>(*timeline_->end());
  const Instant before = timeline_->instant();
  state_ = State::Running;
  bool was_interrupted = false;
  replay::Interruption interrupted = interruption(doing, is_abandoned);
  interrupted.goes_on = [&, ask = std::move(interrupted.goes_on)](double fraction) { return !(was_interrupted = !ask(fraction)); };
  is_searching_past_ = true;
  const std::optional<Instant> found = timeline_->find_last(search, interrupted);
  is_searching_past_ = false;
  if (is_abandoned) return std::unexpected("the program was ended");
  if (found && !was_interrupted) return found;
  if (had_ended) timeline_->seek_frontier();
  else timeline_->seek(replay::seek_target(before));
  state_ = timeline_->end() ? State::Ended : State::Paused;
  if (was_interrupted) return std::unexpected("searching the past was interrupted");
  return std::optional<Instant>();
}

Answer Debuggee::go_back_to(const replay::Search& search, const std::string& doing, StopReason reason, std::string text, const std::string& without) {
  const auto found = find_last(search, doing);
  if (!found) return was_ended_by_search(found.error());
  if (!*found) {
    if (without.empty()) return seek_start();
    return std::unexpected(without);
  }
  timeline_->seek(replay::seek_target(**found));
  return stand(reason, std::move(text));
}

Answer Debuggee::was_ended_by_search(const std::string& why) {
  if (state_ != State::Running) return std::unexpected(why);
  return settle(std::nullopt, {});
}

Answer Debuggee::seek_start() {
  const auto& oldest = timeline_->forgotten_before();
  timeline_->seek(oldest ? replay::SeekTarget{oldest->tick, {}} : replay::SeekTarget{1, {}});
  return stand(StopReason::Seek, "the beginning of the recording");
}

Answer Debuggee::seek_end() {
  if (const auto why = why_not_back()) return std::unexpected(*why);
  bool is_abandoned = false;
  state_ = State::Running;
  timeline_->seek_frontier(interruption("going to the end of the recording", is_abandoned));
  if (is_abandoned) return settle(std::nullopt, {});
  return stand(StopReason::Seek, "the end of the recording");
}

Answer Debuggee::move_back(const StepPlan& plan) {
  if (const auto why = why_not_back()) return std::unexpected(*why);
  if (state_ != State::Paused && state_ != State::Ended) return refuse(ErrorCode::NotPaused);
  forget_search();
  stops_.forget_hits();
  const bool had_frames = inspection() != nullptr;
  switch (plan.goal) {
    case Goal::Into:
    case Goal::Over: {
      for (uint64_t i = 0; i < plan.count; ++i) {
        const bool has_frames = inspection() != nullptr;
        const uint32_t depth = timeline_->instant().depth;
        if (!timeline_->step_back()) return stand(StopReason::Seek, "the beginning of the recording");
        if (plan.goal == Goal::Into || !has_frames || timeline_->instant().depth <= depth) continue;
        // Into the end of a call that has returned: over it is where it was made.
        const Inspection::FramePlace caller = inspection_->place(depth);
        PlaceSeeker seeker(caller.func, {caller.pc}, depth);
        const auto found = find_last(seeker.search(), "going back over a call");
        if (!found) return was_ended_by_search(found.error());
        if (*found) timeline_->seek(replay::seek_target(**found));
      }
      return stand(StopReason::Step, {});
    }
    case Goal::Out: {
      if (!had_frames) return std::unexpected("the program has ended: reverse-stepi goes back into it");
      const uint32_t depth = timeline_->instant().depth;
      if (depth == 0) return seek_start();
      const Inspection::FramePlace caller = inspection_->place(depth - 1);
      PlaceSeeker seeker(caller.func, {caller.pc}, depth - 1);
      return go_back_to(seeker.search(), "going back to the call", StopReason::Step, "the call of " + names().func(inspection_->place(depth).func), {});
    }
    case Goal::Until: {
      PlaceSeeker seeker(plan.until.func, {plan.until.pc}, std::nullopt);
      return go_back_to(seeker.search(), "going back", StopReason::Step, "reached " + to_text(module(), names(), plan.until.func, plan.until.pc),
                        "it was not there before this instant");
    }
    case Goal::Run: break;
  }
  return search_back({});
}

Answer Debuggee::search_back(const std::string& done) {
  const auto found = find_last(stops_.past_search(), "going back");
  if (!found) return was_ended_by_search(found.error());
  if (!*found) return seek_start();
  timeline_->seek(replay::seek_target(**found));
  std::string text;
  for (const Stops::Hit& hit : stops_.past_hits()) {
    const StopPoint* const point = stops_.find(hit.id);
    const bool is_watch = point != nullptr && point->shown.kind == StopKind::Watch;
    text += (text.empty() ? "" : "\n") + std::string(is_watch ? "watchpoint " : "breakpoint ") + std::to_string(hit.id) + (hit.text.empty() ? "" : ": " + hit.text);
  }
  const StopReason reason = text.empty() && !done.empty() ? StopReason::Step : StopReason::Breakpoint;
  return stand(reason, text.empty() ? done : std::move(text));
}

std::string Debuggee::write_text(const Instant& at, bool is_by_host, bool is_entry, const std::string& before, const std::string& after) const {
  const Inspection::FramePlace place = inspection_->place(at.depth);
  std::string text = runtime::to_text(at) + "  " + to_text(module(), names(), place.func, place.pc) + "  ";
  if (is_entry) return text + "entered with it: " + before;
  text += inspection_->instruction_text(place.func, place.pc);
  if (is_by_host) text += ", by the host";
  return text + ": " + before + " -> " + after;
}

Answer Debuggee::who(const std::string& text) {
  if (const auto why = why_not_back()) return std::unexpected(*why);
  const auto located = locate(text);
  if (!located) return std::unexpected(located.error());
  const bool had_ended = timeline_->end() && !std::holds_alternative<runtime::Trapped>(*timeline_->end());
  const bool was_trapped = timeline_->end() && !had_ended;
  const Instant before = timeline_->instant();
  const State state = state_;
  const std::string message = message_;
  if (located->kind == ExpressionPlace::Kind::Operand) return who_pushed(*located);
  const WatchedPlace place(*located, *timeline_);
  const bool is_entered_here = located->kind == ExpressionPlace::Kind::Local && located->depth == before.depth && inspection() != nullptr &&
                               before.pc == static_cast<uint32_t>(module().funcs[place.func()].code.begin);
  if (is_entered_here) return write_text(before, false, true, place.text(*timeline_, *inspection_), {});
  WriteSeeker seeker(place, *timeline_, UINT64_MAX);
  const auto found = find_last(seeker.search(module()), "looking for the last write");
  if (!found) return was_ended_by_search(found.error());
  std::string answer;
  if (!*found) {
    answer = "nothing has written it since the beginning: " + place.text(*timeline_, *inspection_);
  } else {
    const WriteSeeker::Write write = seeker.all().back();
    timeline_->seek(replay::seek_target(write.at));
    const std::string old_value = place.text(*timeline_, *inspection_);
    const std::string line = write_text(write.at, write.is_by_host, write.is_entry, old_value, {});
    timeline_->run({.mode = interp::Mode::Step});
    answer = write.is_entry ? line : line + place.text(*timeline_, *inspection_);
    if (trap_ && text == trap_->suspect.expression) trap_->last_write = {answer, write.at};
    if (had_ended || was_trapped) timeline_->seek_frontier();
    else timeline_->seek(replay::seek_target(before));
  }
  state_ = state;
  message_ = message;
  stops_.look_again();
  return answer;
}

Answer Debuggee::writes(const std::string& text) {
  if (const auto why = why_not_back()) return std::unexpected(*why);
  std::string what = text;
  const auto located = locate(what);
  if (!located) return std::unexpected(located.error());
  if (located->kind == ExpressionPlace::Kind::Operand) return std::unexpected("an operand is written once: `who` says by which instruction");
  const bool has_ended = timeline_->end().has_value();
  const Instant before = timeline_->instant();
  const State state = state_;
  const std::string message = message_;
  const WatchedPlace place(*located, *timeline_);
  WriteSeeker seeker(place, *timeline_, kMostWrites);
  bool is_abandoned = false, was_interrupted = false;
  state_ = State::Running;
  replay::Interruption interrupted = interruption("looking for writes", is_abandoned);
  interrupted.goes_on = [&, ask = std::move(interrupted.goes_on)](double fraction) { return !(was_interrupted = !ask(fraction)); };
  is_searching_past_ = true;
  timeline_->find_all(seeker.search(module()), interrupted);
  is_searching_past_ = false;
  if (is_abandoned) return settle(std::nullopt, {});
  std::string answer;
  const std::vector<WriteSeeker::Write> all = seeker.all();
  for (size_t i = 0; i < std::min<size_t>(all.size(), kDefaultWrites); ++i) {
    timeline_->seek(replay::seek_target(all[i].at));
    const std::string line = write_text(all[i].at, all[i].is_by_host, all[i].is_entry, place.text(*timeline_, *inspection_), {});
    timeline_->run({.mode = interp::Mode::Step});
    answer += (answer.empty() ? "" : "\n") + line + (all[i].is_entry ? "" : place.text(*timeline_, *inspection_));
  }
  if (all.size() > kDefaultWrites) answer += "\n... " + std::to_string(all.size() - kDefaultWrites) + (all.size() >= kMostWrites ? " more at least" : " more");
  if (was_interrupted) answer += "\nthe search was interrupted";
  if (answer.empty()) answer = "nothing has written it in the recording";
  if (has_ended) timeline_->seek_frontier();
  else timeline_->seek(replay::seek_target(before));
  state_ = state;
  message_ = message;
  stops_.look_again();
  return answer;
}

// An operand was pushed by the last instruction of its frame that reached down to its height, or carried there by a
// branch that did.
Answer Debuggee::who_pushed(const ExpressionPlace& operand) {
  const Inspection::FramePlace place = inspection_->place(operand.depth);
  const OperandValue value = inspection_->operands(place)[operand.index];
  std::string is = inspection_->value_text(value.value);
  if (value.origin == OperandOrigin::Const) is += ", a constant";
  if (value.origin == OperandOrigin::Local) is += ", a copy of local " + std::to_string(value.local);
  const bool has_trapped = timeline_->end().has_value();
  const Instant before = timeline_->instant();
  const State state = state_;
  const std::string message = message_;
  PushSeeker seeker(*inspection_, place.func, operand.depth, operand.index);
  const auto found = find_last(seeker.search(), "looking for the instruction");
  if (!found) return was_ended_by_search(found.error());
  std::string answer = is + " has been there since the beginning of the recording";
  if (*found) {
    timeline_->seek(replay::seek_target(**found));
    const Inspection::FramePlace at = inspection_->place((*found)->depth);
    const bool is_branch = taken_label(*inspection_, timeline_->execution()).has_value();
    answer = runtime::to_text(**found) + "  " + to_text(module(), names(), at.func, at.pc) + "  " +
             inspection_->instruction_text(at.func, at.pc) + (is_branch ? ": carried " : ": pushed ") + is;
  }
  if (has_trapped) timeline_->seek_frontier();
  else timeline_->seek(replay::seek_target(before));
  state_ = state;
  message_ = message;
  stops_.look_again();
  return answer;
}

Answer Debuggee::list_checkpoints() const {
  if (const auto why = why_not_back()) return std::unexpected(*why);
  const replay::Checkpoints& all = timeline_->checkpoints();
  std::string text = std::to_string(all.count()) + (all.count() == 1 ? " checkpoint, " : " checkpoints, ") +
                     std::to_string(all.bytes() / 1024) + " KiB; " + std::to_string(timeline_->log().size()) + " events of the host, " +
                     std::to_string(timeline_->log().bytes()) + " bytes";
  text += "\nfrom " + runtime::to_text(all.milestone(0).at) + " to " + runtime::to_text(timeline_->frontier());
  if (timeline_->forgotten_before()) text += "\nwhat was before had to be forgotten for want of room";
  return text;
}

namespace {

std::expected<uint64_t, std::string> count_of(Command command, const Arguments& arguments) {
  if (arguments.empty()) return 1;
  const auto count = parse_number(arguments[0]);
  if (arguments.size() > 1 || !count || *count == 0) return wrong_usage(command);
  return *count;
}
Answer step_back(Debuggee& debuggee, Command command, const Arguments& arguments, Goal goal) {
  const auto count = count_of(command, arguments);
  if (!count) return std::unexpected(count.error());
  return debuggee.move_back({.goal = goal, .count = *count, .until = {}});
}

}  // namespace

template <>
Answer carry_out<Command::ReverseStepInto>(Debuggee& debuggee, const Arguments& arguments) {
  return step_back(debuggee, Command::ReverseStepInto, arguments, Goal::Into);
}
template <>
Answer carry_out<Command::ReverseStepOver>(Debuggee& debuggee, const Arguments& arguments) {
  return step_back(debuggee, Command::ReverseStepOver, arguments, Goal::Over);
}
template <>
Answer carry_out<Command::ReverseStep>(Debuggee& debuggee, const Arguments& arguments) {
  return without_lines(step_back(debuggee, Command::ReverseStep, arguments, Goal::Into));
}
template <>
Answer carry_out<Command::ReverseNext>(Debuggee& debuggee, const Arguments& arguments) {
  return without_lines(step_back(debuggee, Command::ReverseNext, arguments, Goal::Over));
}
template <>
Answer carry_out<Command::ReverseStepOut>(Debuggee& debuggee, const Arguments&) {
  return debuggee.move_back({.goal = Goal::Out, .count = 1, .until = {}});
}
template <>
Answer carry_out<Command::ReverseContinue>(Debuggee& debuggee, const Arguments&) {
  return debuggee.move_back({.goal = Goal::Run, .count = 1, .until = {}});
}
template <>
Answer carry_out<Command::ReverseUntil>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::ReverseUntil);
  if (!debuggee.is_runnable()) return refuse(ErrorCode::NoModule);
  const auto place = parse_code_place(debuggee.module(), debuggee.names(), arguments[0]);
  if (!place) return refuse(place.error());
  if (!place->has_code) return std::unexpected(place->note);
  return debuggee.move_back({.goal = Goal::Until, .count = 1, .until = *place});
}
template <>
Answer carry_out<Command::Seek>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::Seek);
  if (arguments[0] == "end") return debuggee.seek_end();
  if (arguments[0] == "start") return debuggee.seek({debuggee.timeline() != nullptr && debuggee.timeline()->forgotten_before() ? debuggee.timeline()->forgotten_before()->tick : 1, {}});
  const auto target = parse_instant(arguments[0]);
  if (!target) return refuse(target.error());
  return debuggee.seek(*target);
}
template <>
Answer carry_out<Command::Who>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::Who);
  return debuggee.who(arguments[0]);
}
template <>
Answer carry_out<Command::Writes>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::Writes);
  return debuggee.writes(arguments[0]);
}
template <>
Answer carry_out<Command::ListCheckpoints>(Debuggee& debuggee, const Arguments&) {
  return debuggee.list_checkpoints();
}

}  // namespace wasmscope::debug
