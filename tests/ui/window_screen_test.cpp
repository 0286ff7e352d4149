// SPDX-License-Identifier: Apache-2.0
// The real window, where there is a display: a few frames with OpenGL, compared with the CPU's picture.
#include "app/gui/window_screen.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "app/gui/headless_screen.h"
#include "ui/widgets/text.h"

namespace wasmscope::app {
namespace {

constexpr int kWidth = 320, kHeight = 200;

void draw_sample(const ui::UiContext& ui) {
  ImGui::SetNextWindowPos(ImVec2(0, 0));
  ImGui::SetNextWindowSize(ImVec2(kWidth, kHeight));
  ImGui::Begin("sample", nullptr, ImGuiWindowFlags_NoDecoration);
  ImGui::GetWindowDrawList()->AddRectFilled(ImVec2(20, 20), ImVec2(120, 90), ui.theme[ui::Color::Link]);
  ui::TextLine(ui, ImVec2(20, 120), kWidth).add(ui::Color::Text, "i32.load offset=252");
  ImGui::End();
}

Picture draw_on(Screen& screen) {
  for (int frame = 0; frame < 3; ++frame) screen.draw_frame(draw_sample);
  return screen.picture();
}

TEST(WindowScreen, ShowsWhatTheRasteriserShows) {
  Picture expected;
  {
    HeadlessScreen headless(kWidth, kHeight, 1);
    expected = draw_on(headless);
  }
  const auto window = WindowScreen::open(kWidth, kHeight, 1);
  if (!window) GTEST_SKIP() << "no display";
  (*window)->ignore_mouse();
  const Picture picture = draw_on(**window);
  if (picture.width != kWidth || picture.height != kHeight) GTEST_SKIP() << "the window manager chose another size";
  size_t different = 0;
  for (size_t i = 0; i < picture.rgba.size(); ++i) different += std::abs(picture.rgba[i] - expected.rgba[i]) > 48;
  EXPECT_LT(different, picture.rgba.size() / 50);
}

TEST(WindowScreen, WakesFromAnotherThreadsCall) {
  const auto window = WindowScreen::open(kWidth, kHeight, 1);
  if (!window) GTEST_SKIP() << "no display";
  while ((*window)->wait(0)) {}
  (*window)->wake();
  EXPECT_TRUE((*window)->wait(10));
}

}  // namespace
}  // namespace wasmscope::app
