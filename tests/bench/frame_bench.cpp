// SPDX-License-Identifier: Apache-2.0
// How long a frame of the window takes to build, view by view, on a module that is stopped in a function:
//   frame_bench FILE [COMMAND...]     commands as in the console, for example "start", "stepi 100"
// Processor time of the drawing thread, so that a busy machine does not count. Nothing is rasterised. While a view
// is measured it is scrolled, pointed at, and its cursor moved; typing in the palette and filter counts as views.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <sstream>
#include <string>
#include <vector>

#include "app/gui/gui_app.h"
#include "app/gui/headless_screen.h"
#include "app/gui/script.h"
#include "ui/panels/panel.h"

namespace {

using namespace wasmscope;

constexpr int kFrames = 1000;

double thread_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

class Bench {
 public:
  Bench(const std::string& file, const std::vector<std::string>& commands) : screen_(1440, 900, 1) {
    screen_.registry().enable();
    app::GuiOptions options;
    options.file = file;
    app_ = std::make_unique<app::GuiApp>(screen_, options);
    run("wait idle");
    for (const std::string& command : commands) run(command + "\nwait idle");
    std::printf("%s, %s\n", file.c_str(), app_->session().snapshot()->message.c_str());
    std::printf("%-22s %8s %8s %8s   ms of building a frame\n", "view", "median", "p99", "most");
  }

  void run(const std::string& script) {
    std::istringstream lines(script);
    app::run_script(*app_, lines, "bench");
  }

  void measure_panel(const std::string& panel) { measure_panel(panel, panel); }
  void measure_panel(const std::string& panel, const std::string& name) {
    run("click tab/" + panel + "\nwait idle");
    const ui::Item* item = screen_.registry().find("panel/" + panel);
    if (item == nullptr) return;
    const ui::Item area = *item;
    screen_.registry().disable();
    measure(name, [&](int frame) {
      ui::Input& input = screen_.input();
      const float share = static_cast<float>(frame % 97) / 97;
      input.push(ui::mouse_move_event(area.min.x + (area.max.x - area.min.x) * 0.5f,
                                      area.min.y + (area.max.y - area.min.y) * (0.3f + 0.6f * share)));
      if (frame % 3 == 0) input.push(ui::wheel_event(0, frame % 60 < 45 ? -3.f : 9.f));
      if (frame % 5 == 0) press({ui::Key::Down, 0});
      if (frame % 111 == 110) press({frame % 2 == 0 ? ui::Key::Home : ui::Key::End, ui::kCtrl});
    });
    screen_.registry().enable();
    run("wait idle");
  }

  // Pointed at and zoomed all the time.
  void measure_timeline() {
    const ui::Item* item = screen_.registry().find("time");
    if (item == nullptr) return;
    const ui::Item area = *item;
    screen_.registry().disable();
    measure("timeline", [&](int frame) {
      const float share = static_cast<float>(frame % 97) / 97;
      screen_.input().push(ui::mouse_move_event(area.min.x + (area.max.x - area.min.x) * share, area.center().y));
      if (frame % 3 == 0) screen_.input().push(ui::wheel_event(0, frame % 60 < 30 ? 1.f : -1.f));
    });
    screen_.registry().enable();
  }

  // Every frame another letter of these, or one less.
  void measure_typing(const std::string& name, const std::string& before, const std::string& after) {
    run(before);
    screen_.registry().disable();
    static constexpr std::string_view kText = "runtime.print";
    measure(name, [&](int frame) {
      const auto at = static_cast<size_t>(frame / 20) % (2 * kText.size());
      if (frame % 20 != 0) return;
      if (at < kText.size())
        screen_.input().push(ui::character_event(static_cast<char32_t>(kText[at])));
      else
        press({ui::Key::Backspace, 0});
    });
    screen_.registry().enable();
    run(after);
  }

 private:
  void press(ui::Chord chord) {
    screen_.input().push(ui::key_event(chord, true));
    screen_.input().push(ui::key_event(chord, false));
  }

  template <class Act>
  void measure(const std::string& name, Act act) {
    std::vector<double> times;
    for (int frame = 0; frame < kFrames; ++frame) {
      act(frame);
      const double begin = thread_ms();
      app_->draw_frame();
      times.push_back(thread_ms() - begin);
    }
    std::ranges::sort(times);
    const double p99 = times[times.size() * 99 / 100];
    std::printf("%-22s %8.3f %8.3f %8.3f%s\n", name.c_str(), times[times.size() / 2], p99, times.back(),
                p99 > 2 ? "   over 2 ms" : "");
  }

  app::HeadlessScreen screen_;
  std::unique_ptr<app::GuiApp> app_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: frame_bench FILE [COMMAND...]\n");
    return 2;
  }
  Bench bench(argv[1], {argv + 2, argv + argc});
  for (const ui::PanelKind& kind : ui::panel_kinds()) bench.measure_panel(std::string(kind.id));
  bench.run("key F7\nwait idle");
  bench.measure_panel("code", "code, machine code");
  bench.run("key F8\nwait idle");
  bench.measure_panel("code", "the same, alone");
  bench.run("key F8\nkey F7\nwait idle");
  bench.measure_timeline();
  bench.measure_typing("palette", "key Ctrl+P", "key Esc");
  bench.measure_typing("functions filter", "click functions/filter", "key Esc");
  return 0;
}
