// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "ui/model/instant_text.h"
#include "ui/panels/panel.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

constexpr float kMarginCells = 5;         // prefix, margin, scrollbar

Color color_of(LineKind kind) {
  switch (kind) {
    case LineKind::Command: return Color::Link;
    case LineKind::Answer: return Color::Text;
    case LineKind::Failure: return Color::Error;
    case LineKind::Output: return Color::Memory;
    case LineKind::ErrorOutput: return Color::Edited;
  }
  return Color::Text;
}

// What tells lines apart without their colour.
std::string_view prefix_of(LineKind kind) {
  switch (kind) {
    case LineKind::Command: return "> ";
    case LineKind::Output: return "\u2502 ";
    case LineKind::ErrorOutput: return "\u2551 ";
    default: return "  ";
  }
}

class ConsolePanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const Transcript& transcript = frame.transcript;
    const float field_height = ImGui::GetFrameHeightWithSpacing() + ui.px(2);
    const float list_height = ImGui::GetContentRegionAvail().y - field_height;
    const bool is_at_end = list_.scroll().top() >= list_.scroll().last_top();
    const auto cells = static_cast<size_t>(std::max(20.f, ImGui::GetContentRegionAvail().x / ui.cell - kMarginCells));
    const bool is_new = transcript.total() != wrapped_total_;
    if (is_new || cells != wrapped_cells_ || transcript.revision() != wrapped_revision_) {
      wrap(transcript, cells);
      if (is_at_end && !rows_.empty()) list_.reveal(rows_.size() - 1);
    }
    UiContext list_ui = ui;
    list_ui.has_keys = false;
    const ListRows rows = list_.begin(list_ui, "console", rows_.size(), list_height);
    for (uint64_t row = rows.first; row < rows.end; ++row) {
      const Row& part = rows_[row];
      const TranscriptLine& line = transcript.lines()[part.line];
      const ImVec2 at = rows.at(row);
      TextLine text(ui, at, rows.right());
      text.skip(0.5f).add(Color::Dim, part.begin == 0 || line.kind == LineKind::Output ? prefix_of(line.kind) : "  ");
      draw_text(ui, frame, rows, row, line, part, text);
      if (ui.registry.is_on() && part.begin == 0)
        ui.registry.tag_rect("console/row/" + std::to_string(part.line), at,
                             ImVec2(rows.right(), at.y + rows.row_height), line.text);
    }
    list_.end();
    draw_field(ui, frame);
  }

 private:
  // What a line of the transcript becomes at this width.
  struct Row {
    size_t line, begin, length;
  };

  void wrap(const Transcript& transcript, size_t cells) {
    wrapped_total_ = transcript.total();
    wrapped_revision_ = transcript.revision();
    wrapped_cells_ = cells;
    rows_.clear();
    for (size_t i = 0; i < transcript.lines().size(); ++i) {
      std::string_view rest = transcript.lines()[i].text;
      size_t begin = 0;
      do {
        size_t length = rest.size() - begin;
        if (count_cells(rest.substr(begin)) > cells) {
          length = first_cells(rest.substr(begin), cells).size();
          const size_t blank = rest.substr(begin, length).rfind(' ');
          if (blank != std::string_view::npos && blank > length / 2) length = blank + 1;
        }
        rows_.push_back({i, begin, length});
        begin += length;
      } while (begin < rest.size());
    }
  }

  // What the debugger says of instants leads there; what the program prints is no link.
  void draw_text(const UiContext& ui, PanelFrame& frame, const ListRows& rows, uint64_t row, const TranscriptLine& line,
                 const Row& part, TextLine& text) const {
    const std::string_view words = line.text;
    const size_t end = part.begin + part.length;
    size_t at = part.begin;
    const bool has_links = line.kind == LineKind::Answer || line.kind == LineKind::Failure;
    const std::vector<InstantText> instants = has_links ? find_instants(words) : std::vector<InstantText>();
    for (size_t i = 0; i < instants.size(); ++i) {
      const InstantText& instant = instants[i];
      const size_t begin = std::max(at, instant.begin), stop = std::min(end, instant.begin + instant.length);
      if (begin >= stop) continue;
      text.add(color_of(line.kind), words.substr(at, begin - at));
      const float x = text.x();
      text.add(Color::Link, words.substr(begin, stop - begin));
      at = stop;
      const float y = rows.at(row).y;
      if (ui.registry.is_on())
        ui.registry.tag_rect("console/link/" + std::to_string(part.line) + "/" + std::to_string(i), ImVec2(x, y),
                             ImVec2(text.x(), y + rows.row_height), instant.instant);
      const float mouse = ImGui::GetIO().MousePos.x;
      if (rows.hovered != row || mouse < x || mouse >= text.x()) continue;
      const float line_y = std::round(y + rows.row_height - ui.px(2));
      ImGui::GetWindowDrawList()->AddRectFilled(ImVec2(x, line_y), ImVec2(text.x(), line_y + std::max(1.f, ui.px(1))),
                                                ui.theme[Color::Link]);
      ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
      if (rows.is_clicked) frame.emit(SeekTo{instant.instant});
    }
    text.add(color_of(line.kind), words.substr(at, end - at));
  }

  void draw_field(const UiContext& ui, PanelFrame& frame) {
    if (wants_focus_) focus_next_field();
    wants_focus_ = false;
    text_field(ui, "console/input", input_, "command, as in the terminal: help");
    const bool is_active = ImGui::IsItemActive() || ImGui::IsItemDeactivated();
    if (!is_active) return;
    const std::vector<std::string>& history = frame.transcript.history();
    if (ui.input.take({Key::Up}, Input::Repeats::Yes) && recalled_ < history.size()) recall(history, recalled_ + 1);
    if (ui.input.take({Key::Down}, Input::Repeats::Yes) && recalled_ > 0) recall(history, recalled_ - 1);
    if (!ui.input.take({Key::Enter}) && !ui.input.take({Key::KeypadEnter})) return;
    if (!input_.empty()) frame.emit(RunCommand{input_});
    input_.clear();
    recalled_ = 0;
    wants_focus_ = true;
  }

  // ImGui keeps an own copy of the text of a field that is being edited: leave it for a frame and come back.
  void recall(const std::vector<std::string>& history, size_t back) {
    recalled_ = back;
    input_ = back == 0 ? std::string() : history[history.size() - back];
    ImGui::SetWindowFocus(nullptr);
    wants_focus_ = true;
  }

  VirtualList list_;
  std::string input_;
  size_t recalled_ = 0;        // steps back in the history, 0: what is being typed
  std::vector<Row> rows_;
  uint64_t wrapped_total_ = 0, wrapped_revision_ = 0;
  size_t wrapped_cells_ = 0;
  bool wants_focus_ = false;
};

}  // namespace

std::unique_ptr<Panel> make_console_panel() { return std::make_unique<ConsolePanel>(); }

}  // namespace wasmscope::ui
