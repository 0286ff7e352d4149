// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/screen_text.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "ui/widgets/imgui_versions.h"

namespace wasmscope::ui {
namespace {

struct AtlasGlyph {
  float u0, v0, u1, v1;
  float x, y;                // where the glyph's box begins in the character cell
  char32_t character;
};

std::vector<AtlasGlyph> list_glyphs(const ImFontAtlas& atlas) {
  std::vector<AtlasGlyph> glyphs;
  for (const ImFont* font : atlas.Fonts) {
#if IMGUI_VERSION_NUM >= 19200
    const ImFontBaked* baked = const_cast<ImFont*>(font)->LastBaked;
    if (baked == nullptr) continue;
    const auto& all = baked->Glyphs;
#else
    const auto& all = font->Glyphs;
#endif
    for (const ImFontGlyph& glyph : all)
      if (glyph.Visible)
        glyphs.push_back(
            {glyph.U0, glyph.V0, glyph.U1, glyph.V1, glyph.X0, glyph.Y0, static_cast<char32_t>(glyph.Codepoint)});
  }
  std::ranges::sort(glyphs, [](const AtlasGlyph& a, const AtlasGlyph& b) { return a.v0 < b.v0; });
  return glyphs;
}

const AtlasGlyph* find_glyph(const std::vector<AtlasGlyph>& glyphs, float u, float v) {
  for (const AtlasGlyph& glyph : glyphs) {
    if (glyph.v0 > v) break;
    if (v <= glyph.v1 && u >= glyph.u0 && u <= glyph.u1) return &glyph;
  }
  return nullptr;
}

void append_utf8(std::string& text, char32_t character) {
  if (character < 0x80) {
    text += static_cast<char>(character);
  } else if (character < 0x800) {
    text += static_cast<char>(0xC0 | (character >> 6));
    text += static_cast<char>(0x80 | (character & 0x3F));
  } else {
    text += static_cast<char>(0xE0 | (character >> 12));
    text += static_cast<char>(0x80 | ((character >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (character & 0x3F));
  }
}

}  // namespace

ScreenText ScreenText::read(const ImDrawData& data, const ImFontAtlas& atlas) {
  ScreenText screen;
  const std::vector<AtlasGlyph> known = list_glyphs(atlas);
  for_each_list(data, [&](const ImDrawList& list) {
    for (const ImDrawCmd& command : list.CmdBuffer) {
      const ImDrawIdx* indices = list.IdxBuffer.Data + command.IdxOffset;
      const ImDrawVert* vertices = list.VtxBuffer.Data + command.VtxOffset;
      for (unsigned i = 0; i + 5 < command.ElemCount; i += 3) {
        if (indices[i] != indices[i + 3] || indices[i + 2] != indices[i + 4]) continue;
        const ImDrawVert &min = vertices[indices[i]], &max = vertices[indices[i + 2]];
        if (min.uv.x == max.uv.x) continue;
        i += 3;
        const ImVec2 center((min.pos.x + max.pos.x) / 2, (min.pos.y + max.pos.y) / 2);
        const ImVec4& clip = command.ClipRect;
        if (center.x < clip.x || center.x > clip.z || center.y < clip.y || center.y > clip.w) continue;
        const AtlasGlyph* glyph = find_glyph(known, (min.uv.x + max.uv.x) / 2, (min.uv.y + max.uv.y) / 2);
        if (glyph != nullptr)
          screen.glyphs_.push_back({min.pos.x - glyph->x, min.pos.y - glyph->y, glyph->character, min.col});
      }
    }
  });
  return screen;
}

std::vector<std::string> ScreenText::lines(float cell) const {
  std::vector<SeenGlyph> sorted = glyphs_;
  std::ranges::sort(sorted, {},
                    [](const SeenGlyph& glyph) { return std::tuple(std::lround(glyph.y), glyph.x, glyph.character); });
  std::vector<std::string> lines;
  for (size_t i = 0; i < sorted.size(); ++i) {
    const bool is_new_line = i == 0 || std::lround(sorted[i].y) != std::lround(sorted[i - 1].y);
    if (is_new_line) lines.emplace_back();
    const float gap = is_new_line ? 0 : sorted[i].x - sorted[i - 1].x;
    lines.back().append(static_cast<size_t>(std::max(0L, std::lround(gap / cell) - 1)), ' ');
    append_utf8(lines.back(), sorted[i].character);
  }
  return lines;
}

bool ScreenText::contains(std::string_view text, float cell) const {
  return std::ranges::any_of(lines(cell),
                             [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

}  // namespace wasmscope::ui
