// SPDX-License-Identifier: Apache-2.0
#include "ui/panels/panel.h"

#include <array>

#include "ui/model/value_text.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {

#define PANEL(Name, id, title, help) std::unique_ptr<Panel> make_##id##_panel();
#include "ui/panels/panels.def"

std::span<const PanelKind> panel_kinds() {
  static constexpr auto kKinds = std::to_array<PanelKind>({
#define PANEL(Name, id, title, help) {#id, title, help, make_##id##_panel},
#include "ui/panels/panels.def"
  });
  return kKinds;
}

void PanelFrame::emit(Intent intent) { intents.push_back(std::move(intent)); }

const debug::Frame* PanelFrame::frame() const {
  if (snapshot->selected_frame >= snapshot->frames.size()) return nullptr;
  return &snapshot->frames[snapshot->selected_frame];
}

const debug::Frame* PanelFrame::previous_frame() const {
  const debug::Frame* here = frame();
  if (here == nullptr || !previous) return nullptr;
  for (const debug::Frame& other : previous->frames)
    if (other.depth == here->depth && other.func == here->func) return other.has_values ? &other : nullptr;
  return nullptr;
}

const wasm::Module* PanelFrame::module() const { return snapshot->loaded ? snapshot->loaded->module.get() : nullptr; }

void show_object(PanelFrame& frame, uint64_t reference) {
  frame.emit(RunCommand{object_command(reference)});
  frame.emit(OpenPanel{"console"});
}

void list_writes(PanelFrame& frame, const std::string& expression) {
  frame.emit(RunCommand{"writes " + expression});
  frame.emit(OpenPanel{"console"});
}

void draw_empty_note(const UiContext& ui, std::string_view text) {
  text_row(ui, ui.line).skip(1).add(Color::Dim, text);
}

}  // namespace wasmscope::ui
