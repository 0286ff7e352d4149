// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/icons.h"

#include <algorithm>
#include <cmath>

namespace wasmscope::ui {
namespace {

// Draws in a unit square, so that shapes read as fractions.
enum class Facing : uint8_t { Right, Left };

class Pen {
 public:
  Pen(ImDrawList& list, ImVec2 at, float size, ImU32 color, Facing facing)
      : list_(list), at_(at), size_(size), color_(color), is_mirrored_(facing == Facing::Left) {}

  void triangle(ImVec2 a, ImVec2 b, ImVec2 c) { list_.AddTriangleFilled(map(a), map(b), map(c), color_); }
  void rect(ImVec2 min, ImVec2 max) {
    const ImVec2 a = map(min), b = map(max);
    list_.AddRectFilled(ImVec2(std::round(std::min(a.x, b.x)), std::round(a.y)),
                        ImVec2(std::round(std::max(a.x, b.x)), std::round(b.y)), color_);
  }
  void line(ImVec2 a, ImVec2 b) { list_.AddLine(map(a), map(b), color_, thickness()); }
  void disc(ImVec2 center, float radius) { list_.AddCircleFilled(map(center), radius * size_, color_, 24); }
  void ring(ImVec2 center, float radius) { list_.AddCircle(map(center), radius * size_, color_, 24, thickness()); }
  // Angles in turns, clockwise from the right.
  void arc(ImVec2 center, float radius, float begin, float end) {
    constexpr float kTurn = 6.2831853f;
    if (is_mirrored_) {
      begin = 0.5f - begin;
      end = 0.5f - end;
    }
    list_.PathArcTo(map(center), radius * size_, begin * kTurn, end * kTurn, 20);
    list_.PathStroke(color_, 0, thickness());
  }

 private:
  ImVec2 map(ImVec2 p) const { return {at_.x + (is_mirrored_ ? 1 - p.x : p.x) * size_, at_.y + p.y * size_}; }
  float thickness() const { return std::max(1.f, size_ * 0.11f); }

