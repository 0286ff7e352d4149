// SPDX-License-Identifier: Apache-2.0
// Every atomic instruction on a shared memory and on one that is not, against the oracle; and executions that
// wait for each other.
#include <gtest/gtest.h>

#include "tests/support/module_builder.h"
#include "tests/tiers/twin.h"

namespace wasmscope::test {
namespace {

using runtime::PauseReason;
using wasm::Op;

std::vector<Op> atomic_rows() {
  std::vector<Op> rows;
  for (uint16_t i = 0; i < wasm::kOpCount; ++i)
    if (wasm::info(static_cast<Op>(i)).category == wasm::Category::Atomic) rows.push_back(static_cast<Op>(i));
  return rows;
}

std::string params_of(Op op) {
  std::string params(wasm::info(op).signature.substr(0, wasm::info(op).signature.find('_')));
  if (!params.empty()) params[0] = 'i';
  return params;
}

CodeWriter call_of(Op op, uint64_t offset) {
  CodeWriter body;
  for (uint32_t i = 0; i < params_of(op).size(); ++i) body.local_get(i);
  if (op == Op::AtomicFence) return body.op(op, 0);
  return body.access(op, static_cast<uint32_t>(std::countr_zero(unsigned{wasm::info(op).width})), offset);
}

constexpr uint8_t kShared = 3;

// A function for each row and offset.
std::vector<uint8_t> module_of(const std::vector<Op>& rows, uint8_t flags) {
  ModuleBuilder module;
  module.raw_memory({flags, 1, 2});
  for (const Op op : rows) {
    const std::string results(wasm::info(op).signature.substr(wasm::info(op).signature.find('_')));
    for (const uint64_t offset : {0, 8, 3}) module.func(params_of(op) + results, call_of(op, offset));
  }
  std::string contents;
  for (uint32_t i = 0; i < 65536; ++i) contents.push_back(static_cast<char>(i * 2654435761u >> 13));
  module.data(code().i32(0), contents);
  return module.bytes();
}

class AtomicCases : public testing::TestWithParam<uint8_t> {};

TEST_P(AtomicCases, AgreeWithTheOracle) {
  const std::vector<Op> rows = atomic_rows();
  std::string problem;
  const auto twin = Twin::create(module_of(rows, GetParam()), problem);
  ASSERT_NE(twin, nullptr) << problem;
  const std::vector<uint64_t> addresses = {0, 1, 2, 4, 8, 12, 16, 65520, 65528, 65532, 65535, 65536, 0xFFFFFFFC};
  const std::vector<uint64_t> values = {0, 1, 0x11, 0x80, 0xFFFF, 0x12345678, 0xFFFFFFFF, 0x8000000080000001};
  for (size_t row = 0; row < rows.size(); ++row) {
    const std::string params = params_of(rows[row]);
    for (uint32_t form = 0; form < 3; ++form) {
      for (size_t k = 0; k < addresses.size() * values.size(); ++k) {
        std::vector<Value> arguments;
        for (size_t i = 0; i < params.size(); ++i) {
          const bool is_i32 = params[i] == 'i';
          uint64_t bits =
              i == 0 ? addresses[k % addresses.size()] : values[(k / addresses.size() + 3 * (i - 1)) % values.size()];
          // So that comparisons also find what they expect.
          const uint64_t at = addresses[k % addresses.size()] + (form == 0 ? 0 : form == 1 ? 8 : 3);
          if (i == 1 && params.size() == 3 && k % 3 == 0 && at <= 65528)
            std::memcpy(&bits, twin->store.memories[0].region.data() + at, 8);
          arguments.push_back({is_i32 ? wasm::kI32 : wasm::kI64, is_i32 ? static_cast<uint32_t>(bits) : bits, 0});
        }
        twin->begin(static_cast<wasm::FuncIndex>(row * 3 + form), arguments);
        const runtime::Outcome outcome = twin->run({});
        while (twin->oracle->step()) {}
        ASSERT_EQ(twin->compare_outcome(outcome), "")
            << wasm::info(rows[row]).text << " form " << form << " case " << k;
      }
    }
    ASSERT_EQ(twin->compare_store(), "") << wasm::info(rows[row]).text;
  }
}

INSTANTIATE_TEST_SUITE_P(Memories, AtomicCases, testing::Values(kShared, uint8_t{1}),
                         [](const auto& each) { return each.param == kShared ? "Shared" : "Private"; });

// Executions of one instance that take turns.
class WaitTest : public testing::Test {
 protected:
  enum Func : uint32_t { kWait, kNotify, kWaitLong };

  void SetUp() override {
    ModuleBuilder module;
    module.raw_memory({kShared, 1, 1});
    module.func("il_i", code().local_get(0).i32(0).local_get(1).access(Op::MemoryAtomicWait32, 2, 0));
    module.func("ii_i", code().local_get(0).local_get(1).access(Op::MemoryAtomicNotify, 2, 0));
    module.func("il_i",
                code().local_get(0).i64(0).local_get(1).access(Op::MemoryAtomicWait64, 3, 0).i32(10).op(Op::I32Add));
    std::string problem;
    twin_ = Twin::create(module.bytes(), problem);
    ASSERT_NE(twin_, nullptr) << problem;
    twin_->store.waits.executions = 3;
    for (uint32_t id = 0; id < 3; ++id) executions_.push_back(*runtime::Execution::create(id));
  }
  void TearDown() override {
    for (const auto& each : executions_) twin_->interpreter->remove(*each);
  }

