// SPDX-License-Identifier: Apache-2.0
// Whether compiled code does what the interpreter does: asking for it, how far it is, and the first difference.
#include <algorithm>
#include <cmath>

#include "ui/model/comparison_view.h"
#include "ui/model/number_text.h"
#include "ui/panels/panel.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

using debug::TierComparison;
using debug::TierDifference;

constexpr float kBarCells = 30, kNameCells = 22;

Color color_of(ComparisonTone tone) {
  switch (tone) {
    case ComparisonTone::Same: return Color::Memory;
    case ComparisonTone::Different: return Color::Error;
    case ComparisonTone::Busy: return Color::Constant;
    case ComparisonTone::Unknown: break;
  }
  return Color::Dim;
}

class ComparePanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    if (frame.module() == nullptr || frame.snapshot->loaded->error) return draw_empty_note(ui, "no program");
    const TierComparison* const comparison = frame.snapshot->comparison.get();
    draw_state(ui, frame, comparison);
    if (comparison == nullptr) return draw_explanation(ui, frame);
    draw_sums(ui, *comparison);
    if (!comparison->difference) return;
    if (frame.snapshot->comparison != shown_) {
      shown_ = frame.snapshot->comparison;
      rows_ = compared_rows(*comparison->difference);
      list_.cursor.reset();
      list_.reveal(0);
    }
    draw_card(ui, frame, *comparison);
    draw_rows(ui);
  }

  std::string badge(const debug::Snapshot& snapshot) const override {
    return snapshot.comparison && snapshot.comparison->difference ? "\u2260" : "";
  }

 private:
  static void draw_state(const UiContext& ui, PanelFrame& frame, const TierComparison* comparison) {
    const bool is_running = comparison != nullptr && comparison->verdict == TierComparison::Verdict::Running;
    const debug::State state = frame.snapshot->state;
    const bool is_possible = (state == debug::State::Paused || state == debug::State::Ended) && frame.snapshot->tiers.why_interpreted.empty();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float right = at.x + ImGui::GetContentRegionAvail().x;
    if (is_running) {
      if (button(ui, "compare/cancel", {.label = "Cancel", .tip = "Stop comparing; what is known stays"})) frame.emit(StopWork{});
    } else if (button(ui, "compare/start", {.label = "Compare", .tip = "Run interpreter and compiled code side by side over this program's past"},
                      is_possible ? Enabled::Yes : Enabled::No)) {
      frame.emit(QuietCommand{"compare"});
    }
    ImGui::SameLine();
    const ComparisonState shown = comparison_state(comparison);
    ImVec2 text_at = ImGui::GetCursorScreenPos();
    text_at.y = at.y + (ImGui::GetFrameHeight() - ui.line) / 2;
    TextLine line(ui, text_at, right);
    line.add(color_of(shown.tone), shown.text);
    ui.registry.tag_rect("compare/state", text_at, ImVec2(right, text_at.y + ui.line), shown.text);
    if (is_running && comparison->fraction > 0) {
      line.skip(2);
      const float width = std::min(kBarCells * ui.cell, right - line.x() - ui.cell), y = std::round(text_at.y + ui.line / 2 - ui.px(3));
      ImDrawList& list = *ImGui::GetWindowDrawList();
      list.AddRectFilled(ImVec2(line.x(), y), ImVec2(line.x() + width, y + ui.px(6)), ui.theme[Color::Field]);
      list.AddRectFilled(ImVec2(line.x(), y), ImVec2(line.x() + width * static_cast<float>(std::clamp(comparison->fraction, 0.0, 1.0)), y + ui.px(6)), ui.theme[Color::Link]);
    }
    ImGui::NewLine();
  }

  static void draw_explanation(const UiContext& ui, const PanelFrame& frame) {
    if (!frame.snapshot->tiers.why_interpreted.empty())
      return draw_empty_note(ui, "everything is interpreted: " + frame.snapshot->tiers.why_interpreted);
    draw_empty_note(ui, "Runs what was recorded on the interpreter and as compiled code,");
    draw_empty_note(ui, "compares their states, and finds the first instant at which they differ.");
  }

  static void draw_sums(const UiContext& ui, const TierComparison& comparison) {
    std::string text = grouped(comparison.comparisons) + " states compared, " + grouped(comparison.functions_compiled) +
                       " functions compiled, " + grouped(comparison.host_calls) + " host calls";
    if (!comparison.end.empty()) text += "; " + comparison.end;
    text_row(ui, ui.line).skip(0.5f).add(Color::Dim, text);
    if (!comparison.message.empty()) text_row(ui, ui.line).skip(0.5f).add(Color::Text, comparison.message);
  }

  static void draw_card(const UiContext& ui, PanelFrame& frame, const TierComparison& comparison) {
    const TierDifference& difference = *comparison.difference;
    const DifferenceCard card = difference_card(difference);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, padding = ui.px(8), edge = ui.px(3);
    const float height = 3 * ui.line + padding * 1.5f;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, ImVec2(at.x + width, at.y + height), ui.theme[Color::Card]);
    list.AddRectFilled(at, ImVec2(at.x + edge, at.y + height), ui.theme[Color::Error]);
    ui.registry.tag_rect("compare/card", at, ImVec2(at.x + width, at.y + height), card.title);
    const float x = at.x + edge + padding, right = at.x + width - padding;
    float y = at.y + padding * 0.75f;
    TextLine(ui, ImVec2(x, y), right).add(Color::Error, card.title);
    TextLine(ui, ImVec2(x, y += ui.line), right).add(Color::Text, card.sentence);
    y += ui.line;
    float action_x = x;
    const auto action = [&](std::string_view tag, std::string_view text) {
      ImGui::SetCursorScreenPos(ImVec2(action_x, y));
      action_x += static_cast<float>(text.size() + 3) * ui.cell;
      return link(ui, tag, text);
    };
    if (action("compare/go", "go to the instant")) frame.emit(SeekTo{runtime::to_text(difference.last_same)});
    if (action("compare/show_code", "show the code")) frame.emit(ShowCode{difference.func, difference.pc});
    if (action("compare/save", "save as a recording")) frame.emit(OpenPalette{">compare save difference.wsrec"});
    if (action("compare/copy", "copy report")) frame.emit(CopyText{debug::to_report(comparison)});
    ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + height + ui.px(4)));
  }

  void draw_rows(const UiContext& ui) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float whole = ImGui::GetContentRegionAvail().x;
    const float name = std::min(kNameCells * ui.cell, std::floor(whole * 0.25f)), half = std::floor((whole - name) / 2);
    TextLine(ui, ImVec2(at.x + name, at.y), at.x + name + half - ui.cell).add(Color::Dim, "interpreter");
    TextLine(ui, ImVec2(at.x + name + half, at.y), at.x + whole).add(Color::Dim, "compiled");
    ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + ui.line));
    const ListRows rows = list_.begin(ui, "compare", rows_.size());
    for (uint64_t i = rows.first; i < rows.end; ++i) {
      const ComparedRow& row = rows_[i];
      if (list_.cursor == i) VirtualList::draw_ground(ui, rows, i, Color::Selection);
      else if (row.kind == ComparedRow::Kind::Heading) VirtualList::draw_ground(ui, rows, i, Color::Bar);
      const ImVec2 from = rows.at(i);
      if (ui.registry.is_on())
        ui.registry.tag_rect("compare/row/" + std::to_string(i), from, ImVec2(rows.right(), from.y + rows.row_height), row.name);
      const bool is_heading = row.kind == ComparedRow::Kind::Heading;
      TextLine line(ui, from, is_heading ? rows.right() : from.x + name - ui.cell * 0.5f);
      line.skip(0.5f).add(is_heading ? Color::Dim : row.kind == ComparedRow::Kind::Code ? Color::Dim : Color::Variable, row.name);
      if (is_heading) continue;
      const Color color = row.kind == ComparedRow::Kind::Code ? (row.is_marked ? Color::Constant : Color::Text) : row.is_marked ? Color::Error : Color::Text;
      const std::string mark = row.kind == ComparedRow::Kind::Value && row.is_marked ? "\u2260 " : row.is_marked ? "\u25b6 " : "  ";
      TextLine(ui, ImVec2(from.x + name, from.y), from.x + name + half - ui.cell).add(color, mark).add(color, row.interpreted);
      const Color compiled_color = row.kind == ComparedRow::Kind::Code ? (row.is_compiled_marked ? Color::Constant : Color::Text) : color;
      TextLine(ui, ImVec2(from.x + name + half, from.y), rows.right() - ui.cell * 0.5f).add(compiled_color, row.compiled);
    }
    list_.end();
  }

  std::shared_ptr<const TierComparison> shown_;
  std::vector<ComparedRow> rows_;
  VirtualList list_;
};

}  // namespace

std::unique_ptr<Panel> make_compare_panel() { return std::make_unique<ComparePanel>(); }

}  // namespace wasmscope::ui
