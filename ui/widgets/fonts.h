// SPDX-License-Identifier: Apache-2.0
// The window's one font, JetBrains Mono, from the program's own data: the same pixels on every machine.
#pragma once
#include "ui/widgets/imgui_versions.h"

namespace wasmscope::ui {

// Rebuilds the atlas of the current context. The caller gives the renderer the new texture.
void load_fonts(ImGuiIO& io, float scale);

}  // namespace wasmscope::ui
