// SPDX-License-Identifier: Apache-2.0
// Moving the program: a plan is carried out in chunks short enough to stay responsive, and ends in a stop.
#include <algorithm>
#include <chrono>

#include "engine/base/utf8.h"
#include "engine/debug/debuggee.h"

namespace wasmscope::debug {
namespace {

using interp::Mode;
using interp::RunRequest;
using runtime::Outcome;
using runtime::Paused;
using runtime::PauseReason;
using Clock = std::chrono::steady_clock;

// Chunks are counted in ticks, so where they end depends on nothing but the program; their size follows the clock.
constexpr uint64_t kFirstChunkTicks = 1 << 16, kLeastChunkTicks = 1 << 10, kMostChunkTicks = uint64_t{1} << 32;
constexpr auto kShortChunk = std::chrono::milliseconds(4), kLongChunk = std::chrono::milliseconds(12);
constexpr uint64_t kStepsBetweenPolls = 4096;

bool is_paused_for(const Outcome& outcome, PauseReason reason) {
  const auto* paused = std::get_if<Paused>(&outcome);
  return paused != nullptr && paused->reason == reason;
}

bool leaves_frame(wasm::Op op) {
  return op == wasm::Op::ReturnCall || op == wasm::Op::ReturnCallIndirect || op == wasm::Op::ReturnCallRef;
}

}  // namespace

Debuggee::Debuggee(SessionOptions options, std::shared_ptr<ProgramEnvironment> environment, Contact& contact)
    : options_(std::move(options)), environment_(std::move(environment)), contact_(contact), folder_(options_.state_folder),
      stops_([this](std::string lines) { contact_.say(std::move(lines)); }), chunk_ticks_(kFirstChunkTicks) {}
Debuggee::~Debuggee() { keep_session(); }

const Inspection* Debuggee::inspection() const {
  if (!timeline_ || !inspection_ || timeline_->calls().empty() || timeline_->instantiation_trap()) return nullptr;
  const bool has_frames = !timeline_->end() || std::holds_alternative<runtime::Trapped>(*timeline_->end());
  return has_frames ? inspection_.get() : nullptr;
}

std::string Debuggee::where(uint32_t depth) const {
  const Inspection& now = *inspection();
  const Inspection::FramePlace place = now.place(depth);
  return "t=" + std::to_string(timeline_->instant().tick) + ":" + std::to_string(depth) + " " +
         to_text(module(), names(), place.func, place.pc) + "  " + now.instruction_text(place.func, place.pc);
}

Outcome Debuggee::step_once() {
  stops_.note_writes();
  const Outcome outcome = timeline_->run({.mode = Mode::Step});
  stops_.compare();
  return outcome;
}

std::optional<Outcome> Debuggee::drive(RunRequest request, Goal goal) {
  request.pause = &contact_.wants_poll();
  size_t call = timeline_->call_number();
  // A write is passed by a step of its own, and so is the first instruction, which may be one.
  bool steps = stops_.has_watches() && !request.stop_here;
  while (true) {
    const uint64_t tick = timeline_->instant().tick;
    const uint32_t depth = timeline_->instant().depth;
    request.tick_limit = tick + chunk_ticks_;
    const auto began = Clock::now();
    Outcome outcome = steps ? step_once() : timeline_->run(request);
    const auto took = Clock::now() - began;
    if (is_paused_for(outcome, PauseReason::TickLimit) && took < kShortChunk && chunk_ticks_ < kMostChunkTicks) chunk_ticks_ *= 2;
    if (took > kLongChunk && chunk_ticks_ > kLeastChunkTicks) chunk_ticks_ /= 2;
    if (timeline_->end() || !stops_.hits().empty()) return stops_.hits().empty() ? outcome : Paused{PauseReason::Breakpoint};

    const bool is_next_call = timeline_->call_number() != call;
    call = timeline_->call_number();
    const bool has_returned = steps && request.return_depth != UINT32_MAX && timeline_->instant().depth < depth &&
                              timeline_->instant().depth <= request.return_depth;
    if (has_returned) return Paused{PauseReason::Return};
    const bool was_step = std::exchange(steps, is_paused_for(outcome, PauseReason::Breakpoint));
    const bool goes_on = is_paused_for(outcome, PauseReason::TickLimit) || is_paused_for(outcome, PauseReason::Request) || steps ||
                         (was_step && is_paused_for(outcome, PauseReason::Step) && !is_next_call) ||
                         (is_next_call && (goal == Goal::Run || goal == Goal::Until));
    if (!goes_on) return outcome;
    request.stop_here = true;   // nobody has seen this instant yet
    if ((was_step || steps) && !contact_.wants_poll().load(std::memory_order_relaxed)) continue;
    switch (contact_.poll()) {
      case Verdict::GoOn: break;
      case Verdict::Pause: return Paused{PauseReason::Request};
      case Verdict::Abandon: return std::nullopt;
    }
  }
}

std::optional<Outcome> Debuggee::step_into(uint64_t count) {
  for (uint64_t done = 0;; ++done) {
    const Outcome outcome = step_once();
    if (!is_paused_for(outcome, PauseReason::Step)) return outcome;
    stops_.arrive();
    if (!stops_.hits().empty()) return Paused{PauseReason::Breakpoint};
    if (done + 1 >= count) return outcome;
    if (done % kStepsBetweenPolls != 0 && !contact_.wants_poll()) continue;
    switch (contact_.poll()) {
      case Verdict::GoOn: break;
      case Verdict::Pause: return Paused{PauseReason::Request};
      case Verdict::Abandon: return std::nullopt;
    }
  }
}

std::optional<Outcome> Debuggee::step_over(uint64_t count) {
  for (uint64_t done = 0; done < count; ++done) {
    const uint32_t depth = timeline_->instant().depth;
    // The frame goes with a tail call, so over it is after it returned to the caller.
    const bool is_tail_call = leaves_frame(inspection_->instruction(timeline_->instant().pc).op);
    std::optional<Outcome> outcome = step_into(1);
    // The callee's first instruction has been reached by the step; a breakpoint there counts.
    if (is_paused_for(*outcome, PauseReason::Step)) {
      const uint32_t caller = depth == 0 ? UINT32_MAX : depth - 1;
      if (is_tail_call) outcome = drive({.return_depth = caller}, Goal::Over);
      else if (timeline_->instant().depth > depth) outcome = drive({.return_depth = depth}, Goal::Over);
    }
    if (!outcome || !stops_.hits().empty()) return outcome;
    const bool is_done = is_paused_for(*outcome, PauseReason::Step) || is_paused_for(*outcome, PauseReason::Return);
    if (!is_done || done + 1 == count) return outcome;
    switch (contact_.poll()) {
      case Verdict::GoOn: break;
      case Verdict::Pause: return Paused{PauseReason::Request};
      case Verdict::Abandon: return std::nullopt;
    }
  }
  return Paused{PauseReason::Step};
}

// Why the program cannot go on, else it is going on.
std::optional<std::string> Debuggee::begin_move(std::string doing) {
  if (!timeline_) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule).error();
  if (state_ != State::Paused)
    return refuse(ErrorCode::NotPaused, "it has ended; `run` starts it again, `seek` goes back").error();
  state_ = State::Running;
  reason_ = StopReason::None;
  message_ = std::move(doing);
  forget_search();
  stops_.forget_hits();
  return std::nullopt;
}

