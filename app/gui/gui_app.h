// SPDX-License-Identifier: Apache-2.0
// A session, a shell and a screen put together, and the loop that draws only when something changed.
#pragma once
#include <memory>

#include "app/cli/verbs.h"
#include "app/gui/screen.h"
#include "app/gui/session_link.h"
#include "ui/shell/shell.h"

namespace wasmscope::app {

class GuiApp {
 public:
  // The screen must outlive it.
  GuiApp(Screen& screen, const GuiOptions& options);

  void draw_frame();
  // Draws until input is used up and the last change of layout has settled.
  void settle();
  // Waits until the session has nothing to do; false after `seconds`.
  bool wait_until_idle(double seconds);
  // Until the window is closed.
  void run();

  Screen& screen() { return screen_; }
  ui::Shell& shell() { return shell_; }
  SessionLink& session() { return link_; }

 private:
  void carry_out(const ui::ShellRequests& requests);

  Screen& screen_;
  SessionLink link_;
  ui::Shell shell_;
  std::string title_;
  bool is_quitting_ = false;
};

}  // namespace wasmscope::app
