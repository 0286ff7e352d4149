// SPDX-License-Identifier: Apache-2.0
// The states of two runs of one program side by side: whether they are the same, and what differs. What can be observed
// counts, as with the state hash: slots that hold nothing do not. Both runs have stores made in the same order, so
// addresses and references compare as numbers. Engine thread only.
#pragma once
#include <map>

#include "engine/debug/inspection.h"
#include "engine/debug/tier_comparison.h"
#include "engine/debug/tier_run.h"

namespace wasmscope::debug {

class TierStates {
 public:
  // Written: of memories only the pages that one of them has written since both stood at a kept instant, the same one.
  enum class Pages : uint8_t { Written, All };

  TierStates(const TierRun& interpreted, const TierRun& compiled, const symbols::Names& names);

  bool are_equal(Pages pages);
  // Both have ended, in the same way.
  bool have_same_end() const;
  // Fills in kind, both states, and what differs.
  void describe(TierDifference& difference) const;
  TierState describe_interpreted() const { return state_of(interpreted_, interpreted_view_); }

 private:
  struct Key {
    uint32_t func, pc;
    bool is_suspended;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Slot {
    uint32_t slot = 0;
    bool is_half = false;
  };
  // Slots of a frame that can be seen, as halves or wholes.
  const std::vector<Slot>& visible_slots(const runtime::Func& func, uint32_t pc, bool is_suspended);
  bool are_frames_equal();
  bool are_memories_equal(Pages pages) const;
  TierState state_of(const TierRun& run, const Inspection& view) const;
  void list_values(TierDifference& difference) const;
  void list_bytes(TierDifference& difference) const;

  const TierRun& interpreted_;
  const TierRun& compiled_;
  Inspection interpreted_view_, compiled_view_;
  std::map<Key, std::vector<Slot>> visible_;
};

}  // namespace wasmscope::debug
