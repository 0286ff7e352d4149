// SPDX-License-Identifier: Apache-2.0
// The text that can really be seen, read back from what ImGui would draw: glyphs are recognised by their place
// in the font atlas, clipped ones do not count. For tests of what a person sees.
#pragma once
#include <string>
#include <string_view>
#include <vector>

struct ImDrawData;
struct ImFontAtlas;

namespace wasmscope::ui {

struct SeenGlyph {
  float x = 0, y = 0;          // of the character cell
  char32_t character = 0;
  uint32_t color = 0;
};

class ScreenText {
 public:
  static ScreenText read(const ImDrawData& data, const ImFontAtlas& atlas);
  const std::vector<SeenGlyph>& glyphs() const { return glyphs_; }
  // Lines from top to bottom; a gap of a cell or more is one blank per cell.
  std::vector<std::string> lines(float cell) const;
  bool contains(std::string_view text, float cell) const;

 private:
  std::vector<SeenGlyph> glyphs_;
};

}  // namespace wasmscope::ui
