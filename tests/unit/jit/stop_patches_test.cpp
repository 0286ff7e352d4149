// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/stop_patches.h"

#include <algorithm>

#include "tests/unit/jit/compiled_program.h"

namespace wasmscope::jit {
namespace {

using runtime::Value;

constexpr wasm::FuncIndex kTwice = 0, kSum = 1;
constexpr uint8_t kLocalSet = 0x21, kInt3 = 0xCC;

class StopPatchesTest : public testing::Test {
 protected:
  // The function's machine code as it is now.
  std::vector<uint8_t> code_with(const std::set<uint32_t>& stops) {
    runtime::Func& func = *program.instance->funcs[kSum];
    const interp::CompiledFunc* const compiled = program.tier->compile(func, {.stops = {false, stops}});
    const auto* const begin = static_cast<const uint8_t*>(compiled->machine_code);
    return {begin, begin + compiled->machine_bytes};
  }
  // Of the n-th byte like this in the function's body.
  uint32_t pc_of(wasm::FuncIndex func, uint8_t opcode) const {
    const auto code = program.instance->module->funcs[func].code;
    const auto found = std::find(program.bytes->begin() + static_cast<ptrdiff_t>(code.begin), program.bytes->end(), opcode);
    return static_cast<uint32_t>(found - program.bytes->begin());
  }
  uint64_t functions() const { return program.tier->statistics().functions; }

  CompiledProgram program{kSums};
};

TEST_F(StopPatchesTest, ChangeOneByteAndBringItBack) {
  const std::vector<uint8_t> plain = code_with({});
  const uint32_t pc = pc_of(kSum, kLocalSet);
  for (int round = 0; round < 3; ++round) {
    const std::vector<uint8_t> stopping = code_with({pc});
    ASSERT_EQ(stopping.size(), plain.size());
    const auto [was, is] = std::ranges::mismatch(plain, stopping);
    ASSERT_NE(is, stopping.end());
    EXPECT_EQ(*is, kInt3);
    EXPECT_TRUE(std::equal(was + 1, plain.end(), is + 1));
    EXPECT_EQ(code_with({}), plain);
  }
  EXPECT_EQ(functions(), 1u);
}

TEST_F(StopPatchesTest, StopInFunctionsThatAreActive) {
  // In the callee first; its caller gets a stop while it waits.
  const auto callee = static_cast<uint32_t>(program.instance->module->funcs[kTwice].code.begin);
  program.call(kSum, {Value::i32(2)});
  program.interpreter->set_stops(*program.instance, kTwice, {callee});
  ASSERT_TRUE(std::holds_alternative<runtime::Paused>(program.call(kSum, {Value::i32(2)})));
  const uint32_t after = pc_of(kSum, kLocalSet);
  program.interpreter->set_stops(*program.instance, kSum, {after});
  ASSERT_TRUE(std::holds_alternative<runtime::Paused>(program.interpreter->run(*program.execution, {})));
  EXPECT_EQ(program.execution->instant(), (runtime::Instant{2, 0, after}));
  program.interpreter->set_stops(*program.instance, kSum, {});
  ASSERT_TRUE(std::holds_alternative<runtime::Paused>(program.interpreter->run(*program.execution, {})));
  EXPECT_EQ(program.execution->pc, callee);
  program.interpreter->set_stops(*program.instance, kTwice, {});
  program.interpreter->run(*program.execution, {});
  EXPECT_EQ(program.execution->results()[0], Value::i32(6));
  EXPECT_EQ(functions(), 2u);
}

class Counter final : public interp::Observer {
 public:
  uint64_t asked = 0;
  bool stops_at(const runtime::Execution&) override {
    ++asked;
    return false;
  }
  bool stops_before_write(const runtime::Execution&) override { return false; }
  bool stops_after_host(const runtime::Execution&, const runtime::HostEvent&) override { return false; }
};

// Each costs a signal.
TEST_F(StopPatchesTest, AreCompiledInWhereTheProgramComesOften) {
  Counter counter;
  program.interpreter->set_probes({{}, {}, &counter});
  program.call(kSum, {Value::i32(2)});
  const uint32_t pc = pc_of(kSum, kLocalSet);
  program.interpreter->set_stops(*program.instance, kSum, {pc});
  program.call(kSum, {Value::i32(20)});
  EXPECT_EQ(counter.asked, 20u);
  EXPECT_EQ(functions(), 2u);
  program.call(kSum, {Value::i32(1000)});
  EXPECT_EQ(counter.asked, 1020u);
  EXPECT_EQ(functions(), 3u);
  EXPECT_EQ(program.execution->results()[0], Value::i32(1001000));
  program.interpreter->set_stops(*program.instance, kSum, {});
  program.call(kSum, {Value::i32(1000)});
  EXPECT_EQ(counter.asked, 1020u);
  EXPECT_EQ(functions(), 3u);
}

// Whatever the registers hold is in the frame when the program stops.
TEST_F(StopPatchesTest, LeaveWithEverythingInTheFrame) {
  const uint32_t pc = pc_of(kSum, kLocalSet);
  program.call(kSum, {Value::i32(2)});
  program.interpreter->set_stops(*program.instance, kSum, {pc});
  program.call(kSum, {Value::i32(9)});
  program.interpreter->run(*program.execution, {});
  ASSERT_EQ(program.execution->pc, pc);
  const auto locals = lower::local_places(*program.instance->module, kSum);
  const auto* const slots = program.execution->slots() + program.execution->frame_base;
  EXPECT_EQ(static_cast<uint32_t>(slots[locals[0].slot]), 8u);
  EXPECT_EQ(static_cast<uint32_t>(slots[locals[1].slot]), 18u);
}

}  // namespace
}  // namespace wasmscope::jit
