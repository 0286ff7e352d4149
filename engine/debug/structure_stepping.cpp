// SPDX-License-Identifier: Apache-2.0
// Moving by the structure of the code: out of a block, to calls and branches, until an expression holds; forwards and
// backwards. Breakpoints on the way stop as always.
#include <algorithm>
#include <memory>
#include <utility>

#include "engine/debug/branching.h"
#include "engine/debug/carry_out.h"
#include "engine/debug/debuggee.h"

namespace wasmscope::debug {
namespace {

using runtime::Execution;

// An expression as it reads where it was given. Its locals are those of one function; its operands are looked at anew at
// every pc. Where it means nothing, or has no value, it does not hold.
class Holding {
 public:
  Holding(Expression expression, const Inspection& inspection, wasm::FuncIndex func)
      : expression_(std::move(expression)), inspection_(inspection), func_(func) {}
  bool operator()(const Execution& execution, const replay::Timeline& timeline) {
    if ((expression_.reads_locals() || expression_.reads_operands()) && execution.func->index != func_) return false;
    const ExpressionFrame frame(timeline.store(), timeline.instance(), execution);
    if (!expression_.reads_operands()) return expression_.is_true(frame).value_or(false);
    auto found = by_pc_.find(execution.pc);
    if (found == by_pc_.end()) {
      auto made = Expression::compile(expression_.text(), {inspection_.module(), inspection_.names(), func_, execution.pc, false});
      found = by_pc_.emplace(execution.pc, made && made->is_condition() ? std::optional(std::move(*made)) : std::nullopt).first;
    }
    return found->second && found->second->is_true(frame).value_or(false);
  }

 private:
  Expression expression_;
  const Inspection& inspection_;
  wasm::FuncIndex func_;
  std::map<uint32_t, std::optional<Expression>> by_pc_;
};

std::expected<uint64_t, std::string> count_of(Command command, const Arguments& arguments) {
  if (arguments.empty()) return 1;
  const auto count = parse_number(arguments[0]);
  if (arguments.size() > 1 || !count || *count == 0) return wrong_usage(command);
  return *count;
}

}  // namespace

Answer Debuggee::go_forward(Destination destination, uint64_t count, std::string text, uint32_t return_depth) {
  if (const auto refused = begin_move("running " + invoked_)) return std::unexpected(*refused);
  stops_.destination = std::move(destination);
  stops_.apply();
  std::optional<runtime::Outcome> outcome;
  bool has_arrived = false;
  for (uint64_t i = 0; i < count; ++i) {
    stops_.forget_hits();
    outcome = drive({.return_depth = return_depth}, Goal::Until);
    has_arrived = outcome && std::ranges::any_of(stops_.hits(), [](const Stops::Hit& hit) { return hit.id == 0; });
    const bool stops_here = std::ranges::any_of(stops_.hits(), [](const Stops::Hit& hit) { return hit.id != 0; });
    if (!has_arrived || stops_here) break;
  }
  stops_.destination.reset();
  if (outcome) stops_.apply();
  return settle(outcome, has_arrived ? std::move(text) : std::string());
}

Answer Debuggee::go_backward(Destination destination, uint64_t count, std::string text) {
  if (const auto why = why_not_back()) return std::unexpected(*why);
  if (state_ != State::Paused && state_ != State::Ended) return refuse(ErrorCode::NotPaused);
  forget_search();
  stops_.forget_hits();
  stops_.destination = std::move(destination);
  Answer answer;
  for (uint64_t i = 0; i < count; ++i) {
    answer = search_back(text);
    // Somewhere else: a breakpoint, the beginning, or it was interrupted.
    if (!answer || message_ != text) break;
  }
  stops_.destination.reset();
  return answer;
}

Answer Debuggee::go(Destination destination, uint64_t count, Direction direction, std::string text) {
  return direction == Direction::Forward ? go_forward(std::move(destination), count, std::move(text))
                                         : go_backward(std::move(destination), count, std::move(text));
}

Answer Debuggee::finish_block(uint64_t count, Direction direction) {
  Answer answer;
  for (uint64_t i = 0; i < count; ++i) {
    if (inspection() == nullptr) {
      if (i > 0) return answer;
      return timeline_ ? std::unexpected("the program has ended: reverse-stepi goes back into it") : Answer(refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule));
    }
    const uint32_t depth = timeline_->instant().depth;
    const Inspection::FramePlace place = inspection_->place(depth);
    const auto block = find_enclosing_block(module(), place.func, place.pc);
    const bool is_back = direction == Direction::Backward;
    // The function is the outermost block.
    if (!block) return is_back ? move_back({.goal = Goal::Out, .count = 1, .until = {}}) : move({.goal = Goal::Out, .count = 1, .until = {}});
    Destination out;
    out.places[place.func] = is_back ? std::set{block->begin} : block->ways_out;
    out.holds = [depth](const Execution& execution) { return execution.depth == depth; };
    const std::string text = is_back ? "the begin of the block" : "out of the block at @" + to_hex(block->begin);
    answer = is_back ? go_backward(std::move(out), 1, text) : go_forward(std::move(out), 1, text, depth == 0 ? UINT32_MAX : depth - 1);
    if (!answer || message_ != text) return answer;
  }
  return answer;
}

