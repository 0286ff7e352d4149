// SPDX-License-Identifier: Apache-2.0
#include "ui/model/number_text.h"
#include "ui/panels/panel.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

constexpr float kDiscCells = 2.5f, kCloseCells = 2.5f;

class BreakpointsPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const std::vector<debug::Breakpoint>& breakpoints = frame.snapshot->breakpoints;
    if (breakpoints.empty()) return draw_empty_note(ui, "none: F9 or a click beside the code sets one");
    const ListRows rows = list_.begin(ui, "breakpoints", breakpoints.size());
    for (uint64_t row = rows.first; row < rows.end; ++row) draw_row(ui, frame, rows, row, breakpoints[row]);
    list_.end();
    if (!list_.cursor) return;
    const debug::Breakpoint& chosen = breakpoints[*list_.cursor];
    if (ui.takes({Key::Delete})) frame.emit(RunCommand{"delete " + std::to_string(chosen.id)});
    if (!rows.is_cursor_moved && !rows.is_entered) return;
    if (rows.is_clicked) {
      const float x = ImGui::GetIO().MousePos.x;
      if (x < rows.origin.x + kDiscCells * ui.cell)
        return frame.emit(RunCommand{(chosen.enabled ? "disable " : "enable ") + std::to_string(chosen.id)});
      if (x >= rows.right() - kCloseCells * ui.cell)
        return frame.emit(RunCommand{"delete " + std::to_string(chosen.id)});
    }
    if (chosen.resolved) frame.emit(ShowCode{chosen.func, chosen.pc});
  }

 private:
  void draw_row(const UiContext& ui, const PanelFrame& frame, const ListRows& rows, uint64_t row,
                const debug::Breakpoint& breakpoint) const {
    if (list_.cursor == row)
      VirtualList::draw_ground(ui, rows, row, Color::Selection);
    else if (rows.hovered == row)
      VirtualList::draw_ground(ui, rows, row, Color::RowHover);
    const ImVec2 at = rows.at(row);
    const ImVec2 end(rows.right(), at.y + rows.row_height);
    const std::string tag = "breakpoints/row/" + std::to_string(breakpoint.id);
    if (ui.registry.is_on()) {
      ui.registry.tag_rect(tag, ImVec2(at.x + kDiscCells * ui.cell, at.y), ImVec2(end.x - kCloseCells * ui.cell, end.y),
                           std::to_string(breakpoint.hits));
      ui.registry.tag_rect(tag + "/enabled", at, ImVec2(at.x + kDiscCells * ui.cell, end.y),
                           breakpoint.enabled ? "yes" : "no");
      ui.registry.tag_rect(tag + "/delete", ImVec2(end.x - kCloseCells * ui.cell, at.y), end);
    }
    const Icon icon = !breakpoint.resolved ? Icon::BreakpointPending
                      : breakpoint.enabled ? Icon::Breakpoint
                                           : Icon::BreakpointOff;
    const float size = ui.line * 0.62f, top = at.y + (ui.line - size) / 2;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_icon(list, icon, ImVec2(at.x + ui.cell * 0.6f, top), size, ui.theme[Color::Error]);
    if (rows.hovered == row) draw_icon(list, Icon::Close, ImVec2(end.x - ui.cell * 2, top), size, ui.theme[Color::Dim]);
    TextLine line(ui, at, end.x - kCloseCells * ui.cell);
    line.column(3).add(Color::Dim, std::to_string(breakpoint.id)).column(6);
    if (breakpoint.resolved && frame.snapshot->loaded)
      line.add(Color::Text, frame.snapshot->loaded->names->func(breakpoint.func))
          .add(Color::Dim, "  @" + hex(breakpoint.pc));
    else
      line.add(Color::Dim, breakpoint.requested);
    if (!breakpoint.note.empty()) line.add(Color::Edited, "  " + breakpoint.note);
    if (breakpoint.hits > 0)
      line.right(Color::Dim, grouped(breakpoint.hits) + (breakpoint.hits == 1 ? " hit" : " hits"));
    if (rows.hovered == row)
      tooltip(ui, "requested: " + displayable(breakpoint.requested) +
                      (breakpoint.note.empty() ? "" : "\n" + displayable(breakpoint.note)));
  }

  VirtualList list_;
};

}  // namespace

std::unique_ptr<Panel> make_breakpoints_panel() { return std::make_unique<BreakpointsPanel>(); }

}  // namespace wasmscope::ui
