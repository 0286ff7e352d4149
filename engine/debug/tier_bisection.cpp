// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/tier_bisection.h"

#include <algorithm>
#include <utility>

namespace wasmscope::debug {
namespace {

// Differences may vanish again: the first of so many ticks is looked for one by one.
constexpr uint64_t kTicksOneByOne = 256;
constexpr size_t kMostInstants = 1 << 20;       // looked at in one tick
constexpr size_t kInstantsOneByOne = 400;
constexpr size_t kLinesAround = 5;

}  // namespace

bool TierBisection::is_same_at(uint64_t tick) {
  interpreted_.restore_before(tick);
  interpreted_.run_to_tick(tick);
  compiled_.restore_first();
  compiled_.run_to_tick(tick);
  return states_.are_equal(TierStates::Pages::All);
}

// To same_ and different_ that follow one another.
void TierBisection::find_tick() {
  const uint64_t kept = same_;
  while (different_ - same_ > 1 && !was_stopped()) {
    const uint64_t middle = same_ + (different_ - same_) / 2;
    if (is_same_at(middle)) {
      same_ = middle;
      interpreted_.keep();
    } else {
      different_ = middle;
    }
  }
  if (different_ - kept > kTicksOneByOne) return;
  for (uint64_t tick = kept + 1; tick < different_ && !was_stopped(); ++tick) {
    if (is_same_at(tick)) continue;
    different_ = tick;
    same_ = tick - 1;
  }
}

void TierBisection::list_instants() {
  interpreted_.restore_before(same_);
  interpreted_.run_to_tick(same_);
  interpreted_.keep();
  places_.clear();
  while (!interpreted_.end() && interpreted_.instant().tick == same_ && places_.size() < kMostInstants) {
    places_.push_back({interpreted_.instant(), interpreted_.execution().func->index});
    interpreted_.step();
  }
}

// Whether compiled code shows the difference also when it starts at the first instant of the tick.
bool TierBisection::shows_from_tick() {
  compiled_.restore_first();
  compiled_.run_to_tick(same_);
  compiled_.keep();
  compiled_.run_to_tick(different_);
  interpreted_.restore_before(same_);
  interpreted_.run_to_tick(different_);
  return !states_.are_equal(TierStates::Pages::All);
}

// The interpreter at the first instant of the tick, compiled code where it starts from.
void TierBisection::stand_before(From from) {
  interpreted_.restore_before(same_);
  if (from == From::Tick) compiled_.restore_before(same_);
  else compiled_.restore_first();
}

void TierBisection::stand_at(size_t place) {
  interpreted_.restore_before(same_);
  for (size_t i = 0; i < place; ++i) interpreted_.step();
}

std::optional<TierDifference> TierBisection::find_with_all_stops(From from) {
  TierRun::Places stops;
  for (const Place& place : places_) stops[place.func].insert(place.at.pc);
  // A stop where it starts would be passed in the interpreter.
  if (from == From::Tick) stops[places_[0].func].erase(places_[0].at.pc);
  stand_before(from);
  size_t last_same = 0;
  // With this code the difference may come about before: then the tick does not begin as it should.
  bool is_found = false, begins_same = from == From::Tick;
  const auto stays = [&] {
    const runtime::Instant now = compiled_.instant();
    if (now.tick < same_) return false;
    if (!begins_same) return !(begins_same = now == places_[0].at && is_same(from));
    const auto next = std::find_if(places_.begin() + static_cast<std::ptrdiff_t>(last_same) + 1, places_.end(),
                                   [&](const Place& place) { return place.at == now; });
    // Elsewhere: the interpreter goes on to its next instant.
    const size_t to = next == places_.end() ? last_same + 1 : static_cast<size_t>(next - places_.begin());
    for (size_t i = last_same; i < to; ++i) interpreted_.step();
    is_found = next == places_.end() || !is_same(from);
    if (!is_found) last_same = to;
    return is_found;
  };
  compiled_.run_with_stops(stops, stays, different_);
  if (was_stopped() || !begins_same) return std::nullopt;
  if (!is_found) {
    interpreted_.run_to_tick(different_);
    if (is_same(from)) return std::nullopt;
    // Compiled code ended, or left by another way, behind its last stop.
    if (last_same + 1 < places_.size()) stand_at(last_same + 1);
  }
  return difference_after(last_same);
}

// Leaves both where they are compared. When compiled code comes from before the tick, the first instant of the tick gets
// a stop too: with other code than the usual one the difference may have come about before.
bool TierBisection::differs_at(size_t place, From from) {
  stand_before(from);
  const Place &first = places_[0], &at = places_[place];
  TierRun::Places stops{{at.func, {at.at.pc}}};
  if (from == From::Kept) stops[first.func].insert(first.at.pc);
  bool begins_same = from != From::Kept;
  const auto stays = [&] {
    const runtime::Instant now = compiled_.instant();
    if (now.tick < same_) return false;
    if (!begins_same) return !(begins_same = now == first.at && is_same(from));
    return now == at.at;
  };
  compiled_.run_with_stops(stops, stays, different_,
                           from == From::KeptQuietly ? interp::StopForm::CodeInLastTick : interp::StopForm::Code);
  if (!begins_same) return false;
  while (interpreted_.instant() < at.at) interpreted_.step();
  return !is_same(from);
}

std::optional<TierDifference> TierBisection::find_with_single_stops(From from) {
  const size_t count = places_.size();
  if (from == From::KeptQuietly && differs_at(0, from)) return std::nullopt;
  if (count <= kInstantsOneByOne) {
    for (size_t i = 1; i < count && !was_stopped(); ++i)
      if (differs_at(i, from)) return difference_after(i - 1);
  } else {
    size_t same = 0, different = count;
    while (different - same > 1 && !was_stopped()) {
      const size_t middle = same + (different - same) / 2;
      (differs_at(middle, from) ? different : same) = middle;
    }
    if (different < count && differs_at(different, from)) return difference_after(same);
  }
  if (was_stopped() || from == From::Kept) return std::nullopt;
  if (from == From::KeptQuietly) {
    // Equal at each instant, not at the next tick.
    stand_before(from);
    compiled_.run_to_tick(different_);
    interpreted_.run_to_tick(different_);
    return is_same(from) ? std::nullopt : std::optional(difference_after(count - 1));
  }
  // Equal wherever compiled code is made to stay, also before the last instruction, and all other code was the usual one
  // then: it is the last one, if the difference is still there with some stop where compiled code does not stay. A stop
  // right before it may make it right.
  for (size_t i = count; i-- > 0 && count - i <= kInstantsOneByOne && !was_stopped();) {
    stand_before(from);
    if (i != 0)
      compiled_.run_with_stops({{places_[i].func, {places_[i].at.pc}}}, [] { return false; }, different_);
    else
      compiled_.run_to_tick(different_);
    interpreted_.run_to_tick(different_);
    if (!is_same(from)) return difference_after(count - 1);
  }
  return std::nullopt;
}

TierDifference TierBisection::difference_after(size_t place) {
  TierDifference difference;
  states_.describe(difference);
  stand_at(place);
  difference.last_same = places_[place].at;
  difference.before = states_.describe_interpreted();
  add_instruction(difference, places_[place]);
  return difference;
}

TierDifference TierBisection::difference_of_tick() {
  compiled_.restore_first();
  compiled_.run_to_tick(different_);
  interpreted_.restore_before(same_);
  interpreted_.run_to_tick(different_);
  TierDifference difference;
  states_.describe(difference);
  difference.is_exact = false;
  for (const Place& place : places_) {
    std::string name = names_.func(place.func);
    if (std::ranges::find(difference.functions, name) == difference.functions.end()) difference.functions.push_back(std::move(name));
  }
  stand_at(0);
  difference.before = states_.describe_interpreted();
  difference.last_same = places_[0].at;
  add_instruction(difference, places_[0]);
  return difference;
}

TierDifference TierBisection::find(uint64_t same_tick) {
  same_ = same_tick;
  different_ = interpreted_.instant().tick + (interpreted_.end() ? 1 : 0);
  find_tick();
  if (was_stopped()) return {};
  list_instants();
  const From from = shows_from_tick() ? From::Tick : From::Kept;
  if (was_stopped()) return {};
  if (auto found = find_with_all_stops(from)) return *std::move(found);
  if (was_stopped()) return {};
  if (auto found = find_with_single_stops(from)) return *std::move(found);
  if (was_stopped()) return {};
  // What registers hold since earlier ticks may be what is wrong, and every stop that asks puts it right.
  if (auto found = find_with_single_stops(From::KeptQuietly)) return *std::move(found);
  if (was_stopped()) return {};
  return difference_of_tick();
}

TierDifference TierBisection::at_entry() {
  TierDifference difference;
  states_.describe(difference);
  difference.is_exact = false;
  difference.before = difference.interpreted;
  difference.last_same = {};
  const Place at{interpreted_.instant(), interpreted_.execution().func->index};
  difference.functions = {names_.func(at.func)};
  add_instruction(difference, at);
  return difference;
}

TierDifference TierBisection::unmarked() {
  TierDifference difference;
  states_.describe(difference);
  difference.is_exact = false;
  difference.func = wasm::kNoIndex;
  return difference;
}

void TierBisection::add_instruction(TierDifference& difference, const Place& at) {
  const Inspection view(interpreted_.store(), interpreted_.instance(), interpreted_.execution(), names_);
  difference.func = at.func;
  difference.pc = at.at.pc;
  difference.func_name = names_.func(at.func);
  difference.instruction = view.instruction_text(at.func, at.at.pc);
  binary::InstructionReader reader(view.module().bytes, view.module().funcs[at.func].code);
  binary::Instruction instruction;
  std::vector<uint32_t> pcs;
  size_t here = 0;
  for (auto more = reader.next(instruction); more && *more && pcs.size() <= here + kLinesAround; more = reader.next(instruction)) {
    if (instruction.pc <= at.at.pc) here = pcs.size();
    pcs.push_back(instruction.pc);
  }
  for (size_t i = here - std::min(here, kLinesAround); i < pcs.size(); ++i)
    difference.wasm.push_back({pcs[i], view.instruction_text(at.func, pcs[i]), i == here});
}

}  // namespace wasmscope::debug