  void begin(size_t execution, Func func, std::vector<Value> arguments) {
    executions_[execution]->begin(*twin_->instance->funcs[func], arguments);
  }
  // The result, or "waits" or "traps".
  std::string run(size_t execution, interp::Mode mode = interp::Mode::Run) {
    const runtime::Outcome outcome = twin_->interpreter->run(*executions_[execution], {.mode = mode});
    if (std::holds_alternative<runtime::Returned>(outcome)) return to_text(executions_[execution]->results()[0]);
    if (const auto* paused = std::get_if<runtime::Paused>(&outcome))
      return paused->reason == PauseReason::Wait ? "waits" : "pauses";
    return "traps";
  }
  std::string notify(uint32_t address, uint32_t count) {
    begin(2, kNotify, {Value::i32(address), Value::i32(count)});
    return run(2);
  }

  std::unique_ptr<Twin> twin_;
  std::vector<std::unique_ptr<runtime::Execution>> executions_;
};

TEST_F(WaitTest, IsEndedByANotificationOfItsAddress) {
  begin(0, kWait, {Value::i32(8), Value::i64(~uint64_t{0})});
  EXPECT_EQ(run(0), "waits");
  // It stands before the instruction, which has not acted.
  const runtime::Execution& waiting = *executions_[0];
  EXPECT_EQ(twin_->module->bytes[waiting.pc], 0xFE);
  EXPECT_EQ(run(0), "waits");
  EXPECT_EQ(notify(12, 1), "0");
  EXPECT_EQ(run(0), "waits");
  EXPECT_EQ(notify(8, 0), "0");
  EXPECT_EQ(notify(8, 5), "1");
  EXPECT_EQ(notify(8, 5), "0");
  EXPECT_EQ(run(0), "0");
}

TEST_F(WaitTest, WakesThoseThatWaitedLongestFirst) {
  begin(1, kWaitLong, {Value::i32(8), Value::i64(~uint64_t{0})});
  begin(0, kWait, {Value::i32(8), Value::i64(~uint64_t{0})});
  EXPECT_EQ(run(1), "waits");
  EXPECT_EQ(run(0), "waits");
  EXPECT_EQ(notify(8, 1), "1");
  EXPECT_EQ(run(0), "waits");
  EXPECT_EQ(run(1), "10");
  EXPECT_EQ(notify(8, 1), "1");
  EXPECT_EQ(run(0), "0");
}

TEST_F(WaitTest, TimesOutInTheOrderOfTheTimeouts) {
  begin(0, kWait, {Value::i32(8), Value::i64(2000)});
  begin(1, kWaitLong, {Value::i32(8), Value::i64(1000)});
  EXPECT_EQ(run(0), "waits");
  EXPECT_EQ(run(1), "waits");
  EXPECT_TRUE(twin_->store.waits.time_out_next());
  EXPECT_EQ(run(0), "waits");
  EXPECT_EQ(run(1), "12");
  EXPECT_TRUE(twin_->store.waits.time_out_next());
  EXPECT_EQ(run(0), "2");
  EXPECT_FALSE(twin_->store.waits.time_out_next());
}

TEST_F(WaitTest, AlsoInSingleSteps) {
  begin(0, kWait, {Value::i32(8), Value::i64(~uint64_t{0})});
  EXPECT_EQ(run(0, interp::Mode::Step), "pauses");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(0, interp::Mode::Step), "pauses");
  EXPECT_EQ(run(0, interp::Mode::Step), "waits");
  EXPECT_EQ(notify(8, 1), "1");
  EXPECT_EQ(run(0, interp::Mode::Step), "pauses");
  EXPECT_EQ(run(0), "0");
}

TEST_F(WaitTest, OfTheOnlyExecutionEndsAtOnce) {
  twin_->store.waits.executions = 1;
  begin(0, kWait, {Value::i32(8), Value::i64(1)});
  EXPECT_EQ(run(0), "2");
  begin(0, kWait, {Value::i32(8), Value::i64(~uint64_t{0})});
  EXPECT_EQ(run(0), "traps");
}

TEST_F(WaitTest, IsSavedWithTheStore) {
  begin(0, kWait, {Value::i32(8), Value::i64(~uint64_t{0})});
  EXPECT_EQ(run(0), "waits");
  const runtime::StoreImage image = twin_->store.save();
  EXPECT_EQ(notify(8, 1), "1");
  twin_->store.restore(image);
  EXPECT_EQ(run(0), "waits");
  EXPECT_EQ(notify(8, 1), "1");
  EXPECT_EQ(run(0), "0");
}

}  // namespace
}  // namespace wasmscope::test
