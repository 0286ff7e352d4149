// SPDX-License-Identifier: Apache-2.0
#include "app/gui/gui_app.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>

#include "app/cli/state_dir.h"
#include "app/gui/state_file.h"
#include "engine/base/utf8.h"

namespace wasmscope::app {
namespace {

// ImGui settles what one event changes within three frames: hover, layout, and what follows from it.
constexpr int kFramesAfterChange = 3;
constexpr double kIdleSeconds = 0.5;
constexpr double kPollSeconds = 0.02;
constexpr int kMostSettlingFrames = 1000;
constexpr float kScaleStep = 1.1f;

debug::SessionOptions session_options(const GuiOptions& options) {
  debug::SessionOptions session;
  session.features = options.features;
  session.arguments = options.args;
  session.env = options.env;
  session.invoke = options.invoke;
  session.records = options.record.is_on;
  session.tier = options.tier;
  session.record_budget_bytes = options.record.budget_bytes;
  session.state_folder = session_folder(options.state_dir);
  return session;
}

std::string title_of(const debug::Snapshot& snapshot) {
  if (!snapshot.loaded) return "wasmscope";
  const std::string& path = snapshot.loaded->path;
  return escape_for_display(path.substr(path.rfind('/') + 1)) + " - wasmscope";
}

}  // namespace

GuiApp::GuiApp(Screen& screen, const GuiOptions& options)
    : screen_(screen),
      link_(session_options(options), [&screen] { screen.wake(); }),
      shell_(link_),
      state_dir_(options.state_dir) {
  if (!state_dir_.empty()) read_state_file(options.scale > 0);
  if (!options.file.empty()) shell_.open_file(options.file);
}

GuiApp::~GuiApp() { write_state_file(); }

void GuiApp::read_state_file(bool is_scale_given) {
  std::expected<ui::Remembered, std::string> remembered = read_state(state_dir_);
  if (!remembered) {
    shell_.tell_problem(escape_for_display(remembered.error()));
    remembered = ui::Remembered{};
  }
  shell_.restore(*remembered);
  if (remembered->is_light) screen_.set_theme(ui::ThemeName::Light);
  if (is_scale_given)
    kept_scale_ = remembered->scale;
  else
    screen_.set_scale(screen_.base_scale() * static_cast<float>(remembered->scale));
}

void GuiApp::write_state_file() {
  if (state_dir_.empty()) return;
  ui::Remembered remembered;
  shell_.remember(remembered);
  remembered.is_light = screen_.theme_name() == ui::ThemeName::Light;
  remembered.scale = kept_scale_ > 0 ? kept_scale_ : static_cast<double>(screen_.scale() / screen_.base_scale());
  std::string text = to_text(remembered);
  if (text == kept_) return;
  if (write_state(state_dir_, remembered)) kept_ = std::move(text);
}

void GuiApp::note_opened_file() {
  const std::shared_ptr<const debug::LoadedModule> loaded = link_.snapshot()->loaded;
  if (loaded == noted_) return;
  noted_ = loaded;
  if (!loaded || !loaded->module || state_dir_.empty()) return;
  std::error_code error;
  const std::string path = std::filesystem::absolute(loaded->path, error).lexically_normal().string();
  // A sample has a name, but no file.
  if (error || !std::filesystem::is_regular_file(path, error)) return;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  shell_.add_recent_file(
      {path, loaded->module->bytes.size(), std::chrono::duration_cast<std::chrono::seconds>(now).count(), false});
  write_state_file();
}

void GuiApp::draw_frame() {
  screen_.draw_frame([this](const ui::UiContext& ui) { shell_.draw(ui); });
  note_opened_file();
  carry_out(shell_.take_requests());
  if (std::string title = title_of(*link_.snapshot()); title != title_) {
    title_ = std::move(title);
    screen_.set_title(title_);
  }
}

void GuiApp::carry_out(const ui::ShellRequests& requests) {
  is_quitting_ |= requests.quit;
  if (requests.toggle_theme)
    screen_.set_theme(screen_.theme_name() == ui::ThemeName::Dark ? ui::ThemeName::Light : ui::ThemeName::Dark);
  if (requests.reset_scale) screen_.set_scale(screen_.base_scale());
  if (requests.scale_steps != 0)
    screen_.set_scale(screen_.scale() * std::pow(kScaleStep, static_cast<float>(requests.scale_steps)));
}

void GuiApp::settle() {
  for (int frame = 0; frame < kMostSettlingFrames && !screen_.input().is_empty(); ++frame) draw_frame();
  for (int frame = 0; frame < kFramesAfterChange; ++frame) draw_frame();
  for (int frame = 0; frame < kMostSettlingFrames && screen_.wants_frame(); ++frame) draw_frame();
}

bool GuiApp::wait_until_idle(double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (!link_.is_idle() || shell_.is_searching()) {
    if (Clock::now() > end) return false;
    screen_.wait(kPollSeconds);
    draw_frame();
  }
  return true;
}

void GuiApp::run() {
  int frames_left = kFramesAfterChange;
  while (!screen_.is_closing() && !is_quitting_) {
    const bool has_work = frames_left > 0 || !screen_.input().is_empty() || screen_.wants_frame();
    const double tooltip_delay = screen_.tooltip_delay();
    if (screen_.wait(has_work ? 0 : tooltip_delay > 0 ? tooltip_delay : kIdleSeconds)) frames_left = kFramesAfterChange;
    if (tooltip_delay > 0) frames_left = std::max(frames_left, 1);
    if (frames_left <= 0 && screen_.input().is_empty() && !screen_.wants_frame()) continue;
    draw_frame();
    --frames_left;
  }
}

}  // namespace wasmscope::app
