// SPDX-License-Identifier: Apache-2.0
// The real window under a real X server, driven from outside by xdotool and a file dropped by another program.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "app/gui/gui_app.h"
#include "app/gui/window_screen.h"

namespace wasmscope::app {
namespace {

constexpr double kPatienceSeconds = 30;

class RealWindowTest : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v xdotool >/dev/null 2>&1") != 0) GTEST_SKIP() << "no xdotool";
    auto opened = WindowScreen::open(1280, 800, 1);
    if (!opened) GTEST_SKIP() << "no display";
    screen_ = std::move(*opened);
    screen_->registry().enable();
    app_ = std::make_unique<GuiApp>(*screen_, GuiOptions{});
    app_->settle();
    window_ = output_of("xdotool search --onlyvisible --name wasmscope");
    window_ = window_.substr(0, window_.find('\n'));
    ASSERT_FALSE(window_.empty());
    // Without a window manager nobody else gives it the keyboard.
    xdotool("windowfocus --sync " + window_);
    pump_for(0.2);
  }

  static std::string output_of(const std::string& command) {
    std::string text;
    FILE* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
    ::pclose(pipe);
    return text;
  }
  // The window must go on answering while others act on it.
  static void begin(const std::string& command) { ASSERT_EQ(std::system((command + " &").c_str()), 0); }
  void xdotool(const std::string& arguments) { begin("xdotool " + arguments); }

  bool pump_until(const std::function<bool()>& is_done, double seconds = kPatienceSeconds) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    while (!is_done()) {
      if (Clock::now() > end) return false;
      screen_->wait(0.02);
      app_->settle();
    }
    return true;
  }
  void pump_for(double seconds) {
    pump_until([] { return false; }, seconds);
  }

  void click(const std::string& tag) {
    ASSERT_TRUE(pump_until([&] { return screen_->registry().find(tag) != nullptr; })) << tag;
    const ImVec2 at = screen_->registry().find(tag)->center();
    xdotool("mousemove --window " + window_ + " " + std::to_string(static_cast<int>(at.x)) + " " +
            std::to_string(static_cast<int>(at.y)) + " click 1");
  }
  std::string value(const std::string& tag) const {
    const ui::Item* item = screen_->registry().find(tag);
    return item == nullptr ? std::string() : item->value;
  }
  bool shows_value(const std::string& tag, const std::string& wanted) {
    return pump_until([&] { return value(tag) == wanted; });
  }

  std::unique_ptr<WindowScreen> screen_;
  std::unique_ptr<GuiApp> app_;
  std::string window_;
};

TEST_F(RealWindowTest, MouseAndKeysReachIt) {
  click("start/sample/factorial");
  ASSERT_TRUE(shows_value("toolbar/state", "PAUSED"));
  const uint32_t pc = app_->session().snapshot()->instant.pc;
  xdotool("key F11");
  EXPECT_TRUE(pump_until([&] { return app_->session().snapshot()->instant.pc != pc; }));
  xdotool("key ctrl+p");
  ASSERT_TRUE(pump_until([&] { return screen_->registry().find("palette/query") != nullptr; }));
  xdotool("type --delay 20 fac_");
  EXPECT_TRUE(shows_value("palette/query", "fac_"));
  xdotool("key Escape");
  EXPECT_TRUE(pump_until([&] { return screen_->registry().find("palette/query") == nullptr; }));
  click("tab/globals");
  EXPECT_TRUE(shows_value("tab/globals", "open"));
}

TEST_F(RealWindowTest, ItCanBeResized) {
  xdotool("windowsize " + window_ + " 1000 640");
  EXPECT_TRUE(pump_until([&] { return screen_->picture().width == 1000 && screen_->picture().height == 640; }));
  const Picture picture = screen_->picture();
  bool is_blank = true;
  for (size_t i = 4; i < picture.rgba.size() && is_blank; i += 4) is_blank = picture.rgba[i] == picture.rgba[0];
  EXPECT_FALSE(is_blank);
}

#ifdef WASMSCOPE_FILE_DROP_SOURCE
TEST_F(RealWindowTest, FilesCanBeDroppedOnIt) {
  const std::string path = testing::TempDir() + "wasmscope drop 100%.wasm";
  std::filesystem::copy_file("assets/samples/crash/crash.wasm", path,
                             std::filesystem::copy_options::overwrite_existing);
  begin(std::string(WASMSCOPE_FILE_DROP_SOURCE) + " " + window_ + " '" + path + "'");
  EXPECT_TRUE(pump_until([&] {
    const auto snapshot = app_->session().snapshot();
    return snapshot->loaded && snapshot->loaded->path == path && snapshot->state == debug::State::Paused;
  }));
  EXPECT_TRUE(pump_until([&] { return output_of("xdotool getwindowname " + window_).starts_with("wasmscope drop"); }));
  std::filesystem::remove(path);
}
#endif

}  // namespace
}  // namespace wasmscope::app
