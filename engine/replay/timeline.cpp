// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/timeline.h"

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
  timeline->initial_ = timeline->store_.save();
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
  store_.restore(initial_);
  log_.rewind();
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
  for (const auto& [func, pcs] : stops_) interpreter_.set_stops(*instance_, func, {});
}

void Timeline::apply_stops() {
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
