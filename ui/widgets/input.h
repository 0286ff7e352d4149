// SPDX-License-Identifier: Apache-2.0
// The one queue through which everything from mouse and keyboard reaches ImGui: a window pushes what its
// callbacks tell, tests and scripts push what they make up, and both end in the same state. One frame takes
// at most one transition of a button or key, so that a press and its release are never seen as nothing.
#pragma once
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "ui/model/keys.h"
#include "ui/widgets/imgui_versions.h"

namespace wasmscope::ui {

enum class InputKind : uint8_t { MouseMove, MouseLeave, MouseButton, Wheel, Key, Character, Focus, Drop };

struct InputEvent {
  InputKind kind{};
  float x = 0, y = 0;                // MouseMove, Wheel
  int button = 0;                    // MouseButton: 0 left, 1 right, 2 middle
  bool is_down = false;              // MouseButton, Key; Focus: gained
  bool is_repeat = false;            // Key
  Key key = Key::None;               // Key; None for a modifier alone
  uint8_t mods = 0;                  // Key: held after this event
  char32_t character = 0;            // Character
  std::vector<std::string> paths;    // Drop
};

InputEvent mouse_move_event(float x, float y);
InputEvent mouse_button_event(int button, bool is_down);
InputEvent wheel_event(float x, float y);
InputEvent key_event(Chord chord, bool is_down, bool is_repeat = false);
InputEvent character_event(char32_t character);
InputEvent drop_event(std::vector<std::string> paths);

struct KeyPress {
  Chord chord;
  bool is_repeat = false;
  bool is_taken = false;
};

class Input {
 public:
  // Once per ImGui context.
  static void prepare(ImGuiIO& io);

  void push(InputEvent event) { queue_.push_back(std::move(event)); }
  bool is_empty() const { return queue_.empty(); }

  // Before ImGui::NewFrame: hands over what this frame may see.
  void feed(ImGuiIO& io);

  // True once if the chord was pressed in this frame and nobody took it before.
  enum class Repeats : uint8_t { No, Yes };
  bool take(Chord chord, Repeats repeats = Repeats::No);
  uint8_t mods() const { return mods_; }
  std::vector<std::string> take_drops() { return std::move(drops_); }

 private:
  void forward(ImGuiIO& io, const InputEvent& event);

  std::deque<InputEvent> queue_;
  std::vector<KeyPress> presses_;
  std::vector<std::string> drops_;
  ImVec2 mouse_{-1e9f, -1e9f};
  uint8_t mods_ = 0;
};

}  // namespace wasmscope::ui
