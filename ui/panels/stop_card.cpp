// SPDX-License-Identifier: Apache-2.0
#include "ui/panels/stop_card.h"

#include <algorithm>
#include <string>
#include <vector>

#include "ui/model/explained_text.h"
#include "ui/model/number_text.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

// Whether numbers, names and what is wrong have colours of their own.
enum class Marked : uint8_t { No, Yes };
struct Line {
  Color color;
  std::string text;
  Marked marked = Marked::No;
};
struct Action {
  std::string tag, text;
  Intent intent;
};
struct Card {
  Color ground = Color::Card, edge = Color::Error;
  std::string title, place;
  std::vector<Line> lines;
  std::vector<Action> actions;
};

std::string report_text(const debug::Snapshot& snapshot) {
  const debug::TrapExplanation& trap = *snapshot.trap;
  std::string text = "Trap: " + trap.title + "\n" + trap.where + "\n";
  for (const std::string& line : trap.all_lines()) text += line + "\n";
  text += "at " + runtime::to_text(snapshot.instant) + "\n";
  for (const debug::Frame& frame : snapshot.frames)
    text += "  " + frame.func_name + " #" + std::to_string(frame.func) + " @" + hex(frame.pc) + "\n";
  return text;
}

Card trap_card(const debug::Snapshot& snapshot) {
  const debug::TrapExplanation& trap = *snapshot.trap;
  Card card;
  card.title = "Trap: " + trap.title;
  card.place = trap.where;
  for (const std::string& line : trap.lines) card.lines.push_back({Color::Text, line, Marked::Yes});
  for (const std::string& line : trap.origin) card.lines.push_back({Color::Dim, line});
  if (trap.last_write) card.lines.push_back({Color::Dim, "last write: " + trap.last_write->text});
  if (!snapshot.frames.empty())
    card.actions.push_back(
        {"trap/show_place", "show the instruction", ShowCode{snapshot.frames[0].func, snapshot.frames[0].pc}});
  if (trap.cause)
    card.actions.push_back({"trap/show_cause", "show the cause", ShowCode{trap.cause->func, trap.cause->pc}});
  else if (trap.suspect.pc && !snapshot.frames.empty())
    card.actions.push_back({"trap/show_origin", "show the origin", ShowCode{snapshot.frames[0].func, *trap.suspect.pc}});
  if (!trap.last_write && !trap.suspect.expression.empty())
    card.actions.push_back({"trap/who", "who wrote it", RunCommand{"who " + trap.suspect.expression}});
  if (trap.last_write)
    card.actions.push_back({"trap/last_write", "go to that write", SeekTo{runtime::to_text(trap.last_write->instant)}});
  if (trap.access && trap.access->memory_bytes > 0) {
    const debug::TrapAccess& access = *trap.access;
    const uint64_t last = access.memory_bytes - 1, begin = std::min(access.begin, last);
    card.actions.push_back(
        {"trap/show_memory", access.begin > last ? "show the end of memory" : "show the memory",
         ShowMemory{access.memory, {begin, std::min(begin + std::max<uint64_t>(1, access.bytes), last + 1)}}});
  }
  if (!snapshot.frames.empty())
    card.actions.push_back(
        {"trap/break", "break here", ToggleBreakpoint{snapshot.frames[0].func, snapshot.frames[0].pc}});
  card.actions.push_back({"trap/copy", "copy report", CopyText{report_text(snapshot)}});
  return card;
}

Card error_card(const debug::LoadedModule& loaded) {
  Card card;
  card.title = "This module does not run";
  card.lines.push_back({Color::Text, to_line(*loaded.error, loaded.module.get())});
  if (loaded.error->has_range)
    card.actions.push_back({"error/show_bytes", "show the bytes", ShowFileBytes{loaded.error->range}});
  card.actions.push_back({"error/problems", "all problems", OpenPanel{"problems"}});
  card.actions.push_back({"error/copy", "copy report", CopyText{loaded.error_report}});
  return card;
}

Card import_card(const debug::Snapshot& snapshot) {
  Card card;
  card.ground = Color::NoteFill;
  card.edge = Color::Constant;
  card.title = "A function is missing";
  card.lines.push_back({Color::Text, snapshot.message});
  card.actions.push_back({"import/continue", "continue", RunCommand{"continue"}});
  return card;
}

