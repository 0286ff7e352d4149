// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/registry.h"

#include <algorithm>

namespace wasmscope::ui {

void Registry::tag_last_item(std::string_view tag, std::string_view value) {
  if (is_on_) tag_rect(tag, ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), value);
}

void Registry::tag_rect(std::string_view tag, ImVec2 min, ImVec2 max, std::string_view value) {
  if (!is_on_) return;
  const ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 clip_min = list->GetClipRectMin(), clip_max = list->GetClipRectMax();
  Item item;
  item.min = ImVec2(std::max(min.x, clip_min.x), std::max(min.y, clip_min.y));
  item.max = ImVec2(std::min(max.x, clip_max.x), std::min(max.y, clip_max.y));
  item.is_visible = item.min.x < item.max.x && item.min.y < item.max.y;
  item.value = value;
  items_.insert_or_assign(std::string(tag), std::move(item));
}

const Item* Registry::find(std::string_view tag) const {
  const auto found = items_.find(tag);
  return found == items_.end() ? nullptr : &found->second;
}

}  // namespace wasmscope::ui
