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

namespace {

// A run is made of pieces, so that a checkpoint is never far when one is due.
constexpr uint64_t kLeastPieceTicks = 1 << 6, kMostPieceTicks = uint64_t{1} << 32;
constexpr double kShortPiece = 0.0015, kLongPiece = 0.005;
constexpr uint64_t kDensePart = 4;              // of a piece, while checkpoints are made densely
// Of running time. Taking checkpoints costs at most a twenty-fifth of it.
constexpr double kLeastInterval = 0.02, kIntervalPerCost = 25, kDenseInterval = 0.001;
constexpr size_t kMostCheckpoints = 4000;
constexpr size_t kMostSamples = 4096;

bool is_paused_for(const Outcome& outcome, PauseReason reason) {
  const auto* paused = std::get_if<Paused>(&outcome);
  return paused != nullptr && paused->reason == reason;
}

}  // namespace

Result<std::unique_ptr<Timeline>> Timeline::create(std::shared_ptr<const wasm::Module> module,
                                                   const runtime::Imports& imports, std::vector<Call> calls,
                                                   Options options) {
  std::unique_ptr<Timeline> timeline(new Timeline(std::move(calls), options));
  TRY_ASSIGN(timeline->execution_, runtime::Execution::create(0));
  TRY_ASSIGN(runtime::InstantiateOutcome instantiated, runtime::instantiate(timeline->store_, std::move(module), imports));
  timeline->instance_ = instantiated.result.instance;
  timeline->missing_ = std::move(instantiated.result.missing);
  if (instantiated.trap) {
    timeline->instantiation_trap_ = {*instantiated.trap, instantiated.trap_range};
    timeline->end_ = runtime::Trapped{*instantiated.trap, {}};
  }
  timeline->interpreter_.add_instance(*timeline->instance_);
  if (options.compile_when) timeline->set_tier(options.compile_when);
  std::vector<const runtime::HostFunc*> asked;
  for (const runtime::Func& func : timeline->store_.funcs)
    if (func.host && std::ranges::find(asked, func.host.get()) == asked.end()) asked.push_back(func.host.get());
  timeline->log_.set_funcs(std::move(asked));
  timeline->log_.set_clock(timeline->execution_.get());
  timeline->checkpoints_ = std::make_unique<Checkpoints>(timeline->store_, *timeline->execution_);
  if (!timeline->calls_.empty()) timeline->checkpoints_->take({});
  timeline->set_probes({});
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
  if (calls_.empty()) {
    end_ = runtime::Returned{};
    return *end_;
  }
  restore(0);
  if (checkpoints_->milestone(0).at.tick != 0) return Paused{PauseReason::Step};
  begin_call();
  interpreter_.reset(*execution_);
  return run({.mode = Mode::Step});
}

void Timeline::restore(size_t checkpoint) {
  const Milestone& milestone = checkpoints_->restore(checkpoint);
  log_.go_to(milestone.events);
  next_edit_ = milestone.edits;
  call_ = milestone.call;
  end_.reset();
  last_taken_ = seconds_ = milestone.seconds;
  interpreter_.reset(*execution_);
  make_due_edits();
}

Outcome Timeline::run(const RunRequest& request) {
  CHECK(!end_);
  RunRequest rest = request;
  std::optional<Outcome> outcome;
  if (request.mode == Mode::Run && watches_ && !request.stop_here && !execution_->at_entry) {
    outcome = step_over_write(request);
    rest.stop_here = true;
  }
  if (!outcome) outcome = advance(rest);
  make_due_edits();
  note_frontier();
  return *outcome;
}

// One instruction; empty when nothing of the request ends there.
std::optional<Outcome> Timeline::step_over_write(const RunRequest& request) {
  const uint32_t depth = instant().depth;
  const size_t call = call_;
  const Outcome outcome = advance({.mode = Mode::Step});
  make_due_edits();
  if (!is_paused_for(outcome, PauseReason::Step) || call_ != call) return outcome;
  const Instant now = instant();
  if (request.walk_to != nullptr && now >= *request.walk_to) return outcome;
  if (now.depth < depth && request.return_depth != UINT32_MAX && now.depth <= request.return_depth)
    return Paused{PauseReason::Return};
  if (now.tick >= request.tick_limit) return Paused{PauseReason::TickLimit};
  return std::nullopt;
}

