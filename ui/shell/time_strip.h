// SPDX-License-Identifier: Apache-2.0
// The strip over the recording, always in sight: how deep calls were, what the host and people did, where the program
// stands. A click or drag asks for an instant; the shell sends one such wish after the other.
#pragma once
#include "ui/model/bookmarks.h"
#include "ui/model/time_view.h"
#include "ui/panels/panel.h"

namespace wasmscope::ui {

inline constexpr float kTimeStripHeight = 52;    // pixels at scale 1

class TimeStrip {
 public:
  // `may_have_keys`: nothing covers it.
  void draw(const UiContext& ui, PanelFrame& frame, const Bookmarks& bookmarks, ImVec2 min, ImVec2 max,
            bool may_have_keys);
  // A click on the strip gives it the keys, one elsewhere takes them.
  bool has_keys() const { return has_keys_; }
  void give_keys() { has_keys_ = true; }
  void drop_keys() { has_keys_ = false; }

 private:
  struct Area {
    ImVec2 min, max;               // of what can be clicked
    float flame_end = 0;           // y: events are below
    float x_of(double share) const { return min.x + static_cast<float>(share) * (max.x - min.x); }
    double share_at(float x) const { return static_cast<double>((x - min.x) / (max.x - min.x)); }
  };
  void handle_mouse(const UiContext& ui, PanelFrame& frame, const Area& area);
  void handle_keys(const UiContext& ui, PanelFrame& frame);
  void draw_menu(const UiContext& ui, PanelFrame& frame);
  void draw_flame(const UiContext& ui, const debug::TimePicture& time, const Area& area);
  void draw_events(const UiContext& ui, const PanelFrame& frame, const Bookmarks& bookmarks, const Area& area) const;
  void draw_needle(const UiContext& ui, const PanelFrame& frame, const Area& area) const;
  std::string hint_at(const PanelFrame& frame, const Bookmarks& bookmarks, const Area& area) const;

  TimeView view_;
  uint32_t deepest_ = 0;
  std::optional<uint64_t> dragged_to_;       // tick under the mouse button
  std::optional<uint64_t> hovered_;
  uint64_t revealed_stop_ = 0;
  bool has_keys_ = false;
};

}  // namespace wasmscope::ui
