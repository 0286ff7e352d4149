// SPDX-License-Identifier: Apache-2.0
#include "ui/model/history.h"

#include <gtest/gtest.h>

namespace wasmscope::ui {
namespace {

Place code(uint32_t func, uint64_t pc) { return {PlaceKind::Code, func, {pc, pc}}; }

TEST(History, GoesBackAndForth) {
  History history;
  EXPECT_FALSE(history.can_go_back());
  history.jump(code(1, 10), code(2, 20));
  history.jump(code(2, 20), code(3, 30));
  EXPECT_EQ(history.go_back(code(3, 30)), code(2, 20));
  EXPECT_EQ(history.go_back(code(2, 20)), code(1, 10));
  EXPECT_FALSE(history.can_go_back());
  EXPECT_EQ(history.go_forward(code(1, 10)), code(2, 20));
  EXPECT_TRUE(history.can_go_forward());
}

TEST(History, RemembersWhereTheCursorWasLeft) {
  History history;
  history.jump(code(1, 10), code(2, 20));
  history.jump(code(2, 26), code(3, 30));
  EXPECT_EQ(history.go_back(code(3, 33)), code(2, 26));
  EXPECT_EQ(history.go_forward(code(2, 26)), code(3, 33));
}

TEST(History, AJumpForgetsWhatLayAhead) {
  History history;
  history.jump(code(1, 10), code(2, 20));
  history.go_back(code(2, 20));
  history.jump(code(1, 10), code(4, 40));
  EXPECT_FALSE(history.can_go_forward());
  EXPECT_EQ(history.go_back(code(4, 40)), code(1, 10));
}

TEST(History, StayingIsNoJump) {
  History history;
  history.jump(code(1, 10), code(1, 10));
  EXPECT_FALSE(history.can_go_back());
}

TEST(History, ForgetsTheOldest) {
  History history;
  for (uint32_t i = 0; i < 2000; ++i) history.jump(code(i, 1), code(i + 1, 1));
  uint32_t here = 2000;
  for (; history.can_go_back(); --here) EXPECT_EQ(history.go_back(code(here, 1)), code(here - 1, 1));
  EXPECT_GT(here, 1000u);
}

}  // namespace
}  // namespace wasmscope::ui
