// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/window_fixture.h"

#include <sstream>

#include "app/gui/script.h"

namespace wasmscope::test {

void WindowFixture::open(const std::string& file, int width, int height, float scale) {
  app_.reset();
  screen_.reset();
  screen_ = std::make_unique<app::HeadlessScreen>(width, height, scale);
  screen_->registry().enable();
  app::GuiOptions options;
  options.file = file;
  options.state_dir = state_dir_;
  app_ = std::make_unique<app::GuiApp>(*screen_, options);
  run("wait idle");
}

void WindowFixture::run(const std::string& script) {
  std::istringstream lines(script);
  EXPECT_EQ(app::run_script(*app_, lines, "script").failures, 0) << script;
}

std::string WindowFixture::value(const std::string& tag) {
  const ui::Item* item = screen_->registry().find(tag);
  return item == nullptr ? "(nothing is tagged " + tag + ")" : item->value;
}

bool WindowFixture::has(const std::string& tag) { return screen_->registry().find(tag) != nullptr; }

ui::ScreenText WindowFixture::text() { return ui::ScreenText::read(*ImGui::GetDrawData(), *ImGui::GetIO().Fonts); }

}  // namespace wasmscope::test
