// SPDX-License-Identifier: Apache-2.0
#include "app/gui/screen.h"

#include <algorithm>
#include <cmath>

#include "ui/widgets/fonts.h"

namespace wasmscope::app {
namespace {

constexpr float kMinScale = 0.6f, kMaxScale = 4;

}  // namespace

Screen::Screen() : context_(ImGui::CreateContext()) {
  IMGUI_CHECKVERSION();
  ImGui::SetCurrentContext(context_);
  ui::Input::prepare(ImGui::GetIO());
}

Screen::~Screen() { ImGui::DestroyContext(context_); }

void Screen::start(float base_scale) {
  base_scale_ = base_scale;
  scale_ = 0;
  set_scale(base_scale);
}

void Screen::set_scale(float scale) {
  scale = std::clamp(scale, kMinScale, kMaxScale);
  if (scale == scale_) return;
  scale_ = scale;
  theme_.apply(scale_);
  ui::load_fonts(ImGui::GetIO(), scale_);
  upload_fonts(ImGui::GetIO());
}

void Screen::set_theme(ui::ThemeName name) {
  theme_ = ui::Theme(name);
  theme_.apply(scale_);
}

void Screen::draw_frame(const Build& build) {
  ImGui::SetCurrentContext(context_);
  ImGuiIO& io = ImGui::GetIO();
  prepare_frame(io);
  input_.feed(io);
  ImGui::NewFrame();
  registry_.begin_frame();
  const bool has_moved = io.MousePos.x != mouse_.x || io.MousePos.y != mouse_.y;
  const bool is_used = io.MouseDown[0] || io.MouseWheel != 0;
  mouse_ = io.MousePos;
  mouse_rest_.rested_seconds =
      has_moved || is_used ? 0 : mouse_rest_.rested_seconds + static_cast<double>(io.DeltaTime);
  mouse_rest_.is_awaited = false;
  unfinished_.is_wanted = false;
  ui::UiContext ui{input_, registry_, theme_, mouse_rest_, unfinished_};
  ui.scale = scale_;
  ui.cell = cell_ = ImGui::CalcTextSize("0").x;
  ui.line = std::round(ImGui::GetFontSize() + 2 * scale_);
  build(ui);
  ImGui::Render();
  present(*ImGui::GetDrawData(), ui::rgb_of(theme_.name(), ui::Color::Background));
}

double Screen::tooltip_delay() const {
  return mouse_rest_.is_awaited ? ui::MouseRest::kSeconds - mouse_rest_.rested_seconds : 0;
}

}  // namespace wasmscope::app
