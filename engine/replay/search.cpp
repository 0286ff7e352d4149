// SPDX-License-Identifier: Apache-2.0
// Moving in time, and looking for something in the past: interval by interval between checkpoints, from the latest to
// the earliest, each run again with somebody asked at the places in question.
#include <algorithm>
#include <utility>

#include "engine/base/try.h"
#include "engine/replay/timeline.h"

namespace wasmscope::replay {

using interp::Mode;
using runtime::Instant;
using runtime::Outcome;
using runtime::PauseReason;
using runtime::Paused;

namespace {

bool is_requested(const Outcome& outcome) {
  const auto* paused = std::get_if<Paused>(&outcome);
  return paused != nullptr && paused->reason == PauseReason::Request;
}
bool is_recorded_end(const Outcome& outcome) {
  const auto* paused = std::get_if<Paused>(&outcome);
  return paused != nullptr && paused->reason == PauseReason::RecordedEnd;
}
bool is_trap(const std::optional<Outcome>& end) { return end && std::holds_alternative<runtime::Trapped>(*end); }

}  // namespace

SeekTarget seek_target(const Instant& instant) { return {instant.tick, SeekTarget::Place{instant.depth, instant.pc}}; }

// Puts a search's stops and probes in place of the others, as long as it lives.
class Timeline::Searching {
 public:
  Searching(Timeline& timeline, const Search& search) : timeline_(timeline) {
    for (const auto& [func, pcs] : search.places) {
      std::set<uint32_t> all = pcs;
      if (const auto own = timeline.stops_.find(func); own != timeline.stops_.end()) all.insert(own->second.begin(), own->second.end());
      timeline.interpreter_.set_stops(*timeline.instance_, func, std::move(all));
      funcs_.push_back(func);
    }
    timeline.interpreter_.set_probes({search.probes.ops, search.probes.writes, &timeline.gate_});
    timeline.seeker_ = search.seeker;
    timeline.pace_ = Pace::Plain;
    timeline.watches_ = false;
  }
  ~Searching() {
    for (const wasm::FuncIndex func : funcs_) {
      const auto own = timeline_.stops_.find(func);
      timeline_.interpreter_.set_stops(*timeline_.instance_, func, own == timeline_.stops_.end() ? std::set<uint32_t>() : own->second);
    }
    timeline_.interpreter_.set_probes({timeline_.probes_.ops, timeline_.probes_.writes, &timeline_.gate_});
    timeline_.seeker_ = nullptr;
    timeline_.pace_ = Pace::Recording;
    timeline_.watches_ = !timeline_.probes_.writes.empty();
  }
  Searching(const Searching&) = delete;
  Searching& operator=(const Searching&) = delete;

