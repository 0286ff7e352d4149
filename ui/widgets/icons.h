// SPDX-License-Identifier: Apache-2.0
// The pictures of the window, drawn as shapes: sharp at every scale and never missing from a font.
#pragma once
#include <cstdint>

#include "ui/widgets/imgui_versions.h"

namespace wasmscope::ui {

enum class Icon : uint8_t {
  None,
  Play,
  Pause,
  Restart,
  Stop,
  StepInto,
  StepOver,
  StepOut,
  BackRun,
  BackInto,
  BackOver,
  BackOut,
  ToEnd,
  Breakpoint,
  BreakpointOff,
  BreakpointPending,
  CurrentRow,
  CallerRow,
  Close,
  Warning,
  Conditional,
  Watch,
  Log,
  Bookmark,
};

// Inside the square of side `size` at `at`.
void draw_icon(ImDrawList& list, Icon icon, ImVec2 at, float size, ImU32 color);

}  // namespace wasmscope::ui
