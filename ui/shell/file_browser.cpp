// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/file_browser.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "engine/base/utf8.h"
#include "ui/model/number_text.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

namespace fs = std::filesystem;

constexpr float kWidth = 680, kHeight = 460;

bool is_module_name(const fs::path& path) { return path.extension() == ".wasm" || path.extension() == ".wat"; }

}  // namespace

void FileBrowser::open() {
  std::error_code error;
  if (folder_.empty()) folder_ = fs::current_path(error).string();
  filter_.clear();
  is_open_ = true;
  wants_focus_ = true;
  list_folder();
}

void FileBrowser::list_folder() {
  entries_.clear();
  failure_.clear();
  if (fs::path(folder_).has_relative_path()) entries_.push_back({"..", true, 0});
  std::error_code error;
  fs::directory_iterator folder(folder_, fs::directory_options::skip_permission_denied, error);
  if (error) failure_ = error.message();
  for (const fs::directory_iterator end; !error && folder != end; folder.increment(error)) {
    std::error_code entry_error;
    const std::string name = folder->path().filename().string();
    const bool is_folder = folder->is_directory(entry_error);
    if (name.starts_with('.') || (!is_folder && !is_module_name(folder->path()))) continue;
    entries_.push_back({name, is_folder, is_folder ? 0 : folder->file_size(entry_error)});
  }
  std::ranges::sort(entries_, [](const Entry& a, const Entry& b) {
    return a.is_folder != b.is_folder ? a.is_folder : a.name < b.name;
  });
  list_.cursor = entries_.empty() ? std::nullopt : std::optional<uint64_t>(0);
  list_.reveal(0);
}

std::optional<std::string> FileBrowser::enter(const Entry& entry) {
  const fs::path path = entry.name == ".." ? fs::path(folder_).parent_path() : fs::path(folder_) / entry.name;
  if (!entry.is_folder) {
    close();
    return path.string();
  }
  folder_ = path.string();
  filter_.clear();
  wants_focus_ = true;
  ImGui::SetWindowFocus(nullptr);
  list_folder();
  return std::nullopt;
}

std::optional<std::string> FileBrowser::draw(const UiContext& ui) {
  if (!is_open_) return std::nullopt;
  std::optional<std::string> chosen;
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const ImVec2 size(std::min(ui.px(kWidth), display.x - ui.px(40)), std::min(ui.px(kHeight), display.y - ui.px(80)));
  const ImVec2 min(std::round((display.x - size.x) / 2), std::round((display.y - size.y) / 2)),
      max(min.x + size.x, min.y + size.y);
  ImGui::SetNextWindowPos(min);
  ImGui::SetNextWindowSize(size);
  ImGui::SetNextWindowFocus();
  constexpr ImGuiWindowFlags kFlags =
      ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings;
  if (ImGui::Begin("##browser", nullptr, kFlags)) {
    ImDrawList& draw_list = *ImGui::GetWindowDrawList();
    // The whole window, also the margin that its contents are clipped to.
    draw_list.PushClipRectFullScreen();
    draw_list.AddRectFilled(min, max, ui.theme[Color::Popup], ui.px(4));
    draw_list.AddRect(min, max, ui.theme[Color::ScrollHover], ui.px(4));
    draw_list.PopClipRect();
    text_row(ui, ui.line * 1.3f)
        .add(Color::Dim, "Open  ")
        .add(Color::Text, escape_for_display(folder_))
        .right(Color::Dim, "Esc closes");
    if (wants_focus_) focus_next_field();
    text_field(ui, "browser/filter", filter_, "filter, or a whole path");
    if (ImGui::IsItemActive()) wants_focus_ = false;

    shown_.clear();
    for (size_t i = 0; i < entries_.size(); ++i)
      if (filter_.empty() || entries_[i].name.find(filter_) != std::string::npos) shown_.push_back(i);
    const uint64_t here = list_.cursor.value_or(0), last = shown_.empty() ? 0 : shown_.size() - 1;
    std::optional<uint64_t> target;
    if (ui.input.take({Key::Up}, Input::Repeats::Yes)) target = here > 0 ? here - 1 : 0;
    if (ui.input.take({Key::Down}, Input::Repeats::Yes)) target = std::min(last, here + 1);
    if (target) {
      list_.cursor = *target;
      list_.reveal(*target);
    }
    if (!list_.cursor && !shown_.empty()) list_.cursor = 0;
    const bool is_entered = ui.input.take({Key::Enter}) || ui.input.take({Key::KeypadEnter});
    const ListRows rows = list_.begin(ui, "browser", shown_.size());
    std::optional<size_t> picked;
    for (uint64_t row = rows.first; row < rows.end; ++row) {
      const Entry& entry = entries_[shown_[row]];
      if (list_.cursor == row)
        VirtualList::draw_ground(ui, rows, row, Color::Selection);
      else if (rows.hovered == row)
        VirtualList::draw_ground(ui, rows, row, Color::RowHover);
      ui.registry.tag_rect("browser/row/" + entry.name, rows.at(row),
                           ImVec2(rows.right(), rows.at(row).y + rows.row_height));
      TextLine line(ui, rows.at(row), rows.right());
      line.skip(0.5f).add(entry.is_folder ? Color::Link : Color::Text,
                          escape_for_display(entry.name) + (entry.is_folder ? "/" : ""));
      if (!entry.is_folder) line.right(Color::Dim, byte_size(entry.size) + " ");
      const bool is_picked = (rows.is_double_clicked && rows.hovered == row) || (is_entered && list_.cursor == row);
      if (is_picked) picked = shown_[row];
    }
    list_.end();
    if (!failure_.empty()) TextLine(ui, rows.origin, rows.right()).add(Color::Error, failure_);
    const bool is_path = filter_.find('/') != std::string::npos;
    if (is_entered && is_path) {
      chosen = filter_;
      close();
    } else if (picked) {
      chosen = enter(Entry(entries_[*picked]));
    }
    if (ui.input.take({Key::Escape})) close();
  }
  ImGui::End();
  return chosen;
}

}  // namespace wasmscope::ui
