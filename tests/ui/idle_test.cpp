// SPDX-License-Identifier: Apache-2.0
// A window in which nothing happens draws nothing.
#include <gtest/gtest.h>

#include "app/gui/gui_app.h"
#include "app/gui/headless_screen.h"

namespace wasmscope::app {
namespace {

constexpr int kWaits = 300;
// What the loop draws when it begins, and after something has happened.
constexpr int kFramesAfterChange = 3;

// Does not wait, and is closed after a number of waits in vain.
class CountingScreen final : public HeadlessScreen {
 public:
  CountingScreen() : HeadlessScreen(1440, 900, 1) {}
  bool wait(double) override {
    ++waits;
    return HeadlessScreen::wait(0);
  }
  bool is_closing() const override { return waits >= kWaits; }
  int waits = 0, frames = 0;

 protected:
  void present(const ImDrawData& data, uint32_t clear_rgb) override {
    ++frames;
    HeadlessScreen::present(data, clear_rgb);
  }
};

class IdleTest : public testing::Test {
 protected:
  void open(const std::string& file) {
    GuiOptions options;
    options.file = file;
    app_ = std::make_unique<GuiApp>(screen_, options);
    for (int round = 0; round < 4; ++round) {
      app_->wait_until_idle(60);
      app_->settle();
    }
    while (screen_.wait(0)) {}
    screen_.waits = screen_.frames = 0;
  }
  CountingScreen screen_;
  std::unique_ptr<GuiApp> app_;
};

TEST_F(IdleTest, NothingIsDrawnOnTheStartPage) {
  open("");
  app_->run();
  EXPECT_EQ(screen_.frames, kFramesAfterChange);
}

TEST_F(IdleTest, NothingIsDrawnWhileAProgramStands) {
  open("assets/samples/crash/crash.wasm");
  app_->run();
  EXPECT_EQ(screen_.frames, kFramesAfterChange);
}

TEST_F(IdleTest, OneEventIsWorthAFewFrames) {
  open("assets/samples/crash/crash.wasm");
  screen_.input().push(ui::key_event({ui::Key::Down, 0}, true));
  screen_.input().push(ui::key_event({ui::Key::Down, 0}, false));
  app_->run();
  EXPECT_LE(screen_.frames, 3 * kFramesAfterChange);
}

}  // namespace
}  // namespace wasmscope::app
