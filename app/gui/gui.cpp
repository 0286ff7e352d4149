// SPDX-License-Identifier: Apache-2.0
#include "app/gui/gui.h"

#include <cstdio>
#include <fstream>

#include "app/cli/state_dir.h"
#include "app/gui/gui_app.h"
#include "app/gui/headless_screen.h"
#include "app/gui/script.h"
#include "app/gui/state_file.h"
#include "app/gui/window_screen.h"

namespace wasmscope::app {
namespace {

constexpr double kPatienceSeconds = 60;

int run_on(Screen& screen, const GuiOptions& options) {
  const bool is_driven = !options.script.empty() || !options.screenshot.empty();
  if (is_driven) screen.registry().enable();
  GuiOptions chosen = options;
  // What a script sees must not depend on what somebody did before.
  if (!is_driven && chosen.state_dir.empty()) chosen.state_dir = default_state_dir();
  GuiApp app(screen, chosen);
  if (!is_driven) {
    app.run();
    return kExitOk;
  }
  app.settle();
  app.wait_until_idle(kPatienceSeconds);
  app.settle();
  app.wait_until_idle(kPatienceSeconds);
  app.settle();
  int failures = 0;
  if (!options.script.empty()) {
    std::ifstream script(options.script);
    if (!script) {
      std::fprintf(stderr, "wasmscope: cannot read the script %s\n", options.script.c_str());
      return kExitUsage;
    }
    failures = run_script(app, script, options.script).failures;
  }
  if (!options.screenshot.empty()) {
    app.settle();
    if (const auto written = write_png(screen.picture(), options.screenshot); !written) {
      std::fprintf(stderr, "wasmscope: %s\n", written.error().c_str());
      return kExitBadInput;
    }
  }
  const std::shared_ptr<const debug::Snapshot> snapshot = app.session().snapshot();
  const bool is_opened = options.file.empty() || (snapshot->loaded && !snapshot->loaded->error);
  if (options.script.empty() && !is_opened) return kExitBadInput;
  return failures == 0 ? kExitOk : kExitBadInput;
}

}  // namespace

int run_window(const GuiOptions& options) {
  if (options.headless) {
    HeadlessScreen screen(options.width, options.height, static_cast<float>(options.scale));
    if (options.script.empty() && options.screenshot.empty()) {
      std::fprintf(stderr, "wasmscope: --headless shows nothing by itself: add --script or --screenshot\n");
      return kExitUsage;
    }
    return run_on(screen, options);
  }
  const auto screen = WindowScreen::open(options.width, options.height, static_cast<float>(options.scale));
  if (!screen) {
    if (screen.error() == WindowScreen::Failure::NoDisplay) return kNoDisplay;
    std::fprintf(stderr, "wasmscope: this display offers no OpenGL 3.3\n");
    return kNoDisplay;
  }
  if (!options.script.empty() || !options.screenshot.empty()) (*screen)->ignore_mouse();
  return run_on(**screen, options);
}

}  // namespace wasmscope::app
