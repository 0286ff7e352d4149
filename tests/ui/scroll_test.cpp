// SPDX-License-Identifier: Apache-2.0
#include "ui/model/scroll.h"

#include <gtest/gtest.h>

namespace wasmscope::ui {
namespace {

constexpr uint64_t kFourGibibyteRows = (uint64_t{1} << 32) / 16;

TEST(RowScroll, WheelStepsAreExactInHugeLists) {
  RowScroll scroll;
  scroll.resize(kFourGibibyteRows, 30);
  scroll.set_top(kFourGibibyteRows - 1000);
  scroll.scroll_by(3);
  EXPECT_EQ(scroll.top(), kFourGibibyteRows - 997);
  scroll.scroll_by(-1);
  EXPECT_EQ(scroll.top(), kFourGibibyteRows - 998);
}

TEST(RowScroll, FractionsAddUp) {
  RowScroll scroll;
  scroll.resize(100, 10);
  for (int i = 0; i < 4; ++i) scroll.scroll_by(0.25);
  EXPECT_EQ(scroll.top(), 1u);
}

TEST(RowScroll, StaysWithinTheList) {
  RowScroll scroll;
  scroll.resize(100, 10);
  scroll.scroll_by(1e30);
  EXPECT_EQ(scroll.top(), 90u);
  scroll.scroll_by(-1000);
  EXPECT_EQ(scroll.top(), 0u);
  scroll.set_top(95);
  EXPECT_EQ(scroll.top(), 90u);
  scroll.resize(5, 10);
  EXPECT_EQ(scroll.top(), 0u);
}

TEST(RowScroll, ThumbReachesBothEnds) {
  for (const uint64_t count : {uint64_t{100}, kFourGibibyteRows, UINT64_MAX}) {
    RowScroll scroll;
    scroll.resize(count, 20);
    scroll.set_thumb(1e9, 400, 22);
    EXPECT_EQ(scroll.top(), count - 20);
    const RowScroll::Thumb thumb = scroll.thumb(400, 22);
    EXPECT_NEAR(thumb.begin + thumb.size, 400, 0.01);
    scroll.set_thumb(-5, 400, 22);
    EXPECT_EQ(scroll.top(), 0u);
  }
}

TEST(RowScroll, RevealsWithAMarginAndOnlyWhenNeeded) {
  RowScroll scroll;
  scroll.resize(1000, 20);
  scroll.set_top(100);
  scroll.reveal(110, 3);
  EXPECT_EQ(scroll.top(), 100u);
  scroll.reveal(119, 3);
  EXPECT_EQ(scroll.top(), 103u);
  scroll.reveal(50, 3);
  EXPECT_EQ(scroll.top(), 47u);
  scroll.center(500);
  EXPECT_EQ(scroll.top(), 490u);
}

}  // namespace
}  // namespace wasmscope::ui