Answer Debuggee::move(const StepPlan& plan) {
  if (const auto refused = begin_move("running " + invoked_)) return std::unexpected(*refused);
  std::string done;
  std::optional<Outcome> outcome;
  switch (plan.goal) {
    case Goal::Run: outcome = drive({}, Goal::Run); break;
    case Goal::Into: outcome = step_into(plan.count); break;
    case Goal::Over: outcome = step_over(plan.count); break;
    case Goal::Out: {
      const Inspection::FramePlace place = inspection_->place(timeline_->instant().depth);
      const uint32_t depth = timeline_->instant().depth;
      outcome = drive({.return_depth = depth == 0 ? UINT32_MAX : depth - 1}, Goal::Out);
      if (outcome && is_paused_for(*outcome, PauseReason::Return)) done = returned_values(place.func);
      break;
    }
    case Goal::Until:
      stops_.destination = Destination{{{plan.until.func, {plan.until.pc}}}, {}, {}};
      stops_.apply();
      outcome = drive({}, Goal::Until);
      stops_.destination.reset();
      stops_.apply();
      if (outcome && is_paused_for(*outcome, PauseReason::Breakpoint) && timeline_->instant().pc == plan.until.pc)
        done = "reached " + to_text(module(), names(), plan.until.func, plan.until.pc);
      break;
  }
  return settle(outcome, std::move(done));
}

