// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/input.h"

#include <bitset>
#include <cfloat>
#include <utility>

namespace wasmscope::ui {
namespace {

#if IMGUI_VERSION_NUM >= 18700
ImGuiKey to_imgui(Key key) {
  const auto within = [key](Key first, Key last, ImGuiKey base) {
    return key >= first && key <= last ? static_cast<ImGuiKey>(base + (static_cast<int>(key) - static_cast<int>(first)))
                                       : ImGuiKey_None;
  };
  if (const ImGuiKey letter = within(Key::A, Key::Z, ImGuiKey_A); letter != ImGuiKey_None) return letter;
  if (const ImGuiKey digit = within(Key::N0, Key::N9, ImGuiKey_0); digit != ImGuiKey_None) return digit;
  switch (key) {
    case Key::Tab: return ImGuiKey_Tab;
    case Key::Left: return ImGuiKey_LeftArrow;
    case Key::Right: return ImGuiKey_RightArrow;
    case Key::Up: return ImGuiKey_UpArrow;
    case Key::Down: return ImGuiKey_DownArrow;
    case Key::PageUp: return ImGuiKey_PageUp;
    case Key::PageDown: return ImGuiKey_PageDown;
    case Key::Home: return ImGuiKey_Home;
    case Key::End: return ImGuiKey_End;
    case Key::Insert: return ImGuiKey_Insert;
    case Key::Delete: return ImGuiKey_Delete;
    case Key::Backspace: return ImGuiKey_Backspace;
    case Key::Space: return ImGuiKey_Space;
    case Key::Enter: return ImGuiKey_Enter;
    case Key::KeypadEnter: return ImGuiKey_KeypadEnter;
    case Key::Escape: return ImGuiKey_Escape;
    default: return ImGuiKey_None;
  }
}
#else
constexpr std::pair<ImGuiKey, Key> kMappedKeys[] = {
    {ImGuiKey_Tab, Key::Tab},
    {ImGuiKey_LeftArrow, Key::Left},
    {ImGuiKey_RightArrow, Key::Right},
    {ImGuiKey_UpArrow, Key::Up},
    {ImGuiKey_DownArrow, Key::Down},
    {ImGuiKey_PageUp, Key::PageUp},
    {ImGuiKey_PageDown, Key::PageDown},
    {ImGuiKey_Home, Key::Home},
    {ImGuiKey_End, Key::End},
    {ImGuiKey_Insert, Key::Insert},
    {ImGuiKey_Delete, Key::Delete},
    {ImGuiKey_Backspace, Key::Backspace},
    {ImGuiKey_Space, Key::Space},
    {ImGuiKey_Enter, Key::Enter},
    {ImGuiKey_KeyPadEnter, Key::KeypadEnter},
    {ImGuiKey_Escape, Key::Escape},
    {ImGuiKey_A, Key::A},
    {ImGuiKey_C, Key::C},
    {ImGuiKey_V, Key::V},
    {ImGuiKey_X, Key::X},
    {ImGuiKey_Y, Key::Y},
    {ImGuiKey_Z, Key::Z},
};
#endif

// Which events may still be seen by a frame that has seen others already.
class FrameRules {
 public:
  bool admits(const InputEvent& event) {
    switch (event.kind) {
      case InputKind::MouseMove: return !has_button_ && !has_wheel_ && !has_key_ && !has_character_;
      case InputKind::MouseButton:
        if (has_button_ || has_wheel_ || has_character_) return false;
        return has_button_ = true;
      case InputKind::Wheel:
        if (has_button_ || has_wheel_) return false;
        return has_wheel_ = true;
      case InputKind::Key: {
        const size_t index = static_cast<size_t>(event.key);
        if (has_character_ || has_button_ || keys_[index]) return false;
        keys_.set(index);
        return has_key_ = true;
      }
      case InputKind::Character: return has_character_ = true;
      case InputKind::MouseLeave:
      case InputKind::Focus:
      case InputKind::Drop: return true;
    }
    return true;
  }

