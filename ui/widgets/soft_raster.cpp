// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/soft_raster.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "ui/widgets/imgui_versions.h"

namespace wasmscope::ui {
namespace {

constexpr int kSubpixelBits = 8;
constexpr int64_t kSubpixels = 1 << kSubpixelBits;

int64_t to_fixed(float value) { return std::llround(static_cast<double>(value) * kSubpixels); }
int64_t pixel_center(int pixel) { return pixel * kSubpixels + kSubpixels / 2; }

uint32_t channel(uint32_t color, int shift) { return (color >> shift) & 255; }

struct Point {
  int64_t x, y;
};
int64_t cross(Point a, Point b, Point p) { return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x); }

// A pixel centre exactly on an edge belongs to the triangle on one side of it only.
bool owns_edge(Point a, Point b) { return b.y < a.y || (b.y == a.y && b.x > a.x); }

}  // namespace

SoftRaster::SoftRaster(int width, int height)
    : width_(width), height_(height), pixels_(static_cast<size_t>(width) * static_cast<size_t>(height) * 4) {}

void SoftRaster::clear(uint32_t rgb) {
  for (size_t i = 0; i < pixels_.size(); i += 4) {
    pixels_[i] = static_cast<uint8_t>(rgb >> 16);
    pixels_[i + 1] = static_cast<uint8_t>(rgb >> 8);
    pixels_[i + 2] = static_cast<uint8_t>(rgb);
    pixels_[i + 3] = 255;
  }
}

void SoftRaster::draw(const ImDrawData& data, const AtlasImage& atlas) {
  atlas_ = atlas;
  origin_x_ = data.DisplayPos.x;
  origin_y_ = data.DisplayPos.y;
  scale_x_ = data.FramebufferScale.x;
  scale_y_ = data.FramebufferScale.y;
  for_each_list(data, [&](const ImDrawList& list) {
    for (const ImDrawCmd& command : list.CmdBuffer) {
      if (command.UserCallback != nullptr) continue;
      const Clip clip{
          std::max(0, static_cast<int>((command.ClipRect.x - origin_x_) * scale_x_)),
          std::max(0, static_cast<int>((command.ClipRect.y - origin_y_) * scale_y_)),
          std::min(width_, static_cast<int>((command.ClipRect.z - origin_x_) * scale_x_)),
          std::min(height_, static_cast<int>((command.ClipRect.w - origin_y_) * scale_y_)),
      };
      if (clip.left >= clip.right || clip.top >= clip.bottom) continue;
      const ImDrawIdx* indices = list.IdxBuffer.Data + command.IdxOffset;
      const ImDrawVert* vertices = list.VtxBuffer.Data + command.VtxOffset;
      for (unsigned i = 0; i + 2 < command.ElemCount; i += 3) {
        // Text and plain rectangles arrive as two triangles 0 1 2, 0 2 3 around an axis-parallel box.
        const bool is_pair =
            i + 5 < command.ElemCount && indices[i] == indices[i + 3] && indices[i + 2] == indices[i + 4];
        if (is_pair) {
          const ImDrawVert &a = vertices[indices[i]], &b = vertices[indices[i + 1]], &c = vertices[indices[i + 2]],
                           &d = vertices[indices[i + 5]];
          const bool is_box = a.pos.y == b.pos.y && b.pos.x == c.pos.x && c.pos.y == d.pos.y && d.pos.x == a.pos.x &&
                              a.col == b.col && a.col == c.col && a.col == d.col;
          if (is_box && draw_quad(a, c, clip)) {
            i += 3;
            continue;
          }
        }
        draw_triangle(vertices[indices[i]], vertices[indices[i + 1]], vertices[indices[i + 2]], clip);
      }
    }
  });
}

bool SoftRaster::draw_quad(const ImDrawVert& min, const ImDrawVert& max, const Clip& clip) {
  const float left = (min.pos.x - origin_x_) * scale_x_, right = (max.pos.x - origin_x_) * scale_x_;
  const float top = (min.pos.y - origin_y_) * scale_y_, bottom = (max.pos.y - origin_y_) * scale_y_;
  if (right <= left || bottom <= top) return false;
  const int x0 = std::max(clip.left, static_cast<int>(std::ceil(left - 0.5f)));
  const int x1 = std::min(clip.right, static_cast<int>(std::ceil(right - 0.5f)));
  const int y0 = std::max(clip.top, static_cast<int>(std::ceil(top - 0.5f)));
  const int y1 = std::min(clip.bottom, static_cast<int>(std::ceil(bottom - 0.5f)));
  const uint32_t alpha = channel(min.col, IM_COL32_A_SHIFT);
  const bool is_flat = min.uv.x == max.uv.x && min.uv.y == max.uv.y;
  const float u_step = (max.uv.x - min.uv.x) / (right - left) * static_cast<float>(atlas_.width);
  const float v_step = (max.uv.y - min.uv.y) / (bottom - top) * static_cast<float>(atlas_.height);
  for (int y = y0; y < y1; ++y) {
    const float v = min.uv.y * static_cast<float>(atlas_.height) + (static_cast<float>(y) + 0.5f - top) * v_step;
    const int row = std::clamp(static_cast<int>(v), 0, atlas_.height - 1);
    const uint8_t* texels = atlas_.rgba + static_cast<size_t>(row) * static_cast<size_t>(atlas_.width) * 4;
    for (int x = x0; x < x1; ++x) {
      uint32_t covered = alpha;
      if (!is_flat) {
        const float u = min.uv.x * static_cast<float>(atlas_.width) + (static_cast<float>(x) + 0.5f - left) * u_step;
        covered = alpha * texels[std::clamp(static_cast<int>(u), 0, atlas_.width - 1) * 4 + 3] / 255;
      }
      blend(x, y, min.col, covered);
    }
  }
  return true;
}

