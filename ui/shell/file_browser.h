// SPDX-License-Identifier: Apache-2.0
// Chooses a file inside the window: no system dialog to depend on, and none that freezes the window.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {

class FileBrowser {
 public:
  void open();
  void close() { is_open_ = false; }
  bool is_open() const { return is_open_; }
  // The path that was chosen.
  std::optional<std::string> draw(const UiContext& ui);

 private:
  struct Entry {
    std::string name;
    bool is_folder = false;
    uint64_t size = 0;
  };
  void list_folder();
  std::optional<std::string> enter(const Entry& entry);

  bool is_open_ = false, wants_focus_ = false;
  std::string folder_, filter_, failure_;
  std::vector<Entry> entries_;
  std::vector<size_t> shown_;
  VirtualList list_;
};

}  // namespace wasmscope::ui
