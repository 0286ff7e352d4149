// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/who_card.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/base/utf8.h"
#include "ui/model/instant_text.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

constexpr size_t kMostCells = 64, kMostLines = 8;

std::vector<std::string> wrap(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() < kMostLines) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    while (count_cells(line) > kMostCells) {
      std::string_view part = first_cells(line, kMostCells);
      if (const size_t blank = part.rfind(' '); blank != std::string_view::npos && blank > part.size() / 2)
        part = part.substr(0, blank + 1);
      lines.emplace_back(part);
      line.remove_prefix(part.size());
    }
    lines.emplace_back(line);
  }
  return lines;
}

}  // namespace

void WhoCard::ask(const AskWho& wanted, uint64_t command) {
  wanted_ = wanted;
  command_ = command;
  text_.clear();
  is_open_ = is_new_ = true;
}

void WhoCard::answer(uint64_t command, bool is_ok, std::string text) {
  if (command != command_) return;
  text_ = std::move(text);
  is_ok_ = is_ok;
}

std::optional<Intent> WhoCard::draw(const UiContext& ui) {
  if (!is_open_) return std::nullopt;
  std::optional<Intent> chosen;
  const bool is_waiting = text_.empty();
  const std::vector<std::string> lines = wrap(is_waiting ? std::string("looking for the last write\u2026") : text_);
  const std::vector<InstantText> instants = is_ok_ ? find_instants(text_) : std::vector<InstantText>();
  const std::string title = "who wrote " + escape_for_display(wanted_.expression);
  size_t cells = std::max<size_t>(34, count_cells(title));
  for (const std::string& line : lines) cells = std::max(cells, count_cells(line));
  const float padding = ui.px(8);
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const ImVec2 size(std::min(static_cast<float>(cells) * ui.cell + 2 * padding + ui.px(3), display.x),
                    static_cast<float>(lines.size() + 2) * ui.line + padding * 1.5f);
  const ImVec2 at(std::round(std::clamp(wanted_.x, 0.f, std::max(0.f, display.x - size.x - ui.px(4)))),
                  std::round(std::clamp(wanted_.y, 0.f, std::max(0.f, display.y - size.y - ui.px(4)))));
  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize(size);
  constexpr ImGuiWindowFlags kFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                      ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing;
  if (ImGui::Begin("##who_card", nullptr, kFlags)) {
    const ImVec2 max(at.x + size.x, at.y + size.y);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRectFullScreen();
    list.AddRectFilled(at, max, ui.theme[Color::Popup], ui.px(4));
    list.AddRect(at, max, ui.theme[Color::ScrollHover], ui.px(4));
    list.AddRectFilled(at, ImVec2(at.x + ui.px(3), max.y), ui.theme[is_waiting || is_ok_ ? Color::Past : Color::Error]);
    list.PopClipRect();
    ui.registry.tag_rect("who", at, max, text_);
    const float x = at.x + padding + ui.px(3);
    float y = at.y + padding * 0.75f;
    TextLine(ui, ImVec2(x, y), max.x).add(Color::Dim, title);
    for (const std::string& line : lines)
      TextLine(ui, ImVec2(x, y += ui.line), max.x).add(is_ok_ || is_waiting ? Color::Text : Color::Error, line);
    y += ui.line;
    float link_x = x;
    const auto action = [&](std::string_view tag, std::string_view text) {
      ImGui::SetCursorScreenPos(ImVec2(link_x, y));
      link_x += static_cast<float>(count_cells(text) + 3) * ui.cell;
      return link(ui, tag, text);
    };
    if (is_waiting && action("who/stop", "stop looking")) chosen = StopWork{};
    if (!instants.empty() && action("who/go", "go there")) chosen = SeekTo{instants.front().instant};
    if (!is_waiting && is_ok_ && action("who/writes", "all writes")) chosen = RunCommand{"writes " + wanted_.expression};
    if (action("who/close", "close")) close();
    const bool is_outside = ImGui::IsMouseClicked(ImGuiMouseButton_Left) && !ImGui::IsMouseHoveringRect(at, max, false);
    if (chosen || (is_outside && !is_new_)) close();
    is_new_ = false;
  }
  ImGui::End();
  return chosen;
}

}  // namespace wasmscope::ui
