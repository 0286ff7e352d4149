// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/tiles.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/try.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

constexpr std::string_view kWideLayout =
    "h(18,v(64,t(functions),t(sections)),"
    "h(61,v(58,t(code,compare,raw_bytes),t(memory,tables,search)),"
    "v(40,t(locals,globals,watches),v(40,t(call_stack,breakpoints),t(console,inspector,problems)))))";
constexpr std::string_view kNarrowLayout =
    "h(24,v(66,t(functions),t(sections)),"
    "v(58,t(code,compare,raw_bytes),h(50,t(memory,tables,search,console,inspector,problems),t(locals,globals,watches,call_stack,"
    "breakpoints)))"
    ")";
constexpr float kNarrowBelow = 1100;      // pixels at scale 1

constexpr float kGap = 5, kTabPadding = 8, kDragDistance = 6;
constexpr float kDockEdge = 0.25f;
constexpr const char* kTabMenu = "##tab_menu";
constexpr const char* kPinMark = " \u25c6";

Layout parse_default(std::string_view text) {
  std::optional<Layout> layout = Layout::parse(text);
  CHECK(layout);
  return *std::move(layout);
}

const PanelKind& kind_of(std::string_view id) {
  const auto found = std::ranges::find(panel_kinds(), id, &PanelKind::id);
  CHECK(found != panel_kinds().end());
  return *found;
}

bool has_known_panels(const Layout& layout) {
  for (const int tile : layout.tiles())
    for (const std::string& tab : layout.node(tile).tabs)
      if (std::ranges::find(panel_kinds(), tab, &PanelKind::id) == panel_kinds().end()) return false;
  return true;
}

Dock dock_at(ImVec2 share) {
  if (share.x < kDockEdge) return Dock::Left;
  if (share.x > 1 - kDockEdge) return Dock::Right;
  if (share.y < kDockEdge) return Dock::Top;
  if (share.y > 1 - kDockEdge) return Dock::Bottom;
  return Dock::Tab;
}

}  // namespace

Tiles::Tiles() : wide_(parse_default(kWideLayout)), narrow_(parse_default(kNarrowLayout)), key_panel_("code") {
  for (const PanelKind& kind : panel_kinds()) panels_.emplace(kind.id, kind.make());
}

void Tiles::reset() {
  is_enlarged_ = false;
  (is_narrow_ ? narrow_ : wide_) = parse_default(is_narrow_ ? kNarrowLayout : kWideLayout);
}

std::string Tiles::wide_text() const {
  std::string text = wide_.to_text();
  return text == parse_default(kWideLayout).to_text() ? std::string() : text;
}

std::string Tiles::narrow_text() const {
  std::string text = narrow_.to_text();
  return text == parse_default(kNarrowLayout).to_text() ? std::string() : text;
}

bool Tiles::restore(std::string_view wide, std::string_view narrow) {
  std::optional<Layout> new_wide = Layout::parse(wide.empty() ? kWideLayout : wide);
  std::optional<Layout> new_narrow = Layout::parse(narrow.empty() ? kNarrowLayout : narrow);
  if (!new_wide || !new_narrow || !has_known_panels(*new_wide) || !has_known_panels(*new_narrow)) return false;
  wide_ = *std::move(new_wide);
  narrow_ = *std::move(new_narrow);
  return true;
}

void Tiles::show(std::string_view panel) {
  if (!layout().activate(panel)) {
    // Back to the tile in which the default layout has it, as far as a neighbour tells which that is.
    const Layout home = parse_default(is_narrow_ ? kNarrowLayout : kWideLayout);
    int tile = layout().tiles().front();
    for (const std::string& neighbour : home.node(std::max(0, home.tile_of(panel))).tabs)
      if (layout().tile_of(neighbour) >= 0) tile = layout().tile_of(neighbour);
    layout().open_tab(panel, tile);
  }
  key_panel_ = panel;
}

void Tiles::close(std::string_view panel) {
  if (layout().tiles().size() > 1 || layout().node(layout().tiles().front()).tabs.size() > 1) layout().close_tab(panel);
}

void Tiles::act(WindowAction action) {
  if (key_tile() >= 0 && panels_.find(key_panel_)->second->act(action)) return;
  if (panels_.find("code")->second->act(action)) show("code");
}

int Tiles::key_tile() const { return layout().tile_of(key_panel_); }

void Tiles::focus_next_tile(int direction) {
  const std::vector<int> tiles = layout().tiles();
  const auto count = static_cast<int>(tiles.size());
  const auto here = static_cast<int>(std::ranges::find(tiles, key_tile()) - tiles.begin());
  const LayoutNode& next = layout().node(tiles[static_cast<size_t>((here + direction + count) % count)]);
  key_panel_ = next.tabs[next.active];
}

void Tiles::next_tab(int direction) {
  const int tile = key_tile();
  if (tile < 0) return;
  const LayoutNode& here = layout().node(tile);
  const size_t count = here.tabs.size();
  const size_t next = (here.active + count + static_cast<size_t>(direction + static_cast<int>(count))) % count;
  key_panel_ = here.tabs[next];
  layout().activate(tile, next);
}

