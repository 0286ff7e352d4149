// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/compiled_tier.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "tests/unit/jit/compiled_program.h"

namespace wasmscope::jit {
namespace {

using runtime::Value;

TEST(CompiledTier, CompilesEachFunctionAtItsFirstCall) {
  CompiledProgram program(kSums);
  EXPECT_EQ(program.tier->statistics().functions, 0u);
  program.call(0, {Value::i32(4)});
  EXPECT_EQ(program.tier->statistics().functions, 1u);
  program.call(1, {Value::i32(100)});
  program.call(1, {Value::i32(100)});
  EXPECT_EQ(program.tier->statistics().functions, 2u);
  EXPECT_EQ(program.execution->results()[0], Value::i32(10100));
}

TEST(CompiledTier, CompilesWhatPollsFindRunning) {
  CompiledProgram program(kSums, interp::CompileWhen::Hot);
  program.call(1, {Value::i32(100)});
  EXPECT_EQ(program.tier->statistics().functions, 0u);
  program.call(1, {Value::i32(1'000'000)});
  EXPECT_EQ(program.execution->results()[0], Value::i32(0xD4B45240));
  EXPECT_GT(program.tier->statistics().functions, 0u);
}

TEST(CompiledTier, CountsTicksAsTheInterpreter) {
  for (const interp::CompileWhen when : {interp::CompileWhen::Hot, interp::CompileWhen::Called}) {
    CompiledProgram program(kSums, when);
    program.call(1, {Value::i32(50)});
    EXPECT_EQ(program.execution->tick, 1u + 50 + 49);
  }
}

TEST(CompiledTier, HasNoMemoryThatIsWritableAndExecutable) {
  CompiledProgram program(kSums);
  program.call(1, {Value::i32(3)});
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) EXPECT_EQ(line.find("wx"), std::string::npos) << line;
}

TEST(CompiledTier, ComesBackWhenStopsAreRemoved) {
  CompiledProgram program(kSums);
  program.call(1, {Value::i32(3)});
  const auto first = static_cast<uint32_t>(program.instance->module->funcs[0].code.begin);
  program.interpreter->set_stops(*program.instance, 0, {first});
  const runtime::Outcome stopped = program.call(1, {Value::i32(3)});
  ASSERT_TRUE(std::holds_alternative<runtime::Paused>(stopped));
  EXPECT_EQ(program.execution->pc, first);
  EXPECT_EQ(program.execution->depth, 1u);
  program.interpreter->set_stops(*program.instance, 0, {});
  program.interpreter->run(*program.execution, {});
  EXPECT_EQ(program.execution->results()[0], Value::i32(12));
  EXPECT_EQ(program.tier->statistics().functions, 2u);   // none was compiled again
}

class Ticks final : public interp::Observer {
 public:
  std::vector<uint64_t> asked;
  bool stops_at(const runtime::Execution& execution) override {
    asked.push_back(execution.tick);
    return false;
  }
  bool stops_before_write(const runtime::Execution&) override { return false; }
  bool stops_after_host(const runtime::Execution&, const runtime::HostEvent&) override { return false; }
};

TEST(CompiledTier, PassesStopsThatAskInTheLastTickOnly) {
  CompiledProgram program(kSums);
  const auto first = static_cast<uint32_t>(program.instance->module->funcs[0].code.begin);
  Ticks ticks;
  program.interpreter->set_probes({{}, {}, &ticks});
  program.interpreter->set_stops(*program.instance, 0, {first + 2}, interp::StopForm::CodeInLastTick);
  program.execution->begin(*program.instance->funcs[1], std::vector{Value::i32(30)});
  program.interpreter->run(*program.execution, {.tick_limit = 18});
  EXPECT_TRUE(ticks.asked.empty());   // the callee runs in even ticks
  program.interpreter->run(*program.execution, {.tick_limit = 41});
  EXPECT_EQ(ticks.asked, std::vector<uint64_t>{40});
  program.interpreter->set_stops(*program.instance, 0, {first + 2});
  program.interpreter->run(*program.execution, {.tick_limit = 45});
  EXPECT_EQ(ticks.asked, (std::vector<uint64_t>{40, 42, 44}));
  program.interpreter->run(*program.execution, {});
  EXPECT_EQ(program.execution->results()[0], Value::i32(930));
}

TEST(CompiledTier, ForgetsFunctionsThatAreToBeCalledForTheFirstTime) {
  CompiledProgram program(kSums);
  program.call(1, {Value::i32(3)});
  const auto compiled = [&] {
    std::set<wasm::FuncIndex> funcs;
    for (const interp::FuncState& state : program.interpreter->list_funcs(*program.instance))
      if (state.is_compiled) funcs.insert(state.func);
    return funcs;
  };
  program.interpreter->set_compiled(*program.instance, {1});
  EXPECT_EQ(compiled(), (std::set<wasm::FuncIndex>{1}));
  program.interpreter->set_compiled(*program.instance, {0});
  EXPECT_EQ(compiled(), (std::set<wasm::FuncIndex>{0}));
  program.call(1, {Value::i32(3)});
  EXPECT_EQ(compiled(), (std::set<wasm::FuncIndex>{0, 1}));
  EXPECT_EQ(program.execution->results()[0], Value::i32(12));
  EXPECT_EQ(program.tier->statistics().functions, 2u);   // their code was kept
}

TEST(CompiledTier, TakesThePlaceOfOneThatIsNoMore) {
  CompiledProgram program(kSums);
  program.call(1, {Value::i32(3)});
  const void* const before = program.instance->funcs[0]->compiled;
  auto other = *CompiledTier::create(program.store);
  program.interpreter->remove_tier();
  program.tier = std::move(other);
  program.interpreter->set_tier(*program.tier, interp::CompileWhen::Called);
  program.call(1, {Value::i32(3)});
  EXPECT_EQ(program.execution->results()[0], Value::i32(12));
  EXPECT_NE(program.instance->funcs[0]->compiled, before);
}

// Every fourth byte is stored to, by stores of several widths.
constexpr std::string_view kStores = R"((module (memory 1)
  (func (param $i i32)
    (loop $next
      (i32.store8 offset=3 (local.get $i) (i32.const 1))
      (i32.store16 offset=40 (local.get $i) (local.get $i))
      (i32.store offset=80 (local.get $i) (local.get $i))
      (i64.store offset=121 (local.get $i) (i64.const 5))
      (f64.store offset=160 (local.get $i) (f64.const 5))
      (br_if $next (local.tee $i (i32.sub (local.get $i) (i32.const 4))))))))";

