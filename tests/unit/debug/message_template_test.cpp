// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/message_template.h"

#include <gtest/gtest.h>

#include "tests/support/standing_program.h"

namespace wasmscope::debug {
namespace {

class MessageTemplateTest : public ::testing::Test {
 protected:
  MessageTemplateTest()
      : program_(R"((module (memory 1) (data (i32.const 8) "a \"b\"\n")
                      (func (export "f") (param $i i32) (nop))))", "f", {runtime::Value::i32(7)}) {}

  std::expected<MessageTemplate, ExpressionError> compile(std::string_view text) const {
    return MessageTemplate::compile(text, {*program_.module, *program_.names, program_.func(), program_.pc()});
  }
  std::string format(std::string_view text) const {
    return compile(text)->format({program_.timeline->store(), program_.timeline->instance(), program_.timeline->execution()}, *program_.names);
  }

  test::StandingProgram program_;
};

TEST_F(MessageTemplateTest, PutsValuesIntoTheMessage) {
  EXPECT_EQ(format("i is {$i}, twice {$i * 2}."), "i is 7, twice 14.");
  EXPECT_EQ(format("{hex($i + 8)}{$i}"), "0xf7");
  EXPECT_EQ(format("said {str(8)}"), "said a \"b\"\\u{a}");
  EXPECT_EQ(format("{{{$i}}}"), "{7}");
  EXPECT_EQ(format("{str(8) == \"}\"}"), "0");
  EXPECT_EQ(format(""), "");
  EXPECT_EQ(format("\x1b[1m"), "\\u{1b}[1m");
}

TEST_F(MessageTemplateTest, SaysWhyThereIsNoValue) {
  EXPECT_EQ(format("{1 / ($i - 7)}!"), "<integer divide by zero>!");
}

TEST_F(MessageTemplateTest, MarksWhatIsWrong) {
  const ExpressionError unknown = compile("i is {$i + $j}").error();
  EXPECT_EQ(std::tuple(unknown.begin, unknown.end), std::tuple(11u, 13u));
  EXPECT_EQ(compile("i is {$i").error().begin, 5u);
  EXPECT_EQ(compile("i is $i}").error().begin, 7u);
  EXPECT_EQ(compile("{}").error().message, "a value is missing at the end");
}

}  // namespace
}  // namespace wasmscope::debug
