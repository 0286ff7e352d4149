// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/soft_raster.h"

#include <gtest/gtest.h>

#include "app/gui/headless_screen.h"
#include "ui/widgets/screen_text.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

class RasterTest : public testing::Test {
 protected:
  using Draw = std::function<void(const UiContext&, ImDrawList&)>;
  app::Picture picture_of(const Draw& draw) {
    screen_.draw_frame([&](const UiContext& ui) { draw(ui, *ImGui::GetForegroundDrawList()); });
    return screen_.picture();
  }
  static uint32_t pixel(const app::Picture& picture, int x, int y) {
    const uint8_t* p =
        &picture.rgba[(static_cast<size_t>(y) * static_cast<size_t>(picture.width) + static_cast<size_t>(x)) * 4];
    return (uint32_t{p[0]} << 16) | (uint32_t{p[1]} << 8) | p[2];
  }
  app::HeadlessScreen screen_{100, 48, 1};
};

TEST_F(RasterTest, RectanglesCoverExactlyTheirPixels) {
  const app::Picture picture = picture_of([](const UiContext&, ImDrawList& list) {
    list.AddRectFilled(ImVec2(10, 10), ImVec2(20, 12), IM_COL32(255, 0, 0, 255));
  });
  EXPECT_EQ(pixel(picture, 10, 10), 0xFF0000u);
  EXPECT_EQ(pixel(picture, 19, 11), 0xFF0000u);
  const uint32_t ground = pixel(picture, 0, 0);
  for (const auto& [x, y] : {std::pair{9, 10}, {20, 10}, {10, 9}, {10, 12}}) EXPECT_EQ(pixel(picture, x, y), ground);
}

TEST_F(RasterTest, TrianglesThatShareAnEdgeLeaveNoGapAndNoOverlap) {
  const ImU32 half = IM_COL32(255, 255, 255, 128);
  const app::Picture picture = picture_of([&](const UiContext&, ImDrawList& list) {
    list.Flags &= ~ImDrawListFlags_AntiAliasedFill;
    list.AddTriangleFilled(ImVec2(3, 4), ImVec2(50, 7), ImVec2(20, 40), half);
    list.AddTriangleFilled(ImVec2(50, 7), ImVec2(55, 45), ImVec2(20, 40), half);
  });
  const uint32_t inside = pixel(picture, 20, 20);
  for (int y = 15; y < 35; ++y) EXPECT_EQ(pixel(picture, 36, y), inside) << y;
}

TEST_F(RasterTest, ClippingIsHonoured) {
  const app::Picture picture = picture_of([](const UiContext&, ImDrawList& list) {
    list.PushClipRect(ImVec2(0, 0), ImVec2(15, 48));
    list.AddRectFilled(ImVec2(10, 10), ImVec2(20, 20), IM_COL32(0, 255, 0, 255));
    list.PopClipRect();
  });
  EXPECT_EQ(pixel(picture, 14, 15), 0x00FF00u);
  EXPECT_NE(pixel(picture, 15, 15), 0x00FF00u);
}

TEST_F(RasterTest, TheSameFrameGivesTheSamePicture) {
  const Draw draw = [](const UiContext&, ImDrawList& list) {
    list.AddCircleFilled(ImVec2(30, 20), 11.3f, IM_COL32(9, 200, 77, 255));
  };
  EXPECT_EQ(picture_of(draw).rgba, picture_of(draw).rgba);
}

TEST_F(RasterTest, TextCanBeReadBackAndIsCutWithAnEllipsis) {
  screen_.draw_frame([](const UiContext& ui) {
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(ImVec2(100, 48));
    ImGui::Begin("w", nullptr, ImGuiWindowFlags_NoDecoration);
    TextLine(ui, ImVec2(8, 0), 56).add(Color::Text, "unreachable");
    TextLine(ui, ImVec2(8, 20), 80).add(Color::Text, "\u4e2d");
    ImGui::End();
  });
  const auto lines = ScreenText::read(*ImGui::GetDrawData(), *ImGui::GetIO().Fonts).lines(screen_.cell());
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], "unrea\u2026");
  EXPECT_EQ(lines[1], "\\u{4e2d}");
}

}  // namespace
}  // namespace wasmscope::ui
