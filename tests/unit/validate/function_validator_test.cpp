// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/function_validator.h"

#include <gtest/gtest.h>
#include <chrono>

#include "tests/unit/validate/test_module.h"

namespace wasmscope::test {
namespace {

using wasm::Op;
using wasm::SectionId;

constexpr uint8_t kEmpty = 0x40, kI32 = 0x7F;

// A function of type [i32 f64] -> [i32], next to () -> () (type 1) and (f64) -> (f64) (type 2).
Result<void> check_body(const ByteWriter& body, const ByteWriter& locals = w().u8(0)) {
  TestModule module;
  module.type("id", "i").type("", "").type("d", "d").memory().table().func(0, body, locals);
  return check(module);
}

struct Case {
  const char* name;
  ByteWriter body;
  const char* verdict;
};

std::vector<Case> body_cases() {
  return {
      {"a local", w().op(Op::LocalGet).u8(0).op(Op::End), "valid"},
      {"nothing to return", w().op(Op::End), "type mismatch: expected i32, found nothing"},
      {"another type", w().op(Op::LocalGet).u8(1).op(Op::End), "type mismatch: expected i32, found f64"},
      {"too much", w().op(Op::LocalGet).u8(0).op(Op::LocalGet).u8(0).op(Op::End),
       "type mismatch: values remaining on the stack at the end of the block: 1, the last of type i32"},
      {"unknown local", w().op(Op::LocalGet).u8(2).op(Op::End), "unknown local: 2"},
      {"unknown label", w().op(Op::Br).u8(1).op(Op::End), "unknown label: 1"},
      {"unreachable", w().op(Op::Unreachable).op(Op::I32Add).op(Op::End), "valid"},
      {"unreachable, but typed", w().op(Op::Unreachable).op(Op::F64Abs).op(Op::End),
       "type mismatch: expected i32, found f64"},
      {"branch with value", w().op(Op::LocalGet).u8(0).op(Op::Br).u8(0).op(Op::End), "valid"},
      {"branch without value", w().op(Op::Br).u8(0).op(Op::End), "type mismatch: expected i32, found nothing"},
      {"branch to a loop takes its parameters", w().op(Op::Loop).u8(kI32).op(Op::Br).u8(0).op(Op::End).op(Op::End),
       "valid"},
      {"if without else", w().op(Op::LocalGet).u8(0).op(Op::If).u8(kI32).op(Op::LocalGet).u8(0).op(Op::End).op(Op::End),
       "if without else must have the same parameter and result types"},
      {"if with else",
       w().op(Op::LocalGet)
           .u8(0)
           .op(Op::If)
           .u8(kI32)
           .op(Op::LocalGet)
           .u8(0)
           .op(Op::Else)
           .op(Op::LocalGet)
           .u8(0)
           .op(Op::End)
           .op(Op::End),
       "valid"},
      {"if with parameters only",
       w().op(Op::LocalGet)
           .u8(1)
           .op(Op::LocalGet)
           .u8(0)
           .op(Op::If)
           .u8(2)
           .op(Op::End)
           .op(Op::Drop)
           .op(Op::LocalGet)
           .u8(0)
           .op(Op::End),
       "valid"},
      {"else without if", w().op(Op::Block).u8(kEmpty).op(Op::Else).op(Op::End).op(Op::End), "else without if"},
      {"a block hides what is below",
       w().op(Op::LocalGet).u8(0).op(Op::Block).u8(kEmpty).op(Op::Drop).op(Op::End).op(Op::End),
       "type mismatch: expected a value, found nothing"},
      {"unknown block type", w().op(Op::Block).u8(9).op(Op::End).op(Op::End), "unknown type: 9"},
      {"unknown function", w().op(Op::Call).u8(1).op(Op::End), "unknown function: 1"},
      {"indirect call", w().op(Op::LocalGet).u8(0).op(Op::CallIndirect).u8(1).u8(0).op(Op::LocalGet).u8(0).op(Op::End),
       "valid"},
      {"indirect call of another table", w().op(Op::LocalGet).u8(0).op(Op::CallIndirect).u8(1).u8(1).op(Op::End),
       "unknown table: 1"},
      {"alignment", w().op(Op::LocalGet).u8(0).op(Op::I32Load).u8(3).u8(0).op(Op::End),
       "alignment must not be larger than natural: 2^3, at most 2^2"},
      {"memory", w().op(Op::LocalGet).u8(0).op(Op::I32Load).u8(0x42).u8(1).u8(0).op(Op::End), "unknown memory: 1"},
      {"load at any type", w().op(Op::Unreachable).op(Op::Select).op(Op::I32Load).u8(2).u8(0).op(Op::End), "valid"},
      {"offset", w().op(Op::LocalGet).u8(0).op(Op::I32Load).u8(2).leb(uint64_t{1} << 32).op(Op::End),
       "offset out of range: 4294967296"},
      {"data count", w().op(Op::DataDrop).u8(0).op(Op::End), "data count section required"},
      {"undeclared function", w().op(Op::RefFunc).u8(0).op(Op::End), "undeclared function reference: 0"},
      {"select of two types",
       w().op(Op::LocalGet).u8(0).op(Op::LocalGet).u8(1).op(Op::LocalGet).u8(0).op(Op::Select).op(Op::End),
       "type mismatch: expected i32, found f64"},
      {"select of references",
       w().op(Op::RefNull).u8(0x70).op(Op::RefNull).u8(0x70).op(Op::LocalGet).u8(0).op(Op::Select).op(Op::End),
       "type mismatch: a select of references must state their type"},
      {"labels of different arity",
       w().op(Op::Block).u8(kEmpty).op(Op::LocalGet).u8(0).op(Op::BrTable).u8(1).u8(0).u8(1).op(Op::End).op(Op::End),
       "type mismatch: labels 1 and 0 take different numbers of values"},
      {"the same label often",
       w().op(Op::LocalGet).u8(0).op(Op::LocalGet).u8(0).op(Op::BrTable).u8(3).u8(0).u8(0).u8(0).u8(0).op(Op::End),
       "valid"},
      {"an instruction that does not exist", w().u8(0xFF).op(Op::End), "illegal opcode: ff 0b"},
      {"no end", w().op(Op::Block).u8(kEmpty).op(Op::End), "END opcode expected: the expression is open"},
      {"no end of a block", w().op(Op::Block).u8(kEmpty), "END opcode expected"},
      {"bytes after the end", w().op(Op::LocalGet).u8(0).op(Op::End).op(Op::Nop), "END opcode expected"},
      {"catch outside of try", w().op(Op::CatchAll).op(Op::End), "malformed catch clause: catch_all without try"},
      {"try with handler",
       w().op(Op::Try).u8(kI32).op(Op::LocalGet).u8(0).op(Op::CatchAll).op(Op::Rethrow).u8(0).op(Op::End).op(Op::End),
       "valid"},
      {"delegate", w().op(Op::Try).u8(kEmpty).op(Op::Delegate).u8(0).op(Op::LocalGet).u8(0).op(Op::End), "valid"},
      {"delegate to nowhere", w().op(Op::Try).u8(kEmpty).op(Op::Delegate).u8(1).op(Op::End), "unknown label: 1"},
      {"catch to a label that takes the exception",
       w().op(Op::Block)
           .u8(0x69)
           .op(Op::TryTable)
           .u8(kEmpty)
           .u8(1)
           .u8(3)
           .u8(0)
           .op(Op::End)
           .op(Op::Unreachable)
           .op(Op::End)
           .op(Op::Drop)
           .op(Op::LocalGet)
           .u8(0)
           .op(Op::End),
       "valid"},
      {"catch to a label that does not",
       w().op(Op::TryTable).u8(kEmpty).u8(1).u8(2).u8(0).op(Op::End).op(Op::LocalGet).u8(0).op(Op::End),
       "type mismatch: label 0 does not take what its catch clause hands over"},
  };
}

TEST(FunctionValidator, Bodies) {
  for (const Case& c : body_cases()) EXPECT_EQ(verdict(check_body(c.body)), c.verdict) << c.name;
}

TEST(FunctionValidator, SaysWhichInstructionOfWhichFunction) {
  TestModule module;
  module.type("", "i").func(0, w().op(Op::I32Const).u8(0).op(Op::End));
  module
      .func(0, w().op(Op::I32Const).u8(0).op(Op::F64Const).little_endian(0, 8).op(Op::I32Load).u8(0).u8(0).op(Op::End))
      .memory();
  const auto bytes = module.bytes();
  const auto result = check(bytes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().func, 1u);
  EXPECT_EQ(result.error().detail, "expected i32, found f64");
  EXPECT_TRUE(result.error().has_range);
  EXPECT_EQ(result.error().range.begin, bytes.size() - 4);
  EXPECT_EQ(result.error().range.end, bytes.size() - 1);
}

TEST(FunctionValidator, AnOperandOfAnyTypeIsNoExcuseForAMissingMemory) {
  TestModule module;
  module.type("", "i").func(0, w().op(Op::Unreachable).op(Op::Select).op(Op::I32Load).u8(2).u8(0).op(Op::End));
  EXPECT_EQ(verdict(check(module)), "unknown memory: 0");
}

TEST(FunctionValidator, NonDefaultableLocalsMustBeSetFirst) {
  const ByteWriter locals = w().u8(1).u8(2).u8(0x64).u8(0x70);   // two of (ref func)
  const auto run = [&](const ByteWriter& body) { return verdict(check_body(body, locals)); };
  const ByteWriter made = w().op(Op::RefNull).u8(0x70).op(Op::RefAsNonNull);
  const ByteWriter done = w().op(Op::LocalGet).u8(0).op(Op::End);
  EXPECT_EQ(run(w().op(Op::LocalGet).u8(2).op(Op::Drop).raw(done.bytes)), "uninitialized local: 2");
  EXPECT_EQ(run(w().raw(made.bytes).op(Op::LocalSet).u8(2).op(Op::LocalGet).u8(2).op(Op::Drop).raw(done.bytes)),
            "valid");
  EXPECT_EQ(run(w().raw(made.bytes).op(Op::LocalSet).u8(3).op(Op::LocalGet).u8(2).op(Op::Drop).raw(done.bytes)),
            "uninitialized local: 2");
  EXPECT_EQ(run(w().op(Op::Block)
                    .u8(kEmpty)
                    .raw(made.bytes)
                    .op(Op::LocalSet)
                    .u8(2)
                    .op(Op::End)
                    .op(Op::LocalGet)
                    .u8(2)
                    .op(Op::Drop)
                    .raw(done.bytes)),
            "uninitialized local: 2");
}

TEST(FunctionValidator, ManyLocalsInRuns) {
  const ByteWriter locals = w().u8(2).leb(20'000).u8(0x7C).leb(29'998).u8(0x7F);
  EXPECT_EQ(verdict(check_body(w().op(Op::LocalGet).leb(49'999).op(Op::End), locals)), "valid");
  EXPECT_EQ(verdict(check_body(w().op(Op::LocalGet).leb(20'002).op(Op::End), locals)), "valid");
  EXPECT_EQ(verdict(check_body(w().op(Op::LocalGet).leb(20'001).op(Op::End), locals)),
            "type mismatch: expected i32, found f64");
  EXPECT_EQ(verdict(check_body(w().op(Op::LocalGet).leb(50'000).op(Op::End), locals)), "unknown local: 50000");
}

TEST(FunctionValidator, TheNumberOfOperandsIsBounded) {
  const std::string results(1'000, 'i');
  TestModule module;
  ByteWriter body;
  for (int i = 0; i < 20'000; ++i) body.op(Op::Call).u8(1);
  module.type("", "").type("", results).func(0, body.op(Op::End)).func(1, w().op(Op::Unreachable).op(Op::End));
  const auto result = check(module);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::LimitExceeded);
}

TEST(FunctionValidator, DeepNestingTakesLinearTime) {
  const uint32_t depth = 1'000'000;
  ByteWriter body;
  for (uint32_t i = 0; i < depth; ++i) body.op(Op::Block).u8(kEmpty);
  body.op(Op::LocalGet).u8(0).op(Op::Return);
  for (uint32_t i = 0; i < depth; ++i) body.op(Op::End);
  body.op(Op::LocalGet).u8(0).op(Op::End);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(verdict(check_body(body)), "valid");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace wasmscope::test
