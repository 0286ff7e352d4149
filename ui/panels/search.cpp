// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "ui/model/module_search.h"
#include "ui/model/number_text.h"
#include "ui/panels/panel.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

constexpr std::string_view kScopes[] = {"everything", "names", "strings", "code"};
constexpr float kKindCells = 9, kPlaceShare = 0.3f;

class SearchPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const std::shared_ptr<const debug::LoadedModule>& loaded = frame.snapshot->loaded;
    if (frame.module() == nullptr) return draw_empty_note(ui, "no module");
    ModuleSearch& search = frame.search;
    if (loaded.get() != searched_module_ && !searched_.empty()) {
      // What was found belongs to another module.
      search.start(nullptr, "", SearchScope::Everything);
      searched_.clear();
      hits_.clear();
    }
    draw_line(ui, frame);
    const ModuleSearch::Progress progress = search.progress();
    if (progress.hits > hits_.size()) std::ranges::move(search.hits_from(hits_.size()), std::back_inserter(hits_));
    draw_state(ui, search, progress);
    const ListRows rows = list_.begin(ui, "search", hits_.size());
    for (uint64_t row = rows.first; row < rows.end; ++row) draw_row(ui, rows, row);
    list_.end();
    if (list_.cursor && (rows.is_entered || (rows.is_cursor_moved && rows.is_clicked)))
      frame.emit(hits_[*list_.cursor].intent);
  }

  bool act(WindowAction action) override {
    switch (action) {
      case WindowAction::Find:
      case WindowAction::FindInModule: wants_focus_ = true; return true;
      case WindowAction::FindNext: move_ = 1; return true;
      case WindowAction::FindPrevious: move_ = -1; return true;
      default: return false;
    }
  }

 private:
  void draw_line(const UiContext& ui, PanelFrame& frame) {
    if (const auto scope = drop_down(ui, "search/scope", kScopes, scope_, "where to look")) {
      scope_ = *scope;
      wants_focus_ = true;
    }
    ImGui::SameLine();
    if (wants_focus_) focus_next_field();
    text_field(ui, "search/text", text_, "find in the whole module; Enter searches");
    if (ImGui::IsItemActive()) wants_focus_ = false;
    const bool is_entered = (ImGui::IsItemActive() || ImGui::IsItemDeactivated()) &&
                            (ui.input.take({Key::Enter}) || ui.input.take({Key::KeypadEnter}));
    if (is_entered && !text_.empty()) {
      hits_.clear();
      list_.cursor.reset();
      list_.reveal(0);
      searched_ = text_;
      searched_module_ = frame.snapshot->loaded.get();
      frame.search.start(frame.snapshot->loaded, text_, static_cast<SearchScope>(scope_));
    }
    if (move_ != 0 && !hits_.empty()) {
      const uint64_t last = hits_.size() - 1, here = list_.cursor.value_or(move_ > 0 ? last : 0);
      list_.cursor = move_ > 0 ? (here == last ? 0 : here + 1) : (here == 0 ? last : here - 1);
      list_.reveal(*list_.cursor);
      frame.emit(hits_[*list_.cursor].intent);
    }
    move_ = 0;
  }

  void draw_state(const UiContext& ui, ModuleSearch& search, const ModuleSearch::Progress& progress) const {
    if (progress.is_running) {
      if (button(ui, "search/stop", {Icon::Close, Color::Text, "", "Stop searching"})) search.stop();
      ImGui::SameLine();
    }
    std::string state;
    if (!searched_.empty())
      state =
          (hits_.empty() && !progress.is_running ? "nothing" : grouped(hits_.size()) + (progress.has_more ? "+" : "")) +
          " found";
    if (progress.is_running) state += ", " + std::to_string(static_cast<int>(progress.fraction * 100)) + " % searched";
    TextLine line = text_row(ui, progress.is_running ? ImGui::GetFrameHeightWithSpacing() : ui.line);
    line.skip(0.5f).add(Color::Dim, state);
    ui.registry.tag_last_item("search/state", state);
  }

  void draw_row(const UiContext& ui, const ListRows& rows, uint64_t row) const {
    if (list_.cursor == row)
      VirtualList::draw_ground(ui, rows, row, Color::Selection);
    else if (rows.hovered == row)
      VirtualList::draw_ground(ui, rows, row, Color::RowHover);
    const SearchHit& hit = hits_[row];
    const ImVec2 at = rows.at(row);
    if (ui.registry.is_on())
      ui.registry.tag_rect("search/row/" + std::to_string(row), at, ImVec2(rows.right(), at.y + rows.row_height),
                           hit.text);
    const float place_x = at.x + kKindCells * ui.cell;
    const float text_x = place_x + std::floor(rows.width * kPlaceShare / ui.cell) * ui.cell;
    TextLine(ui, at, place_x).skip(0.5f).add(Color::Control, hit.kind);
    TextLine(ui, ImVec2(place_x, at.y), text_x - ui.cell).add(Color::Dim, hit.place);
    TextLine(ui, ImVec2(text_x, at.y), rows.right()).add(Color::Text, hit.text);
    if (rows.hovered == row) tooltip(ui, displayable(hit.place) + "\n" + displayable(hit.text));
  }

  size_t scope_ = 0;
  std::string text_, searched_;
  const void* searched_module_ = nullptr;
  std::vector<SearchHit> hits_;
  VirtualList list_;
  int move_ = 0;
  bool wants_focus_ = false;
};

}  // namespace

std::unique_ptr<Panel> make_search_panel() { return std::make_unique<SearchPanel>(); }

}  // namespace wasmscope::ui
