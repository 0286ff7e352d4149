// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/start_page.h"

#include <algorithm>
#include <cmath>

#include "assets/assets.h"
#include "engine/base/utf8.h"
#include "ui/model/number_text.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

constexpr float kColumnWidth = 720, kDropHeight = 132;

struct KeyHint {
  std::string_view key, meaning;
};
constexpr KeyHint kHints[][4] = {
    {{"F5", "continue"}, {"F9", "breakpoint"}, {"F10", "step over"}, {"F11", "step into"}},
    {{"Shift+F11", "step out"}, {"Ctrl+P", "go to anything"}, {"Ctrl+Shift+P", "all commands"}, {}},
};

class Column {
 public:
  Column(const UiContext& ui, float x, float y, float width) : ui_(ui), x_(x), y_(y), width_(width) {}
  TextLine line() { return TextLine(ui_, ImVec2(x_, y_), x_ + width_); }
  // A line whose text begins so that it is centred.
  TextLine centered(size_t cells) {
    const float begin = std::round(x_ + (width_ - static_cast<float>(cells) * ui_.cell) / 2);
    return TextLine(ui_, ImVec2(begin, y_), x_ + width_);
  }
  void down(float lines) { y_ = std::round(y_ + lines * ui_.line); }
  float x() const { return x_; }
  float y() const { return y_; }
  float width() const { return width_; }

 private:
  const UiContext& ui_;
  float x_, y_, width_;
};

void draw_dashes(const UiContext& ui, ImVec2 min, ImVec2 max) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float dash = ui.px(10), gap = ui.px(6), thickness = std::max(1.f, ui.px(2));
  const ImU32 color = ui.theme[Color::ScrollThumb];
  for (float x = min.x; x < max.x; x += dash + gap) {
    const float end = std::min(x + dash, max.x);
    list.AddRectFilled(ImVec2(x, min.y), ImVec2(end, min.y + thickness), color);
    list.AddRectFilled(ImVec2(x, max.y - thickness), ImVec2(end, max.y), color);
  }
  for (float y = min.y; y < max.y; y += dash + gap) {
    const float end = std::min(y + dash, max.y);
    list.AddRectFilled(ImVec2(min.x, y), ImVec2(min.x + thickness, end), color);
    list.AddRectFilled(ImVec2(max.x - thickness, y), ImVec2(max.x, end), color);
  }
}

void draw_drop_zone(const UiContext& ui, Column& column, StartPageChoice& choice) {
  const ImVec2 min(column.x(), column.y()), max(min.x + column.width(), min.y + ui.px(kDropHeight));
  draw_dashes(ui, min, max);
  ui.registry.tag_rect("start/drop", min, max);
  column.down(1.4f);
  constexpr std::string_view kDrop = "Drop a .wasm file here";
  column.centered(kDrop.size()).add(Color::Text, kDrop);
  column.down(1.6f);
  constexpr std::string_view kOpen = "Open a file\u2026", kOpenKey = "Ctrl+O";
  const size_t cells = count_cells(kOpen) + 3 + kOpenKey.size();
  const float x = std::round(column.x() + (column.width() - static_cast<float>(cells) * ui.cell) / 2);
  ImGui::SetCursorScreenPos(ImVec2(x, column.y()));
  choice.wants_browser = link(ui, "start/open", kOpen);
  column.centered(cells).skip(static_cast<float>(count_cells(kOpen) + 3)).add(Color::Dim, kOpenKey);
  column.down(1.6f);
  constexpr std::string_view kRun = "or run:  ", kCommand = "wasmscope module.wasm -- arguments";
  column.centered(kRun.size() + kCommand.size()).add(Color::Dim, kRun).add(Color::Text, kCommand);
  column.down((max.y - column.y()) / ui.line + 1.5f);
}

