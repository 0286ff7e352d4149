// SPDX-License-Identifier: Apache-2.0
// A window without a display around a real session, driven by script lines.
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "app/gui/gui_app.h"
#include "app/gui/headless_screen.h"
#include "ui/widgets/screen_text.h"

namespace wasmscope::test {

class WindowFixture : public testing::Test {
 protected:
  void open(const std::string& file = {}, int width = 1440, int height = 900, float scale = 1);
  // Each line is a step of app/gui/script.h; a step that fails fails the test.
  void run(const std::string& script);
  std::string value(const std::string& tag);
  bool has(const std::string& tag);
  ui::ScreenText text();
  bool shows(std::string_view words) { return text().contains(words, screen_->cell()); }

  std::string state_dir_;              // set before open()
  std::unique_ptr<app::HeadlessScreen> screen_;
  std::unique_ptr<app::GuiApp> app_;
};

}  // namespace wasmscope::test
