// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/fonts.h"

#include <cmath>

#include "assets/assets.h"

namespace wasmscope::ui {
namespace {

// From ascent to descent, not the em: 17 gives an advance of 8 pixels.
constexpr float kFontPixels = 17;

constexpr ImWchar kRanges[] = {
    0x0020, 0x00FF, 0x0100, 0x024F, 0x0370, 0x03FF, 0x0400, 0x04FF, 0x2010, 0x2027, 0x2030, 0x205E,
    0x20A0, 0x20BF, 0x2190, 0x21FF, 0x2200, 0x22FF, 0x2500, 0x25FF, 0x2713, 0x2717, 0,
};

}  // namespace

void load_fonts(ImGuiIO& io, float scale) {
  io.Fonts->Clear();
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  config.OversampleH = 1;
  config.OversampleV = 1;
  config.PixelSnapH = true;
  const std::span<const uint8_t> font = assets::mono_font();
  // ImGui takes a pointer to non-const but only reads data that it does not own.
  io.Fonts->AddFontFromMemoryTTF(const_cast<uint8_t*>(font.data()), static_cast<int>(font.size()),
                                 std::round(kFontPixels * scale), &config, kRanges);
}

}  // namespace wasmscope::ui
