// SPDX-License-Identifier: Apache-2.0
// Somebody who clicks, types and drags without thinking. ImGui's assertions and the sanitizers are the judges.
// WASMSCOPE_MONKEY_STEPS=20000 makes it go on for longer than a test run has time for.
#include <cstdlib>
#include <random>

#include "tests/ui/window_fixture.h"

namespace wasmscope {
namespace {

class MonkeyTest : public test::WindowFixture, public testing::WithParamInterface<unsigned> {
 protected:
  uint32_t below(size_t count) { return static_cast<uint32_t>(random_() % count); }

  void push_click(ImVec2 at, int button) {
    ui::Input& input = screen_->input();
    input.push(ui::mouse_move_event(at.x, at.y));
    input.push(ui::mouse_button_event(button, true));
    if (below(5) == 0)
      input.push(ui::mouse_move_event(static_cast<float>(below(1440)), static_cast<float>(below(900))));
    input.push(ui::mouse_button_event(button, false));
  }

  void push_key() {
    static constexpr uint8_t kMods[] = {0, 0, 0, ui::kCtrl, ui::kShift, ui::kCtrl | ui::kShift, ui::kAlt};
    const ui::Chord chord{static_cast<ui::Key>(1 + below(static_cast<size_t>(ui::Key::Count_) - 1)),
                          kMods[below(std::size(kMods))]};
    screen_->input().push(ui::key_event(chord, true));
    screen_->input().push(ui::key_event(chord, false));
    screen_->input().push(ui::key_event({}, false));
  }

  void act() {
    const auto& items = screen_->registry().items();
    const uint32_t kind = below(10);
    if (kind < 6 && !items.empty()) {
      const auto item = std::next(items.begin(), below(items.size()));
      if (item->second.is_visible) push_click(item->second.center(), below(8) == 0 ? 1 : 0);
    } else if (kind < 8) {
      push_key();
    } else if (kind == 8) {
      screen_->input().push(ui::wheel_event(0, static_cast<float>(below(9)) - 4));
    } else {
      for (const char c : std::string("br 0x1f>#@m:"))
        screen_->input().push(ui::character_event(static_cast<char32_t>(c)));
    }
    app_->settle();
  }

 private:
  // The numbers of this generator are the same everywhere; those of the distributions are not.
  std::mt19937 random_{GetParam()};
};

TEST_P(MonkeyTest, BreaksNothing) {
  const char* wanted = std::getenv("WASMSCOPE_MONKEY_STEPS");
  const int steps = wanted == nullptr ? 400 : std::atoi(wanted);
  open("assets/samples/crash/crash.wasm");
  for (int step = 0; step < steps; ++step) act();
  EXPECT_NE(app_->session().snapshot(), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Seeds, MonkeyTest, testing::Values(1u, 2u, 3u));

}  // namespace
}  // namespace wasmscope
