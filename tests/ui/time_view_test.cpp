// SPDX-License-Identifier: Apache-2.0
#include "ui/model/time_view.h"

#include <gtest/gtest.h>

namespace wasmscope::ui {
namespace {

using Depth = debug::TimePicture::Depth;

TEST(TimeView, OneTickFillsTheStrip) {
  TimeView view;
  view.set_extent(1, 1);
  EXPECT_EQ(view.tick_at(0), 1u);
  EXPECT_EQ(view.tick_at(0.99), 1u);
  EXPECT_EQ(view.tick_at(1), 1u);
  view.zoom(0.1, 0.5);
  view.pan(3);
  EXPECT_TRUE(view.is_fit());
  EXPECT_DOUBLE_EQ(view.share_of(1), 0);
}

TEST(TimeView, AThousandBillionTicksAreReachedOneByOne) {
  constexpr uint64_t kLast = 1'000'000'000'000;
  TimeView view;
  view.set_extent(1, kLast);
  EXPECT_EQ(view.tick_at(1), kLast);
  for (int i = 0; i < 200; ++i) view.zoom(0.8, 1);
  EXPECT_NEAR(view.end() - view.begin(), 8, 0.01);
  EXPECT_EQ(view.tick_at(0.99), kLast);
  EXPECT_EQ(view.tick_at(0.01), kLast - 7);
  view.pan(-1e15);
  EXPECT_EQ(view.tick_at(0), 1u);
}

TEST(TimeView, ZoomKeepsWhatIsUnderTheMouse) {
  TimeView view;
  view.set_extent(1, 1000);
  const uint64_t before = view.tick_at(0.25);
  view.zoom(0.5, 0.25);
  EXPECT_EQ(view.tick_at(0.25), before);
  EXPECT_FALSE(view.is_fit());
  view.zoom(10, 0.25);
  EXPECT_TRUE(view.is_fit());
}

TEST(TimeView, GrowsWithTheRecordingOnlyWhenItShowsAll) {
  TimeView view;
  view.set_extent(1, 100);
  view.set_extent(1, 200);
  EXPECT_EQ(view.tick_at(1), 200u);
  view.zoom(0.5, 0);
  view.set_extent(1, 400);
  EXPECT_EQ(view.tick_at(1), 101u);
  view.reveal(400);
  EXPECT_GE(view.share_of(400), 0);
  EXPECT_LE(view.share_of(401), 1);
  view.fit();
  EXPECT_EQ(view.tick_at(1), 400u);
}

TEST(TimeView, AColumnShowsItsDeepestCall) {
  const std::vector<Depth> depths{{1, 0, 5}, {3, 2, 6}, {4, 1, 7}, {9, 4, 8}};
  TimeView view;
  view.set_extent(1, 10);
  const std::vector<FlameColumn> columns = flame_columns(depths, 10, view, 5);
  EXPECT_EQ(columns[0].depth, 0u);
  EXPECT_EQ(columns[1].func, 6u);
  EXPECT_EQ(columns[2].func, 7u);
  EXPECT_EQ(columns[4].depth, 4u);
  EXPECT_EQ(flame_columns({}, 10, view, 3)[0].is_known, false);
  EXPECT_EQ(deepest(depths), 4u);
  EXPECT_EQ(sample_at(depths, 0), nullptr);
  EXPECT_EQ(sample_at(depths, 8)->func, 7u);
}

TEST(TimeView, ManyColumnsForFewTicks) {
  const std::vector<Depth> depths{{1, 3, 5}};
  TimeView view;
  view.set_extent(1, 1);
  for (const FlameColumn& column : flame_columns(depths, 1, view, 1400)) EXPECT_EQ(column.depth, 3u);
}

}  // namespace
}  // namespace wasmscope::ui
