// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/theme.h"

#include <gtest/gtest.h>

#include <cmath>

namespace wasmscope::ui {
namespace {

// https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio
double luminance(uint32_t rgb) {
  const auto linear = [rgb](int shift) {
    const double value = static_cast<double>((rgb >> shift) & 255) / 255;
    return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0);
}
double contrast(uint32_t a, uint32_t b) {
  const double first = luminance(a) + 0.05, second = luminance(b) + 0.05;
  return first > second ? first / second : second / first;
}

TEST(Theme, TextCanBeRead) {
  for (const ThemeName theme : {ThemeName::Dark, ThemeName::Light}) {
    const uint32_t ground = rgb_of(theme, Color::Panel);
#define COLOR(Name, dark, light)
#define TEXT_COLOR(Name, dark, light) EXPECT_GE(contrast(rgb_of(theme, Color::Name), ground), 4.5) << #Name;
#include "ui/widgets/theme.def"
  }
}

TEST(Theme, TextCanBeReadOnMarkedRows) {
  for (const ThemeName theme : {ThemeName::Dark, ThemeName::Light})
    for (const Color ground :
         {Color::Selection, Color::CurrentRow, Color::TrapRow, Color::Card, Color::NoteFill, Color::Bar})
      EXPECT_GE(contrast(rgb_of(theme, Color::Text), rgb_of(theme, ground)), 4.5);
}

}  // namespace
}  // namespace wasmscope::ui
