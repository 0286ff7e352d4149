// SPDX-License-Identifier: Apache-2.0
// Accesses at the ends of memories, with guard pages and without.
#include "tests/unit/jit/compiled_program.h"

namespace wasmscope::jit {
namespace {

using runtime::Value;

constexpr std::string_view kAccesses = R"((module
  (memory 1 4)
  (func $load (param i32) (result i32) local.get 0 i32.load)
  (func $far (param i32) (result i32) local.get 0 i32.load offset=0x7ffffff0)
  (func $store (param i32 i64) local.get 0 local.get 1 i64.store)
  (func $grow (param i32) (result i32) local.get 0 memory.grow)
  (func $fill (param $at i32) (result i32) (local $before i32)
    (local.set $before (i32.const 7))
    (loop $next
      (i32.store8 (local.get $at) (local.get $before))
      (local.set $before (i32.add (local.get $before) (i32.const 1)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next))
    (i32.const 0))))";
constexpr uint32_t kPage = 65536;

class BoundsTest : public testing::TestWithParam<Bounds> {
 protected:
  CompiledProgram program{kAccesses, interp::CompileWhen::Called, GetParam()};
  bool is_trapped(wasm::FuncIndex func, const std::vector<Value>& arguments) {
    const runtime::Outcome outcome = program.call(func, arguments);
    const auto* const trap = std::get_if<runtime::Trapped>(&outcome);
    return trap != nullptr && trap->code == wasm::TrapCode::OutOfBoundsMemory;
  }
  bool loads(uint32_t address) { return !is_trapped(0, {Value::i32(address)}); }
  runtime::Region& region() { return program.instance->memories[0]->region; }
};

TEST_P(BoundsTest, EndWhereTheMemoryEnds) {
  EXPECT_TRUE(loads(0));
  EXPECT_TRUE(loads(kPage - 4));
  EXPECT_FALSE(loads(kPage - 3));
  EXPECT_FALSE(loads(kPage));
  EXPECT_FALSE(loads(UINT32_MAX));
  EXPECT_FALSE(loads(4 * kPage));
  EXPECT_TRUE(is_trapped(1, {Value::i32(0)}));
  EXPECT_TRUE(is_trapped(1, {Value::i32(UINT32_MAX)}));
  EXPECT_TRUE(loads(kPage - 4));
}

TEST_P(BoundsTest, StoresAcrossTheEndWriteNothing) {
  EXPECT_FALSE(is_trapped(2, {Value::i32(kPage - 8), Value::i64(0)}));
  for (uint32_t over = 1; over < 8; ++over)
    EXPECT_TRUE(is_trapped(2, {Value::i32(kPage - 8 + over), Value::i64(UINT64_MAX)}));
  for (uint32_t i = 0; i < 8; ++i) EXPECT_EQ(region().data()[kPage - 8 + i], 0);
}

TEST_P(BoundsTest, MoveWhenTheMemoryGrowsAndWhenThatIsTakenBack) {
  const runtime::StoreImage image = program.store.save();
  program.call(3, {Value::i32(2)});
  EXPECT_TRUE(loads(3 * kPage - 4));
  EXPECT_FALSE(is_trapped(2, {Value::i32(2 * kPage), Value::i64(UINT64_MAX)}));
  EXPECT_FALSE(loads(3 * kPage - 3));
  program.store.restore(image);
  EXPECT_FALSE(loads(kPage));
  program.call(3, {Value::i32(2)});
  EXPECT_EQ(region().data()[2 * kPage], 0);
}

TEST_P(BoundsTest, LocalsAreRightAtTheTrap) {
  EXPECT_TRUE(is_trapped(4, {Value::i32(kPage - 100)}));
  EXPECT_EQ(region().data()[kPage - 1], 7 + 99);
  const auto places = lower::local_places(*program.instance->module, 4);
  const uint64_t* const frame = program.execution->slots() + program.execution->frame_base;
  EXPECT_EQ(frame[places[0].slot], kPage);
  EXPECT_EQ(frame[places[1].slot], 107u);
  EXPECT_EQ(program.execution->tick, 101u);
}

INSTANTIATE_TEST_SUITE_P(Both, BoundsTest, testing::Values(Bounds::Guarded, Bounds::Checked),
                         [](const auto& param) { return param.param == Bounds::Guarded ? "Guarded" : "Checked"; });

}  // namespace
}  // namespace wasmscope::jit
