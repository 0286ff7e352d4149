// SPDX-License-Identifier: Apache-2.0
#include "app/gui/window_screen.h"

#include <glad/gl.h>
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_opengl3.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace wasmscope::app {
namespace {

using ui::Key;

constexpr const char* kShaderVersion = "#version 330 core";
constexpr int kMouseButtons = 3;

constexpr std::pair<int, Key> kKeys[] = {
    {GLFW_KEY_TAB, Key::Tab},
    {GLFW_KEY_LEFT, Key::Left},
    {GLFW_KEY_RIGHT, Key::Right},
    {GLFW_KEY_UP, Key::Up},
    {GLFW_KEY_DOWN, Key::Down},
    {GLFW_KEY_PAGE_UP, Key::PageUp},
    {GLFW_KEY_PAGE_DOWN, Key::PageDown},
    {GLFW_KEY_HOME, Key::Home},
    {GLFW_KEY_END, Key::End},
    {GLFW_KEY_INSERT, Key::Insert},
    {GLFW_KEY_DELETE, Key::Delete},
    {GLFW_KEY_BACKSPACE, Key::Backspace},
    {GLFW_KEY_SPACE, Key::Space},
    {GLFW_KEY_ENTER, Key::Enter},
    {GLFW_KEY_KP_ENTER, Key::KeypadEnter},
    {GLFW_KEY_ESCAPE, Key::Escape},
    {GLFW_KEY_PAUSE, Key::Pause},
    {GLFW_KEY_COMMA, Key::Comma},
    {GLFW_KEY_PERIOD, Key::Period},
    {GLFW_KEY_SLASH, Key::Slash},
    {GLFW_KEY_MINUS, Key::Minus},
    {GLFW_KEY_KP_SUBTRACT, Key::Minus},
    {GLFW_KEY_EQUAL, Key::Equal},
    {GLFW_KEY_KP_ADD, Key::Equal},
    {GLFW_KEY_LEFT_BRACKET, Key::LeftBracket},
    {GLFW_KEY_RIGHT_BRACKET, Key::RightBracket},
    {GLFW_KEY_GRAVE_ACCENT, Key::Grave},
};

Key to_key(int key) {
  const auto from = [key](int first, Key base) { return static_cast<Key>(static_cast<int>(base) + key - first); };
  if (key >= GLFW_KEY_A && key <= GLFW_KEY_Z) return from(GLFW_KEY_A, Key::A);
  if (key >= GLFW_KEY_0 && key <= GLFW_KEY_9) return from(GLFW_KEY_0, Key::N0);
  if (key >= GLFW_KEY_F1 && key <= GLFW_KEY_F12) return from(GLFW_KEY_F1, Key::F1);
  const auto* found = std::ranges::find(kKeys, key, &std::pair<int, Key>::first);
  return found == std::end(kKeys) ? Key::None : found->second;
}

int modifier_of(int key) {
  switch (key) {
    case GLFW_KEY_LEFT_CONTROL:
    case GLFW_KEY_RIGHT_CONTROL: return GLFW_MOD_CONTROL;
    case GLFW_KEY_LEFT_SHIFT:
    case GLFW_KEY_RIGHT_SHIFT: return GLFW_MOD_SHIFT;
    case GLFW_KEY_LEFT_ALT:
    case GLFW_KEY_RIGHT_ALT: return GLFW_MOD_ALT;
    case GLFW_KEY_LEFT_SUPER:
    case GLFW_KEY_RIGHT_SUPER: return GLFW_MOD_SUPER;
    default: return 0;
  }
}

uint8_t to_mods(int mods) {
  uint8_t out = 0;
  if (mods & GLFW_MOD_CONTROL) out |= ui::kCtrl;
  if (mods & GLFW_MOD_SHIFT) out |= ui::kShift;
  if (mods & GLFW_MOD_ALT) out |= ui::kAlt;
  if (mods & GLFW_MOD_SUPER) out |= ui::kSuper;
  return out;
}

int cursor_shape(ImGuiMouseCursor cursor) {
  switch (cursor) {
    case ImGuiMouseCursor_TextInput: return GLFW_IBEAM_CURSOR;
    case ImGuiMouseCursor_ResizeNS: return GLFW_VRESIZE_CURSOR;
    case ImGuiMouseCursor_ResizeEW: return GLFW_HRESIZE_CURSOR;
    case ImGuiMouseCursor_Hand: return GLFW_HAND_CURSOR;
    default: return GLFW_ARROW_CURSOR;
  }
}

}  // namespace

struct WindowScreen::Callbacks {
  static WindowScreen& screen(GLFWwindow* window) {
    return *static_cast<WindowScreen*>(glfwGetWindowUserPointer(window));
  }

  static void move(GLFWwindow* window, double x, double y) {
    if (!screen(window).is_mouse_ignored_)
      screen(window).push(ui::mouse_move_event(static_cast<float>(x), static_cast<float>(y)));
  }
  static void enter(GLFWwindow* window, int is_inside) {
    if (is_inside) return;
    ui::InputEvent event;
    event.kind = ui::InputKind::MouseLeave;
    screen(window).push(std::move(event));
  }
  static void press(GLFWwindow* window, int button, int action, int) {
    if (button < kMouseButtons) screen(window).push(ui::mouse_button_event(button, action == GLFW_PRESS));
  }
  static void scroll(GLFWwindow* window, double x, double y) {
    screen(window).push(ui::wheel_event(static_cast<float>(x), static_cast<float>(y)));
  }
  static void key(GLFWwindow* window, int code, int, int action, int mods) {
    // X11 does not count a modifier that this very event presses or releases.
    mods = action == GLFW_RELEASE ? mods & ~modifier_of(code) : mods | modifier_of(code);
    screen(window).push(ui::key_event({to_key(code), to_mods(mods)}, action != GLFW_RELEASE, action == GLFW_REPEAT));
  }
  static void character(GLFWwindow* window, unsigned code_point) {
    screen(window).push(ui::character_event(code_point));
  }
  static void focus(GLFWwindow* window, int is_focused) {
    ui::InputEvent event;
    event.kind = ui::InputKind::Focus;
    event.is_down = is_focused != 0;
    screen(window).push(std::move(event));
  }
  static void drop(GLFWwindow* window, int count, const char** paths) {
    screen(window).push(ui::drop_event({paths, paths + count}));
  }
  static void refresh(GLFWwindow* window) { screen(window).is_dirty_ = true; }
  static void resize(GLFWwindow* window, int, int) { screen(window).is_dirty_ = true; }

  static const char* clipboard(void* window) { return glfwGetClipboardString(static_cast<GLFWwindow*>(window)); }
  static void set_clipboard(void* window, const char* text) {
    glfwSetClipboardString(static_cast<GLFWwindow*>(window), text);
  }
};

std::expected<std::unique_ptr<WindowScreen>, WindowScreen::Failure> WindowScreen::open(int width, int height,
                                                                                       float scale) {
  if (!glfwInit()) return std::unexpected(Failure::NoDisplay);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  GLFWwindow* window = glfwCreateWindow(width, height, "wasmscope", nullptr, nullptr);
  if (window == nullptr) {
    glfwTerminate();
    return std::unexpected(Failure::NoOpenGl);
  }
  glfwMakeContextCurrent(window);
  glfwSwapInterval(1);
  if (gladLoadGL(glfwGetProcAddress) == 0) {
    glfwDestroyWindow(window);
    glfwTerminate();
    return std::unexpected(Failure::NoOpenGl);
  }
  float x_scale = 1, y_scale = 1;
  glfwGetWindowContentScale(window, &x_scale, &y_scale);
  return std::unique_ptr<WindowScreen>(new WindowScreen(window, scale > 0 ? scale : x_scale));
}

WindowScreen::WindowScreen(GLFWwindow* window, float scale) : window_(window) {
  glfwSetWindowUserPointer(window, this);
  glfwSetCursorPosCallback(window, Callbacks::move);
  glfwSetCursorEnterCallback(window, Callbacks::enter);
  glfwSetMouseButtonCallback(window, Callbacks::press);
  glfwSetScrollCallback(window, Callbacks::scroll);
  glfwSetKeyCallback(window, Callbacks::key);
  glfwSetCharCallback(window, Callbacks::character);
  glfwSetWindowFocusCallback(window, Callbacks::focus);
  glfwSetDropCallback(window, Callbacks::drop);
  glfwSetWindowRefreshCallback(window, Callbacks::refresh);
  glfwSetFramebufferSizeCallback(window, Callbacks::resize);
  ImGuiIO& io = ImGui::GetIO();
  io.GetClipboardTextFn = Callbacks::clipboard;
  io.SetClipboardTextFn = Callbacks::set_clipboard;
  io.ClipboardUserData = window;
  start(scale);
  ImGui_ImplOpenGL3_Init(kShaderVersion);
  has_renderer_ = true;
}

WindowScreen::~WindowScreen() {
  ImGui_ImplOpenGL3_Shutdown();
  glfwDestroyWindow(window_);
  glfwTerminate();
}

void WindowScreen::push(ui::InputEvent event) {
  input().push(std::move(event));
  is_dirty_ = true;
}

bool WindowScreen::wait(double seconds) {
  if (seconds <= 0 || is_dirty_ || is_woken_)
    glfwPollEvents();
  else
    glfwWaitEventsTimeout(seconds);
  const bool is_woken = is_woken_.exchange(false);
  return std::exchange(is_dirty_, false) || is_woken;
}

void WindowScreen::wake() {
  is_woken_ = true;
  glfwPostEmptyEvent();
}

bool WindowScreen::is_closing() const { return glfwWindowShouldClose(window_) != 0; }
void WindowScreen::set_title(const std::string& title) { glfwSetWindowTitle(window_, title.c_str()); }

void WindowScreen::prepare_frame(ImGuiIO& io) {
  int width = 0, height = 0, pixel_width = 0, pixel_height = 0;
  glfwGetWindowSize(window_, &width, &height);
  glfwGetFramebufferSize(window_, &pixel_width, &pixel_height);
  io.DisplaySize = ImVec2(static_cast<float>(width), static_cast<float>(height));
  if (width > 0 && height > 0)
    io.DisplayFramebufferScale = ImVec2(static_cast<float>(pixel_width) / static_cast<float>(width),
                                        static_cast<float>(pixel_height) / static_cast<float>(height));
  const double time = glfwGetTime();
  // ImGui refuses a step of no time, and after an idle hour nothing should think that an hour went by.
  io.DeltaTime = std::clamp(static_cast<float>(time - last_time_), 0.0001f, 0.5f);
  last_time_ = time;
  ImGui_ImplOpenGL3_NewFrame();
}

void WindowScreen::present(const ImDrawData& data, uint32_t clear_rgb) {
  clear_rgb_ = clear_rgb;
  draw(data);
  glfwSwapBuffers(window_);
  show_cursor();
}

void WindowScreen::draw(const ImDrawData& data) {
  int width = 0, height = 0;
  glfwGetFramebufferSize(window_, &width, &height);
  const auto channel = [this](int shift) { return static_cast<float>((clear_rgb_ >> shift) & 255) / 255; };
  glViewport(0, 0, width, height);
  glClearColor(channel(16), channel(8), channel(0), 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(const_cast<ImDrawData*>(&data));
}

void WindowScreen::show_cursor() {
  const ImGuiMouseCursor wanted = ImGui::GetMouseCursor();
  if (wanted == shown_cursor_ || wanted < 0 || wanted >= ImGuiMouseCursor_COUNT) return;
  shown_cursor_ = wanted;
  GLFWcursor*& cursor = cursors_[wanted];
  if (cursor == nullptr) cursor = glfwCreateStandardCursor(cursor_shape(wanted));
  glfwSetCursor(window_, cursor);
}

void WindowScreen::upload_fonts(ImGuiIO&) {
  if (!has_renderer_) return;    // its first frame does it
#if IMGUI_VERSION_NUM < 19200
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
#endif
}

Picture WindowScreen::picture() {
  Picture picture;
  glfwGetFramebufferSize(window_, &picture.width, &picture.height);
  const size_t row_bytes = static_cast<size_t>(picture.width) * 4;
  std::vector<uint8_t> from_bottom(row_bytes * static_cast<size_t>(picture.height));
  // What was swapped to the front need not be readable; the same frame again is.
  if (const ImDrawData* data = ImGui::GetDrawData()) draw(*data);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, picture.width, picture.height, GL_RGBA, GL_UNSIGNED_BYTE, from_bottom.data());
  picture.rgba.resize(from_bottom.size());
  for (size_t row = 0; row < static_cast<size_t>(picture.height); ++row)
    std::memcpy(&picture.rgba[row * row_bytes],
                &from_bottom[(static_cast<size_t>(picture.height) - 1 - row) * row_bytes], row_bytes);
  for (size_t i = 3; i < picture.rgba.size(); i += 4) picture.rgba[i] = 255;
  return picture;
}

}  // namespace wasmscope::app
