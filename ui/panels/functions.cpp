// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "engine/base/utf8.h"
#include "ui/model/comparison_view.h"
#include "ui/model/function_filter.h"
#include "ui/model/number_text.h"
#include "ui/panels/panel.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

constexpr float kBarCells = 5, kTierCells = 3.5f;

// Eighths of a bar's height.
constexpr std::string_view kHeatBars[] = {"\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};

uint64_t largest_heat(const debug::TierPicture& tiers) {
  uint64_t largest = 0;
  if (tiers.funcs)
    for (const debug::FuncTier& each : *tiers.funcs) largest = std::max(largest, each.heat);
  return largest;
}

// i: interpreted, c: compiled, s: compiled with stops.
std::string_view letter_of(debug::FuncTier::Code code) {
  switch (code) {
    case debug::FuncTier::Code::Interpreted: return "i";
    case debug::FuncTier::Code::Compiled: return "c";
    case debug::FuncTier::Code::CompiledWithStops: return "s";
  }
  return "";
}

class FunctionsPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const wasm::Module* module = frame.module();
    if (module == nullptr) return draw_empty_note(ui, "no module");
    if (wants_focus_) focus_next_field();
    text_field(ui, "functions/filter", filter_text_, "filter: name or #index");
    if (ImGui::IsItemActive()) wants_focus_ = false;
    const std::vector<wasm::FuncIndex>& functions = filter_.update(frame.snapshot->loaded, filter_text_);
    ui.unfinished.is_wanted |= !filter_.is_complete();
    if (frame.snapshot->tiers.funcs != heat_of_) {
      heat_of_ = frame.snapshot->tiers.funcs;
      largest_heat_ = largest_heat(frame.snapshot->tiers);
    }
    follow_focus(frame, functions);

    const float list_height = ImGui::GetContentRegionAvail().y - ui.line - ui.px(2);
    const ListRows rows = list_.begin(ui, "functions", functions.size(), std::max(ui.line, list_height));
    for (uint64_t row = rows.first; row < rows.end; ++row) draw_row(ui, frame, rows, row, functions[row]);
    list_.end();
    if (functions.empty())
      TextLine(ui, rows.origin, rows.right())
          .skip(1)
          .add(Color::Dim, filter_text_.empty() ? "no functions" : "nothing matches");
    ImGui::SetCursorScreenPos(ImVec2(rows.origin.x, rows.origin.y + list_height + ui.px(2)));
    if (list_.cursor && (rows.is_cursor_moved || rows.is_entered)) {
      followed_ = functions[*list_.cursor];
      frame.emit(ShowCode{functions[*list_.cursor], 0});
    }
    const std::string total = grouped(module->funcs.size());
    text_row(ui, ui.line)
        .skip(0.5f)
        .add(Color::Dim, functions.size() == module->funcs.size()
                             ? total + (module->funcs.size() == 1 ? " function" : " functions")
                             : grouped(functions.size()) + " of " + total + (filter_.is_complete() ? "" : "\u2026"))
        .right(Color::Dim, heat_of_ ? "tier size " : "size ");
  }

  bool act(WindowAction action) override {
    wants_focus_ = action == WindowAction::Find;
    return wants_focus_;
  }

 private:
  // The list shows which function the code view shows, however it got there.
  void follow_focus(const PanelFrame& frame, const std::vector<wasm::FuncIndex>& functions) {
    if (frame.focus.func == followed_ && filter_text_ == followed_filter_) return;
    followed_ = frame.focus.func;
    followed_filter_ = filter_text_;
    const auto found = std::ranges::lower_bound(functions, frame.focus.func);
    if (found == functions.end() || *found != frame.focus.func) {
      list_.cursor.reset();
      return;
    }
    list_.cursor = static_cast<uint64_t>(found - functions.begin());
    list_.reveal(*list_.cursor);
  }

  void draw_row(const UiContext& ui, const PanelFrame& frame, const ListRows& rows, uint64_t row,
                wasm::FuncIndex func) const {
    const wasm::Module& module = *frame.module();
    const symbols::Names& names = *frame.snapshot->loaded->names;
    const bool is_selected = list_.cursor == row;
    const bool is_import = module.is_imported(func);
    if (is_selected)
      VirtualList::draw_ground(ui, rows, row, Color::Selection);
    else if (rows.hovered == row)
      VirtualList::draw_ground(ui, rows, row, Color::RowHover);
    const ImVec2 at = rows.at(row);
    const float bar_width = kBarCells * ui.cell, bar_x = rows.right() - bar_width - ui.cell;
    // Producers name imports by a pattern; what the host has to provide says more.
    const std::string name =
        is_import ? escape_for_display(module.imports[*module.funcs[func].import].name) : names.func(func);
    if (ui.registry.is_on())
      ui.registry.tag_rect("functions/row/" + std::to_string(func), at, ImVec2(rows.right(), at.y + rows.row_height),
                           name);

    const size_t digits = std::to_string(module.funcs.size() - 1).size();
    const std::string index = std::to_string(func);
    const debug::FuncTier* const tier = heat_of_ ? frame.snapshot->tiers.find(func) : nullptr;
    const float name_end = heat_of_ ? bar_x - kTierCells * ui.cell : bar_x;
    if (tier != nullptr) draw_tier(ui, *tier, ImVec2(name_end, at.y), bar_x);
    TextLine line(ui, at, name_end - ui.cell * 0.5f);
    line.skip(0.5f + static_cast<float>(digits - index.size())).add(Color::Dim, index).skip(1);
    if (is_import) line.add(Color::Control, "import ");
    line.add(is_import || !names.has_func_name(func) ? Color::Dim : Color::Text, name);
    if (rows.hovered == row) tooltip(ui, describe(frame, func));
    if (is_import) return;
    // Bodies differ by orders of magnitude: the bar is logarithmic, so that small ones can be told apart.
    const double share = std::log2(static_cast<double>(module.funcs[func].body.size()) + 1) /
                         std::log2(static_cast<double>(filter_.largest_body_bytes()) + 2);
    const float bar_end = bar_x + std::round(bar_width * static_cast<float>(share));
    ImGui::GetWindowDrawList()->AddRectFilled(ImVec2(bar_x, at.y + ui.px(5)),
                                              ImVec2(bar_end, at.y + rows.row_height - ui.px(5)),
                                              ui.theme[is_selected ? Color::Edited : Color::SizeBar]);
  }

  // How it is carried out, and how often it was found running against the one found most.
  void draw_tier(const UiContext& ui, const debug::FuncTier& tier, ImVec2 at, float max_x) const {
    TextLine line(ui, at, max_x);
    line.add(tier.code == debug::FuncTier::Code::Interpreted ? Color::Dim : Color::Memory, letter_of(tier.code)).skip(0.5f);
    if (tier.heat == 0 || largest_heat_ == 0) return;
    const size_t eighth = std::min<size_t>(std::size(kHeatBars) - 1, static_cast<size_t>(static_cast<double>(tier.heat) / static_cast<double>(largest_heat_) * std::size(kHeatBars)));
    line.add(Color::Edited, kHeatBars[eighth]);
  }

  static std::string describe(const PanelFrame& frame, wasm::FuncIndex func) {
    const wasm::Module& module = *frame.module();
    std::string text = displayable(frame.snapshot->loaded->names->func(func)) + "  #" + std::to_string(func);
    if (module.funcs[func].type < module.types.size() &&
        std::holds_alternative<wasm::FuncType>(module.types[module.funcs[func].type].composite))
      text += "\n" + wasm::to_text(module.func_type(func));
    if (!module.is_imported(func) && frame.snapshot->tiers.funcs) {
      text += "\n" + func_tier_text(frame.snapshot->tiers, func);
      if (const debug::FuncTier* const tier = frame.snapshot->tiers.find(func); tier != nullptr && tier->heat != 0)
        text += ", found running " + grouped(tier->heat) + (tier->heat == 1 ? " time" : " times");
      if (const debug::FuncTier* const tier = frame.snapshot->tiers.find(func); tier != nullptr && tier->machine_bytes != 0)
        text += "\n" + byte_size_long(tier->machine_bytes) + " of machine code";
    }
    if (!module.is_imported(func))
      text += "\n" + byte_size_long(module.funcs[func].body.size()) + " at " + hex(module.funcs[func].body.begin);
    return text;
  }

  std::string filter_text_;
  std::string followed_filter_;
  FunctionFilter filter_;
  VirtualList list_;
  bool wants_focus_ = false;
  std::shared_ptr<const std::vector<debug::FuncTier>> heat_of_;
  uint64_t largest_heat_ = 0;                // in heat_of_
  wasm::FuncIndex followed_ = wasm::kNoIndex;
};

}  // namespace

std::unique_ptr<Panel> make_functions_panel() { return std::make_unique<FunctionsPanel>(); }

}  // namespace wasmscope::ui
