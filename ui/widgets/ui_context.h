// SPDX-License-Identifier: Apache-2.0
// What every view is given to draw itself with. Nothing of the window is global: two windows, or a test and a
// test, have two of these.
#pragma once
#include "ui/widgets/input.h"
#include "ui/widgets/registry.h"
#include "ui/widgets/theme.h"

namespace wasmscope::ui {

// Tooltips wait for the mouse to rest, so that they do not flicker under a moving one.
struct MouseRest {
  static constexpr double kSeconds = 0.4;
  double rested_seconds = 0;
  bool is_awaited = false;    // a tooltip will show if the mouse keeps resting: draw again then
};

// Long work on the drawing thread is done a slice a frame; whoever has some left asks for another frame.
struct Unfinished {
  bool is_wanted = false;
};

struct UiContext {
  Input& input;
  Registry& registry;
  const Theme& theme;
  MouseRest& mouse_rest;
  Unfinished& unfinished;
  float scale = 1;
  float cell = 8;          // advance of a character of the one monospaced font
  float line = 19;         // height of a row of text in lists
  bool has_keys = false;   // the view being drawn is the one that keys are for

  float px(float pixels) const { return pixels * scale; }
  // Keys that mean something else while somebody types.
  bool takes(Chord chord, Input::Repeats repeats = Input::Repeats::No) const {
    return has_keys && !ImGui::GetIO().WantTextInput && input.take(chord, repeats);
  }
};

}  // namespace wasmscope::ui
