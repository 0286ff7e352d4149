// SPDX-License-Identifier: Apache-2.0
// The arrangement of panels: a tree of splits whose leaves are tiles, each with tabs. Plain data; drawing it
// and dragging in it is ui/shell/tiles. A panel is in at most one tile, and no tile but the root is empty.
//   text form:  h(17.5,t(functions),v(58,t(code*,raw),t(memory*)))
//   h: left and right, v: above and below, the number is the first part's share in percent; * is the open tab
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasmscope::ui {

enum class Axis : uint8_t { Horizontal, Vertical };
enum class Dock : uint8_t { Tab, Left, Right, Top, Bottom };

struct LayoutNode {
  bool is_split = false;
  Axis axis{};
  double share = 0.5;                // split: of the first child
  int first = -1, second = -1;       // split: children
  std::vector<std::string> tabs;     // tile
  size_t active = 0;                 // tile
};

class Layout {
 public:
  static std::optional<Layout> parse(std::string_view text);
  std::string to_text() const;

  static constexpr int kRoot = 0;
  const LayoutNode& node(int index) const { return nodes_[static_cast<size_t>(index)]; }
  // Tiles from left to right and top to bottom, as drawn.
  std::vector<int> tiles() const;
  int tile_of(std::string_view tab) const;           // -1 when it is closed

  void set_share(int split, double share);
  void activate(int tile, size_t tab);
  // Opens the tab's tile on it; false when the tab is closed.
  bool activate(std::string_view tab);
  void move_tab(std::string_view tab, int to_tile, Dock dock);
  void close_tab(std::string_view tab);
  void open_tab(std::string_view tab, int tile);

 private:
  int add(LayoutNode node);
  int parse_node(std::string_view& text, int depth);
  void append_text(int index, std::string& text) const;
  void append_tiles(int index, std::vector<int>& tiles) const;
  int parent_of(int index) const;
  void remove_if_empty(int tile);
  void compact();

  std::vector<LayoutNode> nodes_;
};

}  // namespace wasmscope::ui
