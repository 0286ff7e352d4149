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
  // Keeps what is to be remembered.
  ~GuiApp();
  GuiApp(const GuiApp&) = delete;
  GuiApp& operator=(const GuiApp&) = delete;

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
  void read_state_file(bool is_scale_given);
  void write_state_file();
  void note_opened_file();
  void carry_out(const ui::ShellRequests& requests);

  Screen& screen_;
  SessionLink link_;
  ui::Shell shell_;
  std::string title_;
  std::string state_dir_;                      // "" for none
  std::string kept_;                           // what the state file holds
  double kept_scale_ = 0;                      // kept on when --scale overrides it for this run; 0 otherwise
  std::shared_ptr<const debug::LoadedModule> noted_;
  bool is_quitting_ = false;
};

}  // namespace wasmscope::app
