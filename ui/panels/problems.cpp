// SPDX-License-Identifier: Apache-2.0
#include "ui/model/number_text.h"
#include "ui/panels/panel.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

struct Problem {
  Color color;
  std::string text;
  std::optional<ByteRange> range;      // where a click leads
};

std::vector<Problem> list_problems(const debug::LoadedModule& loaded) {
  std::vector<Problem> problems;
  if (loaded.error) {
    std::optional<ByteRange> range;
    if (loaded.error->has_range) range = loaded.error->range;
    problems.push_back({Color::Error, to_line(*loaded.error, loaded.module.get()), range});
    std::string_view rest = loaded.error_report;
    // Its first line is the one above; the rest is a hex window.
    for (size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      rest.remove_prefix(end + 1);
      const std::string_view line = rest.substr(0, rest.find('\n'));
      if (!line.empty()) problems.push_back({Color::Dim, std::string(line), range});
    }
  }
  if (!loaded.module) return problems;
  for (const wasm::Warning& warning : loaded.module->warnings)
    problems.push_back({Color::Edited, "warning at " + hex(warning.range.begin) + ": " + warning.text, warning.range});
  return problems;
}

class ProblemsPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    if (!frame.snapshot->loaded) return draw_empty_note(ui, "no module");
    if (frame.snapshot->loaded != listed_ || frame.window_problem != listed_window_problem_) {
      listed_ = frame.snapshot->loaded;
      listed_window_problem_ = frame.window_problem;
      problems_ = list_problems(*listed_);
      if (!listed_window_problem_.empty()) problems_.push_back({Color::Edited, listed_window_problem_, {}});
    }
    if (problems_.empty()) return draw_empty_note(ui, "no problems: the module is valid");
    const ListRows rows = list_.begin(ui, "problems", problems_.size());
    for (uint64_t row = rows.first; row < rows.end; ++row) {
      if (list_.cursor == row) VirtualList::draw_ground(ui, rows, row, Color::Selection);
      const ImVec2 at = rows.at(row);
      TextLine(ui, at, rows.right()).skip(0.5f).add(problems_[row].color, problems_[row].text);
      if (ui.registry.is_on())
        ui.registry.tag_rect("problems/row/" + std::to_string(row), at, ImVec2(rows.right(), at.y + rows.row_height),
                             problems_[row].text);
      if (rows.hovered == row) tooltip(ui, displayable(problems_[row].text));
    }
    list_.end();
    if (list_.cursor && (rows.is_cursor_moved || rows.is_entered))
      if (const std::optional<ByteRange>& range = problems_[*list_.cursor].range) frame.emit(ShowFileBytes{*range});
  }

  std::string badge(const debug::Snapshot& snapshot) const override {
    if (!snapshot.loaded) return {};
    const size_t count =
        (snapshot.loaded->error ? 1 : 0) + (snapshot.loaded->module ? snapshot.loaded->module->warnings.size() : 0);
    return count > 0 ? std::to_string(count) : "";
  }

 private:
  VirtualList list_;
  std::shared_ptr<const debug::LoadedModule> listed_;
  std::string listed_window_problem_;
  std::vector<Problem> problems_;
};

}  // namespace

std::unique_ptr<Panel> make_problems_panel() { return std::make_unique<ProblemsPanel>(); }

}  // namespace wasmscope::ui
