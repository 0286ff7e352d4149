// SPDX-License-Identifier: Apache-2.0
// What the palette offers for what is typed. "name", "#42", "@0xa41c", "0x1ff02", "m0:0x1ff02" go somewhere;
// text that begins with ">" is a command with its arguments.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engine/debug/snapshot.h"
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
std::vector<PaletteItem> list_palette(std::string_view query, const debug::Snapshot& snapshot,
                                      std::vector<PanelTitle> panels);

}  // namespace wasmscope::ui
