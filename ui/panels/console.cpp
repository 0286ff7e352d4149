// SPDX-License-Identifier: Apache-2.0
#include "ui/panels/panel.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

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
    if (transcript.total() != shown_total_ && is_at_end && !transcript.lines().empty()) list_.reveal(transcript.lines().size() - 1);
    shown_total_ = transcript.total();
    UiContext list_ui = ui;
    list_ui.has_keys = false;
    const ListRows rows = list_.begin(list_ui, "console", transcript.lines().size(), list_height);
    for (uint64_t row = rows.first; row < rows.end; ++row) {
      const TranscriptLine& line = transcript.lines()[row];
      const ImVec2 at = rows.at(row);
      TextLine(ui, at, rows.right()).skip(0.5f).add(Color::Dim, prefix_of(line.kind)).add(color_of(line.kind), line.text);
      if (ui.registry.is_on())
        ui.registry.tag_rect("console/row/" + std::to_string(row), at, ImVec2(rows.right(), at.y + rows.row_height), line.text);
    }
    list_.end();
    draw_field(ui, frame);
  }

 private:
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
  uint64_t shown_total_ = 0;
  bool wants_focus_ = false;
};

}  // namespace

std::unique_ptr<Panel> make_console_panel() { return std::make_unique<ConsolePanel>(); }

}  // namespace wasmscope::ui