uint32_t SoftRaster::sample_alpha(float u, float v) const {
  const float x = u * static_cast<float>(atlas_.width) - 0.5f, y = v * static_cast<float>(atlas_.height) - 0.5f;
  const float column = std::floor(x), row = std::floor(y);
  const float right = x - column, below = y - row;
  const auto texel = [&](float texel_x, float texel_y) {
    const int tx = std::clamp(static_cast<int>(texel_x), 0, atlas_.width - 1);
    const int ty = std::clamp(static_cast<int>(texel_y), 0, atlas_.height - 1);
    return static_cast<float>(
        atlas_.rgba[(static_cast<size_t>(ty) * static_cast<size_t>(atlas_.width) + static_cast<size_t>(tx)) * 4 + 3]);
  };
  const float upper = texel(column, row) * (1 - right) + texel(column + 1, row) * right;
  const float lower = texel(column, row + 1) * (1 - right) + texel(column + 1, row + 1) * right;
  return static_cast<uint32_t>(upper * (1 - below) + lower * below + 0.5f);
}

void SoftRaster::draw_triangle(const ImDrawVert& first, const ImDrawVert& second, const ImDrawVert& third,
                               const Clip& clip) {
  std::array<const ImDrawVert*, 3> corners{&first, &second, &third};
  const auto locate = [this](const ImDrawVert& vertex) {
    return Point{to_fixed((vertex.pos.x - origin_x_) * scale_x_), to_fixed((vertex.pos.y - origin_y_) * scale_y_)};
  };
  std::array<Point, 3> at{locate(first), locate(second), locate(third)};
  int64_t area = cross(at[0], at[1], at[2]);
  if (area == 0) return;
  if (area < 0) {
    std::swap(corners[1], corners[2]);
    std::swap(at[1], at[2]);
    area = -area;
  }
  const auto [left, right] = std::minmax({at[0].x, at[1].x, at[2].x});
  const auto [top, bottom] = std::minmax({at[0].y, at[1].y, at[2].y});
  const int x0 = static_cast<int>(std::max<int64_t>(clip.left, left / kSubpixels));
  const int x1 = static_cast<int>(std::min<int64_t>(clip.right, right / kSubpixels + 1));
  const int y0 = static_cast<int>(std::max<int64_t>(clip.top, top / kSubpixels));
  const int y1 = static_cast<int>(std::min<int64_t>(clip.bottom, bottom / kSubpixels + 1));
  const bool has_edge[3] = {owns_edge(at[1], at[2]), owns_edge(at[2], at[0]), owns_edge(at[0], at[1])};
  const bool is_flat = corners[0]->uv.x == corners[1]->uv.x && corners[0]->uv.x == corners[2]->uv.x &&
                       corners[0]->uv.y == corners[1]->uv.y && corners[0]->uv.y == corners[2]->uv.y;
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) {
      const Point center{pixel_center(x), pixel_center(y)};
      const int64_t edge[3] = {cross(at[1], at[2], center), cross(at[2], at[0], center), cross(at[0], at[1], center)};
      bool is_inside = true;
      for (int i = 0; i < 3; ++i) is_inside &= edge[i] > 0 || (edge[i] == 0 && has_edge[i]);
      if (!is_inside) continue;
      float weight[3];
      for (int i = 0; i < 3; ++i) weight[i] = static_cast<float>(edge[i]) / static_cast<float>(area);
      const auto mix = [&](auto value) {
        return value(*corners[0]) * weight[0] + value(*corners[1]) * weight[1] + value(*corners[2]) * weight[2];
      };
      uint32_t color = 0;
      for (const int shift : {IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT, IM_COL32_A_SHIFT}) {
        const float value = mix([shift](const ImDrawVert& v) { return static_cast<float>(channel(v.col, shift)); });
        color |= std::min(255u, static_cast<uint32_t>(value + 0.5f)) << shift;
      }
      uint32_t alpha = channel(color, IM_COL32_A_SHIFT);
      if (!is_flat) {
        const float u = mix([](const ImDrawVert& vertex) { return vertex.uv.x; });
        const float v = mix([](const ImDrawVert& vertex) { return vertex.uv.y; });
        alpha = alpha * sample_alpha(u, v) / 255;
      }
      blend(x, y, color, alpha);
    }
  }
}

void SoftRaster::blend(int x, int y, uint32_t color, uint32_t alpha) {
  if (alpha == 0) return;
  uint8_t* pixel = &pixels_[(static_cast<size_t>(y) * static_cast<size_t>(width_) + static_cast<size_t>(x)) * 4];
  const auto mix = [alpha](uint32_t above, uint32_t below) {
    return static_cast<uint8_t>((above * alpha + below * (255 - alpha) + 127) / 255);
  };
  pixel[0] = mix(channel(color, IM_COL32_R_SHIFT), pixel[0]);
  pixel[1] = mix(channel(color, IM_COL32_G_SHIFT), pixel[1]);
  pixel[2] = mix(channel(color, IM_COL32_B_SHIFT), pixel[2]);
}

}  // namespace wasmscope::ui
