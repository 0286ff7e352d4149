// SPDX-License-Identifier: Apache-2.0
#include "app/cli/line_editor.h"

#include <histedit.h>

#include <cstdio>
#include <filesystem>
#include <utility>

namespace wasmscope::app {
namespace {

constexpr int kHistoryLines = 1000;
constexpr size_t kListedCandidates = 200, kLineWidth = 80;

// As `ls` lists files.
std::string to_columns(const std::vector<std::string>& words) {
  size_t width = 0;
  for (const std::string& word : words) width = std::max(width, word.size() + 2);
  const size_t columns = std::max<size_t>(1, kLineWidth / width), shown = std::min(words.size(), kListedCandidates);
  std::string text;
  for (size_t i = 0; i < shown; ++i) {
    text += words[i];
    const bool ends_row = (i + 1) % columns == 0 || i + 1 == shown;
    text += ends_row ? "\n" : std::string(width - words[i].size(), ' ');
  }
  if (shown < words.size()) text += "... " + std::to_string(words.size() - shown) + " more\n";
  return text;
}

}  // namespace

struct LineEditor::Impl {
  Impl(std::string file, Completer the_completer)
      : history_file(std::move(file)), completer(std::move(the_completer)), editor(el_init("wasmscope", stdin, stdout, stderr)), lines(history_init()) {
    HistEvent event;
    history(lines, &event, H_SETSIZE, kHistoryLines);
    history(lines, &event, H_SETUNIQUE, 1);
    if (!history_file.empty()) history(lines, &event, H_LOAD, history_file.c_str());
    el_set(editor, EL_CLIENTDATA, this);
    el_set(editor, EL_PROMPT, &prompt);
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_HIST, history, lines);
    el_set(editor, EL_ADDFN, "complete-word", "Complete the word", &complete);
    el_set(editor, EL_BIND, "^I", "complete-word", nullptr);
    el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  }
  ~Impl() {
    save();
    history_end(lines);
    el_end(editor);
  }
  void save() const {
    if (history_file.empty()) return;
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(history_file).parent_path(), ignored);
    // Beside the old one first, so that a cut never leaves half of it.
    const std::string partial = history_file + ".partial";
    HistEvent event;
    if (history(lines, &event, H_SAVE, partial.c_str()) >= 0) std::filesystem::rename(partial, history_file, ignored);
  }
  static char* prompt(EditLine*) {
    static char text[] = "(wasmscope) ";
    return text;
  }
  static unsigned char complete(EditLine* editor, int) {
    Impl* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    const LineInfo* line = el_line(editor);
    const std::string_view typed(line->buffer, static_cast<size_t>(line->cursor - line->buffer));
    const debug::Completion completion = self->completer(typed);
    const std::string common = completion.common();
    const size_t there = typed.size() - completion.begin;
    if (common.size() > there) {
      el_insertstr(editor, common.substr(there).c_str());
      return CC_REFRESH;
    }
    if (completion.candidates.size() < 2) return CC_ERROR;
    std::fputs(("\n" + to_columns(completion.candidates)).c_str(), stdout);
    return CC_REDISPLAY;
  }

  std::string history_file;
  Completer completer;
  EditLine* editor;
  History* lines;
};

LineEditor::LineEditor(std::string history_file, Completer completer)
    : impl_(std::make_unique<Impl>(std::move(history_file), std::move(completer))) {}
LineEditor::~LineEditor() = default;

bool LineEditor::next(std::string& line) {
  int length = 0;
  const char* text = el_gets(impl_->editor, &length);
  if (text == nullptr || length <= 0) return false;
  line.assign(text, static_cast<size_t>(length));
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  HistEvent event;
  if (!line.empty()) history(impl_->lines, &event, H_ENTER, line.c_str());
  return true;
}

}  // namespace wasmscope::app
