// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/text_table.h"

#include <gtest/gtest.h>

namespace wasmscope::debug {
namespace {

TEST(TextTable, AlignsColumnsAndLeavesNoBlanksBehind) {
  TextTable table("rl");
  table.add({"1", "one"});
  table.add({"10", "ten"});
  EXPECT_EQ(table.to_text(), " 1  one\n10  ten");
}

TEST(TextTable, LeavesOutColumnsThatSayNothing) {
  TextTable table("lll");
  table.add({"a", "", "b"});
  table.add({"c", ""});
  EXPECT_EQ(table.to_text(), "a  b\nc");
}

TEST(TextTable, CountsCharactersNotBytes) {
  TextTable table("ll");
  table.add({"\u00e9", "x"});
  table.add({"e", "y"});
  EXPECT_EQ(table.to_text(), "\u00e9  x\ne  y");
}

}  // namespace
}  // namespace wasmscope::debug
