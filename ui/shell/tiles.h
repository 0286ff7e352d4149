// SPDX-License-Identifier: Apache-2.0
// Draws a layout: tiles with tabs, handles between them, and the dragging of both. Changes to the tree that
// dragging asks for are kept and made before the next frame, never while the tree is being walked.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "ui/model/layout.h"
#include "ui/panels/panel.h"

namespace wasmscope::ui {

class Tiles {
 public:
  Tiles();

  // Fills the rectangle. `has_keys`: whether any tile may take keys.
  void draw(const UiContext& ui, PanelFrame& frame, ImVec2 min, ImVec2 max, bool has_keys);
  // Opens the panel where it is or was meant to be, and gives it the keys.
  void show(std::string_view panel);
  void close(std::string_view panel);
  // A pinned panel goes on showing what it shows while the others follow the program.
  void pin(std::string_view panel, const Focus& focus) { pinned_.insert_or_assign(std::string(panel), focus); }
  void unpin(std::string_view panel) { pinned_.erase(std::string(panel)); }
  void unpin_all() { pinned_.clear(); }
  bool is_pinned(std::string_view panel) const { return pinned_.contains(panel); }
  bool is_open(std::string_view panel) const { return layout().tile_of(panel) >= 0; }
  // Lets the panel that has the keys act, else the first of the open ones that can.
  void act(WindowAction action);
  void focus_next_tile(int direction);
  void next_tab(int direction);
  void reset();
  // The tile that has the keys takes all the room, or gives it back.
  void enlarge() { is_enlarged_ = !is_enlarged_; }
  // For keeping; "" where it is the default.
  std::string wide_text() const;
  std::string narrow_text() const;
  // False, and nothing is changed, when a text is no layout of the panels there are; "" for the default.
  bool restore(std::string_view wide, std::string_view narrow);

 private:
  struct Move {
    std::string tab;
    int tile = 0;
    Dock dock{};
  };
  struct Rect {
    ImVec2 min, max;
    bool contains(ImVec2 p) const { return p.x >= min.x && p.x < max.x && p.y >= min.y && p.y < max.y; }
  };
  // Too narrow a window has its own arrangement: the right column becomes tabs of the lower tile.
  const Layout& layout() const { return is_narrow_ ? narrow_ : wide_; }
  Layout& layout() { return is_narrow_ ? narrow_ : wide_; }

  void draw_node(const UiContext& ui, PanelFrame& frame, int node, Rect rect);
  void draw_tile(const UiContext& ui, PanelFrame& frame, int tile, Rect rect);
  void draw_panel(const UiContext& ui, PanelFrame& frame, const std::string& id);
  void draw_tabs(const UiContext& ui, const PanelFrame& frame, int tile, Rect rect);
  void draw_tab_menu(const UiContext& ui, const PanelFrame& frame);
  void draw_drop_zone(const UiContext& ui, int tile, Rect rect);
  int key_tile() const;

  Layout wide_, narrow_;
  bool is_narrow_ = false;
  bool is_enlarged_ = false;
  std::map<std::string, std::unique_ptr<Panel>, std::less<>> panels_;
  std::string key_panel_;              // the panel whose tile has the keys
  bool may_have_keys_ = false;
  std::string dragged_;                // tab under the mouse button, "" for none
  bool is_dragging_ = false;           // and it has moved
  std::map<std::string, Focus, std::less<>> pinned_;
  std::string menu_tab_;               // the tab whose menu is open
  bool is_tab_menu_wanted_ = false;
  std::optional<Move> pending_move_;
  std::optional<std::string> pending_close_;
};

}  // namespace wasmscope::ui