 private:
  Timeline& timeline_;
  std::vector<wasm::FuncIndex> funcs_;
};

// To an instant that is ahead, or the first one after it.
Outcome Timeline::walk_to(const Instant& target) {
  while (true) {
    if (end_) return *end_;
    if (instant() >= target) return Paused{PauseReason::Step};
    const Outcome outcome = instant().tick < target.tick ? run({.tick_limit = target.tick})
                                                         : run({.tick_limit = target.tick + 1, .walk_to = &target});
    if (is_recorded_end(outcome)) return outcome;
  }
}

SeekResult Timeline::go_forward(const SeekTarget& target, const Interruption& interruption) {
  const uint64_t from = instant().tick;
  while (true) {
    const Instant now = instant();
    if (end_ && !is_trap(end_)) return {SeekEnd::ProgramEnded, now};
    const Instant wanted = target.place ? Instant{target.tick, target.place->depth, target.place->pc} : Instant{};
    if (now.tick == target.tick) {
      if (!target.place || now == wanted) return {SeekEnd::Reached, now};
      if (now > wanted) return {SeekEnd::Passed, now};
    } else if (now.tick > target.tick) {
      return {SeekEnd::Passed, now};
    }
    if (end_) return {SeekEnd::ProgramEnded, now};
    // A missing import pauses before it returns zeros: the next run passes it.
    const Outcome outcome = now.tick < target.tick ? run({.tick_limit = target.tick, .pause = interruption.flag})
                                                   : run({.tick_limit = target.tick + 1, .walk_to = &wanted});
    if (is_recorded_end(outcome) && instant() == now) return {SeekEnd::NotRecorded, now};
    if (!is_requested(outcome)) continue;
    const double fraction = static_cast<double>(instant().tick - from) / static_cast<double>(target.tick - from + 1);
    if (!interruption.goes_on(fraction)) return {SeekEnd::Interrupted, instant()};
  }
}

SeekResult Timeline::seek(const SeekTarget& target, const Interruption& interruption) {
  const bool had_ended = end_ && !is_trap(end_);
  const Instant before = instant();
  const Instant wanted = target.place ? Instant{target.tick, target.place->depth, target.place->pc}
                                      : Instant{target.tick, 0, UINT32_MAX};
  const Instant oldest = checkpoints_->milestone(0).at;
  if (wanted < oldest) return {SeekEnd::Forgotten, oldest};
  const bool goes_back = end_ || (target.place ? wanted < before : target.tick <= before.tick);
  if (goes_back && !records()) return {SeekEnd::Forgotten, before};
  is_passing_ = true;
  const size_t nearest = checkpoints_->at_or_before(wanted);
  if (goes_back) pace_ = Pace::Dense;
  if (goes_back || checkpoints_->milestone(nearest).at > before) {
    if (checkpoints_->milestone(nearest).at.tick == 0) start();
    else restore(nearest);
  }
  const SeekResult result = go_forward(target, interruption);
  pace_ = Pace::Recording;
  if (result.end == SeekEnd::Passed || result.end == SeekEnd::ProgramEnded || result.end == SeekEnd::NotRecorded)
    return_to(before, had_ended);
  is_passing_ = false;
  return result;
}

// Where the timeline has stood before.
void Timeline::return_to(const Instant& instant, bool has_ended) {
  const bool was_passing = std::exchange(is_passing_, true);
  const size_t nearest = checkpoints_->at_or_before(instant);
  if (checkpoints_->milestone(nearest).at.tick == 0) start();
  else restore(nearest);
  if (has_ended) {
    while (!end_ && !is_recorded_end(run({})));
  } else {
    walk_to(instant);
  }
  is_passing_ = was_passing;
}

SeekResult Timeline::seek_frontier(const Interruption& interruption) {
  if (!frontier_end_) return seek(seek_target(frontier_), interruption);
  if (end_) return {SeekEnd::Reached, instant()};
  is_passing_ = true;
  const size_t nearest = checkpoints_->at_or_before(frontier_);
  if (checkpoints_->milestone(nearest).at > instant()) restore(nearest);
  const uint64_t from = instant().tick;
  SeekEnd how = SeekEnd::Reached;
  while (!end_ && how == SeekEnd::Reached) {
    const Outcome outcome = run({.pause = interruption.flag});
    if (is_recorded_end(outcome)) break;
    if (!is_requested(outcome)) continue;
    const double fraction = static_cast<double>(instant().tick - from) / static_cast<double>(frontier_.tick - from + 1);
    if (!interruption.goes_on(fraction)) how = SeekEnd::Interrupted;
  }
  is_passing_ = false;
  return {how, instant()};
}

bool Timeline::step_back() {
  const bool has_ended = end_ && !is_trap(end_);
  const Instant now = instant();
  is_passing_ = true;
  pace_ = Pace::Dense;
  if (!checkpoints_->milestone(checkpoints_->current()).is_dense) checkpoints_->forget_dense();
  // The instants of this tick before now; of the tick before, when now is the first.
  std::vector<Instant> passed;
  const Instant oldest = checkpoints_->milestone(0).at;
  for (uint64_t tick = now.tick; passed.empty() && tick >= std::max<uint64_t>(oldest.tick, 1); --tick) {
    const size_t nearest = checkpoints_->at_or_before({tick, 0, UINT32_MAX});
    if (checkpoints_->milestone(nearest).at.tick == 0) start();
    else restore(nearest);
    while (!end_ && instant().tick < tick) run({.tick_limit = tick});
    // Whoever goes back once will do so again: the next time this tick is at hand.
    if (checkpoints_->milestone(checkpoints_->at_or_before(instant())).at != instant() && records() && instant().tick > 0)
      checkpoints_->take({instant(), seconds_, log_.position(), next_edit_, call_, true});
    make_room();
    while (!end_ && (has_ended || instant() < now)) {
      passed.push_back(instant());
      run({.mode = Mode::Step});
    }
  }
  if (passed.empty()) {
    return_to(now, has_ended);
  } else {
    return_to(passed.back(), false);
  }
  pace_ = Pace::Recording;
  is_passing_ = false;
  return !passed.empty();
}

// From a checkpoint to an instant, or the end, with the seeker asked at every place but the last instant. False when
// interrupted or the seeker stopped it.
bool Timeline::replay_until(const Instant& target, bool has_ended, const Interruption& interruption, double begin, double end) {
  const uint64_t from = instant().tick;
  bool stops_here = true;
  while (!end_ && (has_ended || instant() < target)) {
    const bool is_far = has_ended || instant().tick < target.tick;
    const Outcome outcome = is_far ? run({.tick_limit = has_ended ? UINT64_MAX : target.tick, .stop_here = stops_here, .pause = interruption.flag})
                                   : run({.tick_limit = target.tick + 1, .stop_here = stops_here, .walk_to = &target});
    const auto* paused = std::get_if<Paused>(&outcome);
    // A missing import has been asked about, and returns zeros when it is passed.
    stops_here = paused != nullptr && paused->reason != PauseReason::MissingImport;
    if (paused != nullptr && paused->reason == PauseReason::Breakpoint) return false;
    if (is_recorded_end(outcome)) return true;
    const double part = static_cast<double>(instant().tick - from) / static_cast<double>(std::max(target.tick, instant().tick) - from + 1);
    if (is_requested(outcome) && !interruption.goes_on(begin + (end - begin) * part)) return false;
  }
  return true;
}

std::optional<Instant> Timeline::find_last(const Search& search, const Interruption& interruption) {
  CHECK(search.seeker != nullptr);
  const interp::Probes& probes = search.probes;
  // Only writes to memories are asked for: what did not touch their pages need not be run again.
  const bool is_selective = search.places.empty() && probes.ops.none();
  const auto may_have_written = [&](size_t interval, bool is_since) {
    return !is_selective || std::ranges::any_of(probes.writes, [&](const interp::WatchedRange& range) {
      return is_since ? checkpoints_->may_have_written_since(range.memory, range.begin, range.end)
                      : checkpoints_->may_have_written(interval, range.memory, range.begin, range.end);
    });
  };
  bool has_ended = end_ && !is_trap(end_);
  Instant upper = instant();
  const double whole = std::max(checkpoints_->milestone(checkpoints_->count() - 1).seconds, 1e-9);
  const Searching searching(*this, search);
  std::optional<Instant> found;
  size_t index = has_ended ? checkpoints_->count() - 1 : checkpoints_->before(upper);
  bool is_first = true;
  while (true) {
    const Milestone milestone = checkpoints_->milestone(index);
    const bool is_since = is_first && (index == checkpoints_->current() || index + 1 == checkpoints_->count());
    const bool is_worth_it = may_have_written(std::min(index + 1, checkpoints_->count() - 1), is_since);
    if (is_worth_it && milestone.at < upper) {
      if (milestone.at.tick == 0) {
        is_passing_ = true;
        start();
        is_passing_ = false;
      } else {
        restore(index);
      }
      search.seeker->begin_interval();
      const double done = 1 - milestone.seconds / whole;
      if (!replay_until(upper, has_ended, interruption, done, done)) break;
      if ((found = search.seeker->last())) break;
    }
    if (index == 0) break;
    upper = milestone.at;
    has_ended = false;
    is_first = false;
    --index;
  }
  return found;
}

void Timeline::find_all(const Search& search, const Interruption& interruption) {
  const bool has_ended = frontier_end_ && !is_trap(frontier_end_);
  const Instant frontier = frontier_;
  const Searching searching(*this, search);
  is_passing_ = true;
  start();
  is_passing_ = false;
  search.seeker->begin_interval();
  replay_until(frontier, has_ended, interruption, 0, 1);
}

}  // namespace wasmscope::replay