// Stops at the instants of edits to make them, and at the end of a history from a file, and goes on to what was asked
// for.
Outcome Timeline::advance(const RunRequest& request) {
  RunRequest part = request;
  while (true) {
    if (next_edit_ < std::min(foreign_edits_, edits_.size()) && edits_[next_edit_].at < instant()) distrust();
    if (has_recorded_end() && instant() >= frontier_) return Paused{PauseReason::RecordedEnd};
    const bool has_edit = next_edit_ < edits_.size();
    if (request.mode != Mode::Run || (!has_edit && !has_recorded_end())) break;
    const Instant target = has_edit ? edits_[next_edit_].at : frontier_;
    if (request.walk_to != nullptr && *request.walk_to <= target) break;
    if (instant().tick < target.tick) {
      part.tick_limit = std::min(request.tick_limit, target.tick);
      const Outcome outcome = run_pieces(part);
      if (!is_paused_for(outcome, PauseReason::TickLimit) || instant().tick != target.tick) return outcome;
      part.stop_here = true;   // nobody has seen this instant yet
      if (request.tick_limit <= target.tick) return outcome;
    }
    if (!is_at(target)) {
      part.tick_limit = request.tick_limit;
      part.walk_to = &target;
      const Outcome outcome = run_pieces(part);
      if (!is_paused_for(outcome, PauseReason::Step) || !is_at(target)) return outcome;
    }
    make_due_edits();
    part.stop_here = true;
    part.walk_to = request.walk_to;
    if (request.walk_to != nullptr && instant() >= *request.walk_to) return Paused{PauseReason::Step};
  }
  part.tick_limit = request.tick_limit;
  return run_pieces(part);
}

Outcome Timeline::run_pieces(const RunRequest& request) {
  note_sample();
  if (request.mode == Mode::Step) return run_once(request);
  RunRequest part = request;
  const size_t call = call_;
  while (true) {
    const uint64_t from = execution_->tick;
    uint64_t piece = pace_ == Pace::Dense ? std::max<uint64_t>(piece_ticks_ / kDensePart, 1) : piece_ticks_;
    if (options_.checkpoint_ticks != 0) piece = std::min(piece, options_.checkpoint_ticks);
    part.tick_limit = std::min(request.tick_limit, from + piece);
    // Samples are at ticks that depend on nothing but the program.
    note_sample();
    if (!samples_.empty() && from >= samples_.back().tick)
      part.tick_limit = std::min(part.tick_limit, samples_.back().tick + sample_ticks_);
    const size_t next = checkpoints_->at_or_before(Instant{from, 0, UINT32_MAX}) + 1;
    if (next < checkpoints_->count()) part.tick_limit = std::min(part.tick_limit, checkpoints_->milestone(next).at.tick);

    const auto began = Clock::now();
    const Outcome outcome = run_once(part);
    const double took = std::chrono::duration<double>(Clock::now() - began).count();
    seconds_ += took;
    const bool is_whole = is_paused_for(outcome, PauseReason::TickLimit);
    if (is_whole && took < kShortPiece && execution_->tick - from == piece && piece_ticks_ < kMostPieceTicks) piece_ticks_ *= 2;
    if (took > kLongPiece && piece_ticks_ > kLeastPieceTicks) piece_ticks_ /= 2;
    if (end_ || call_ != call) return outcome;
    if (is_whole && execution_->tick > from) take_checkpoint_if_due();
    if (!is_whole || execution_->tick >= request.tick_limit) return outcome;
    if (request.pause != nullptr && request.pause->load(std::memory_order_relaxed)) return Paused{PauseReason::Request};
    part.stop_here = true;
  }
}

Outcome Timeline::run_once(const RunRequest& request) {
  Outcome outcome = interpreter_.run(*execution_, request);
  if (std::holds_alternative<runtime::Returned>(outcome) && call_ + 1 < calls_.size()) {
    ++call_;
    begin_call();
    outcome = interpreter_.run(*execution_, {.mode = Mode::Step});
  }
  if (!std::holds_alternative<Paused>(outcome)) end_ = outcome;
  // Nothing is left to stand at: it is behind everything of the function that was called, wherever pauses were.
  const uint64_t code_end = instance_->module->funcs[calls_[call_].func].code.end;
  if (std::holds_alternative<runtime::Returned>(outcome) && code_end > 0) execution_->pc = static_cast<uint32_t>(code_end - 1);
  return outcome;
}

