// SPDX-License-Identifier: Apache-2.0
// Something that the shell can be drawn on: a window, or memory on a machine without a display. Owns the
// ImGui context, so there is one at a time per thread. All members but wake() belong to one thread.
#pragma once
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "ui/widgets/input.h"
#include "ui/widgets/registry.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/ui_context.h"

namespace wasmscope::app {

struct Picture {
  int width = 0, height = 0;
  std::vector<uint8_t> rgba;       // from the top
};

class Screen {
 public:
  virtual ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  using Build = std::function<void(const ui::UiContext&)>;
  // One frame: input, layout by `build`, pixels.
  void draw_frame(const Build& build);
  // Waits for input, wake() or the time; true when there is a reason to draw.
  virtual bool wait(double seconds) = 0;
  // From any thread: makes wait() return true.
  virtual void wake() = 0;
  virtual bool is_closing() const = 0;
  virtual void set_title(const std::string& title) = 0;
  // What was drawn last.
  virtual Picture picture() = 0;

  ui::Input& input() { return input_; }
  ui::Registry& registry() { return registry_; }
  float scale() const { return scale_; }
  float base_scale() const { return base_scale_; }
  // Between frames.
  void set_scale(float scale);
  void set_theme(ui::ThemeName name);
  ui::ThemeName theme_name() const { return theme_.name(); }
  float cell() const { return cell_; }
  // A view has not finished what it does over several frames.
  bool wants_frame() const { return unfinished_.is_wanted; }
  // Another frame is wanted when the mouse has rested so long, or 0.
  double tooltip_delay() const;

 protected:
  // Creates the ImGui context. `base_scale`: what the display asks for.
  Screen();
  void start(float base_scale);

  virtual void prepare_frame(ImGuiIO& io) = 0;          // display size, time
  virtual void present(const ImDrawData& data, uint32_t clear_rgb) = 0;
  virtual void upload_fonts(ImGuiIO& io) = 0;

 private:
  ui::Input input_;
  ui::Registry registry_;
  ui::Theme theme_;
  ImGuiContext* context_;
  float scale_ = 1, base_scale_ = 1;
  float cell_ = 8;
  ui::MouseRest mouse_rest_;
  ui::Unfinished unfinished_;
  ImVec2 mouse_{-1, -1};
};

std::expected<void, std::string> write_png(const Picture& picture, const std::string& path);

}  // namespace wasmscope::app