void Tiles::draw(const UiContext& ui, PanelFrame& frame, ImVec2 min, ImVec2 max, bool has_keys) {
  is_narrow_ = max.x - min.x < ui.px(kNarrowBelow);
  if (pending_move_) {
    layout().move_tab(pending_move_->tab, pending_move_->tile, pending_move_->dock);
    key_panel_ = pending_move_->tab;
    pending_move_.reset();
  }
  if (pending_close_) close(*pending_close_);
  pending_close_.reset();
  may_have_keys_ = has_keys;
  if (is_enlarged_ && key_tile() >= 0) draw_tile(ui, frame, key_tile(), {min, max});
  else draw_node(ui, frame, Layout::kRoot, {min, max});
  if (std::exchange(is_tab_menu_wanted_, false)) ImGui::OpenPopup(kTabMenu);
  draw_tab_menu(ui, frame);
  if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
    dragged_.clear();
    is_dragging_ = false;
  }
}

void Tiles::draw_node(const UiContext& ui, PanelFrame& frame, int index, Rect rect) {
  // Copied: a splitter below changes its own share only, but show() may change the tree.
  const LayoutNode node = layout().node(index);
  if (!node.is_split) return draw_tile(ui, frame, index, rect);
  const bool is_horizontal = node.axis == Axis::Horizontal;
  const float gap = std::round(ui.px(kGap));
  const float whole = (is_horizontal ? rect.max.x - rect.min.x : rect.max.y - rect.min.y) - gap;
  const float first = std::round(whole * static_cast<float>(node.share));
  Rect before = rect, handle = rect, after = rect;
  if (is_horizontal) {
    before.max.x = handle.min.x = rect.min.x + first;
    handle.max.x = after.min.x = handle.min.x + gap;
  } else {
    before.max.y = handle.min.y = rect.min.y + first;
    handle.max.y = after.min.y = handle.min.y + gap;
  }
  const float moved = splitter(ui, "split/" + std::to_string(index), handle.min, handle.max, node.axis);
  if (moved != 0 && whole > 0) layout().set_share(index, static_cast<double>((first + moved) / whole));
  draw_node(ui, frame, node.first, before);
  draw_node(ui, frame, node.second, after);
}

void Tiles::draw_tile(const UiContext& ui, PanelFrame& frame, int tile, Rect rect) {
  const LayoutNode& node = layout().node(tile);
  if (node.tabs.empty()) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(rect.min, rect.max, ui.theme[Color::Panel]);
  list.AddRect(rect.min, rect.max, ui.theme[Color::Border]);
  const bool is_pressed = ImGui::IsMouseClicked(ImGuiMouseButton_Left) || ImGui::IsMouseClicked(ImGuiMouseButton_Right);
  if (is_pressed && may_have_keys_ && rect.contains(ImGui::GetIO().MousePos)) key_panel_ = node.tabs[node.active];

  const float tab_height = std::round(ui.line + ui.px(6));
  draw_tabs(ui, frame, tile, {rect.min, ImVec2(rect.max.x, rect.min.y + tab_height)});
  const std::string id = node.tabs[node.active];
  ImGui::SetCursorScreenPos(ImVec2(rect.min.x + ui.px(2), rect.min.y + tab_height + ui.px(2)));
  const ImVec2 size(std::max(1.f, rect.max.x - rect.min.x - ui.px(4)),
                    std::max(1.f, rect.max.y - rect.min.y - tab_height - ui.px(4)));
  if (begin_child(id.c_str(), size, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse)) {
    UiContext panel_ui = ui;
    panel_ui.has_keys = may_have_keys_ && key_panel_ == id;
    draw_panel(panel_ui, frame, id);
  }
  ImGui::EndChild();
  ui.registry.tag_rect("panel/" + id, rect.min, rect.max, key_panel_ == id ? "keys" : "");
  if (is_dragging_) draw_drop_zone(ui, tile, rect);
}

void Tiles::draw_panel(const UiContext& ui, PanelFrame& frame, const std::string& id) {
  Panel& panel = *panels_.find(id)->second;
  const auto pinned = pinned_.find(id);
  if (pinned == pinned_.end()) return panel.draw(ui, frame);
  pinned->second.endian = frame.focus.endian;
  PanelFrame own{frame.snapshot,
                 frame.previous,
                 pinned->second,
                 frame.transcript,
                 frame.code,
                 frame.search,
                 frame.watches,
                 frame.replies,
                 frame.window_problem,
                 std::move(frame.intents),
                 std::move(frame.memory_wishes),
                 std::move(frame.table_wishes),
                 frame.code_wish};
  panel.draw(ui, own);
  frame.intents = std::move(own.intents);
  frame.memory_wishes = std::move(own.memory_wishes);
  frame.table_wishes = std::move(own.table_wishes);
  frame.code_wish = own.code_wish;
}

