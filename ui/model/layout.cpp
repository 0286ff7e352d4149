// SPDX-License-Identifier: Apache-2.0
#include "ui/model/layout.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

namespace wasmscope::ui {
namespace {

constexpr int kMaxDepth = 16;
constexpr double kMinShare = 0.05;

bool skip(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::string_view take_word(std::string_view& text) {
  size_t length = 0;
  while (length < text.size() && text[length] != ',' && text[length] != ')' && text[length] != '(') ++length;
  const std::string_view word = text.substr(0, length);
  text.remove_prefix(length);
  return word;
}

std::optional<double> take_share(std::string_view& text) {
  const std::string_view word = take_word(text);
  double percent = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), percent);
  if (error != std::errc{} || end != word.data() + word.size() || !(percent > 0 && percent < 100)) return std::nullopt;
  return percent / 100;
}

}  // namespace

std::optional<Layout> Layout::parse(std::string_view text) {
  Layout layout;
  layout.nodes_.resize(1);
  const int root = layout.parse_node(text, 0);
  if (root < 0 || !text.empty()) return std::nullopt;
  std::swap(layout.nodes_[kRoot], layout.nodes_[static_cast<size_t>(root)]);
  layout.compact();
  std::set<std::string> seen;
  for (const LayoutNode& node : layout.nodes_)
    for (const std::string& tab : node.tabs)
      if (!seen.insert(tab).second) return std::nullopt;
  return layout;
}

int Layout::add(LayoutNode node) {
  nodes_.push_back(std::move(node));
  return static_cast<int>(nodes_.size()) - 1;
}

int Layout::parse_node(std::string_view& text, int depth) {
  if (depth > kMaxDepth) return -1;
  const std::string_view kind = take_word(text);
  if (!skip(text, '(')) return -1;
  LayoutNode node;
  if (kind == "t") {
    do {
      std::string_view tab = take_word(text);
      if (tab.ends_with('*')) {
        tab.remove_suffix(1);
        node.active = node.tabs.size();
      }
      if (tab.empty()) return -1;
      node.tabs.emplace_back(tab);
    } while (skip(text, ','));
  } else if (kind == "h" || kind == "v") {
    node.is_split = true;
    node.axis = kind == "h" ? Axis::Horizontal : Axis::Vertical;
    const std::optional<double> share = take_share(text);
    if (!share || !skip(text, ',')) return -1;
    node.share = std::clamp(*share, kMinShare, 1 - kMinShare);
    node.first = parse_node(text, depth + 1);
    if (node.first < 0 || !skip(text, ',')) return -1;
    node.second = parse_node(text, depth + 1);
    if (node.second < 0) return -1;
  } else {
    return -1;
  }
  if (!skip(text, ')')) return -1;
  return add(std::move(node));
}

std::string Layout::to_text() const {
  std::string text;
  append_text(kRoot, text);
  return text;
}

void Layout::append_text(int index, std::string& text) const {
  const LayoutNode& here = node(index);
  if (!here.is_split) {
    text += "t(";
    for (size_t i = 0; i < here.tabs.size(); ++i) {
      if (i != 0) text += ',';
      text += here.tabs[i];
      if (i == here.active && here.tabs.size() > 1) text += '*';
    }
    text += ')';
    return;
  }
  text += here.axis == Axis::Horizontal ? "h(" : "v(";
  const double tenths = std::round(here.share * 1000);
  text += std::to_string(static_cast<int>(tenths) / 10);
  if (static_cast<int>(tenths) % 10 != 0) text += "." + std::to_string(static_cast<int>(tenths) % 10);
  text += ',';
  append_text(here.first, text);
  text += ',';
  append_text(here.second, text);
  text += ')';
}

std::vector<int> Layout::tiles() const {
  std::vector<int> tiles;
  append_tiles(kRoot, tiles);
  return tiles;
}

void Layout::append_tiles(int index, std::vector<int>& tiles) const {
  const LayoutNode& here = node(index);
  if (!here.is_split) {
    tiles.push_back(index);
    return;
  }
  append_tiles(here.first, tiles);
  append_tiles(here.second, tiles);
}

