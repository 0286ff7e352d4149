// SPDX-License-Identifier: Apache-2.0
// From two runs whose states were equal at a kept tick and are not any more to the first instant at which they differ:
// steps 2 and 3 of engine/debug/tier_contest.h. Engine thread only.
#pragma once
#include <optional>

#include "engine/debug/tier_states.h"

namespace wasmscope::debug {

class TierBisection {
 public:
  TierBisection(TierRun& interpreted, TierRun& compiled, TierStates& states, const symbols::Names& names)
      : interpreted_(interpreted), compiled_(compiled), states_(states), names_(names) {}

  // Both have kept the first instant of that tick only, and differ where they stand. What it says means nothing when one
  // of them was stopped.
  TierDifference find(uint64_t same_tick);
  // They differ at the program's first instruction.
  TierDifference at_entry();
  // They differ at the end in what neither is known to have written.
  TierDifference unmarked();

 private:
  struct Place {
    runtime::Instant at;
    wasm::FuncIndex func = 0;
  };
  // Where compiled code starts from. KeptQuietly: and no stop asks before the tick.
  enum class From : uint8_t { Tick, Kept, KeptQuietly };

  bool was_stopped() const { return interpreted_.was_stopped() || compiled_.was_stopped(); }
  bool is_same_at(uint64_t tick);
  void find_tick();
  void list_instants();
  bool shows_from_tick();
  void stand_before(From from);
  void stand_at(size_t place);
  bool is_same(From from) { return states_.are_equal(from == From::Tick ? TierStates::Pages::Written : TierStates::Pages::All); }
  std::optional<TierDifference> find_with_all_stops(From from);
  std::optional<TierDifference> find_with_single_stops(From from);
  bool differs_at(size_t place, From from);
  TierDifference difference_after(size_t place);
  TierDifference difference_of_tick();
  void add_instruction(TierDifference& difference, const Place& at);

  TierRun& interpreted_;
  TierRun& compiled_;
  TierStates& states_;
  const symbols::Names& names_;
  uint64_t same_ = 0, different_ = 0;   // ticks
  std::vector<Place> places_;           // the interpreter's instants in tick different_ - 1
};

}  // namespace wasmscope::debug