 private:
  bool has_button_ = false, has_wheel_ = false, has_key_ = false, has_character_ = false;
  std::bitset<static_cast<size_t>(Key::Count_)> keys_;
};

}  // namespace

InputEvent mouse_move_event(float x, float y) {
  InputEvent event;
  event.kind = InputKind::MouseMove;
  event.x = x;
  event.y = y;
  return event;
}

InputEvent mouse_button_event(int button, bool is_down) {
  InputEvent event;
  event.kind = InputKind::MouseButton;
  event.button = button;
  event.is_down = is_down;
  return event;
}

InputEvent wheel_event(float x, float y) {
  InputEvent event;
  event.kind = InputKind::Wheel;
  event.x = x;
  event.y = y;
  return event;
}

InputEvent key_event(Chord chord, bool is_down, bool is_repeat) {
  InputEvent event;
  event.kind = InputKind::Key;
  event.key = chord.key;
  event.mods = chord.mods;
  event.is_down = is_down;
  event.is_repeat = is_repeat;
  return event;
}

InputEvent character_event(char32_t character) {
  InputEvent event;
  event.kind = InputKind::Character;
  event.character = character;
  return event;
}

InputEvent drop_event(std::vector<std::string> paths) {
  InputEvent event;
  event.kind = InputKind::Drop;
  event.paths = std::move(paths);
  return event;
}

void Input::prepare(ImGuiIO& io) {
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.BackendFlags |= ImGuiBackendFlags_HasMouseCursors;
  io.ConfigInputTextCursorBlink = false;
#if IMGUI_VERSION_NUM < 18700
  for (const auto& [imgui_key, key] : kMappedKeys) io.KeyMap[imgui_key] = static_cast<int>(key);
#endif
}

void Input::feed(ImGuiIO& io) {
  presses_.clear();
  drops_.clear();
  FrameRules rules;
  while (!queue_.empty() && rules.admits(queue_.front())) {
    InputEvent event = std::move(queue_.front());
    queue_.pop_front();
    forward(io, event);
    if (event.kind == InputKind::Key) {
      mods_ = event.mods;
      if (event.is_down && event.key != Key::None)
        presses_.push_back({{event.key, event.mods}, event.is_repeat, false});
    }
    if (event.kind == InputKind::Drop) drops_ = std::move(event.paths);
  }
#if IMGUI_VERSION_NUM < 18700
  io.MousePos = mouse_;
#endif
}

bool Input::take(Chord chord, Repeats repeats) {
  for (KeyPress& press : presses_) {
    if (press.is_taken || press.chord != chord || (press.is_repeat && repeats == Repeats::No)) continue;
    press.is_taken = true;
    return true;
  }
  return false;
}

#if IMGUI_VERSION_NUM < 18700
void Input::forward(ImGuiIO& io, const InputEvent& event) {
  switch (event.kind) {
    case InputKind::MouseMove: mouse_ = ImVec2(event.x, event.y); break;
    case InputKind::MouseLeave: mouse_ = ImVec2(-FLT_MAX, -FLT_MAX); break;
    case InputKind::MouseButton: io.MouseDown[event.button] = event.is_down; break;
    case InputKind::Wheel:
      io.MouseWheelH += event.x;
      io.MouseWheel += event.y;
      break;
    case InputKind::Key:
      io.KeysDown[static_cast<int>(event.key)] = event.is_down && event.key != Key::None;
      io.KeyCtrl = (event.mods & kCtrl) != 0;
      io.KeyShift = (event.mods & kShift) != 0;
      io.KeyAlt = (event.mods & kAlt) != 0;
      io.KeySuper = (event.mods & kSuper) != 0;
      break;
    case InputKind::Character: io.AddInputCharacter(event.character); break;
    case InputKind::Focus: io.AddFocusEvent(event.is_down); break;
    case InputKind::Drop: break;
  }
}
#else
void Input::forward(ImGuiIO& io, const InputEvent& event) {
#if IMGUI_VERSION_NUM >= 18837
  constexpr ImGuiKey kModKeys[] = {ImGuiMod_Ctrl, ImGuiMod_Shift, ImGuiMod_Alt, ImGuiMod_Super};
#else
  constexpr ImGuiKey kModKeys[] = {ImGuiKey_ModCtrl, ImGuiKey_ModShift, ImGuiKey_ModAlt, ImGuiKey_ModSuper};
#endif
  switch (event.kind) {
    case InputKind::MouseMove: io.AddMousePosEvent(event.x, event.y); break;
    case InputKind::MouseLeave: io.AddMousePosEvent(-FLT_MAX, -FLT_MAX); break;
    case InputKind::MouseButton: io.AddMouseButtonEvent(event.button, event.is_down); break;
    case InputKind::Wheel: io.AddMouseWheelEvent(event.x, event.y); break;
    case InputKind::Key:
      for (int i = 0; i < 4; ++i) io.AddKeyEvent(kModKeys[i], (event.mods & (1 << i)) != 0);
      if (to_imgui(event.key) != ImGuiKey_None) io.AddKeyEvent(to_imgui(event.key), event.is_down);
      break;
    case InputKind::Character: io.AddInputCharacter(event.character); break;
    case InputKind::Focus: io.AddFocusEvent(event.is_down); break;
    case InputKind::Drop: break;
  }
}
#endif

}  // namespace wasmscope::ui