int Layout::tile_of(std::string_view tab) const {
  for (int tile : tiles())
    if (std::ranges::find(node(tile).tabs, tab) != node(tile).tabs.end()) return tile;
  return -1;
}

void Layout::set_share(int split, double share) {
  nodes_[static_cast<size_t>(split)].share = std::clamp(share, kMinShare, 1 - kMinShare);
}

void Layout::activate(int tile, size_t tab) { nodes_[static_cast<size_t>(tile)].active = tab; }

bool Layout::activate(std::string_view tab) {
  const int tile = tile_of(tab);
  if (tile < 0) return false;
  LayoutNode& here = nodes_[static_cast<size_t>(tile)];
  here.active = static_cast<size_t>(std::ranges::find(here.tabs, tab) - here.tabs.begin());
  return true;
}

void Layout::move_tab(std::string_view tab, int to_tile, Dock dock) {
  const std::string name(tab);
  const int from = tile_of(name);
  if (from < 0 || node(to_tile).is_split) return;
  if (from == to_tile && (dock == Dock::Tab || node(from).tabs.size() == 1)) return;
  LayoutNode& source = nodes_[static_cast<size_t>(from)];
  std::erase(source.tabs, name);
  source.active = source.tabs.empty() ? 0 : std::min(source.active, source.tabs.size() - 1);
  if (dock == Dock::Tab) {
    LayoutNode& target = nodes_[static_cast<size_t>(to_tile)];
    target.tabs.push_back(name);
    target.active = target.tabs.size() - 1;
  } else {
    LayoutNode moved;
    moved.tabs.push_back(name);
    const bool is_first = dock == Dock::Left || dock == Dock::Top;
    const int old_tile = add(node(to_tile));
    const int new_tile = add(std::move(moved));
    LayoutNode split;
    split.is_split = true;
    split.axis = dock == Dock::Left || dock == Dock::Right ? Axis::Horizontal : Axis::Vertical;
    split.first = is_first ? new_tile : old_tile;
    split.second = is_first ? old_tile : new_tile;
    nodes_[static_cast<size_t>(to_tile)] = std::move(split);
  }
  remove_if_empty(from);
}

void Layout::close_tab(std::string_view tab) {
  const int tile = tile_of(tab);
  if (tile < 0) return;
  LayoutNode& here = nodes_[static_cast<size_t>(tile)];
  std::erase(here.tabs, tab);
  here.active = here.tabs.empty() ? 0 : std::min(here.active, here.tabs.size() - 1);
  remove_if_empty(tile);
}

void Layout::open_tab(std::string_view tab, int tile) {
  if (activate(tab) || node(tile).is_split) return;
  LayoutNode& here = nodes_[static_cast<size_t>(tile)];
  here.tabs.emplace_back(tab);
  here.active = here.tabs.size() - 1;
}

int Layout::parent_of(int index) const {
  for (size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].is_split && (nodes_[i].first == index || nodes_[i].second == index)) return static_cast<int>(i);
  return -1;
}

void Layout::remove_if_empty(int tile) {
  if (node(tile).is_split || !node(tile).tabs.empty()) return;
  const int parent = parent_of(tile);
  if (parent < 0) return;
  const LayoutNode& split = node(parent);
  const int sibling = split.first == tile ? split.second : split.first;
  LayoutNode kept = node(sibling);
  nodes_[static_cast<size_t>(parent)] = std::move(kept);
  compact();
}

void Layout::compact() {
  std::vector<LayoutNode> kept;
  std::vector<std::pair<int, size_t>> pending{{kRoot, 0}};
  kept.emplace_back();
  while (!pending.empty()) {
    const auto [from, to] = pending.back();
    pending.pop_back();
    LayoutNode moved = node(from);
    if (moved.is_split) {
      const int first = std::exchange(moved.first, static_cast<int>(kept.size()));
      const int second = std::exchange(moved.second, static_cast<int>(kept.size()) + 1);
      pending.emplace_back(first, kept.size());
      pending.emplace_back(second, kept.size() + 1);
      kept.resize(kept.size() + 2);
    }
    kept[to] = std::move(moved);
  }
  nodes_ = std::move(kept);
}

}  // namespace wasmscope::ui