void draw_recent(const UiContext& ui, Column& column, std::span<const RecentFile> recent, StartPageChoice& choice) {
  if (recent.empty()) return;
  constexpr size_t kNameCells = 24;
  column.line().add(Color::Dim, "Recent files");
  column.down(1.25f);
  for (size_t i = 0; i < recent.size(); ++i) {
    const RecentFile& file = recent[i];
    const std::string tag = "start/recent/" + std::to_string(i);
    const size_t slash = file.path.rfind('/');
    const std::string name = escape_for_display(file.path.substr(slash + 1), kNameCells);
    const std::string folder = escape_for_display(file.path.substr(0, slash + 1));
    ImGui::SetCursorScreenPos(ImVec2(column.x(), column.y()));
    if (!file.is_missing && link(ui, tag, name)) choice.recent = i;
    TextLine line = column.line();
    if (file.is_missing) {
      constexpr std::string_view kRemove = "remove";
      ui.registry.tag_rect(tag, ImVec2(column.x(), column.y()),
                           ImVec2(column.x() + column.width(), column.y() + ui.line), "missing");
      line.add(Color::Dim, name).column(kNameCells + 2).add(Color::Dim, "missing  ");
      ImGui::SetCursorScreenPos(ImVec2(line.x(), column.y()));
      if (link(ui, tag + "/remove", kRemove)) choice.removed = i;
      line.skip(static_cast<float>(kRemove.size() + 2)).add(Color::Dim, folder);
    } else {
      line.column(kNameCells + 2).add(Color::Dim, byte_size(file.size_bytes) + "  " + folder);
    }
    column.down(1.15f);
  }
  column.down(1.2f);
}

void draw_samples(const UiContext& ui, Column& column, StartPageChoice& choice) {
  column.line().add(Color::Dim, "Samples");
  column.down(1.25f);
  for (const assets::Sample& sample : assets::samples()) {
    ImGui::SetCursorScreenPos(ImVec2(column.x(), column.y()));
    if (link(ui, "start/sample/" + std::string(sample.name), sample.name)) choice.sample = sample.name;
    TextLine line = column.line();
    line.skip(14).add(Color::Dim, sample.summary);
    if (sample.traps) line.add(Color::Error, "  traps");
    column.down(1.15f);
  }
}

void draw_progress(const UiContext& ui, Column& column, const debug::Snapshot& snapshot) {
  const ImVec2 min(column.x(), column.y()), max(min.x + column.width(), min.y + ui.line * 3.6f);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(min, max, ui.theme[Color::Bar], ui.px(4));
  const float padding = ui.px(14);
  TextLine(ui, ImVec2(min.x + padding, min.y + ui.line * 0.4f), max.x - padding)
      .add(Color::Text, snapshot.message.empty() ? "Opening" : snapshot.message);
  const ImVec2 bar(min.x + padding, min.y + ui.line * 1.6f);
  const float width = max.x - padding - bar.x;
  list.AddRectFilled(bar, ImVec2(bar.x + width, bar.y + ui.px(6)), ui.theme[Color::Field], ui.px(3));
  const float done = static_cast<float>(std::clamp(snapshot.load_fraction, 0.0, 1.0));
  list.AddRectFilled(bar, ImVec2(bar.x + width * done, bar.y + ui.px(6)), ui.theme[Color::Link], ui.px(3));
  TextLine(ui, ImVec2(min.x + padding, min.y + ui.line * 2.2f), max.x - padding)
      .add(Color::Dim, snapshot.load_progress);
  ui.registry.tag_rect("start/progress", min, max, snapshot.load_progress);
}

}  // namespace

StartPageChoice draw_start_page(const UiContext& ui, const debug::Snapshot& snapshot,
                                std::span<const RecentFile> recent, const std::string& failure, ImVec2 min,
                                ImVec2 max) {
  StartPageChoice choice;
  const float width = std::min(ui.px(kColumnWidth), max.x - min.x - ui.px(40));
  const float content = ui.px(kDropHeight) + ui.line * (14 + static_cast<float>(assets::samples().size()) * 1.15f) +
                        (recent.empty() ? 0 : ui.line * (2.45f + static_cast<float>(recent.size()) * 1.15f));
  const float top = min.y + std::max(ui.px(16), std::round((max.y - min.y - content) / 2));
  Column column(ui, std::round(min.x + (max.x - min.x - width) / 2), top, width);
  draw_drop_zone(ui, column, choice);
  draw_recent(ui, column, recent, choice);
  draw_samples(ui, column, choice);
  column.down(1.2f);
  column.line().add(Color::Dim, "Keys");
  column.down(1.25f);
  for (const auto& row : kHints) {
    TextLine line = column.line();
    for (const KeyHint& hint : row)
      if (!hint.key.empty()) line.add(Color::Text, hint.key).skip(1).add(Color::Dim, hint.meaning).skip(3);
    column.down(1.15f);
  }
  column.down(1.2f);
  if (snapshot.state == debug::State::Loading) {
    draw_progress(ui, column, snapshot);
  } else if (!failure.empty()) {
    column.line().add(Color::Error, failure);
    ui.registry.tag_rect("start/failure", ImVec2(column.x(), column.y()),
                         ImVec2(column.x() + width, column.y() + ui.line), failure);
  }
  return choice;
}

}  // namespace wasmscope::ui
