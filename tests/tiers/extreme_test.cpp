// SPDX-License-Identifier: Apache-2.0
// Sizes at and beyond the limits, compared with the oracle: deep recursion, many locals, deep nesting, large
// branch tables, wide signatures.
#include <gtest/gtest.h>

#include <chrono>

#include "engine/wasm/limits.h"
#include "tests/support/module_builder.h"
#include "tests/tiers/twin.h"

namespace wasmscope::test {
namespace {

using wasm::Op;
using wasm::TrapCode;

// One function of this type and body; no imports.
std::vector<uint8_t> module_of(const std::string& params, const std::string& results,
                               const std::vector<uint8_t>& body) {
  ByteWriter type, code, module;
  type.leb(1).u8(0x60).leb(params.size());
  for (const char letter : params) type.u8(type_code(letter));
  type.leb(results.size());
  for (const char letter : results) type.u8(type_code(letter));
  code.leb(1).sized(body);
  module.header().section(1, type.bytes).section(3, {1, 0}).section(10, code.bytes);
  return std::move(module.bytes);
}

struct Finished {
  std::unique_ptr<Twin> twin;
  std::string problem;
};
Finished finish(const std::vector<uint8_t>& bytes, const std::vector<Value>& arguments, wasm::FuncIndex func = 0) {
  Finished done;
  done.twin = Twin::create(bytes, done.problem);
  if (done.twin == nullptr) return done;
  done.twin->begin(func, arguments);
  while (done.twin->oracle->step()) {}
  done.problem = done.twin->compare_end(done.twin->run({}));
  return done;
}

// f(n) = n == 0 ? 0 : f(n - 1) + 1
std::vector<uint8_t> recursion(uint64_t locals) {
  ByteWriter body;
  body.leb(1).leb(locals).u8(type_code('l'));
  body.op(Op::LocalGet).leb(0).op(Op::I32Eqz).op(Op::If).u8(0x7F).constant('i', 0).op(Op::Else);
  body.op(Op::LocalGet).leb(0).constant('i', 1).op(Op::I32Sub).op(Op::Call).leb(0).constant('i', 1).op(Op::I32Add);
  body.op(Op::End).op(Op::End);
  return module_of("i", "i", body.bytes);
}

TEST(Recursion, ReturnsFromJustBelowTheLimit) {
  const Finished done = finish(recursion(0), {Value::i32(wasm::kMaxCallDepth)});
  EXPECT_EQ(done.problem, "");
  EXPECT_EQ(done.twin->oracle->status, OracleStatus::Returned);
  EXPECT_EQ(done.twin->execution->results()[0].bits, wasm::kMaxCallDepth);
}
TEST(Recursion, OneMoreCallTraps) {
  const Finished done = finish(recursion(0), {Value::i32(wasm::kMaxCallDepth + 1)});
  EXPECT_EQ(done.problem, "");
  EXPECT_EQ(done.twin->oracle->trap, TrapCode::CallStackExhausted);
  EXPECT_EQ(done.twin->execution->depth, wasm::kMaxCallDepth);
}
TEST(Recursion, OfAMillionTraps) {
  const Finished done = finish(recursion(0), {Value::i32(1'000'000)});
  EXPECT_EQ(done.problem, "");
  EXPECT_EQ(done.twin->oracle->trap, TrapCode::CallStackExhausted);
}
TEST(Recursion, WithFiftyThousandLocalsRunsOutOfSlots) {
  const Finished done = finish(recursion(wasm::kMaxLocals - 1), {Value::i32(1000)});
  EXPECT_EQ(done.problem, "");
  EXPECT_EQ(done.twin->oracle->trap, TrapCode::CallStackExhausted);
  const Finished shallow = finish(recursion(wasm::kMaxLocals - 1), {Value::i32(100)});
  EXPECT_EQ(shallow.problem, "");
  EXPECT_EQ(shallow.twin->oracle->status, OracleStatus::Returned);
}

// f(n) = n == 0 ? 7 : f(n - 1), with a tail call.
TEST(TailCalls, NeedNoStack) {
  ByteWriter body;
  body.leb(0).op(Op::LocalGet).leb(0).op(Op::I32Eqz).op(Op::If).u8(0x40).constant('i', 7).op(Op::Return).op(Op::End);
  body.op(Op::LocalGet).leb(0).constant('i', 1).op(Op::I32Sub).op(Op::ReturnCall).leb(0).op(Op::End);
  const Finished done = finish(module_of("i", "i", body.bytes), {Value::i32(2 * wasm::kMaxCallDepth)});
  EXPECT_EQ(done.problem, "");
  EXPECT_EQ(done.twin->oracle->tick, 2 * wasm::kMaxCallDepth + 1);
}
// Frames nearly fill the stack; the last wants to be replaced by one that is too large.
TEST(TailCalls, TrapWhereTheCalleesFrameDoesNotFit) {
  for (const Op call : {Op::ReturnCall, Op::ReturnCallRef}) {
    ModuleBuilder module;
    const uint32_t huge = module.func("i_i", code().i32(1), std::string(49'000, 'v'));
    CodeWriter body = code().local_get(0).op(Op::I32Eqz).block(Op::If).local_get(0);
    if (call == Op::ReturnCallRef) body.op(Op::RefFunc, huge);
    body.op(call, call == Op::ReturnCallRef ? module.type("i_i") : huge).end();
    body.local_get(0).i32(1).op(Op::I32Sub).op(Op::Call, huge + 1);
    const uint32_t deep = module.func("i_i", body, std::string(40'000, 'l'));
    module.raw_elem({3, 0, 1, 0});
    const Finished full = finish(module.bytes(), {Value::i32(208)}, deep);
    EXPECT_EQ(full.problem, "");
    EXPECT_EQ(full.twin->oracle->trap, TrapCode::CallStackExhausted);
    EXPECT_EQ(full.twin->execution->depth, 208u);
    const Finished fitting = finish(module.bytes(), {Value::i32(207)}, deep);
    EXPECT_EQ(fitting.problem, "");
    EXPECT_EQ(fitting.twin->oracle->status, OracleStatus::Returned);
  }
}

// From a hundred thousand frames, and from within as many blocks that pass everything on.
TEST(Exceptions, LandFarAway) {
  constexpr uint32_t kMany = 100'000;
  ModuleBuilder module;
  const uint32_t tag = module.tag("i_");
  CodeWriter deep = code().local_get(0).op(Op::I32Eqz).block(Op::If).local_get(0).op(Op::Throw, tag).end();
  deep.local_get(0).i32(1).op(Op::I32Sub).op(Op::Call, 0);
  module.func("i_", deep);
  CodeWriter blocks;
  for (uint32_t i = 0; i < kMany; ++i) blocks.block(Op::Try);
  blocks.local_get(0).op(Op::Throw, tag);
  for (uint32_t i = 0; i < kMany; ++i) blocks.op(Op::Delegate, 0);
  const uint32_t nested = module.func("i_", blocks);
  for (const uint32_t callee : {0u, nested}) {
    CodeWriter body = code().block(Op::Try, 'i').local_get(0).op(Op::Call, callee).i32(1).op(Op::Catch, tag);
    module.func("i_i", body.i32(5).op(Op::I32Add).end());
  }
  for (const uint32_t func : {nested + 1, nested + 2}) {
    const Finished done = finish(module.bytes(), {Value::i32(kMany)}, func);
    EXPECT_EQ(done.problem, "");
    EXPECT_EQ(done.twin->oracle->status, OracleStatus::Returned);
  }
}

TEST(Locals, FiftyThousandAreWrittenAndRead) {
  ByteWriter body;
  body.leb(1).leb(wasm::kMaxLocals).u8(type_code('l'));
  for (uint64_t i = 0; i < wasm::kMaxLocals; i += 7) body.constant('l', i * i).op(Op::LocalSet).leb(i);
  body.constant('l', 1);
  for (uint64_t i = 0; i < wasm::kMaxLocals; i += 7) body.op(Op::LocalGet).leb(i).op(Op::I64Add);
  body.op(Op::End);
  EXPECT_EQ(finish(module_of("", "l", body.bytes), {}).problem, "");
}

// Operands past slot 65 535, folded in the end.
TEST(Operands, SeventyThousandWaitAtOnce) {
  constexpr int kCount = 70'000;
  ByteWriter body;
  body.leb(0);
  for (int i = 0; i < kCount; ++i) body.op(Op::LocalGet).leb(0).constant('i', static_cast<uint64_t>(i)).op(Op::I32Xor);
  for (int i = 1; i < kCount; ++i) body.op(i % 3 == 0 ? Op::I32Sub : Op::I32Add);
  body.op(Op::End);
  EXPECT_EQ(finish(module_of("i", "i", body.bytes), {Value::i32(12345)}).problem, "");
}

class Nesting : public testing::TestWithParam<Op> {};
TEST_P(Nesting, OfAMillionTakesLinearTime) {
  constexpr uint64_t kDepth = 1'000'000;
  const auto begin = std::chrono::steady_clock::now();
  ByteWriter body;
  body.leb(0);
  for (uint64_t i = 0; i < kDepth; ++i) {
    if (GetParam() == Op::If) body.op(Op::LocalGet).leb(0);
    body.op(GetParam()).u8(0x40);
  }
  body.op(Op::LocalGet).leb(0).op(Op::BrIf).leb(GetParam() == Op::Loop ? kDepth : kDepth - 1);
  body.bytes.insert(body.bytes.end(), kDepth + 1, 0x0B);
  const Finished done = finish(module_of("i", "", body.bytes), {Value::i32(1)});
  EXPECT_EQ(done.problem, "");
  const auto& code = done.twin->oracle->code(0);
  const uint32_t deepest = code[code.size() - kDepth - 2].pc;
  const lower::Description described = lower::describe(*done.twin->module, 0, deepest);
  EXPECT_TRUE(described.reachable);
  EXPECT_EQ(described.labels.size(), kDepth + 1);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}
INSTANTIATE_TEST_SUITE_P(Kinds, Nesting, testing::Values(Op::Block, Op::Loop, Op::If),
                         [](const auto& kind) { return std::string(wasm::info(kind.param).name); });

// Eight blocks; every entry of the largest table leads out of one of them, with a value.
TEST(BranchTable, OfTheLargestSize) {
  ByteWriter body;
  body.leb(0);
  for (int i = 0; i < 8; ++i) body.op(Op::Block).u8(type_code('l'));
  body.constant('l', 1).op(Op::LocalGet).leb(0).op(Op::BrTable).leb(wasm::kMaxBranchTable);
  for (uint64_t i = 0; i < wasm::kMaxBranchTable; ++i) body.leb(i * i % 8);
  body.leb(7);
  for (int i = 0; i < 8; ++i) body.op(Op::End).constant('l', 3).op(Op::I64Mul).constant('l', 1).op(Op::I64Add);
  body.op(Op::End);
  const auto bytes = module_of("i", "l", body.bytes);
  for (const uint32_t index : {0u, 1u, 2u, 3u, 1000u, 65518u, 65519u, 65520u, 65521u, 0x7FFFFFFFu, 0xFFFFFFFFu})
    EXPECT_EQ(finish(bytes, {Value::i32(index)}).problem, "") << index;
}

// A thousand parameters and results: the function calls itself with all of them turned round once.
TEST(Signature, OfAThousandParamsAndResults) {
  const std::string letters(1000, 'l');
  ByteWriter body;
  body.leb(0);
  body.op(Op::LocalGet).leb(0).constant('l', 1000).op(Op::I64GtU).op(Op::If).u8(0x40);
  for (uint64_t i = 0; i < 1000; ++i) body.op(Op::LocalGet).leb(999 - i);
  body.op(Op::Call).leb(0).op(Op::Return).op(Op::End);
  for (uint64_t i = 0; i < 1000; ++i) body.op(Op::LocalGet).leb(i);
  body.op(Op::End);
  std::vector<Value> arguments;
  for (uint64_t i = 0; i < 1000; ++i) arguments.push_back(Value::i64(i == 0 ? 5000 : i));
  EXPECT_EQ(finish(module_of(letters, letters, body.bytes), arguments).problem, "");
}

}  // namespace
}  // namespace wasmscope::test
