// SPDX-License-Identifier: Apache-2.0
// The recording of a program, run again on both tiers.
#include <utility>

#include "engine/base/utf8.h"
#include "engine/debug/carry_out.h"
#include "engine/debug/debuggee.h"
#include "engine/debug/tier_contest.h"

namespace wasmscope::debug {
namespace {

constexpr std::string_view kSave = "save";

}  // namespace

Answer Debuggee::compare_tiers(const std::string& reproducer) {
  if (!timeline_) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  auto contest = contest_of(*timeline_, loaded_->names);
  if (!contest) return std::unexpected(std::move(contest).error());
  if (const auto usable = use_compiled_tier(*contest); !usable)
    return std::unexpected("there is nothing to compare the interpreter with: " + usable.error());
  bool is_abandoned = false;
  contest->flag = &contact_.wants_poll();
  contest->goes_on = [&](const TierComparison& so_far) {
    comparison_ = std::make_shared<const TierComparison>(so_far);
    const Verdict verdict = contact_.poll();
    is_abandoned = verdict == Verdict::Abandon;
    return verdict == Verdict::GoOn;
  };
  const State state = std::exchange(state_, State::Running);
  forget_search();
  auto [comparison, host] = debug::compare_tiers(*contest);
  if (is_abandoned) return settle(std::nullopt, {});
  state_ = state;
  stops_.look_again();
  comparison_ = std::make_shared<const TierComparison>(std::move(comparison));
  std::string text = to_report(*comparison_);
  text.pop_back();
  if (comparison_->verdict == TierComparison::Verdict::Failed) return std::unexpected(text);
  if (reproducer.empty()) return text;
  if (!comparison_->difference) return std::unexpected(text + "\nthere is no difference to save");
  const auto saved = save_reproducer(*contest, host, reproducer,
                                     {.module_name = loaded_->path.substr(loaded_->path.find_last_of('/') + 1),
                                      .invoked = invoked_,
                                      .features = loaded_->features});
  if (!saved) return refuse(saved.error());
  return text + "\nreproducer\n   wasmscope compare " + escape_for_display(reproducer);
}

template <>
Answer carry_out<Command::Compare>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.empty()) return debuggee.compare_tiers({});
  if (arguments.size() == 2 && arguments[0] == kSave) return debuggee.compare_tiers(arguments[1]);
  return wrong_usage(Command::Compare);
}

}  // namespace wasmscope::debug
