// SPDX-License-Identifier: Apache-2.0
// Stepping with somebody looking at every instant: what the state is made of is worked out once for each place in the
// code, so that looking costs little more than the step.
#include <unordered_map>

#include "engine/debug/debuggee.h"
#include "engine/lower/slot_code.h"

namespace wasmscope::debug {
namespace {

constexpr uint64_t kStepsBetweenPolls = 4096;

// Where the values of a frame are at a pc.
struct StatePlan {
  struct Source {
    wasm::ValType type;
    uint32_t slot = 0;
    bool is_constant = false;
    uint64_t bits = 0;
  };
  std::vector<Source> sources;      // locals, then operands from the bottom
  size_t locals = 0;
};

StatePlan plan_of(const wasm::Module& module, wasm::FuncIndex func, uint32_t pc) {
  StatePlan plan;
  for (const lower::LocalPlace& local : lower::local_places(module, func)) plan.sources.push_back({local.type, local.slot});
  plan.locals = plan.sources.size();
  for (const lower::OperandPlace& operand : lower::describe(module, func, pc).operands)
    plan.sources.push_back({operand.type, operand.slot, operand.place == lower::Place::Const, operand.bits});
  return plan;
}

}  // namespace

Answer Debuggee::visit(uint64_t steps, const Session::Visitor& visitor) {
  if (!timeline_) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  if (state_ != State::Paused) return refuse(ErrorCode::NotPaused);
  state_ = State::Running;
  reason_ = StopReason::None;
  message_ = "running " + invoked_;
  forget_search();
  stops_.forget_hits();
  std::unordered_map<uint32_t, StatePlan> plans;
  std::vector<runtime::Value> values;
  const runtime::Execution& execution = timeline_->execution();
  std::optional<runtime::Outcome> outcome = runtime::Paused{runtime::PauseReason::Step};
  for (uint64_t done = 0; done < steps; ++done) {
    auto found = plans.find(execution.pc);
    if (found == plans.end()) found = plans.emplace(execution.pc, plan_of(module(), execution.func->index, execution.pc)).first;
    const StatePlan& plan = found->second;
    const uint64_t* const frame = execution.slots() + execution.frame_base;
    values.resize(plan.sources.size());
    for (size_t i = 0; i < plan.sources.size(); ++i) {
      const StatePlan::Source& source = plan.sources[i];
      const bool is_half = source.type.kind == wasm::Kind::I32 || source.type.kind == wasm::Kind::F32;
      const uint64_t bits = source.is_constant ? source.bits : frame[source.slot];
      values[i] = {source.type, is_half ? uint64_t{static_cast<uint32_t>(bits)} : bits,
                   source.type == wasm::kV128 && !source.is_constant ? frame[source.slot + 1] : 0};
    }
    const std::span<const runtime::Value> all(values);
    if (!visitor({execution.instant(), execution.func->index, all.first(plan.locals), all.subspan(plan.locals)})) break;
    outcome = step_once();
    if (timeline_->end() || !stops_.hits().empty()) break;
    if (done % kStepsBetweenPolls != 0 && !contact_.wants_poll().load(std::memory_order_relaxed)) continue;
    const Verdict verdict = contact_.poll();
    if (verdict == Verdict::Pause) outcome = runtime::Paused{runtime::PauseReason::Request};
    if (verdict == Verdict::Abandon) outcome.reset();
    if (verdict != Verdict::GoOn) break;
  }
  return settle(outcome, {});
}

}  // namespace wasmscope::debug
