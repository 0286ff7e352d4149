// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/status_line.h"

#include "engine/base/utf8.h"
#include "ui/model/number_text.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

std::string file_name_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return escape_for_display(slash == std::string::npos ? path : path.substr(slash + 1));
}

}  // namespace

void draw_status_line(const UiContext& ui, const debug::Snapshot& snapshot, const std::string& notice, ImVec2 min,
                      ImVec2 max) {
  ImGui::GetWindowDrawList()->AddRectFilled(min, max, ui.theme[Color::Bar]);
  const float y = min.y + (max.y - min.y - ui.line) / 2;
  constexpr std::string_view kHint = "F1 commands";
  const float hint_x = max.x - static_cast<float>(kHint.size() + 1) * ui.cell;
  TextLine(ui, ImVec2(hint_x, y), max.x).add(Color::Dim, kHint);
  TextLine line(ui, ImVec2(min.x + ui.cell, y), hint_x - ui.cell * 2);
  if (snapshot.loaded) {
    line.add(Color::Text, file_name_of(snapshot.loaded->path));
    if (const wasm::Module* module = snapshot.loaded->module.get())
      line.add(Color::Dim,
               "  " + byte_size_long(module->bytes.size()) + "  " + grouped(module->funcs.size()) + " functions");
    if (snapshot.loaded->error)
      line.add(Color::Error, "  invalid");
    else
      line.add(Color::Memory, "  valid").add(Color::Dim, "  interpreter");
    line.skip(2);
  }
  if (snapshot.state == debug::State::Loading) line.add(Color::Constant, snapshot.load_progress);
  if (!notice.empty())
    line.add(Color::Error, notice);
  else if (snapshot.state != debug::State::Loading)
    line.add(Color::Text, snapshot.message);
  ui.registry.tag_rect("status", min, max, notice.empty() ? snapshot.message : notice);
}

}  // namespace wasmscope::ui