class Instants final : public interp::Observer {
 public:
  std::vector<runtime::Instant> asked;
  bool stops_at(const runtime::Execution&) override { return false; }
  bool stops_before_write(const runtime::Execution& execution) override {
    asked.push_back(execution.instant());
    return false;
  }
  bool stops_after_host(const runtime::Execution&, const runtime::HostEvent&) override { return false; }
};

TEST(CompiledTier, LeavesBeforeStoresToWatchedBytes) {
  for (const std::vector<interp::WatchedRange>& ranges : std::vector<std::vector<interp::WatchedRange>>{
           {{0, 43, 44}}, {{0, 128, 129}}, {{0, 160, 168}}, {{0, 7, 8}, {0, 90, 91}}, {{0, 0, 65536}}, {{0, 250, 251}},
           {{0, 1, 2}, {0, 2, 3}, {0, 81, 82}, {0, 83, 84}, {0, 130, 140}}}) {
    Instants instants[2];
    for (const bool is_compiled : {false, true}) {
      CompiledProgram program(kStores);
      if (!is_compiled) program.interpreter->remove_tier();
      program.interpreter->set_probes({{}, ranges, &instants[is_compiled]});
      ASSERT_TRUE(std::holds_alternative<runtime::Returned>(program.call(0, {Value::i32(40)})));
      EXPECT_EQ(program.tier->statistics().functions, is_compiled && ranges.size() <= 4 ? 1u : 0u);
    }
    // Asked in step code are also those stores behind one that wrote a watched byte, up to the next tick.
    for (const runtime::Instant& each : instants[0].asked) EXPECT_TRUE(std::ranges::find(instants[1].asked, each) != instants[1].asked.end());
    EXPECT_EQ(instants[0].asked.size(), instants[1].asked.size());
    EXPECT_EQ(instants[0].asked.empty(), ranges[0].begin == 250);
  }
}

TEST(CompiledTier, StaysWithFunctionsThatWereHot) {
  CompiledProgram program(kSums, interp::CompileWhen::Hot);
  program.call(1, {Value::i32(1'000'000)});
  const uint64_t compiled = program.tier->statistics().functions;
  const std::vector<interp::FuncState> before = program.interpreter->list_funcs(*program.instance);
  ASSERT_EQ(before.size(), 2u);
  EXPECT_TRUE(before[0].is_compiled && before[1].is_compiled);
  EXPECT_NEAR(static_cast<double>(before[0].looks), 50, 5);
  EXPECT_EQ(before[0].looks + before[1].looks, 2'000'000 / interp::kLookTicks);
  const auto first = static_cast<uint32_t>(program.instance->module->funcs[0].code.begin);
  program.interpreter->set_stops(*program.instance, 0, {first});
  EXPECT_TRUE(std::holds_alternative<runtime::Paused>(program.call(1, {Value::i32(3)})));
  EXPECT_TRUE(program.interpreter->list_funcs(*program.instance)[0].has_stops);
  EXPECT_EQ(program.tier->statistics().functions, compiled);
  program.interpreter->set_stops(*program.instance, 0, {});
  EXPECT_TRUE(std::holds_alternative<runtime::Returned>(program.call(1, {Value::i32(3)})));
  EXPECT_EQ(program.tier->statistics().functions, compiled);   // the code is still there
}

TEST(CompiledTier, KnowsWhereItCallsTheRuntime) {
  CompiledProgram program("(module (memory 1) (func) (func (memory.fill (i32.const 0) (i32.const 1) (i32.const 2))))");
  const Coverage coverage = coverage_of(*program.instance->module);
  EXPECT_EQ(coverage.machine_code, 2u);   // the functions' ends
  EXPECT_EQ(coverage.runtime_calls, 1u);
  EXPECT_EQ(coverage.interpreted, 0u);
  ASSERT_EQ(coverage.served.size(), 1u);
  EXPECT_EQ(coverage.served[0].func, 1u);
  EXPECT_EQ(coverage.served[0].count, (std::map<wasm::Op, uint32_t>{{wasm::Op::MemoryFill, 1}}));
}

}  // namespace
}  // namespace wasmscope::jit
