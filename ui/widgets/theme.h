// SPDX-License-Identifier: Apache-2.0
// The one table of colours (theme.def) as data. Views name a colour by its meaning and never write one.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace wasmscope::ui {

enum class Color : uint8_t {
#define COLOR(Name, dark, light) Name,
#include "ui/widgets/theme.def"
  Count_,
};

enum class ThemeName : uint8_t { Dark, Light };

// 0xRRGGBB as in the table.
uint32_t rgb_of(ThemeName theme, Color color);

class Theme {
 public:
  explicit Theme(ThemeName name = ThemeName::Dark);
  ThemeName name() const { return name_; }
  // In ImGui's packing; alpha from 0 to 255.
  uint32_t operator[](Color color) const { return packed_[static_cast<size_t>(color)]; }
  uint32_t with_alpha(Color color, uint8_t alpha) const;
  // Makes ImGui's own widgets look like the rest, sized for `scale`.
  void apply(float scale) const;

 private:
  ThemeName name_;
  std::array<uint32_t, static_cast<size_t>(Color::Count_)> packed_;
};

}  // namespace wasmscope::ui