  ImDrawList& list_;
  ImVec2 at_;
  float size_;
  ImU32 color_;
  bool is_mirrored_;
};

// Going back faces left.
Facing facing_of(Icon icon) {
  const bool is_back = icon == Icon::BackRun || icon == Icon::BackInto || icon == Icon::BackOver || icon == Icon::BackOut;
  return is_back ? Facing::Left : Facing::Right;
}

// What tells a vertical arrow that goes back from one that goes on.
void draw_back_mark(Pen& pen) { pen.triangle({0.62f, 0.22f}, {1.f, 0.45f}, {0.62f, 0.68f}); }

void draw_down_arrow(Pen& pen, float from, float to) {
  pen.line({0.5f, from}, {0.5f, to - 0.2f});
  pen.triangle({0.26f, to - 0.3f}, {0.74f, to - 0.3f}, {0.5f, to});
}

void draw_up_arrow(Pen& pen, float from, float to) {
  pen.line({0.5f, from}, {0.5f, to + 0.2f});
  pen.triangle({0.26f, to + 0.3f}, {0.5f, to}, {0.74f, to + 0.3f});
}

}  // namespace

void draw_icon(ImDrawList& list, Icon icon, ImVec2 at, float size, ImU32 color) {
  Pen pen(list, at, size, color, facing_of(icon));
  switch (icon) {
    case Icon::None: break;
    case Icon::Play:
    case Icon::BackRun: pen.triangle({0.22f, 0.1f}, {0.88f, 0.5f}, {0.22f, 0.9f}); break;
    case Icon::Pause:
      pen.rect({0.2f, 0.12f}, {0.4f, 0.88f});
      pen.rect({0.6f, 0.12f}, {0.8f, 0.88f});
      break;
    case Icon::Stop: pen.rect({0.16f, 0.16f}, {0.84f, 0.84f}); break;
    case Icon::Restart:
      pen.arc({0.5f, 0.54f}, 0.33f, -0.14f, 0.66f);
      pen.triangle({0.55f, 0.36f}, {0.92f, 0.4f}, {0.86f, 0.04f});
      break;
    case Icon::StepInto:
      draw_down_arrow(pen, 0.02f, 0.7f);
      pen.disc({0.5f, 0.88f}, 0.12f);
      break;
    case Icon::StepOver:
    case Icon::BackOver:
      pen.arc({0.48f, 0.62f}, 0.36f, 0.5f, 0.9f);
      pen.triangle({0.6f, 0.46f}, {0.98f, 0.62f}, {0.95f, 0.2f});
      pen.disc({0.48f, 0.86f}, 0.12f);
      break;
    case Icon::StepOut:
      draw_up_arrow(pen, 0.7f, 0.02f);
      pen.disc({0.5f, 0.88f}, 0.12f);
      break;
    case Icon::BackInto:
      pen.line({0.3f, 0.02f}, {0.3f, 0.5f});
      pen.triangle({0.08f, 0.4f}, {0.52f, 0.4f}, {0.3f, 0.7f});
      pen.disc({0.3f, 0.88f}, 0.12f);
      draw_back_mark(pen);
      break;
    case Icon::BackOut:
      pen.line({0.3f, 0.7f}, {0.3f, 0.22f});
      pen.triangle({0.08f, 0.32f}, {0.3f, 0.02f}, {0.52f, 0.32f});
      pen.disc({0.3f, 0.88f}, 0.12f);
      draw_back_mark(pen);
      break;
    case Icon::ToEnd:
      pen.triangle({0.1f, 0.1f}, {0.7f, 0.5f}, {0.1f, 0.9f});
      pen.rect({0.74f, 0.1f}, {0.9f, 0.9f});
      break;
    case Icon::Conditional:
      pen.ring({0.5f, 0.5f}, 0.4f);
      pen.rect({0.28f, 0.36f}, {0.72f, 0.46f});
      pen.rect({0.28f, 0.56f}, {0.72f, 0.66f});
      break;
    case Icon::Watch:
      pen.triangle({0.5f, 0.08f}, {0.92f, 0.5f}, {0.08f, 0.5f});
      pen.triangle({0.08f, 0.5f}, {0.92f, 0.5f}, {0.5f, 0.92f});
      break;
    case Icon::Log:
      pen.rect({0.1f, 0.2f}, {0.9f, 0.32f});
      pen.rect({0.1f, 0.46f}, {0.9f, 0.58f});
      pen.rect({0.1f, 0.72f}, {0.6f, 0.84f});
      break;
    case Icon::Bookmark:
      pen.rect({0.25f, 0.08f}, {0.75f, 0.6f});
      pen.triangle({0.25f, 0.6f}, {0.75f, 0.6f}, {0.25f, 0.94f});
      pen.triangle({0.25f, 0.6f}, {0.75f, 0.6f}, {0.75f, 0.94f});
      break;
    case Icon::Breakpoint: pen.disc({0.5f, 0.5f}, 0.36f); break;
    case Icon::BreakpointOff: pen.ring({0.5f, 0.5f}, 0.32f); break;
    case Icon::BreakpointPending:
      pen.ring({0.5f, 0.5f}, 0.32f);
      pen.line({0.5f, 0.3f}, {0.5f, 0.55f});
      pen.disc({0.5f, 0.7f}, 0.06f);
      break;
    case Icon::CurrentRow: pen.triangle({0.15f, 0.08f}, {0.95f, 0.5f}, {0.15f, 0.92f}); break;
    case Icon::CallerRow:
      pen.line({0.15f, 0.1f}, {0.9f, 0.5f});
      pen.line({0.9f, 0.5f}, {0.15f, 0.9f});
      pen.line({0.15f, 0.9f}, {0.15f, 0.1f});
      break;
    case Icon::Close:
      pen.line({0.2f, 0.2f}, {0.8f, 0.8f});
      pen.line({0.8f, 0.2f}, {0.2f, 0.8f});
      break;
    case Icon::Warning: pen.triangle({0.5f, 0.08f}, {0.96f, 0.9f}, {0.04f, 0.9f}); break;
  }
}

}  // namespace wasmscope::ui
