// SPDX-License-Identifier: Apache-2.0
#include "ui/model/number_text.h"
#include "ui/model/value_text.h"
#include "ui/panels/panel.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

constexpr size_t kShownArguments = 4;

class CallStackPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const debug::Snapshot& snapshot = *frame.snapshot;
    if (snapshot.frames.empty()) return draw_empty_note(ui, "no program is running");
    const uint64_t hidden =
        uint64_t{snapshot.depth} + 1 > snapshot.frames.size() ? snapshot.depth + 1 - snapshot.frames.size() : 0;
    const uint64_t count = snapshot.frames.size() + 1;
    if (snapshot.stop_count != shown_stop_) {
      shown_stop_ = snapshot.stop_count;
      list_.cursor = snapshot.selected_frame;
      list_.reveal(snapshot.selected_frame);
    }
    const ListRows rows = list_.begin(ui, "call_stack", count);
    for (uint64_t row = rows.first; row < rows.end; ++row) {
      if (row < snapshot.frames.size())
        draw_row(ui, frame, rows, row);
      else
        draw_foot(ui, rows, row, hidden, snapshot.invoked);
    }
    list_.end();
    if (list_.cursor && *list_.cursor < snapshot.frames.size() && (rows.is_cursor_moved || rows.is_entered)) {
      const debug::Frame& chosen = snapshot.frames[*list_.cursor];
      frame.emit(QuietCommand{"frame " + std::to_string(chosen.depth)});
      frame.emit(ShowCode{chosen.func, chosen.pc});
    }
  }

 private:
  void draw_row(const UiContext& ui, const PanelFrame& frame, const ListRows& rows, uint64_t row) const {
    const debug::Snapshot& snapshot = *frame.snapshot;
    const debug::Frame& shown = snapshot.frames[row];
    const bool is_selected = row == snapshot.selected_frame;
    const bool is_trapped = row == 0 && snapshot.trap.has_value();
    if (is_selected)
      VirtualList::draw_ground(ui, rows, row, is_trapped ? Color::TrapRow : Color::CurrentRow);
    else if (rows.hovered == row)
      VirtualList::draw_ground(ui, rows, row, Color::RowHover);
    const ImVec2 at = rows.at(row);
    if (ui.registry.is_on())
      ui.registry.tag_rect("call_stack/row/" + std::to_string(row), at, ImVec2(rows.right(), at.y + rows.row_height),
                           shown.func_name);
    const float icon = ui.line * 0.55f;
    TextLine line(ui, at, rows.right());
    if (is_selected)
      draw_icon(*ImGui::GetWindowDrawList(), Icon::CurrentRow,
                ImVec2(at.x + ui.cell * 0.5f, at.y + (ui.line - icon) / 2), icon, ui.theme[Color::Constant]);
    else
      line.skip(0.5f).add(Color::Dim, std::to_string(row));
    const uint64_t begin = frame.module() != nullptr ? frame.module()->funcs[shown.func].code.begin : 0;
    line.column(3).add(Color::Text, shown.func_name).add(Color::Dim, " #" + std::to_string(shown.func));
    line.column(24)
        .add(Color::Dim, "+" + hex(shown.pc - begin))
        .column(32)
        .add(Color::Dim, arguments_text(*frame.module(), shown));
    if (rows.hovered == row)
      tooltip(ui, displayable(shown.func_name) + "  @" + hex(shown.pc) + "\n" +
                      displayable(arguments_text(*frame.module(), shown)));
  }

  static std::string arguments_text(const wasm::Module& module, const debug::Frame& frame) {
    if (!frame.has_values) return {};
    const size_t count = std::min(module.func_type(frame.func).params.size(), frame.locals.size());
    std::string text;
    for (size_t i = 0; i < count && i < kShownArguments; ++i) {
      const debug::VariableValue& argument = frame.locals[i];
      text += text.empty() ? "(" : ", ";
      if (!argument.name.empty()) text += argument.name + "=";
      text += short_text(argument.value);
    }
    if (text.empty()) return text;
    return text + (count > kShownArguments ? ", \u2026)" : ")");
  }

  static void draw_foot(const UiContext& ui, const ListRows& rows, uint64_t row, uint64_t hidden,
                        const std::string& invoked) {
    TextLine line(ui, rows.at(row), rows.right());
    line.skip(3);
    if (hidden > 0) line.add(Color::Dim, "and " + grouped(hidden) + " more, ");
    line.add(Color::Dim, "called by the host");
    if (!invoked.empty()) line.add(Color::Dim, ": " + invoked);
  }

  VirtualList list_;
  uint64_t shown_stop_ = 0;
};

}  // namespace

std::unique_ptr<Panel> make_call_stack_panel() { return std::make_unique<CallStackPanel>(); }

}  // namespace wasmscope::ui
