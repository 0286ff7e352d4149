// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/tier_contest.h"

#include <algorithm>
#include <utility>

#include "engine/base/try.h"
#include "engine/debug/tier_bisection.h"
#include "engine/debug/tier_states.h"
#include "engine/jit/compiled_tier.h"

namespace wasmscope::debug {
namespace {

using Verdict = TierComparison::Verdict;

class Contest {
 public:
  enum class Marks : uint8_t { Trusted, Distrusted };
  Contest(const TierContest& contest, Marks marks) : contest_(contest), marks_(marks) {}

  // Bytes differed in the end that no mark of a page told of.
  bool has_seen_unmarked() const { return has_seen_unmarked_; }
  ContestResult run() {
    if (auto made = make_runs(); !made) {
      result_.verdict = Verdict::Failed;
      result_.message = std::move(made).error();
      return {std::move(result_), {}};
    }
    if (interpreted_->instantiation_trap()) {
      result_.verdict = Verdict::Same;
      result_.end = "trapped while the module was instantiated: " + std::string(wasm::text_of(*interpreted_->instantiation_trap()));
      result_.message = "same: " + result_.end;
      return {std::move(result_), {}};
    }
    compare();
    result_.host_calls = interpreted_->host_position().number;
    result_.functions_compiled = compiled_->statistics().functions_compiled;
    return {std::move(result_), std::move(host_)};
  }

 private:
  std::expected<void, std::string> make_runs();
  void compare();
  bool tell();
  uint64_t next_tick() const;
  void finish_same();
  void note_host();
  void report(TierDifference difference);
  void add_code(TierDifference& difference);
  bool tell_apart(TierDifference difference);

