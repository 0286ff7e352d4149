// SPDX-License-Identifier: Apache-2.0
// Counts of an observer that is asked at every instruction, against the oracle's: how often each was executed, at each
// place. An instruction that trapped is asked about, and was not executed.
#include "engine/debug/execution_counts.h"

#include <gtest/gtest.h>

#include "tests/tiers/programs.h"

namespace wasmscope::test {
namespace {

constexpr uint64_t kMostTicks = 100'000;

class Counter final : public interp::Observer {
 public:
  explicit Counter(const wasm::Module& module) : counts(module) {}
  bool stops_at(const runtime::Execution& execution) override {
    counts.note(execution);
    return false;
  }
  bool stops_before_write(const runtime::Execution&) override { return false; }
  bool stops_after_host(const runtime::Execution&, const runtime::HostEvent&) override { return false; }
  debug::ExecutionCounts counts;
};

uint64_t checked = 0;

std::string check_counts(const Program& program) {
  bool is_cut = false;
  return check_program(program, [&](Twin& twin, const Invocation& invocation) -> std::string {
    if (is_cut) return {};
    Counter counter(*twin.module);
    twin.interpreter->set_probes({debug::ExecutionCounts::probed_ops(), {}, &counter});
    twin.begin(invocation.func, invocation.arguments);
    const uint64_t last_tick = twin.execution->tick + kMostTicks;
    runtime::Outcome outcome = twin.run({.tick_limit = last_tick});
    twin.interpreter->set_probes({});
    const auto* paused = std::get_if<runtime::Paused>(&outcome);
    if (paused != nullptr && paused->reason != runtime::PauseReason::TickLimit) {
      is_cut = true;
      return {};
    }
    if (std::holds_alternative<runtime::Trapped>(outcome)) counter.counts.take_back(*twin.execution);
    Oracle& oracle = *twin.oracle;
    std::map<uint32_t, uint64_t> expected;
    while (oracle.status == OracleStatus::Ready && oracle.tick < last_tick) {
      const uint32_t pc = oracle.frames.back().pc;
      ++expected[pc];
      oracle.step();
      if (oracle.status == OracleStatus::Trapped) --expected[pc];
    }
    is_cut = paused != nullptr;
    for (wasm::FuncIndex func = twin.module->imported_funcs; func < twin.module->funcs.size(); ++func) {
      for (const auto& instruction : counter.counts.instructions(func)) {
        ++checked;
        if (instruction.count != expected[instruction.pc]) {
          return "instruction at " + std::to_string(instruction.pc) + ": counted " + std::to_string(instruction.count) +
                 ", executed " + std::to_string(expected[instruction.pc]);
        }
        expected.erase(instruction.pc);
      }
    }
    for (const auto& [pc, count] : expected)
      if (count > 0) return "not counted: " + std::to_string(pc);
    return {};
  });
}

TEST(Counts, AreTheOraclesOnSamplesAndWrittenPrograms) {
  for (const Program& program : sample_programs()) EXPECT_EQ(check_counts(program), "") << program.name;
  for (const Program& program : written_programs()) EXPECT_EQ(check_counts(program), "") << program.name;
  EXPECT_GT(checked, 10'000u);
}

TEST(Counts, AreTheOraclesOnRandomPrograms) {
  for (const uint64_t seed : random_seeds(30)) {
    EXPECT_EQ(check_counts(random_program(seed)), "") << seed;
    EXPECT_EQ(check_counts(object_program(seed)), "") << seed;
  }
}

}  // namespace
}  // namespace wasmscope::test
