// SPDX-License-Identifier: Apache-2.0
#include "ui/model/explained_text.h"

#include <gtest/gtest.h>

#include <string>

namespace wasmscope::ui {
namespace {

// Numbers in < >, names in [ ], what is wrong in ! !.
std::string marked(std::string_view sentence) {
  static constexpr std::string_view kSigns[] = {"", "", "<", ">", "[", "]", "!", "!"};
  std::string text;
  for (const ExplainedRun& run : split_explanation(sentence)) {
    const size_t role = static_cast<size_t>(run.role);
    text += std::string(kSigns[2 * role]) + std::string(run.text) + std::string(kSigns[2 * role + 1]);
  }
  return text;
}

TEST(ExplainedText, MarksNumbersAndNames) {
  EXPECT_EQ(marked("address 0x1ff02 (local $p) + offset 0xfc = 0x1fffe, 4 bytes"), "address <0x1ff02> ([local $p]) + offset <0xfc> = <0x1fffe>, <4> bytes");
  EXPECT_EQ(marked("i32.div_s: 100 (local 0) by -1 (constant)"), "i32.div_s: <100> ([local 0]) by <-1> (constant)");
  EXPECT_EQ(marked("truncates 1.5e10."), "truncates <1.5e10>.");
}

TEST(ExplainedText, KeepsGroupedDigitsTogether) {
  EXPECT_EQ(marked("131 072 (0x20000) bytes"), "<131 072> (<0x20000>) bytes");
  EXPECT_EQ(marked("element 5 of 12 345 678"), "element <5> of <12 345 678>");
}

TEST(ExplainedText, MarksWhatIsWrong) {
  EXPECT_EQ(marked("It ends 2 bytes past the end."), "It ends <2> bytes !past the end!.");
  EXPECT_EQ(marked("the reference (local $n) is null"), "the reference ([local $n]) !is null!");
}

TEST(ExplainedText, LeavesOtherTextAlone) {
  EXPECT_EQ(marked("parse_value2 -> i31"), "parse_value2 -> i31");
  EXPECT_EQ(marked(""), "");
  EXPECT_EQ(marked("local"), "local");
  EXPECT_EQ(marked("local "), "[local ]");
}

}  // namespace
}  // namespace wasmscope::ui
