// SPDX-License-Identifier: Apache-2.0
// What the window keeps from one run to the next.
#include <filesystem>
#include <fstream>

#include "tests/ui/window_fixture.h"

namespace wasmscope {
namespace {

namespace fs = std::filesystem;

class StateTest : public test::WindowFixture {
 protected:
  void SetUp() override {
    state_dir_ =
        testing::TempDir() + "wasmscope_state_" + testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(state_dir_);
    fs::create_directories(state_dir_);
  }
  void TearDown() override {
    app_.reset();
    fs::remove_all(state_dir_);
  }
};

TEST_F(StateTest, LayoutThemeAndScaleComeBack) {
  open("assets/samples/crash/crash.wasm");
  run("click menu/View\nclick menu/theme\nkey Ctrl+Plus\ndrag tab/globals -400 300\nexpect tab/globals open");
  const float scale = screen_->scale();
  open("assets/samples/crash/crash.wasm");
  EXPECT_EQ(screen_->theme_name(), ui::ThemeName::Light);
  EXPECT_NEAR(screen_->scale(), scale, 0.001);
  EXPECT_EQ(value("tab/globals"), "open");
  run("click menu/View\nclick menu/reset_layout");
  EXPECT_EQ(value("tab/globals"), "");
}

TEST_F(StateTest, RecentFilesAreOnTheStartPage) {
  const std::string copy = state_dir_ + "/copy.wasm";
  fs::copy_file("assets/samples/crash/crash.wasm", copy);
  open(copy);
  open("assets/samples/crash/crash.wasm");
  fs::remove(copy);
  open();
  run("see Recent files\nexpect start/recent/1 missing\nclick start/recent/1/remove");
  EXPECT_FALSE(has("start/recent/1"));
  run("click start/recent/0\nwait idle\nexpect toolbar/state PAUSED");
}

TEST_F(StateTest, ABrokenFileIsIgnoredAndTold) {
  std::ofstream(state_dir_ + "/window") << "wasmscope window 1\nlayout of a later version\n";
  open("assets/samples/crash/crash.wasm");
  run("click tab/problems\nexpect problems/row/0 ~is ignored");
}

TEST_F(StateTest, NothingIsWrittenWithoutAFolder) {
  const std::string folder = std::exchange(state_dir_, {});
  open("assets/samples/crash/crash.wasm");
  app_.reset();
  EXPECT_TRUE(fs::is_empty(folder));
  state_dir_ = folder;
}

}  // namespace
}  // namespace wasmscope
