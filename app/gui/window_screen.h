// SPDX-License-Identifier: Apache-2.0
// A window of the window system, drawn with OpenGL 3.3. The only place that knows GLFW and OpenGL.
#pragma once
#include <atomic>
#include <memory>

#include "app/gui/screen.h"

struct GLFWwindow;
struct GLFWcursor;

namespace wasmscope::app {

class WindowScreen final : public Screen {
 public:
  enum class Failure : uint8_t { NoDisplay, NoOpenGl };
  // `scale` 0: what the display says.
  static std::expected<std::unique_ptr<WindowScreen>, Failure> open(int width, int height, float scale);
  ~WindowScreen() override;

  bool wait(double seconds) override;
  void wake() override;
  bool is_closing() const override;
  void set_title(const std::string& title) override;
  Picture picture() override;
  // For screenshots: the real mouse must not leave its traces in them.
  void ignore_mouse() { is_mouse_ignored_ = true; }

 protected:
  void prepare_frame(ImGuiIO& io) override;
  void present(const ImDrawData& data, uint32_t clear_rgb) override;
  void upload_fonts(ImGuiIO& io) override;

 private:
  WindowScreen(GLFWwindow* window, float scale);
  struct Callbacks;
  void push(ui::InputEvent event);
  void draw(const ImDrawData& data);
  void show_cursor();

  GLFWwindow* window_;
  GLFWcursor* cursors_[ImGuiMouseCursor_COUNT] = {};
  int shown_cursor_ = -1;
  uint32_t clear_rgb_ = 0;
  double last_time_ = 0;
  bool has_renderer_ = false, is_mouse_ignored_ = false;
  bool is_dirty_ = true;
  std::atomic<bool> is_woken_{false};
};

}  // namespace wasmscope::app
