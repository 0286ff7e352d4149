// SPDX-License-Identifier: Apache-2.0
#include "engine/base/utf8.h"
#include "ui/model/number_text.h"
#include "ui/panels/panel.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

class SectionsPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const wasm::Module* module = frame.module();
    if (module == nullptr || module->sections.empty()) return draw_empty_note(ui, "no sections");
    const ListRows rows = list_.begin(ui, "sections", module->sections.size());
    for (uint64_t row = rows.first; row < rows.end; ++row) draw_row(ui, rows, row, module->sections[row]);
    list_.end();
    if (list_.cursor && (rows.is_cursor_moved || rows.is_entered))
      frame.emit(ShowFileBytes{module->sections[*list_.cursor].range});
  }

 private:
  void draw_row(const UiContext& ui, const ListRows& rows, uint64_t row, const wasm::Section& section) const {
    if (list_.cursor == row)
      VirtualList::draw_ground(ui, rows, row, Color::Selection);
    else if (rows.hovered == row)
      VirtualList::draw_ground(ui, rows, row, Color::RowHover);
    const bool is_custom = section.id == wasm::SectionId::Custom;
    const std::string name = is_custom ? escape_for_display(section.name) : std::string(wasm::name_of(section.id));
    const ImVec2 at = rows.at(row);
    if (ui.registry.is_on())
      ui.registry.tag_rect("sections/row/" + std::to_string(row), at, ImVec2(rows.right(), at.y + rows.row_height),
                           name);
    const std::string size = byte_size(section.range.size());
    const std::string count = is_custom ? "custom" : section.count == 0 ? "" : grouped(section.count);
    TextLine(ui, at, rows.right() - ui.cell * 16).skip(0.5f).add(is_custom ? Color::Text : Color::Variable, name);
    TextLine(ui, ImVec2(rows.right() - ui.cell * 16, at.y), rows.right() - ui.cell * 9).right(Color::Dim, count);
    TextLine(ui, ImVec2(rows.right() - ui.cell * 9, at.y), rows.right() - ui.cell).right(Color::Text, size);
    if (rows.hovered == row)
      tooltip(ui, displayable(name) + "\nfrom " + hex(section.range.begin) + " to " + hex(section.range.end) + "\n" +
                      byte_size_long(section.range.size()));
  }

  VirtualList list_;
};

}  // namespace

std::unique_ptr<Panel> make_sections_panel() { return std::make_unique<SectionsPanel>(); }

}  // namespace wasmscope::ui
