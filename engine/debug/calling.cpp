// SPDX-License-Identifier: Apache-2.0
// Calling a function for its answer alone, and making one return.
#include "engine/base/utf8.h"
#include "engine/debug/assignment.h"
#include "engine/debug/carry_out.h"
#include "engine/debug/debuggee.h"
#include "engine/replay/scratch_call.h"
#include "engine/runtime/value_parser.h"

namespace wasmscope::debug {
namespace {

using runtime::Outcome;
using runtime::Paused;
using runtime::PauseReason;

constexpr uint64_t kMostCallTicks = 200'000'000, kCallChunkTicks = 1 << 20;
constexpr char kNothingRemains[] = "nothing of the call remains";

}  // namespace

// Values as people write them, or expressions in the selected frame.
std::expected<std::vector<runtime::Value>, std::string> Debuggee::evaluate_arguments(std::span<const wasm::ValType> types,
                                                                                     std::span<const std::string> texts,
                                                                                     const std::string& wanted) const {
  if (texts.size() != types.size()) return refuse(ErrorCode::BadArgument, std::to_string(texts.size()) + " given, " + wanted);
  const bool has_frames = inspection() != nullptr;
  const ExpressionScope scope = has_frames ? inspection_->expression_scope(selected_depth) : ExpressionScope{module(), names()};
  const ExpressionFrame frame = has_frames ? inspection_->expression_frame(selected_depth)
                                           : ExpressionFrame(contents()->store(), contents()->instance());
  std::vector<runtime::Value> values;
  for (size_t i = 0; i < types.size(); ++i) {
    if (const auto literal = runtime::parse_value(types[i], texts[i]); literal && !types[i].is_ref()) {
      values.push_back(*literal);
      continue;
    }
    const auto owned = evaluate_as(texts[i], types[i], wasm::to_text(types[i]), scope, frame);
    if (!owned) return std::unexpected(to_text(owned.error(), texts[i]) + "\n" + wanted);
    const ExpressionValue* const value = &owned->value;
    if (value->kind != ExpressionValue::Kind::Value) return refuse(ErrorCode::BadArgument, "`" + escape_for_display(texts[i]) + "` is no " + wasm::to_text(types[i]) + "; " + wanted);
    values.push_back(value->value);
    values.back().type = types[i];
  }
  return values;
}

Answer Debuggee::call(const std::string& name, std::span<const std::string> arguments) {
  if (contents() == nullptr) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  const auto func = find_callable(name);
  if (!func) return std::unexpected(func.error());
  const wasm::FuncType& type = module().func_type(*func);
  const auto values = evaluate_arguments(type.params, arguments, names().func(*func) + " takes " + wasm::to_text(type));
  if (!values) return std::unexpected(values.error());

  replay::Timeline& program = timeline_ ? *timeline_ : *before_start_;
  const State state = std::exchange(state_, State::Running);
  const std::string message = std::exchange(message_, "calling " + names().func(*func));
  Answer answer;
  bool is_abandoned = false;
  {
    auto scratch = replay::ScratchCall::create(program, {*func, *values});
    if (!scratch) {
      answer = refuse(scratch.error());
    } else {
      replay::ScratchCall& call = **scratch;
      const Inspection inside(program.store(), program.instance(), call.execution(), names());
      const auto go_on = [&](const interp::RunRequest& request) {
        Outcome outcome = call.run(request);
        const auto* paused = std::get_if<Paused>(&outcome);
        const bool is_on_its_way = paused != nullptr && (paused->reason == PauseReason::TickLimit || paused->reason == PauseReason::Request);
        return is_on_its_way ? std::nullopt : std::optional(std::move(outcome));
      };
      std::optional<Outcome> outcome;
      while (!outcome && answer && answer->empty()) {
        const uint64_t ticks = call.execution().tick;
        if (ticks >= kMostCallTicks) {
          answer = std::unexpected("it was stopped after " + std::to_string(kMostCallTicks) + " ticks; " + kNothingRemains);
          break;
        }
        outcome = go_on({.tick_limit = ticks + kCallChunkTicks, .pause = &contact_.wants_poll()});
        if (outcome) break;
        const Verdict verdict = contact_.poll();
        is_abandoned = verdict == Verdict::Abandon;
        if (verdict != Verdict::GoOn) answer = std::unexpected(std::string("it was interrupted; ") + kNothingRemains);
      }
      if (outcome && std::holds_alternative<runtime::Returned>(*outcome)) {
        std::string text = names().func(*func) + " returned";
        for (const runtime::Value& value : call.execution().results()) text += " " + inside.store_value_text(value);
        answer = text;
      } else if (outcome && std::holds_alternative<runtime::Trapped>(*outcome)) {
        const TrapExplanation trap = explain_trap(inside, std::get<runtime::Trapped>(*outcome));
        std::string text = "the call trapped: " + trap.title + "\n  " + trap.where;
        for (const std::string& line : trap.all_lines()) text += "\n  " + line;
        answer = std::unexpected(text + "\n" + kNothingRemains);
      } else if (outcome) {
        const auto* paused = std::get_if<Paused>(&*outcome);
        const bool is_missing = paused != nullptr && paused->reason == PauseReason::MissingImport;
        answer = std::unexpected(std::string(is_missing ? "it calls an import that nobody provides; " : "it waits for something that does not come; ") + kNothingRemains);
      }
    }
  }
  state_ = state;
  message_ = message;
  if (is_abandoned) return settle(std::nullopt, {});
  return answer;
}

Answer Debuggee::force_return(std::span<const std::string> values) {
  if (!timeline_) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  if (state_ != State::Paused) return refuse(ErrorCode::NotPaused, "what has ended cannot return; `seek` goes back");
  const uint32_t depth = timeline_->instant().depth;
  if (selected_depth != depth)
    return std::unexpected("only the innermost frame can return: `frame " + std::to_string(depth) + "` selects it");
  const wasm::FuncIndex func = inspection_->place(depth).func;
  const wasm::FuncType& type = module().func_type(func);
  const auto results = evaluate_arguments(type.results, values, names().func(func) + " is " + wasm::to_text(type));
  if (!results) return std::unexpected(results.error());
  std::vector<uint64_t> slots;
  std::string text = names().func(func) + " was made to return";
  for (const runtime::Value& value : *results) {
    slots.push_back(value.bits);
    if (value.type.slots() == 2) slots.push_back(value.high);
    text += " " + inspection_->value_text(value);
  }
  const std::string lost = given_up();
  stops_.forget_hits();
  const Outcome outcome = timeline_->force_return(slots);
  has_edited();
  const Answer answer = settle(outcome, text);
  return answer ? *answer + lost : answer;
}

template <>
Answer carry_out<Command::Call>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.empty()) return wrong_usage(Command::Call);
  return debuggee.call(arguments[0], std::span(arguments).subspan(1));
}
template <>
Answer carry_out<Command::Return>(Debuggee& debuggee, const Arguments& arguments) {
  return debuggee.force_return(arguments);
}

}  // namespace wasmscope::debug