// The values a function has just left on its caller's stack.
std::string Debuggee::returned_values(wasm::FuncIndex func) const {
  const size_t count = module().func_type(func).results.size();
  const std::vector<OperandValue> operands = inspection_->operands(inspection_->place(timeline_->instant().depth));
  std::string text = names().func(func) + " returned";
  for (size_t i = operands.size() - std::min(count, operands.size()); i < operands.size(); ++i)
    text += " " + inspection_->value_text(operands[i].value);
  return text;
}

Answer Debuggee::settle(const std::optional<Outcome>& outcome, std::string done) {
  if (!outcome) {
    forget_program();
    show_before_start();
    was_abandoned_ = true;
    message_ = "the program was ended";
    return message_;
  }
  const auto* paused = std::get_if<Paused>(&*outcome);
  if (paused == nullptr) return end(*outcome);
  switch (paused->reason) {
    case PauseReason::Request: return arrive(StopReason::PauseRequest, "paused");
    case PauseReason::MissingImport: {
      const runtime::Func* callee = inspection_->callee();
      if (callee == nullptr || callee->import == nullptr) return arrive(StopReason::MissingImport, "a missing import");
      const size_t results = callee->type->results.size();
      return arrive(StopReason::MissingImport,
                    "missing import " + escape_for_display(callee->import->module) + "." +
                        escape_for_display(callee->import->name) + " " + wasm::to_text(*callee->type) +
                        ": `continue` goes on as if it had " +
                        (results == 0 ? "returned" : results == 1 ? "returned 0" : "returned zeros"));
    }
    case PauseReason::RecordedEnd:
      return arrive(StopReason::Step, "the recording ends here: `record continue` lets the program go on");
    default: return arrive(StopReason::Step, std::move(done));
  }
}

Answer Debuggee::arrive(StopReason reason, std::string text) {
  state_ = State::Paused;
  reason_ = reason;
  ++stop_count_;
  selected_depth = timeline_->instant().depth;
  stops_.look_again();
  // By a return or a pause it has come here without being asked. A call of a missing import has been arrived at before.
  if (stops_.hits().empty() && reason != StopReason::MissingImport && reason != StopReason::Entry) stops_.arrive();
  std::string hits;
  for (const Stops::Hit& hit : stops_.hits()) {
    if (hit.id == 0) continue;
    const StopPoint& point = *stops_.find(hit.id);
    reason_ = StopReason::Breakpoint;
    hits += (hits.empty() ? "" : "\n") + std::string(point.shown.kind == StopKind::Watch ? "watchpoint " : "breakpoint ") +
            std::to_string(hit.id) + (hit.text.empty() ? "" : ": " + hit.text);
  }
  if (!hits.empty()) text = hits + (text.empty() ? "" : ", ") + text;
  stops_.remove_used();
  message_ = text;
  const std::string line = where(selected_depth);
  return text.empty() ? line : text + "\n" + line;
}