void Tiles::draw_tab_menu(const UiContext& ui, const PanelFrame& frame) {
  if (!ImGui::BeginPopup(kTabMenu)) return;
  const bool has_pin = is_pinned(menu_tab_);
  if (menu_item(ui, "tab_menu/pin", has_pin ? "Unpin" : "Pin: stay here while the program goes on")) {
    if (has_pin)
      unpin(menu_tab_);
    else
      pin(menu_tab_, frame.focus);
  }
  if (menu_item(ui, "tab_menu/close", "Close")) pending_close_ = menu_tab_;
  ImGui::EndPopup();
}

void Tiles::draw_tabs(const UiContext& ui, const PanelFrame& frame, int tile, Rect rect) {
  const LayoutNode node = layout().node(tile);
  const float padding = ui.px(kTabPadding);
  std::vector<std::string> labels, badges;
  float natural = 0;
  for (const std::string& tab : node.tabs) {
    labels.push_back(std::string(kind_of(tab).title) + (is_pinned(tab) ? kPinMark : ""));
    badges.push_back(panels_.find(tab)->second->badge(*frame.snapshot));
    const size_t cells = count_cells(labels.back()) + (badges.back().empty() ? 0 : badges.back().size() + 1);
    natural += static_cast<float>(cells) * ui.cell + 2 * padding;
  }
  const float room = rect.max.x - rect.min.x - ui.px(4);
  const float squeeze = natural > room ? room / natural : 1;
  float x = rect.min.x + ui.px(2);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (size_t i = 0; i < node.tabs.size(); ++i) {
    const size_t cells = count_cells(labels[i]) + (badges[i].empty() ? 0 : badges[i].size() + 1);
    const float width = std::floor((static_cast<float>(cells) * ui.cell + 2 * padding) * squeeze);
    const ImVec2 min(x, rect.min.y + ui.px(3)), max(x + width, rect.max.y);
    x += width;
    ImGui::SetCursorScreenPos(min);
    ImGui::PushID(node.tabs[i].c_str());
    ImGui::InvisibleButton("##tab", ImVec2(std::max(1.f, max.x - min.x), max.y - min.y));
    ImGui::PopID();
    const bool is_open = i == node.active;
    ui.registry.tag_last_item("tab/" + node.tabs[i], is_open ? is_pinned(node.tabs[i]) ? "pinned" : "open" : "");
    const bool is_hovered = ImGui::IsItemHovered();
    if (ImGui::IsItemActivated()) {
      layout().activate(tile, i);
      key_panel_ = node.tabs[i];
      dragged_ = node.tabs[i];
    }
    if (dragged_ == node.tabs[i] && ImGui::IsMouseDragging(ImGuiMouseButton_Left, ui.px(kDragDistance)))
      is_dragging_ = true;
    if (is_hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Middle)) pending_close_ = node.tabs[i];
    if (is_hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Right)) {
      menu_tab_ = node.tabs[i];
      is_tab_menu_wanted_ = true;
    }
    if (is_open || is_hovered)
      list.AddRectFilled(min, max, ui.theme[is_open ? Color::TabOpen : Color::TabHover], ui.px(3));
    const bool has_keys = is_open && may_have_keys_ && key_panel_ == node.tabs[i];
    if (has_keys) list.AddRectFilled(ImVec2(min.x, max.y - ui.px(2)), max, ui.theme[Color::Link]);
    const float inset = std::min(padding, std::max(0.f, (width - ui.cell) / 2));
    TextLine(ui, ImVec2(min.x + inset, min.y + ui.px(1)), max.x - inset + 1)
        .add(is_open ? Color::Text : Color::Dim, labels[i])
        .skip(badges[i].empty() ? 0 : 1)
        .add(Color::Error, badges[i]);
    if (is_hovered && !is_dragging_) tooltip(ui, kind_of(node.tabs[i]).help);
  }
}

void Tiles::draw_drop_zone(const UiContext& ui, int tile, Rect rect) {
  ui.registry.tag_rect("drop/" + std::to_string(tile), rect.min, rect.max);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (!rect.contains(mouse)) return;
  const ImVec2 size(rect.max.x - rect.min.x, rect.max.y - rect.min.y);
  const Dock dock = dock_at(ImVec2((mouse.x - rect.min.x) / size.x, (mouse.y - rect.min.y) / size.y));
  Rect zone = rect;
  if (dock == Dock::Left) zone.max.x -= size.x / 2;
  if (dock == Dock::Right) zone.min.x += size.x / 2;
  if (dock == Dock::Top) zone.max.y -= size.y / 2;
  if (dock == Dock::Bottom) zone.min.y += size.y / 2;
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  list.AddRectFilled(zone.min, zone.max, ui.theme.with_alpha(Color::DropZone, 90));
  list.AddRect(zone.min, zone.max, ui.theme[Color::DropZone], 0, 0, ui.px(2));
  if (ImGui::IsMouseReleased(ImGuiMouseButton_Left)) pending_move_ = Move{dragged_, tile, dock};
}

}  // namespace wasmscope::ui
