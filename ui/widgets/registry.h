// SPDX-License-Identifier: Apache-2.0
// What is on the screen, by name: views tag their items ("functions/row/9", value "selected") and scripts and
// tests click and check them. Off unless somebody asks, and then a tag costs one branch. Filled anew each frame.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "ui/widgets/imgui_versions.h"

namespace wasmscope::ui {

struct Item {
  ImVec2 min, max;             // the part that is not clipped away
  bool is_visible = false;
  std::string value;
  ImVec2 center() const { return {(min.x + max.x) / 2, (min.y + max.y) / 2}; }
};

class Registry {
 public:
  void enable() { is_on_ = true; }
  void disable() { is_on_ = false; }
  bool is_on() const { return is_on_; }
  void begin_frame() { items_.clear(); }
  void tag_last_item(std::string_view tag, std::string_view value = {});
  void tag_rect(std::string_view tag, ImVec2 min, ImVec2 max, std::string_view value = {});
  const Item* find(std::string_view tag) const;
  const std::map<std::string, Item, std::less<>>& items() const { return items_; }

 private:
  bool is_on_ = false;
  std::map<std::string, Item, std::less<>> items_;
};

}  // namespace wasmscope::ui
