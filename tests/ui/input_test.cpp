// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/input.h"

#include <gtest/gtest.h>

#include "app/gui/headless_screen.h"

namespace wasmscope::ui {
namespace {

class InputTest : public testing::Test {
 protected:
  // Presses of F10 that each frame sees.
  std::vector<int> presses_by_frame(Chord chord, Input::Repeats repeats) {
    std::vector<int> counts;
    while (!screen_.input().is_empty()) {
      int count = 0;
      screen_.draw_frame([&](const UiContext& ui) {
        while (ui.input.take(chord, repeats)) ++count;
      });
      counts.push_back(count);
    }
    return counts;
  }
  app::HeadlessScreen screen_{320, 200, 1};
};

TEST_F(InputTest, APressAndItsReleaseAreSeenInTurn) {
  for (int i = 0; i < 2; ++i) {
    screen_.input().push(key_event({Key::F10}, true));
    screen_.input().push(key_event({Key::F10}, false));
  }
  EXPECT_EQ(presses_by_frame({Key::F10}, Input::Repeats::No), (std::vector<int>{1, 0, 1, 0}));
}

TEST_F(InputTest, RepeatsAreForThoseWhoAsk) {
  screen_.input().push(key_event({Key::F10}, true));
  screen_.input().push(key_event({Key::F10}, true, true));
  EXPECT_EQ(presses_by_frame({Key::F10}, Input::Repeats::No), (std::vector<int>{1, 0}));
  screen_.input().push(key_event({Key::F10}, true, true));
  EXPECT_EQ(presses_by_frame({Key::F10}, Input::Repeats::Yes), (std::vector<int>{1}));
}

TEST_F(InputTest, ModifiersArePartOfTheChord) {
  screen_.input().push(key_event({Key::P, kCtrl | kShift}, true));
  EXPECT_EQ(presses_by_frame({Key::P, kCtrl}, Input::Repeats::No), (std::vector<int>{0}));
}

TEST_F(InputTest, AClickIsNeverLostInOneFrame) {
  screen_.input().push(mouse_move_event(20, 20));
  screen_.input().push(mouse_button_event(0, true));
  screen_.input().push(mouse_button_event(0, false));
  int clicks = 0;
  while (!screen_.input().is_empty()) screen_.draw_frame([&](const UiContext&) { clicks += ImGui::IsMouseClicked(0); });
  EXPECT_EQ(clicks, 1);
}

}  // namespace
}  // namespace wasmscope::ui
