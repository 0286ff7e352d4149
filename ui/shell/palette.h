// SPDX-License-Identifier: Apache-2.0
// The list over everything: type to find a function, a place or a command, Enter to go there.
#pragma once
#include <optional>
#include <string>

#include "ui/model/palette_list.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {

class Palette {
 public:
  void open(std::string query);
  void close() { is_open_ = false; }
  bool is_open() const { return is_open_; }
  // The chosen item's intent.
  std::optional<Intent> draw(const UiContext& ui, const debug::Snapshot& snapshot, const Bookmarks& bookmarks);

 private:
  void draw_items(const UiContext& ui, std::optional<Intent>& chosen);

  bool is_open_ = false, wants_focus_ = false;
  int caret_frames_ = 0;         // left to put the caret behind the text
  std::string query_;
  std::string listed_query_;
  const void* listed_module_ = nullptr;
  bool is_listed_ = false;
  PaletteList answer_;
  VirtualList list_;
};

}  // namespace wasmscope::ui
