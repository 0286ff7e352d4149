// SPDX-License-Identifier: Apache-2.0
// How often the instructions of the program were executed, over all that is recorded.
#include "engine/base/utf8.h"
#include "engine/debug/carry_out.h"
#include "engine/debug/debuggee.h"
#include "engine/debug/execution_counts.h"
#include "engine/debug/text_table.h"

namespace wasmscope::debug {
namespace {

constexpr size_t kShownFunctions = 40;

class CountSeeker final : public replay::Seeker {
 public:
  explicit CountSeeker(ExecutionCounts& counts) : counts_(counts) {}
  bool stops_at(const runtime::Execution& execution) override {
    counts_.note(execution);
    return false;
  }
  bool stops_before_write(const runtime::Execution&) override { return false; }
  bool stops_after_host(const runtime::Execution&, const runtime::HostEvent&) override { return false; }
  void begin_interval() override {}
  std::optional<runtime::Instant> last() override { return std::nullopt; }

 private:
  ExecutionCounts& counts_;
};

}  // namespace

Answer Debuggee::count_executions(std::optional<wasm::FuncIndex> func) {
  if (const auto why = why_not_back()) return std::unexpected(*why);
  const bool had_ended = timeline_->end().has_value();
  const runtime::Instant before = timeline_->instant();
  const State state = state_;
  const std::string message = message_;
  ExecutionCounts counts(module());
  CountSeeker seeker(counts);
  bool is_abandoned = false, was_interrupted = false;
  state_ = State::Running;
  forget_search();
  replay::Interruption interrupted = interruption("counting", is_abandoned);
  interrupted.goes_on = [&, ask = std::move(interrupted.goes_on)](double fraction) { return !(was_interrupted = !ask(fraction)); };
  timeline_->find_all({.places = {}, .probes = {ExecutionCounts::probed_ops(), {}, &seeker}, .seeker = &seeker}, interrupted);
  if (is_abandoned) return settle(std::nullopt, {});
  const uint64_t counted_to = timeline_->instant().tick;
  if (had_ended) timeline_->seek_frontier();
  else timeline_->seek(replay::seek_target(before));
  state_ = state;
  message_ = message;
  stops_.look_again();

  std::string text;
  if (!func) {
    text = to_table(counts, names(), kShownFunctions);
  } else {
    const ExecutionCounts::Function total = counts.function(*func);
    text = names().func(*func) + " #" + std::to_string(*func) + ": " + std::to_string(total.calls) + (total.calls == 1 ? " call, " : " calls, ") +
           std::to_string(total.covered) + " of " + std::to_string(total.instructions) + " instructions executed";
    TextTable table("rll");
    for (const ExecutionCounts::Instruction& each : counts.instructions(*func))
      table.add({std::to_string(each.count), to_hex(each.pc), inspection_->instruction_text(*func, each.pc)});
    text += "\n" + table.to_text();
  }
  if (was_interrupted) text += "\ninterrupted: counted up to tick " + std::to_string(counted_to);
  return text;
}

template <>
Answer carry_out<Command::Coverage>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() > 1) return wrong_usage(Command::Coverage);
  if (!debuggee.is_runnable()) return refuse(ErrorCode::NoModule);
  if (arguments.empty()) return debuggee.count_executions(std::nullopt);
  const auto place = parse_code_place(debuggee.module(), debuggee.names(), arguments[0]);
  if (!place) return refuse(place.error());
  if (!place->has_code) return std::unexpected(place->note);
  return debuggee.count_executions(place->func);
}

}  // namespace wasmscope::debug