Answer Debuggee::end(const Outcome& outcome) {
  state_ = State::Ended;
  ++stop_count_;
  if (const auto* exited = std::get_if<runtime::Exited>(&outcome)) {
    reason_ = StopReason::Exited;
    exit_code_ = exited->code;
    return message_ = "the program exited with code " + std::to_string(exited->code);
  }
  if (std::holds_alternative<runtime::Returned>(outcome)) {
    reason_ = StopReason::Returned;
    if (!timeline_->calls().empty()) results_ = timeline_->execution().results();
    message_ = invoked_ + " returned";
    for (const runtime::Value& value : results_) message_ += " " + inspection_->store_value_text(value);
    return message_;
  }
  const auto& trapped = std::get<runtime::Trapped>(outcome);
  reason_ = StopReason::Trap;
  if (const auto& at = timeline_->instantiation_trap()) {
    trap_ = explain_instantiation_trap(timeline_->instance(), names(), trapped.code, at->range);
  } else {
    trap_ = explain_trap(*inspection_, trapped);
    selected_depth = timeline_->instant().depth;
  }
  message_ = "trap: " + trap_->title;
  std::string text = message_ + "\n  " + trap_->where;
  for (const std::string& line : trap_->all_lines()) text += "\n  " + line;
  if (inspection() != nullptr) text += "\n" + where(selected_depth);
  return text;
}

Answer Debuggee::seek(const replay::SeekTarget& target) {
  if (!timeline_) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  if (timeline_->calls().empty() || timeline_->instantiation_trap())
    return std::unexpected("no code of this program has run: there is no instant to go to");
  const std::string before = message_;
  state_ = State::Running;
  message_ = "seeking";
  forget_search();
  bool is_abandoned = false;
  const replay::SeekResult result = timeline_->seek(target, {&contact_.wants_poll(), [&](double) {
    const Verdict verdict = contact_.poll();
    is_abandoned = verdict == Verdict::Abandon;
    return verdict == Verdict::GoOn;
  }});
  if (is_abandoned) return settle(std::nullopt, {});
  const std::string instant = runtime::to_text(result.instant);
  switch (result.end) {
    case replay::SeekEnd::Reached:
    case replay::SeekEnd::Interrupted: break;
    case replay::SeekEnd::Forgotten:
      state_ = timeline_->end() ? State::Ended : State::Paused;
      message_ = before;
      if (!timeline_->records()) return std::unexpected(*why_not_back());
      return std::unexpected("the recording begins at " + instant + ": what was before had to be forgotten");
    case replay::SeekEnd::NotRecorded:
      state_ = timeline_->end() ? State::Ended : State::Paused;
      message_ = before;
      return std::unexpected("the recording ends at " + instant + ": `record continue` lets the program go on from there");
    case replay::SeekEnd::Passed:
    case replay::SeekEnd::ProgramEnded:
      state_ = timeline_->end() ? State::Ended : State::Paused;
      message_ = before;
      return std::unexpected("there is no such instant: " +
                             (result.end == replay::SeekEnd::Passed
                                  ? "the first one after it is " + instant
                                  : "the program ended in tick " + std::to_string(result.instant.tick)));
  }
  const bool is_reached = result.end == replay::SeekEnd::Reached;
  stand_after_seek(is_reached ? StopReason::Seek : StopReason::PauseRequest, is_reached ? "" : "seeking was interrupted");
  const std::string line = where(selected_depth);
  return message_.empty() ? line : message_ + "\n" + line;
}

void Debuggee::stand_after_seek(StopReason reason, std::string message) {
  trap_.reset();
  results_.clear();
  exit_code_.reset();
  state_ = State::Paused;
  reason_ = reason;
  message_ = std::move(message);
  ++stop_count_;
  selected_depth = timeline_->instant().depth;
  stops_.look_again();
}

Answer Debuggee::kill() {
  // The command itself may have made the session abandon the run before it comes here.
  if (!timeline_ && !was_abandoned_) return refuse(ErrorCode::NotRunning);
  const bool was_loading = loaded_ == nullptr;
  forget_program();
  show_before_start();
  return message_ = was_loading ? "loading was cancelled" : "the program was ended";
}

}  // namespace wasmscope::debug
