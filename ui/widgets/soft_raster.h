// SPDX-License-Identifier: Apache-2.0
// Draws ImDrawData on the CPU, for screenshots and tests on machines without a display. The same input gives
// the same bits everywhere: positions are rounded to 1/256 pixel and coverage is computed in integers.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

struct ImDrawData;
struct ImDrawCmd;
struct ImDrawVert;

namespace wasmscope::ui {

struct AtlasImage {
  const uint8_t* rgba = nullptr;
  int width = 0, height = 0;
};

class SoftRaster {
 public:
  SoftRaster(int width, int height);
  void clear(uint32_t rgb);
  void draw(const ImDrawData& data, const AtlasImage& atlas);

  int width() const { return width_; }
  int height() const { return height_; }
  std::span<const uint8_t> rgba() const { return pixels_; }

 private:
  struct Clip {
    int left, top, right, bottom;
  };
  bool draw_quad(const ImDrawVert& min, const ImDrawVert& max, const Clip& clip);
  void draw_triangle(const ImDrawVert& a, const ImDrawVert& b, const ImDrawVert& c, const Clip& clip);
  uint32_t sample_alpha(float u, float v) const;
  void blend(int x, int y, uint32_t color, uint32_t alpha);

  int width_, height_;
  std::vector<uint8_t> pixels_;
  AtlasImage atlas_;
  float origin_x_ = 0, origin_y_ = 0, scale_x_ = 1, scale_y_ = 1;
};

}  // namespace wasmscope::ui
