// SPDX-License-Identifier: Apache-2.0
// Long runs of what compiled code does with the runtime's help or without the native stack.
#include "engine/jit/runtime_calls.h"

#include "tests/unit/jit/compiled_program.h"

namespace wasmscope::jit {
namespace {

using runtime::Value;

TEST(TailCalls, LoopForTenMillionTicks) {
  CompiledProgram program(R"((module
    (type $f (func (param i32 i64) (result i64)))
    (func $sum (type $f)
      (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
      (return_call $sum (i32.sub (local.get 0) (i32.const 1)) (i64.add (local.get 1) (i64.extend_i32_u (local.get 0)))))))");
  program.call(0, {Value::i32(10'000'000), Value::i64(0)});
  EXPECT_EQ(program.execution->results()[0], Value::i64(50'000'005'000'000));
  EXPECT_EQ(program.execution->tick, 10'000'001u);
}

TEST(TailCalls, GoRoundThroughTables) {
  CompiledProgram program(R"((module
    (type $f (func (param i32 i64) (result i64)))
    (table funcref (elem $even $odd))
    (func $even (type $f)
      (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
      (return_call_indirect (type $f) (i32.sub (local.get 0) (i32.const 1)) (i64.add (local.get 1) (i64.const 1)) (i32.const 1)))
    (func $odd (type $f) (local f64)
      (return_call $even (local.get 0) (local.get 1)))))");
  program.call(0, {Value::i32(3'000'000), Value::i64(0)});
  EXPECT_EQ(program.execution->results()[0], Value::i64(3'000'000));
  EXPECT_EQ(program.execution->tick, 6'000'001u);
}

TEST(RuntimeCalls, AllocateUntilTheHeapHasBeenCollectedOften) {
  CompiledProgram program(R"((module
    (type $node (struct (field i64) (field (ref null $node))))
    (func (param $n i32) (result i64) (local $last (ref null $node)) (local $sum i64)
      (loop $next
        (local.set $last (struct.new $node (i64.extend_i32_u (local.get $n)) (local.get $last)))
        (if (i32.eqz (i32.and (local.get $n) (i32.const 7)))
          (then
            (local.set $sum (i64.add (local.get $sum)
              (struct.get $node 0 (struct.get $node 1 (struct.get $node 1 (local.get $last))))))
            (local.set $last (ref.null $node))
            (local.set $last (struct.new $node (i64.const 1) (struct.new $node (i64.const 2) (struct.new_default $node))))))
        (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      local.get $sum)))");
  program.call(0, {Value::i32(7'999'999)});
  uint64_t sum = 0;
  for (uint64_t n = 0; n < 8'000'000; n += 8) sum += n == 0 ? 0 : n + 2;
  EXPECT_EQ(program.execution->results()[0], Value::i64(sum));
  EXPECT_GT(program.store.heap.collections(), 3u);
}

TEST(RuntimeCalls, GrowMemoryInALoopThatUsesIt) {
  CompiledProgram program(R"((module (memory 1)
    (func $end (result i32) (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)))
    (func (param $n i32) (result i32) (local $sum i32)
      (loop $next
        (drop (memory.grow (i32.const 1)))
        (i32.store (call $end) (local.get $n))
        (local.set $sum (i32.add (local.get $sum) (i32.load (call $end))))
        (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      local.get $sum)))");
  program.call(1, {Value::i32(500)});
  EXPECT_EQ(program.execution->results()[0], Value::i32(500 * 501 / 2));
  EXPECT_EQ(program.store.memories[0].pages(), 501u);
}

TEST(Exceptions, LandInCompiledCode) {
  CompiledProgram program(R"((module (tag $t (param i32))
    (func $thrower (param i32) (if (i32.and (local.get 0) (i32.const 1)) (then (throw $t (local.get 0)))))
    (func (param $n i32) (result i32) (local $sum i32)
      (loop $next
        (local.set $sum (i32.add (local.get $sum)
          (block $caught (result i32) (try_table (catch $t $caught) (call $thrower (local.get $n))) (i32.const 1000))))
        (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      local.get $sum)))");
  program.call(1, {Value::i32(20'000)});
  EXPECT_EQ(program.execution->results()[0], Value::i32(100'000'000 + 10'000'000));
  EXPECT_EQ(program.interpreter->statistics().functions_lowered, 0u);
}

TEST(Memory64, IsReachedToTheLastOfFourGibibytes) {
  CompiledProgram program(R"((module (memory i64 65536) (memory $b 1)
    (func (param i64 i64) (result i64)
      (i64.store (local.get 0) (local.get 1))
      (i64.store $b (i32.const 8) (i64.load offset=0 (local.get 0)))
      (i64.load $b (i32.const 8)))
    (func (param i64) (result i32) (i32.load8_u offset=4294967295 (local.get 0)))))");
  if (program.instance == nullptr) GTEST_SKIP() << "not enough address space";
  constexpr uint64_t kEnd = uint64_t{1} << 32;
  program.call(0, {Value::i64(kEnd - 8), Value::i64(0x1122334455667788)});
  EXPECT_EQ(program.execution->results()[0], Value::i64(0x1122334455667788));
  for (const uint64_t outside : {kEnd - 7, kEnd, UINT64_MAX, UINT64_MAX - 7})
    EXPECT_TRUE(std::holds_alternative<runtime::Trapped>(program.call(0, {Value::i64(outside), Value::i64(1)}))) << outside;
  program.call(1, {Value::i64(0)});
  EXPECT_EQ(program.execution->results()[0], Value::i32(0x11));
  EXPECT_TRUE(std::holds_alternative<runtime::Trapped>(program.call(1, {Value::i64(1)})));
}

}  // namespace
}  // namespace wasmscope::jit