Answer Debuggee::go_to_call(uint64_t count, Direction direction) {
  return go({{}, call_ops(), {}}, count, direction, direction == Direction::Forward ? "the next call" : "the call before");
}

Answer Debuggee::go_to_branch(uint64_t count, Direction direction) {
  const auto is_taken = [this](const Execution& execution) { return taken_label(*inspection_, execution).has_value(); };
  return go({{}, branch_ops(), is_taken}, count, direction, direction == Direction::Forward ? "about to branch" : "the branch before");
}

Answer Debuggee::go_until(const std::string& expression, Direction direction) {
  if (!timeline_ || timeline_->calls().empty()) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  // After the end only what all functions know means something.
  const bool has_frames = inspection() != nullptr;
  const ExpressionScope scope = has_frames ? inspection_->expression_scope(timeline_->instant().depth) : ExpressionScope{module(), names()};
  auto made = Expression::compile(expression, scope);
  if (!made) return std::unexpected(to_text(made.error(), expression));
  if (!made->is_condition()) return std::unexpected("a condition is a number or a reference, and this is " + made->type_text());
  wasm::OpSet all;
  all.set();
  const auto holding = std::make_shared<Holding>(std::move(*made), *inspection_, scope.func);
  return go({{}, all, [this, holding](const Execution& execution) { return (*holding)(execution, *timeline_); }}, 1, direction,
            expression + " holds");
}

template <>
Answer carry_out<Command::FinishBlock>(Debuggee& debuggee, const Arguments& arguments) {
  const auto count = count_of(Command::FinishBlock, arguments);
  return count ? debuggee.finish_block(*count, Debuggee::Direction::Forward) : std::unexpected(count.error());
}
template <>
Answer carry_out<Command::ReverseFinishBlock>(Debuggee& debuggee, const Arguments& arguments) {
  const auto count = count_of(Command::ReverseFinishBlock, arguments);
  return count ? debuggee.finish_block(*count, Debuggee::Direction::Backward) : std::unexpected(count.error());
}
template <>
Answer carry_out<Command::NextCall>(Debuggee& debuggee, const Arguments& arguments) {
  const auto count = count_of(Command::NextCall, arguments);
  return count ? debuggee.go_to_call(*count, Debuggee::Direction::Forward) : std::unexpected(count.error());
}
template <>
Answer carry_out<Command::ReverseNextCall>(Debuggee& debuggee, const Arguments& arguments) {
  const auto count = count_of(Command::ReverseNextCall, arguments);
  return count ? debuggee.go_to_call(*count, Debuggee::Direction::Backward) : std::unexpected(count.error());
}
template <>
Answer carry_out<Command::NextBranch>(Debuggee& debuggee, const Arguments& arguments) {
  const auto count = count_of(Command::NextBranch, arguments);
  return count ? debuggee.go_to_branch(*count, Debuggee::Direction::Forward) : std::unexpected(count.error());
}
template <>
Answer carry_out<Command::ReverseNextBranch>(Debuggee& debuggee, const Arguments& arguments) {
  const auto count = count_of(Command::ReverseNextBranch, arguments);
  return count ? debuggee.go_to_branch(*count, Debuggee::Direction::Backward) : std::unexpected(count.error());
}
template <>
Answer carry_out<Command::StepUntil>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::StepUntil);
  return debuggee.go_until(arguments[0], Debuggee::Direction::Forward);
}
template <>
Answer carry_out<Command::ReverseStepUntil>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::ReverseStepUntil);
  return debuggee.go_until(arguments[0], Debuggee::Direction::Backward);
}

}  // namespace wasmscope::debug
