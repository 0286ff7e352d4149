// SPDX-License-Identifier: Apache-2.0
// What the palette offers for what is typed. "name", "#42", "@0xa41c", "0x1ff02", "m0:0x1ff02", "t=12" go somewhere, bookmarks too;
// text that begins with ">" is a command with its arguments.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/debug/snapshot.h"
#include "ui/model/bookmarks.h"
#include "ui/model/intent.h"

namespace wasmscope::ui {

struct PaletteItem {
  std::string text;
  std::string detail;      // dim, behind the text
  std::string key;         // at the right
  Intent intent;
};

inline constexpr size_t kMaxPaletteItems = 200;
// Best first. `panels`: (id, title) of what the window can show.
struct PanelTitle {
  std::string_view id, title;
};
// The answer to one query, worked out a slice at a time: a module may have more names than a frame has time for.
class PaletteList {
 public:
  static constexpr wasm::FuncIndex kSlice = 800;

  PaletteList() = default;
  // Commands, places and the first slice of names.
  PaletteList(std::string_view query, const debug::Snapshot& snapshot, const std::vector<PanelTitle>& panels,
              const Bookmarks& bookmarks = {});
  // Looks at another slice of names.
  void go_on();
  bool is_complete() const { return next_ == count_; }
  const std::vector<PaletteItem>& items() const { return items_; }

 private:
  struct Candidate {
    int rank = 0;
    wasm::FuncIndex func = 0;
  };
  void gather();

  std::string query_;
  std::shared_ptr<const debug::LoadedModule> loaded_;
  wasm::FuncIndex next_ = 0, count_ = 0;
  std::vector<PaletteItem> places_;      // before all names
  std::vector<Candidate> best_;          // best first
  std::vector<PaletteItem> items_;
};

}  // namespace wasmscope::ui
