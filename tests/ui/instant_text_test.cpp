// SPDX-License-Identifier: Apache-2.0
#include "ui/model/instant_text.h"

#include <gtest/gtest.h>

namespace wasmscope::ui {
namespace {

std::string only(std::string_view line) {
  const std::vector<InstantText> found = find_instants(line);
  return found.size() == 1 ? found[0].instant : std::to_string(found.size()) + " found";
}

TEST(InstantText, IsFoundInLinesOfTheDebugger) {
  EXPECT_EQ(only("t=19:4:0x20f3  #10 dlmalloc +0x1b7a @0x20f3  global.set $__stack_pointer: 76000 -> 76016"),
            "t=19:4:0x20f3");
  EXPECT_EQ(only("t=113:4 #8 parse_value +0x28 @0x2eb  call $parse_object"), "t=113:4:0x2eb");
  EXPECT_EQ(only("at t=12"), "t=12");
  EXPECT_EQ(only("t=12:3"), "t=12");
}

TEST(InstantText, IsNotFoundInOtherWords) {
  EXPECT_EQ(only("offset=252"), "0 found");
  EXPECT_EQ(only("t="), "0 found");
  EXPECT_EQ(only("t=x"), "0 found");
  EXPECT_EQ(only("t=123456789012345678901234567890"), "0 found");
}

TEST(InstantText, SeveralInALine) {
  const std::vector<InstantText> found = find_instants("from t=1:0:0x6480 to t=110953:11:0x574");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].instant, "t=1:0:0x6480");
  EXPECT_EQ(found[1].begin, 21u);
  EXPECT_EQ(found[1].length, 17u);
}

}  // namespace
}  // namespace wasmscope::ui
