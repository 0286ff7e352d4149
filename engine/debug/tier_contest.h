// SPDX-License-Identifier: Apache-2.0
// Runs a program on the interpreter and on a second tier, compares their states, and finds the first instant at which
// they differ. Engine thread only; blocks until it is done.
//
// 1. In lockstep, from tick to tick: the interpreter goes first and asks the host, the other one gets the same answers.
//    The ticks depend on the program alone, ever farther apart, so comparing costs little; memories are compared where
//    one of the two has written. Equal states are kept, to go back to. When in the end bytes differ that nobody marked
//    as written, all of it is done again with all of the memories.
// 2. Bisection by ticks. Compiled code always runs from the last equal states kept, without a stop in between: where it
//    stops, registers are stored and loaded again, and a wrong register may become right by it.
// 3. By instants within one tick. Compiled code stops between ticks only where it was compiled to, so it is compiled
//    with stops: first at every instant of the tick, then, if that made the difference vanish (operations are not joined
//    across stops), at one instant after the other; then at one that is passed without a trace in all earlier ticks, for
//    what registers hold since then. If none of it shows the difference, the answer is the tick.
// Each run from what was kept does the same, also where wrong code reads what nobody wrote: the stack above the frame is
// cleared, and the functions are compiled that were compiled then, since a first call goes another way than later ones.
#pragma once
#include <expected>

#include "engine/debug/tier_comparison.h"
#include "engine/debug/tier_run.h"
#include "engine/jit/nan_rule.h"
#include "engine/replay/recording.h"

namespace wasmscope::debug {

// What the host said in a recording.
struct RecordedHost {
  std::vector<uint8_t> events;
  replay::EventLog::Position end;
  runtime::Instant frontier;               // nothing is known after it
  std::optional<runtime::Outcome> frontier_end;   // the program ended there
};

struct TierContest {
  TierProgram program;
  std::shared_ptr<const symbols::Names> names;
  std::optional<RecordedHost> recorded;    // empty: the host is asked
  TierRun::MakeTier make_tier;             // the second tier
  bool has_other_nans = false;             // its NaNs may have other bits: such differences are told apart, and both go on as the interpreter does
  // Code of a function as the second tier has it, for the report; may be null.
  std::function<std::vector<ComparedLine>(interp::Tier&, runtime::Func&)> list_code;
  // Told how far it has come, every now and then while the flag is set; false ends it.
  const std::atomic<bool>* flag = nullptr;
  std::function<bool(const TierComparison&)> goes_on;
};

struct ContestResult {
  TierComparison comparison;
  // What the host said, up to the end or to a tick behind the difference.
  RecordedHost host;
};
ContestResult compare_tiers(const TierContest& contest);
// States are compared at the first tick, and from one comparison to the next there.
uint64_t tick_compared_after(uint64_t tick);

// Of what a timeline knows of a program's past. The error is why that cannot be compared.
std::expected<TierContest, std::string> contest_of(const replay::Timeline& timeline, std::shared_ptr<const symbols::Names> names);
// A recording that `compare` shows the same difference with.
Result<uint64_t> save_reproducer(const TierContest& contest, const RecordedHost& host, const std::string& path,
                                 const replay::RecordingOptions& options);

// The compiled tier, for `make_tier` and `list_code`. The error is why this machine has none.
std::expected<void, std::string> use_compiled_tier(TierContest& contest, jit::NanRule nans = jit::NanRule::Canonical);

}  // namespace wasmscope::debug
