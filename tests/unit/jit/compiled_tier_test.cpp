// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/compiled_tier.h"

#include <fstream>

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
  EXPECT_EQ(program.tier->statistics().functions, 3u);   // one of them with the stop
}

TEST(CompiledTier, KnowsWhatIsLeftToTheInterpreter) {
  CompiledProgram program("(module (memory 1) (func) (func (memory.fill (i32.const 0) (i32.const 1) (i32.const 2))))");
  const std::vector<ServedByInterpreter> served = served_by_interpreter(*program.instance->module);
  ASSERT_EQ(served.size(), 1u);
  EXPECT_EQ(served[0].func, 1u);
  EXPECT_EQ(served[0].count, (std::map<wasm::Op, uint32_t>{{wasm::Op::MemoryFill, 1}}));
}

}  // namespace
}  // namespace wasmscope::jit
