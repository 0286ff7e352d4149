// SPDX-License-Identifier: Apache-2.0
// That the runner of official scripts reports what is wrong: self_test/answer.json has 4 right claims at lines
// 10 to 13, wrong ones from line 20, and from line 40 some that cannot be judged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/child_process.h"

namespace wasmscope::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

ChildResult run(const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {WASMSCOPE_SPEC_RUNNER};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_child(command);
}

TEST(SpecRunner, ReportsEveryWrongClaim) {
  const ChildResult result = run({"tests/spec/self_test/answer.json"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "");
  for (int line = 20; line <= 36; ++line)
    EXPECT_THAT(result.out, HasSubstr("answer.wast:" + std::to_string(line) + ": "));
  EXPECT_THAT(result.out, EndsWith("\n4 passed, 17 failed, 4 skipped\n"));
}

TEST(SpecRunner, SaysWhatItExpectedAndGot) {
  const ChildResult result = run({"tests/spec/self_test/answer.json"});
  EXPECT_THAT(result.out, HasSubstr("answer.wast:20: assert_return: \"answer\": expected i32 43, got i32 42\n"));
  EXPECT_THAT(result.out, HasSubstr("answer.wast:28: assert_trap: \"divide\": expected the failure \"unreachable\", "
                                    "got the trap \"integer divide by zero\"\n"));
}

TEST(SpecRunner, CountsWhatCannotBeJudgedAsSkipped) {
  const ChildResult result = run({"--verbose", "tests/spec/self_test/answer.json"});
  EXPECT_THAT(result.out, HasSubstr("answer.wast: 4 passed, 17 failed, 4 skipped\n"));
  EXPECT_THAT(result.out, HasSubstr("      2 skipped: not executed yet\n"));
  EXPECT_THAT(result.out, HasSubstr("      1 skipped: text\n"));
  EXPECT_THAT(result.out, HasSubstr("      1 skipped: a command or value this runner does not know\n"));
  for (int line = 40; line <= 43; ++line)
    EXPECT_THAT(result.out, Not(HasSubstr("answer.wast:" + std::to_string(line) + ": ")));
}

TEST(SpecRunner, RefusesWhatIsNoScript) {
  EXPECT_EQ(run({}).exit_code, 2);
  EXPECT_EQ(run({"tests/spec/self_test/absent.json"}).exit_code, 2);
  EXPECT_EQ(run({"tests/spec/self_test/answer.wasm"}).exit_code, 2);
}

}  // namespace
}  // namespace wasmscope::test