  const TierContest& contest_;
  const Marks marks_;
  bool has_seen_unmarked_ = false;
  HostLog log_;
  std::unique_ptr<TierRun> interpreted_, compiled_;
  TierComparison result_;
  RecordedHost host_;
};

std::expected<void, std::string> Contest::make_runs() {
  const bool is_recorded = contest_.recorded.has_value();
  TierRun::Polling polling;
  if (contest_.flag != nullptr) {
    polling = {contest_.flag, [this] { return tell(); }};
  }
  const auto make = [&](TierRun::Host host, const TierRun::MakeTier& tier) -> std::expected<std::unique_ptr<TierRun>, std::string> {
    auto run = TierRun::create(contest_.program, log_, host, tier, polling);
    if (!run) return std::unexpected(to_line(run.error(), contest_.program.module.get()));
    return *std::move(run);
  };
  TRY_ASSIGN(interpreted_, make(is_recorded ? TierRun::Host::Log : TierRun::Host::Live, nullptr));
  if (is_recorded) log_.events.take_over(contest_.recorded->events, contest_.recorded->end);
  TRY_ASSIGN(compiled_, make(TierRun::Host::Log, contest_.make_tier));
  if (marks_ == Marks::Distrusted) {
    interpreted_->distrust_marks();
    compiled_->distrust_marks();
  }
  return {};
}

// How far it has come; whether to go on.
bool Contest::tell() {
  if (contest_.recorded && contest_.recorded->frontier.tick != 0)
    result_.fraction = static_cast<double>(result_.same_up_to.tick) / static_cast<double>(contest_.recorded->frontier.tick);
  return contest_.goes_on(result_);
}

uint64_t Contest::next_tick() const {
  const uint64_t next = tick_compared_after(interpreted_->instant().tick);
  const bool has_end = contest_.recorded && !contest_.recorded->frontier_end;
  return has_end ? std::min(next, contest_.recorded->frontier.tick) : next;
}

// The interpreter has gone no farther than where it stands.
void Contest::note_host() {
  const Bytes bytes = log_.events.bytes_from({});
  host_ = {{bytes.begin(), bytes.end()}, log_.events.end(), interpreted_->instant(), interpreted_->end()};
}

void Contest::finish_same() {
  const std::string same = result_.nan_differences == 0 ? "same" : "same but for bits of NaNs";
  result_.verdict = Verdict::Same;
  if (interpreted_->end()) {
    result_.end = TierStates(*interpreted_, *compiled_, *contest_.names).describe_interpreted().end;
    result_.message = same + " to the end: the program " + result_.end;
  } else {
    result_.message = same + " up to " + runtime::to_text(result_.same_up_to) + ", where the recording ends";
  }
}

void Contest::compare() {
  result_.verdict = Verdict::Running;
  result_.has_other_nans = contest_.has_other_nans;
  interpreted_->start();
  compiled_->start();
  TierStates states(*interpreted_, *compiled_, *contest_.names);
  using Pages = TierStates::Pages;
  Pages pages = Pages::All;
  TierBisection bisection(*interpreted_, *compiled_, states, *contest_.names);
  bool is_stopped = false;
  const auto stopped = [&] {
    if (!is_stopped && !interpreted_->was_stopped() && !compiled_->was_stopped()) return false;
    result_.verdict = Verdict::Stopped;
    result_.message = "stopped; same up to " + runtime::to_text(result_.same_up_to);
    return true;
  };
  while (true) {
    ++result_.comparisons;
    if (!states.are_equal(pages)) {
      note_host();
      if (pages == Pages::All && result_.comparisons == 1) return report(bisection.at_entry());
      TierDifference difference = bisection.find(result_.same_up_to.tick);
      if (stopped()) return;
      if (!contest_.has_other_nans || difference.kind != TierDifference::Kind::NanBits) return report(std::move(difference));
      if (!tell_apart(std::move(difference))) return;
    }
    result_.same_up_to = interpreted_->instant();
    const bool has_end = contest_.recorded && !contest_.recorded->frontier_end;
    if (interpreted_->end() || (has_end && interpreted_->instant().tick >= contest_.recorded->frontier.tick)) break;
    interpreted_->keep_only_here();
    compiled_->keep_only_here();
    is_stopped = contest_.flag != nullptr && contest_.flag->load(std::memory_order_relaxed) && !tell();
    if (stopped()) return;
    const uint64_t tick = next_tick();
    interpreted_->run_to_tick(tick);
    // Where the interpreter ended before, the other one has that long to do the same.
    compiled_->run_to_tick(interpreted_->end() ? interpreted_->instant().tick + 1 : tick);
    if (stopped()) return;
    pages = Pages::Written;
  }
  note_host();
  // A write to a page that was not marked is seen only here.
  has_seen_unmarked_ = !states.are_equal(Pages::All);
  if (has_seen_unmarked_) return report(bisection.unmarked());
  finish_same();
}

// Bits of NaNs. From the next tick on compiled code has the interpreter's; false when there is no such tick, or too many
// have been told of.
bool Contest::tell_apart(TierDifference difference) {
  constexpr uint64_t kMostNanDifferences = 100;
  interpreted_->restore_before(difference.last_same.tick);
  interpreted_->run_to_tick(difference.last_same.tick + 1);
  result_.same_up_to = difference.last_same;
  if (result_.nan_differences++ == 0) {
    add_code(difference);
    result_.nan_difference = std::move(difference);
  }
  if (interpreted_->end()) {
    note_host();
    finish_same();
    return false;
  }
  if (result_.nan_differences == kMostNanDifferences) {
    result_.verdict = Verdict::Stopped;
    result_.message = "stopped after " + std::to_string(kMostNanDifferences) + " differences in bits of NaNs; same but for them up to " + runtime::to_text(result_.same_up_to);
    return false;
  }
  compiled_->take_over(*interpreted_);
  return true;
}

void Contest::add_code(TierDifference& difference) {
  const wasm::FuncIndex func = difference.func;
  if (func != wasm::kNoIndex && contest_.list_code) {
    constexpr ptrdiff_t kAround = 3;
    std::vector<ComparedLine> lines = contest_.list_code(*compiled_->tier(), compiled_->func(func));
    // What was made of the instruction, or of the last one before it that something was made of, and its neighbours'.
    uint32_t here = 0;
    for (const ComparedLine& line : lines)
      if (line.pc <= difference.pc) here = std::max(here, line.pc);
    std::vector<uint32_t> pcs;
    for (const ComparedLine& line : lines)
      if (line.pc != 0 && (pcs.empty() || pcs.back() != line.pc)) pcs.push_back(line.pc);
    const auto at = std::ranges::find(pcs, here) - pcs.begin();
    const auto first = std::max<ptrdiff_t>(at - kAround, 0), last = std::min<ptrdiff_t>(at + kAround + 1, std::ssize(pcs));
    for (ComparedLine& line : lines) {
      if (line.pc == 0 || std::find(pcs.begin() + first, pcs.begin() + last, line.pc) == pcs.begin() + last) continue;
      line.is_here = line.pc == here;
      difference.machine.push_back(std::move(line));
    }
  }
}

void Contest::report(TierDifference difference) {
  add_code(difference);
  result_.verdict = Verdict::Different;
  result_.same_up_to = difference.last_same;
  result_.message = difference.is_exact
                        ? "different after `" + difference.instruction + "` at " + runtime::to_text(difference.last_same) + " in " +
                              difference.func_name
                        : "different between " + runtime::to_text(difference.last_same) + " and " +
                              runtime::to_text(difference.interpreted.at);
  result_.difference = std::move(difference);
}

}  // namespace

// An eighth of what was run, so that going over the last part again costs no more.
uint64_t tick_compared_after(uint64_t tick) {
  constexpr uint64_t kLeastTicks = 64, kMostTicks = uint64_t{1} << 26, kPart = 8;
  return tick + std::clamp(tick / kPart, kLeastTicks, kMostTicks);
}

ContestResult compare_tiers(const TierContest& contest) {
  Contest quick(contest, Contest::Marks::Trusted);
  ContestResult result = quick.run();
  if (!quick.has_seen_unmarked()) return result;
  // A write went elsewhere than its mark. Once more, all of the memories compared and kept each time.
  TierContest again = contest;
  again.recorded = result.host;
  ContestResult thorough = Contest(again, Contest::Marks::Distrusted).run();
  return thorough.comparison.verdict == Verdict::Same ? result : thorough;
}

std::expected<TierContest, std::string> contest_of(const replay::Timeline& timeline, std::shared_ptr<const symbols::Names> names) {
  if (!timeline.keeps_events()) return std::unexpected("nothing is recorded: start without --no-record");
  if (timeline.forgotten_before()) return std::unexpected("the beginning of the recording had to be forgotten: there is nothing to start from");
  if (!timeline.all_edits().empty()) return std::unexpected("the program was changed by hand: take the changes back with `undo`");
  if (timeline.calls().empty()) return std::unexpected("there is nothing that runs");
  TierContest contest;
  contest.program.module = timeline.instance().module;
  for (const runtime::HostFunc* func : timeline.log().funcs()) contest.program.imports.add(*func);
  contest.program.calls = timeline.calls();
  contest.names = std::move(names);
  const Bytes bytes = timeline.log().bytes_from({});
  contest.recorded = {{bytes.begin(), bytes.end()}, timeline.log().end(), timeline.frontier(), timeline.frontier_end()};
  return contest;
}

Result<uint64_t> save_reproducer(const TierContest& contest, const RecordedHost& host, const std::string& path,
                                 const replay::RecordingOptions& options) {
  TRY_ASSIGN(const std::unique_ptr<replay::Timeline> timeline,
             replay::Timeline::create(contest.program.module, contest.program.imports, contest.program.calls));
  timeline->take_over({host.events, host.end, {}, host.frontier, host.frontier_end});
  timeline->start();
  timeline->seek_frontier();
  return replay::save_recording(*timeline, path, options);
}

std::expected<void, std::string> use_compiled_tier(TierContest& contest, jit::NanRule nans) {
  contest.has_other_nans = nans != jit::NanRule::Canonical;
  {
    runtime::Store store;
    if (const auto tier = jit::CompiledTier::create(store); !tier) return std::unexpected(tier.error());
  }
  contest.make_tier = [nans](runtime::Store& store) -> std::unique_ptr<interp::Tier> {
    auto tier = jit::CompiledTier::create(store, jit::Bounds::Guarded, nans);
    CHECK(tier.has_value());
    return *std::move(tier);
  };
  contest.list_code = [](interp::Tier& tier, runtime::Func& func) {
    std::vector<ComparedLine> lines;
    const jit::CodeMap map = static_cast<jit::CompiledTier&>(tier).map_code(func, {});
    for (const jit::CodeMap::Operation& operation : map.operations) {
      lines.push_back({operation.pc, operation.text, false});
      for (uint32_t i = operation.first; i < operation.end; ++i) lines.push_back({operation.pc, "    " + map.instructions[i].text, false});
    }
    return lines;
  };
  return {};
}

}  // namespace wasmscope::debug
