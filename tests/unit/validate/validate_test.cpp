// SPDX-License-Identifier: Apache-2.0
// Bodies validated by several threads: the same verdict as by one, and an end when somebody wants it.
#include "engine/validate/validate.h"

#include <gtest/gtest.h>

#include "tests/unit/validate/test_module.h"

namespace wasmscope::test {
namespace {

using wasm::Op;

constexpr uint32_t kFuncs = 2'000, kStatements = 200;   // far more than one piece of work

// Functions that push and drop; those in `broken` end with an operand left.
std::vector<uint8_t> many_functions(const std::vector<uint32_t>& broken) {
  ByteWriter body;
  for (uint32_t i = 0; i < kStatements; ++i) body.constant('i', 1).op(Op::Drop);
  TestModule module;
  module.type("", "");
  for (uint32_t i = 0; i < kFuncs; ++i) {
    ByteWriter own = body;
    if (std::find(broken.begin(), broken.end(), i) != broken.end()) own.constant('i', i);
    module.func(0, own.op(Op::End));
  }
  return module.bytes();
}

class Threads : public testing::TestWithParam<uint32_t> {};

TEST_P(Threads, AcceptEveryFunction) {
  const auto bytes = many_functions({});
  const auto module = binary::decode(bytes, {});
  uint32_t last_done = 0;
  const auto valid = validate::validate(
      *module, {},
      [&](uint32_t done) {
        EXPECT_GE(done, last_done);
        last_done = done;
        return true;
      },
      GetParam());
  ASSERT_TRUE(valid);
  EXPECT_TRUE(*valid);
  EXPECT_LE(last_done, kFuncs);
  if (GetParam() == 1) {
    EXPECT_EQ(last_done, kFuncs);
  }
}

TEST_P(Threads, AllFindTheFirstError) {
  for (const std::vector<uint32_t>& broken : {std::vector<uint32_t>{0}, {kFuncs - 1}, {700, 701, 1999}, {1100, 300}}) {
    const auto bytes = many_functions(broken);
    const auto module = binary::decode(bytes, {});
    for (int round = 0; round < 5; ++round) {
      const auto valid = validate::validate(*module, {}, [](uint32_t) { return true; }, GetParam());
      ASSERT_FALSE(valid);
      const uint32_t first = *std::min_element(broken.begin(), broken.end());
      EXPECT_EQ(valid.error().func, first);
      EXPECT_EQ(valid.error().range.end, module->funcs[first].code.end);
    }
  }
}

TEST_P(Threads, EndWhenToldTo) {
  const auto bytes = many_functions({});
  const auto module = binary::decode(bytes, {});
  for (const uint32_t calls : {1u, 3u}) {
    uint32_t left = calls;
    const auto valid = validate::validate(*module, {}, [&](uint32_t) { return --left != 0; }, GetParam());
    ASSERT_TRUE(valid);
    // Other threads may be done before this one has been asked so often.
    EXPECT_EQ(*valid, left != 0);
    if (calls == 1 || GetParam() == 1) {
      EXPECT_FALSE(*valid);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Validation, Threads, testing::Values(1, 2, 8), testing::PrintToStringParamName());

}  // namespace
}  // namespace wasmscope::test
