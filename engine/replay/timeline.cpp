// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/timeline.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/try.h"
#include "engine/replay/state_hash.h"

namespace wasmscope::replay {

using interp::Mode;
using interp::RunRequest;
using runtime::Instant;
using runtime::Outcome;
using runtime::PauseReason;
using runtime::Paused;
using runtime::Region;

Result<std::unique_ptr<Timeline>> Timeline::create(std::shared_ptr<const wasm::Module> module,
                                                   const runtime::Imports& imports, std::vector<Call> calls) {
  std::unique_ptr<Timeline> timeline(new Timeline(std::move(calls)));
  TRY_ASSIGN(timeline->execution_, runtime::Execution::create(0));
  TRY_ASSIGN(runtime::InstantiateOutcome instantiated, runtime::instantiate(timeline->store_, std::move(module), imports));
  timeline->instance_ = instantiated.result.instance;
  timeline->missing_ = std::move(instantiated.result.missing);
  if (instantiated.trap) {
    timeline->instantiation_trap_ = {*instantiated.trap, instantiated.trap_range};
    timeline->end_ = runtime::Trapped{*instantiated.trap, {}};
  }
  timeline->interpreter_.add_instance(*timeline->instance_);
  if (!timeline->calls_.empty()) timeline->initial_ = timeline->store_.save();
  return timeline;
}

Timeline::~Timeline() {
  if (execution_) interpreter_.remove(*execution_);
}

void Timeline::begin_call() {
  const Call& call = calls_[call_];
  execution_->begin(*instance_->funcs[call.func], call.arguments);
}

Outcome Timeline::start() {
  if (!calls_.empty()) store_.restore(initial_);
  log_.rewind();
  next_edit_ = 0;
  call_ = 0;
  end_.reset();
  execution_->tick = 0;
  if (calls_.empty()) {
    end_ = runtime::Returned{};
    return *end_;
  }
  begin_call();
  interpreter_.reset(*execution_);
  return run({.mode = Mode::Step});
}

Outcome Timeline::run(const RunRequest& request) {
  CHECK(!end_);
  const Outcome outcome = next_edit_ < edits_.size() ? run_to_edits(request) : run_on(request);
  make_due_edits();
  return outcome;
}

// Stops at the instants of edits to make them, and goes on to what was asked for.
Outcome Timeline::run_to_edits(const RunRequest& request) {
  RunRequest part = request;
  const size_t call = call_;
  while (next_edit_ < edits_.size()) {
    const uint64_t tick = edits_[next_edit_].at.tick;
    if (request.mode == Mode::Step) return run_on(request);
    if (instant().tick < tick) {
      part.tick_limit = std::min(request.tick_limit, tick);
      const Outcome outcome = run_on(part);
      const auto* paused = std::get_if<Paused>(&outcome);
      const bool is_on_the_way = paused != nullptr && paused->reason == PauseReason::TickLimit &&
                                 instant().tick == tick && request.tick_limit > tick;
      if (!is_on_the_way) return outcome;
    } else {
      // In the tick of the edit every instruction may be the one.
      if (part.stop_here && has_stop_here()) return Paused{PauseReason::Breakpoint};
      const uint32_t depth = instant().depth;
      const Outcome outcome = run_on({.mode = Mode::Step});
      const auto* paused = std::get_if<Paused>(&outcome);
      if (paused == nullptr || paused->reason != PauseReason::Step || call_ != call) return outcome;
      if (has_stop_here()) return Paused{PauseReason::Breakpoint};
      if (instant().depth < depth && request.return_depth != UINT32_MAX && instant().depth <= request.return_depth)
        return Paused{PauseReason::Return};
      if (instant().tick >= request.tick_limit) return Paused{PauseReason::TickLimit};
    }
    make_due_edits();
    part.stop_here = true;   // nobody has seen this instant yet
  }
  part.tick_limit = request.tick_limit;
  return run_on(part);
}

bool Timeline::has_stop_here() const {
  if (are_stops_withdrawn_) return false;
  const auto stops = stops_.find(execution_->func->index);
  return stops != stops_.end() && stops->second.contains(instant().pc);
}

void Timeline::make_due_edits() {
  if (end_) return;
  while (next_edit_ < edits_.size() && edits_[next_edit_].at == instant()) {
    const Edit& edit = edits_[next_edit_++];
    Region& region = instance_->memories[edit.memory]->region;
    std::ranges::copy(edit.after, region.data() + edit.address);
    region.mark(edit.address, edit.after.size());
  }
}

void Timeline::forget_future() {
  edits_.resize(next_edit_);
  log_.forget_future();
}

void Timeline::edit(uint32_t memory, uint64_t address, Bytes bytes) {
  CHECK(!end_);
  Region& region = instance_->memories[memory]->region;
  CHECK(address <= region.size() && bytes.size() <= region.size() - address);
  forget_future();
  uint8_t* at = region.data() + address;
  edits_.push_back({instant(), memory, address, {at, at + bytes.size()}, {bytes.begin(), bytes.end()}});
  ++next_edit_;
  std::ranges::copy(bytes, at);
  region.mark(address, bytes.size());
}

std::optional<Edit> Timeline::undo() {
  if (next_edit_ == 0) return std::nullopt;
  Edit last = edits_[next_edit_ - 1];
  if (end_ || instant() != last.at) seek({last.at.tick, SeekTarget::Place{last.at.depth, last.at.pc}});
  Region& region = instance_->memories[last.memory]->region;
  std::ranges::copy(last.before, region.data() + last.address);
  region.mark(last.address, last.before.size());
  --next_edit_;
  forget_future();
  return last;
}

Outcome Timeline::run_on(const RunRequest& request) {
  Outcome outcome = interpreter_.run(*execution_, request);
  if (std::holds_alternative<runtime::Returned>(outcome) && call_ + 1 < calls_.size()) {
    ++call_;
    begin_call();
    outcome = interpreter_.run(*execution_, {.mode = Mode::Step});
  }
  if (!std::holds_alternative<Paused>(outcome)) end_ = outcome;
  return outcome;
}

void Timeline::set_stops(wasm::FuncIndex func, std::set<uint32_t> pcs) {
  interpreter_.set_stops(*instance_, func, pcs);
  if (pcs.empty()) {
    stops_.erase(func);
  } else {
    stops_[func] = std::move(pcs);
  }
}

void Timeline::withdraw_stops() {
  are_stops_withdrawn_ = true;
  for (const auto& [func, pcs] : stops_) interpreter_.set_stops(*instance_, func, {});
}

void Timeline::apply_stops() {
  are_stops_withdrawn_ = false;
  for (const auto& [func, pcs] : stops_) interpreter_.set_stops(*instance_, func, pcs);
}

SeekResult Timeline::go_forward(const SeekTarget& target, const Interruption& interruption) {
  while (true) {
    const Instant now = instant();
    if (end_ && !std::holds_alternative<runtime::Trapped>(*end_)) return {SeekEnd::ProgramEnded, now};
    if (now.tick == target.tick) {
      if (!target.place) return {SeekEnd::Reached, now};
      const Instant wanted{target.tick, target.place->depth, target.place->pc};
      if (now == wanted) return {SeekEnd::Reached, now};
      if (now > wanted) return {SeekEnd::Passed, now};
    } else if (now.tick > target.tick) {
      return {SeekEnd::Passed, now};
    }
    if (end_) return {SeekEnd::ProgramEnded, now};
    const bool is_far = now.tick < target.tick;
    // A missing import pauses before it returns zeros: the next run passes it.
    const Outcome outcome = is_far ? run({.tick_limit = target.tick, .pause = interruption.flag}) : run({.mode = Mode::Step});
    const auto* paused = std::get_if<Paused>(&outcome);
    if (paused != nullptr && paused->reason == PauseReason::Request && !interruption.goes_on())
      return {SeekEnd::Interrupted, instant()};
  }
}

void Timeline::go_back_to(const Position& position) {
  start();
  if (!position.has_ended) {
    go_forward({position.instant.tick, SeekTarget::Place{position.instant.depth, position.instant.pc}}, {});
    return;
  }
  while (!end_) run({});
}

SeekResult Timeline::seek(const SeekTarget& target, const Interruption& interruption) {
  const Position before{end_.has_value(), instant()};
  withdraw_stops();
  // Only a place of the future can be reached from here; a tick's first instant may lie behind.
  const bool is_ahead = !end_ && (target.tick > before.instant.tick ||
                                  (target.place && Instant{target.tick, target.place->depth, target.place->pc} >= before.instant));
  if (!is_ahead) start();
  const SeekResult result = go_forward(target, interruption);
  if (result.end == SeekEnd::Passed || result.end == SeekEnd::ProgramEnded) go_back_to(before);
  apply_stops();
  return result;
}

uint64_t Timeline::state_hash() const { return hash_state(store_, *execution_); }

}  // namespace wasmscope::replay
