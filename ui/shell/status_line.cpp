// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/status_line.h"

#include <algorithm>
#include <cmath>

#include "engine/base/utf8.h"
#include "ui/model/comparison_view.h"
#include "ui/model/number_text.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

constexpr float kBarCells = 20;

std::string file_name_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return escape_for_display(slash == std::string::npos ? path : path.substr(slash + 1));
}

// How far before its end the program stands, or nothing.
std::string past_text(const debug::Snapshot& snapshot) {
  if (!snapshot.time || !snapshot.time->is_past || snapshot.state != debug::State::Paused) return {};
  const uint64_t ticks = snapshot.time->frontier.tick - snapshot.instant.tick;
  if (ticks == 0) return "less than a tick before the end of the recording";
  return grouped(ticks) + (ticks == 1 ? " tick" : " ticks") + " before the end of the recording";
}

// What executes, and whether both ways to execute were found to agree.
void draw_tiers(const UiContext& ui, const debug::Snapshot& snapshot, TextLine& line, float y) {
  const float begin = line.x();
  const std::string tier = tier_text(snapshot.tiers);
  const ComparisonState state = comparison_state(snapshot.comparison.get());
  line.add(Color::Dim, tier).add(Color::Dim, ": ");
  switch (state.tone) {
    case ComparisonTone::Same: line.add(Color::Memory, state.text); break;
    case ComparisonTone::Different: line.add(Color::Error, state.text); break;
    case ComparisonTone::Busy: line.add(Color::Constant, state.text); break;
    case ComparisonTone::Unknown: line.add(Color::Dim, state.text); break;
  }
  ui.registry.tag_rect("status/tiers", ImVec2(begin, y), ImVec2(line.x(), y + ui.line), tier + ": " + state.text);
}

}  // namespace

bool draw_status_line(const UiContext& ui, const debug::Snapshot& snapshot, const std::string& notice, ImVec2 min,
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
      draw_tiers(ui, snapshot, line.add(Color::Memory, "  valid").skip(2), y);
    line.skip(2);
  }
  bool is_cancelled = false;
  if (snapshot.state == debug::State::Loading) {
    const float bar_width = kBarCells * ui.cell, bar_y = std::round((min.y + max.y) / 2 - ui.px(3));
    const float done = bar_width * static_cast<float>(std::clamp(snapshot.load_fraction, 0.0, 1.0));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(ImVec2(line.x(), bar_y), ImVec2(line.x() + bar_width, bar_y + ui.px(6)), ui.theme[Color::Field]);
    list.AddRectFilled(ImVec2(line.x(), bar_y), ImVec2(line.x() + done, bar_y + ui.px(6)), ui.theme[Color::Link]);
    line.skip(kBarCells + 1).add(Color::Constant, snapshot.load_progress).skip(1);
    ImGui::SetCursorScreenPos(ImVec2(line.x(), y));
    is_cancelled = link(ui, "status/cancel", "cancel");
    line.skip(7);
  }
  const std::string past = past_text(snapshot);
  line.add(Color::Past, past);
  if (!past.empty()) line.skip(2);
  if (!notice.empty())
    line.add(Color::Error, notice);
  else if (snapshot.state != debug::State::Loading)
    line.add(Color::Text, snapshot.message);
  const std::string last = notice.empty() ? snapshot.message : notice;
  ui.registry.tag_rect("status", min, max, past.empty() || last.empty() ? past + last : past + "  " + last);
  return is_cancelled;
}

}  // namespace wasmscope::ui