// Stands at the first instant of a tick.
void Timeline::take_checkpoint_if_due() {
  const size_t last = checkpoints_->at_or_before(instant());
  if (checkpoints_->milestone(last).at == instant()) {
    checkpoints_->arrive(last);
    last_taken_ = seconds_;
    return;
  }
  if (!records() || pace_ == Pace::Plain) return;
  const bool is_dense = pace_ == Pace::Dense;
  if (options_.checkpoint_ticks != 0) {
    if (instant().tick - checkpoints_->milestone(last).at.tick < options_.checkpoint_ticks) return;
  } else if (seconds_ - last_taken_ < (is_dense ? kDenseInterval : std::max(kLeastInterval, interval_))) {
    return;
  }
  const auto began = Clock::now();
  checkpoints_->take({instant(), seconds_, log_.position(), next_edit_, call_, is_dense});
  make_room();
  last_taken_ = seconds_;
  if (!is_dense) interval_ = kIntervalPerCost * std::chrono::duration<double>(Clock::now() - began).count();
}

// The log cannot be thinned out: when it has its half of the budget, the older half of it is forgotten.
void Timeline::make_room() {
  const uint64_t most = options_.budget_bytes / 2;
  checkpoints_->thin(most, kMostCheckpoints);
  if (log_.bytes() < most / 8 * 7 || !log_.is_live()) return;
  const uint64_t middle = log_.position().offset - log_.bytes() / 2;
  size_t first = 0;
  while (first < checkpoints_->current() && checkpoints_->milestone(first).events.offset < middle) ++first;
  if (first == 0) return;
  checkpoints_->forget_before(first);
  const Milestone& milestone = checkpoints_->milestone(0);
  log_.forget_before(milestone.events);
  forgotten_before_ = milestone.at;
}

void Timeline::note_frontier() {
  if (!end_ && instant() <= frontier_) return;
  frontier_ = instant();
  if (end_) frontier_end_ = end_;
}

void Timeline::note_sample() {
  const uint64_t tick = execution_->tick;
  if (execution_->func == nullptr || (!samples_.empty() && tick < samples_.back().tick + sample_ticks_)) return;
  samples_.push_back({tick, execution_->depth, execution_->func->index});
  if (samples_.size() < kMostSamples) return;
  for (size_t i = 0; i < samples_.size() / 2; ++i) samples_[i] = samples_[2 * i];
  samples_.resize(samples_.size() / 2);
  sample_ticks_ *= 2;
}

// --- changing the past

uint8_t* Timeline::edited(Edit::What what, uint32_t index, uint64_t begin, uint64_t count) {
  const auto within = [&](runtime::Region& region, uint64_t offset) {
    CHECK(offset <= region.size() && count <= region.size() - offset);
    return region.data() + offset;
  };
  switch (what) {
    case Edit::What::Memory: return within(instance_->memories[index]->region, begin);
    case Edit::What::Table: return within(instance_->tables[index]->region, begin * 8);
    case Edit::What::Global: return reinterpret_cast<uint8_t*>(instance_->globals[index] + begin);
    case Edit::What::Slot: return within(execution_->values, begin * 8);
    case Edit::What::Heap: return within(store_.heap.region, begin);
    case Edit::What::Return: break;
  }
  CHECK(false);
}

void Timeline::apply(const Edit& edit, const std::vector<uint8_t>& bytes) {
  if (edit.what != Edit::What::Return) {
    std::ranges::copy(bytes, edited(edit.what, edit.index, edit.begin, bytes.size()));
    if (edit.what == Edit::What::Memory) instance_->memories[edit.index]->region.mark(edit.begin, bytes.size());
    return;
  }
  runtime::Execution& execution = *execution_;
  if (!bytes.empty()) std::memcpy(execution.slots() + execution.frame_base, bytes.data(), bytes.size());
  if (execution.depth == 0) {
    execution.status = runtime::Status::Returned;
    if (call_ + 1 == calls_.size()) {
      end_ = runtime::Returned{};
      return;
    }
    ++call_;
    begin_call();
    interpreter_.reset(execution);
    run_once({.mode = Mode::Step});
    return;
  }
  const runtime::ControlRecord& record = execution.records()[--execution.depth];
  execution.func = store_.func_pointers[record.func];
  execution.pc = record.return_pc;
  execution.frame_base = record.frame_base;
  interpreter_.reset(execution);
}