// A message may be long: it is broken at blanks instead of being cut.
std::vector<std::string> wrap(std::string_view text, size_t cells) {
  std::vector<std::string> lines;
  while (text.size() > cells) {
    size_t end = text.rfind(' ', cells);
    if (end == std::string_view::npos || end < cells / 2) end = cells;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), text[end] == ' ' ? end + 1 : end));
  }
  lines.emplace_back(text);
  return lines;
}

constexpr size_t kCellsBetween = 3;   // actions

// On which row each action is, where they do not all fit on one.
std::vector<size_t> rows_of(const std::vector<Action>& actions, size_t cells) {
  std::vector<size_t> rows;
  size_t row = 0, used = 0;
  for (const Action& action : actions) {
    const size_t width = count_cells(action.text);
    if (used > 0 && used + width > cells) {
      ++row;
      used = 0;
    }
    used += width + kCellsBetween;
    rows.push_back(row);
  }
  return rows;
}

Color color_of(ExplainedRole role) {
  switch (role) {
    case ExplainedRole::Number: return Color::Constant;
    case ExplainedRole::Name: return Color::Variable;
    case ExplainedRole::Wrong: return Color::Error;
    case ExplainedRole::Plain: break;
  }
  return Color::Text;
}

void draw_card(const UiContext& ui, PanelFrame& frame, std::string_view tag, const Card& card) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const float padding = ui.px(8), edge = ui.px(3);
  const size_t cells = static_cast<size_t>(std::max(20.f, (width - 2 * padding - edge) / ui.cell));
  std::vector<Line> lines;
  for (const Line& line : card.lines)
    for (std::string& part : wrap(line.text, cells)) lines.push_back({line.color, std::move(part), line.marked});
  const bool has_room = count_cells(card.title) + count_cells(card.place) + 5 <= cells;
  const std::vector<size_t> action_rows = rows_of(card.actions, cells);
  const size_t rows = 1 + lines.size() + (card.actions.empty() ? 0 : action_rows.back() + 1) + (has_room || card.place.empty() ? 0 : 1);
  const float height = static_cast<float>(rows) * ui.line + padding * 1.5f;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, ImVec2(at.x + width, at.y + height), ui.theme[card.ground]);
  list.AddRectFilled(at, ImVec2(at.x + edge, at.y + height), ui.theme[card.edge]);
  ui.registry.tag_rect(tag, at, ImVec2(at.x + width, at.y + height), card.title);

  const float x = at.x + edge + padding, max_x = at.x + width - padding;
  float y = at.y + padding * 0.75f;
  TextLine title(ui, ImVec2(x, y), max_x);
  title.add(card.edge, card.title);
  if (!card.place.empty() && has_room) title.add(Color::Dim, "  \u2014  ").add(Color::Text, card.place);
  if (!card.place.empty() && !has_room) TextLine(ui, ImVec2(x, y += ui.line), max_x).add(Color::Text, card.place);
  for (const Line& line : lines) {
    TextLine row(ui, ImVec2(x, y += ui.line), max_x);
    if (line.marked == Marked::No) {
      row.add(line.color, line.text);
      continue;
    }
    for (const ExplainedRun& run : split_explanation(line.text)) row.add(color_of(run.role), run.text);
  }
  y += ui.line;
  float action_x = x;
  for (size_t i = 0; i < card.actions.size(); ++i) {
    const Action& action = card.actions[i];
    if (i > 0 && action_rows[i] != action_rows[i - 1]) action_x = x;
    ImGui::SetCursorScreenPos(ImVec2(action_x, y + static_cast<float>(action_rows[i]) * ui.line));
    if (link(ui, action.tag, action.text)) frame.emit(action.intent);
    action_x += static_cast<float>(count_cells(action.text) + kCellsBetween) * ui.cell;
  }
  ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + height + ui.px(4)));
}

}  // namespace

void draw_stop_card(const UiContext& ui, PanelFrame& frame) {
  const debug::Snapshot& snapshot = *frame.snapshot;
  if (snapshot.trap)
    draw_card(ui, frame, "code/trap_card", trap_card(snapshot));
  else if (snapshot.reason == debug::StopReason::MissingImport)
    draw_card(ui, frame, "code/import_card", import_card(snapshot));
  else if (snapshot.loaded && snapshot.loaded->error)
    draw_card(ui, frame, "code/error_card", error_card(*snapshot.loaded));
}

}  // namespace wasmscope::ui
