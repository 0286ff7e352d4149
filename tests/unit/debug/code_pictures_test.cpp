// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/code_picture.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/debug_session.h"

namespace wasmscope::debug {
namespace {

class CodePictures : public testing::Test {
 protected:
  std::shared_ptr<const CodePicture> picture(wasm::FuncIndex func) {
    session_.session.want_code(func);
    session_.session.wait_until_idle();
    return session_.snapshot()->code;
  }
  test::DebugSession session_{test::fixture("control")};
};

TEST_F(CodePictures, AreMadeForWhoAsks) {
  EXPECT_FALSE(session_.snapshot()->code);
  const std::shared_ptr<const CodePicture> code = picture(session_.snapshot()->loaded->module->imported_funcs);
  ASSERT_TRUE(code);
  if (!code->problem.empty()) GTEST_SKIP() << code->problem;
  EXPECT_FALSE(code->map.rows.empty());
  EXPECT_FALSE(code->map.instructions.empty());
  // The same as long as nothing about it changes.
  session_.run("start walk 1");
  EXPECT_EQ(session_.snapshot()->code, code);
  EXPECT_FALSE(picture(wasm::kNoIndex));
}

TEST_F(CodePictures, HaveStopsWhereBreakpointsAre) {
  const wasm::FuncIndex func = session_.snapshot()->loaded->module->imported_funcs;
  const std::shared_ptr<const CodePicture> code = picture(func);
  ASSERT_TRUE(code);
  if (!code->problem.empty()) GTEST_SKIP() << code->problem;
  const uint32_t pc = code->map.rows.front().pc;
  session_.run("break @" + std::to_string(pc));
  const std::shared_ptr<const CodePicture> stopping = session_.snapshot()->code;
  ASSERT_NE(stopping, code);
  EXPECT_EQ(stopping->stops, std::set<uint32_t>{pc});
  const CodeMap::Operation& operation = stopping->map.operations[stopping->map.row_at(pc)->operation];
  EXPECT_TRUE(stopping->map.instructions[operation.first].has_stop);
  EXPECT_EQ(std::ranges::count(stopping->map.instructions, true, &CodeMap::Instruction::has_stop), 1);
}

}  // namespace
}  // namespace wasmscope::debug