void Timeline::make_due_edits() {
  while (!end_ && next_edit_ < edits_.size() && edits_[next_edit_].at == instant()) {
    const Edit& edit = edits_[next_edit_];
    if (next_edit_ < foreign_edits_ && !is_harmless(edit)) return distrust();
    ++next_edit_;
    apply(edit, edit.after);
  }
}

void Timeline::forget_future() {
  edits_.resize(next_edit_);
  foreign_edits_ = std::min(foreign_edits_, next_edit_);
  log_.forget_future();
  checkpoints_->forget_after(instant());
  frontier_ = instant();
  frontier_end_.reset();
  while (!samples_.empty() && samples_.back().tick > frontier_.tick) samples_.pop_back();
}

void Timeline::edit(Edit::What what, uint32_t index, uint64_t begin, Bytes bytes) {
  CHECK(!end_);
  forget_future();
  const uint8_t* from = edited(what, index, begin, bytes.size());
  edits_.push_back({instant(), what, index, begin, {from, from + bytes.size()}, {bytes.begin(), bytes.end()}});
  make_due_edits();
}

Outcome Timeline::force_return(std::span<const uint64_t> results) {
  CHECK(!end_);
  forget_future();
  const auto* from = reinterpret_cast<const uint8_t*>(results.data());
  edits_.push_back({instant(), Edit::What::Return, 0, 0, {}, {from, from + results.size_bytes()}});
  make_due_edits();
  note_frontier();
  if (end_) return *end_;
  return Paused{PauseReason::Return};
}

std::optional<Edit> Timeline::undo() {
  if (next_edit_ == 0) return std::nullopt;
  Edit last = edits_[next_edit_ - 1];
  // There it is not made again: going back to it is running without it.
  edits_.resize(next_edit_ - 1);
  next_edit_ = edits_.size();
  is_passing_ = true;
  restore(checkpoints_->at_or_before(last.at));
  if (checkpoints_->milestone(checkpoints_->current()).at.tick == 0) start();
  walk_to(last.at);
  is_passing_ = false;
  forget_future();
  return last;
}

// --- stops

bool Timeline::Gate::stops_at(const runtime::Execution& execution) {
  if (timeline_.is_passing_) return false;
  interp::Observer* const observer = timeline_.seeker_ != nullptr ? timeline_.seeker_ : timeline_.probes_.observer;
  return observer == nullptr || observer->stops_at(execution);
}

bool Timeline::Gate::stops_before_write(const runtime::Execution& execution) {
  if (timeline_.is_passing_) return false;
  interp::Observer* const observer = timeline_.seeker_ != nullptr ? timeline_.seeker_ : timeline_.probes_.observer;
  return observer == nullptr || observer->stops_before_write(execution);
}

bool Timeline::Gate::stops_after_host(const runtime::Execution& execution, const runtime::HostEvent& event) {
  if (timeline_.is_passing_) return false;
  interp::Observer* const observer = timeline_.seeker_ != nullptr ? timeline_.seeker_ : timeline_.probes_.observer;
  return observer != nullptr && observer->stops_after_host(execution, event);
}

void Timeline::set_stops(wasm::FuncIndex func, std::set<uint32_t> pcs) {
  interpreter_.set_stops(*instance_, func, pcs);
  if (pcs.empty()) {
    stops_.erase(func);
  } else {
    stops_[func] = std::move(pcs);
  }
}

void Timeline::set_probes(interp::Probes probes) {
  probes_ = std::move(probes);
  watches_ = !probes_.writes.empty();
  interpreter_.set_probes({probes_.ops, probes_.writes, &gate_});
}

void Timeline::set_tier(std::optional<interp::CompileWhen> compile_when) {
  if (!compile_when) return interpreter_.remove_tier();
  if (!tier_) {
    auto made = jit::CompiledTier::create(store_);
    if (!made) {
      why_interpreted_ = made.error();
      return;
    }
    tier_ = *std::move(made);
  }
  interpreter_.set_tier(*tier_, *compile_when, options_.look_ticks);
}

uint64_t Timeline::state_hash() const { return hash_state(store_, *execution_); }

}  // namespace wasmscope::replay
