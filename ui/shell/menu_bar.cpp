// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/menu_bar.h"

#include <cmath>

#include "assets/assets.h"
#include "ui/model/number_text.h"
#include "ui/shell/tiles.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

using debug::State;

// Pixels at scale 1: narrower bars have buttons without labels. What steps does without until there is much room.
constexpr float kLabelsFrom = 1250, kStepLabelsFrom = 1700;

bool is_past(const debug::Snapshot& snapshot) {
  return snapshot.time && snapshot.time->is_past && snapshot.state == State::Paused;
}

// The program stands at the first instant there is.
bool is_at_beginning(const debug::Snapshot& snapshot) {
  return snapshot.instant.tick == snapshot.time->begin.tick && snapshot.frames.size() == 1 &&
         snapshot.frames[0].pc == snapshot.loaded->module->funcs[snapshot.frames[0].func].code.begin;
}

bool draw_item(const UiContext& ui, std::string_view tag, const std::string& title, const std::string& key,
               bool is_enabled, bool is_checked = false) {
  const bool is_chosen = ImGui::MenuItem(title.c_str(), key.empty() ? nullptr : key.c_str(), is_checked, is_enabled);
  ui.registry.tag_last_item(tag, is_enabled ? (is_checked ? "checked" : "enabled") : "disabled");
  return is_chosen;
}

class MenuBar {
 public:
  MenuBar(const UiContext& ui, const debug::Snapshot& snapshot, const History& history, uint32_t focus_pc)
      : ui_(ui), snapshot_(snapshot), history_(history), focus_pc_(focus_pc) {}

  MenuBarChoice draw(Tiles& tiles) {
    if (is_past(snapshot_)) tint();
    if (begin_menu("File")) {
      draw_commands("File", Command::Quit);
      if (ImGui::BeginMenu("Samples")) {
        for (const assets::Sample& sample : assets::samples())
          if (draw_item(ui_, "menu/sample/" + std::string(sample.name), std::string(sample.name),
                        sample.traps ? "traps" : "", true))
            choice_.sample = sample.name;
        ImGui::EndMenu();
      }
      ImGui::Separator();
      draw_command(row_of(Command::Quit));
      ImGui::EndMenu();
    }
    if (begin_menu("Edit")) {
      draw_commands("Edit", std::nullopt);
      ImGui::Separator();
      draw_actions("Edit");
      ImGui::EndMenu();
    }
    if (begin_menu("View")) {
      draw_view_menu(tiles);
      ImGui::EndMenu();
    }
    if (begin_menu("Debug")) {
      draw_commands("Debug", std::nullopt);
      ImGui::EndMenu();
    }
    if (begin_menu("Go")) {
      draw_actions("Go");
      ImGui::Separator();
      draw_commands("Go", std::nullopt);
      ImGui::EndMenu();
    }
    if (begin_menu("Help")) {
      draw_actions("Help");
      ImGui::EndMenu();
    }
    draw_toolbar();
    return std::move(choice_);
  }

 private:
  bool begin_menu(const char* title) {
    const bool is_open = ImGui::BeginMenu(title);
    ui_.registry.tag_last_item("menu/" + std::string(title), is_open ? "open" : "");
    return is_open;
  }

  void draw_command(const CommandRow& row) {
    std::string title(row.title);
    if (row.command == Command::Open) title += "\u2026";
    if (draw_item(ui_, "menu/" + std::string(row.name), title, std::string(row.key_text),
                  is_available(row.command, snapshot_, focus_pc_)))
      choice_.commands.push_back(row.command);
    if (ImGui::IsItemHovered()) tooltip(ui_, row.help);
  }

  void draw_commands(std::string_view menu, std::optional<Command> except) {
    for (const CommandRow& row : command_rows())
      if (row.menu == menu && row.command != except) draw_command(row);
  }

  void draw_actions(std::string_view menu) {
    for (const WindowActionRow& row : window_action_rows()) {
      if (row.menu != menu) continue;
      const bool is_enabled = row.action == WindowAction::GoBack      ? history_.can_go_back()
                              : row.action == WindowAction::GoForward ? history_.can_go_forward()
                              : row.action == WindowAction::ToggleBookmark ? !snapshot_.frames.empty()
                              : row.action == WindowAction::UseTimeline    ? snapshot_.time != nullptr
                                                                      : true;
      if (draw_item(ui_, "menu/" + std::string(row.tag), std::string(row.title), std::string(row.key_text), is_enabled))
        choice_.actions.push_back(row.action);
    }
  }

  void draw_view_menu(Tiles& tiles) {
    for (const PanelKind& kind : panel_kinds()) {
      const bool is_open = tiles.is_open(kind.id);
      if (!draw_item(ui_, "menu/view/" + std::string(kind.id), std::string(kind.title), "", true, is_open)) continue;
      if (is_open)
        tiles.close(kind.id);
      else
        tiles.show(kind.id);
    }
    ImGui::Separator();
    draw_actions("View");
  }

  // The past looks different from the top on.
  void tint() {
    const float height = ImGui::GetFontSize() + 2 * ui_.px(kMenuBarPadding), width = ImGui::GetIO().DisplaySize.x;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRectFullScreen();
    list.AddRectFilled(ImVec2(0, 0), ImVec2(width, height), ui_.theme[Color::PastBar]);
    list.AddRectFilled(ImVec2(0, height - ui_.px(2)), ImVec2(width, height), ui_.theme[Color::Past]);
    list.PopClipRect();
  }

  void draw_button(Command command, Icon icon, Color color, std::string_view label, float label_from = kLabelsFrom) {
    const CommandRow& row = row_of(command);
    const bool is_enabled = is_available(command, snapshot_, focus_pc_);
    const std::string tip = std::string(row.help) + (row.key_text.empty() ? "" : "\n" + std::string(row.key_text));
    const bool has_label = ImGui::GetIO().DisplaySize.x >= ui_.px(label_from);
    if (button(ui_, "toolbar/" + std::string(row.name), {icon, color, has_label ? label : "", tip},
               is_enabled ? Enabled::Yes : Enabled::No))
      choice_.commands.push_back(command);
    ImGui::SameLine(0, ui_.px(6));
  }

  void draw_toolbar() {
    // The bar is higher than the buttons.
    const float bar_height = ImGui::GetFontSize() + 2 * ui_.px(kMenuBarPadding);
    ImGui::SetCursorPos(
        ImVec2(ImGui::GetCursorPosX() + ui_.px(12), std::round((bar_height - ImGui::GetFrameHeight()) / 2)));
    draw_button(Command::Run, Icon::Restart, Color::Text, "Restart", kStepLabelsFrom);
    draw_button(Command::ReverseContinue, Icon::BackRun, Color::Past, "");
    draw_button(Command::ReverseStepOut, Icon::BackOut, Color::Past, "");
    draw_button(Command::ReverseStepOver, Icon::BackOver, Color::Past, "");
    draw_button(Command::ReverseStepInto, Icon::BackInto, Color::Past, "");
    if (snapshot_.state == State::Running)
      draw_button(Command::Pause, Icon::Pause, Color::Constant, "Pause");
    else
      draw_button(Command::Continue, Icon::Play, Color::Memory, "Run  ");
    draw_button(Command::StepInto, Icon::StepInto, Color::Link, "Into", kStepLabelsFrom);
    draw_button(Command::StepOver, Icon::StepOver, Color::Link, "Over", kStepLabelsFrom);
    draw_button(Command::StepOut, Icon::StepOut, Color::Link, "Out", kStepLabelsFrom);
    draw_button(Command::Break, Icon::Breakpoint, Color::Error, "Break");
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ui_.px(6));
    draw_state();
    draw_position();
  }

  void draw_state() {
    Color ground = Color::Button, text_color = Color::Dim;
    std::string text;
    const bool is_broken = snapshot_.loaded && snapshot_.loaded->error;
    switch (snapshot_.state) {
      case State::Empty: return;
      case State::Loading: text = "LOADING"; break;
      case State::Loaded: text = is_broken ? "INVALID" : "READY"; break;
      case State::Paused: text = "PAUSED"; break;
      case State::Running: text = "RUNNING"; break;
      case State::Ended:
        text = snapshot_.trap        ? "TRAPPED"
               : snapshot_.exit_code ? "EXITED " + std::to_string(*snapshot_.exit_code)
                                     : "RETURNED";
        break;
    }
    if (snapshot_.trap || is_broken) {
      ground = Color::ErrorFill;
      text_color = Color::Error;
    } else if (snapshot_.state == State::Paused) {
      ground = Color::NoteFill;
      text_color = Color::Constant;
    } else if (snapshot_.state == State::Running || snapshot_.state == State::Ended) {
      ground = Color::OkFill;
      text_color = Color::Memory;
    }
    if (is_past(snapshot_)) {
      text = "PAST";
      ground = Color::PastFill;
      text_color = Color::Past;
    }
    pill(ui_, "toolbar/state", ground, text_color, text);
    if (is_past(snapshot_)) {
      ImGui::SameLine(0, ui_.px(6));
      const bool has_label = ImGui::GetIO().DisplaySize.x >= ui_.px(kLabelsFrom);
      choice_.goes_to_end |= button(ui_, "toolbar/to_end",
                                    {Icon::ToEnd, Color::Past, has_label ? "to the end" : "",
                                     "the program stands in its past: go to the end of the recording"});
    }
    ImGui::SameLine(0, ui_.px(10));
  }

  void draw_position() {
    constexpr std::string_view kGoTo = "Ctrl+P  go to anything";
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float right = ImGui::GetIO().DisplaySize.x - ui_.px(10);
    const float text_y = at.y + (ImGui::GetFrameHeight() - ui_.line) / 2;
    const float field_x = right - static_cast<float>(kGoTo.size()) * ui_.cell;
    const bool has_field = snapshot_.loaded && field_x > at.x + 24 * ui_.cell;
    TextLine line(ui_, ImVec2(at.x, text_y), has_field ? field_x - ui_.cell * 2 : right);
    if (!snapshot_.frames.empty()) {
      const debug::Frame& frame =
          snapshot_.frames[std::min<size_t>(snapshot_.selected_frame, snapshot_.frames.size() - 1)];
      const uint64_t begin = snapshot_.loaded->module->funcs[frame.func].code.begin;
      line.add(Color::Dim, "in ").add(Color::Text, frame.func_name).add(Color::Dim, " +" + hex(frame.pc - begin));
      line.add(Color::Dim, "  t=")
          .add(Color::Text, grouped(snapshot_.instant.tick))
          .add(Color::Dim, ":" + std::to_string(snapshot_.instant.depth) + ":" + hex(snapshot_.instant.pc));
    } else if (snapshot_.state == State::Ended && !snapshot_.results.empty()) {
      line.add(Color::Dim, snapshot_.invoked + " = ");
      for (const runtime::Value& value : snapshot_.results) line.add(Color::Text, runtime::to_text(value) + " ");
    }
    ui_.registry.tag_rect("toolbar/position", at, ImVec2(line.x(), at.y + ui_.line));
    if (!has_field) return;
    ImGui::SetCursorScreenPos(ImVec2(field_x, text_y));
    if (ImGui::InvisibleButton("##go_to", ImVec2(right - field_x, ui_.line)))
      choice_.actions.push_back(WindowAction::OpenPalette);
    ui_.registry.tag_last_item("toolbar/go_to");
    TextLine(ui_, ImVec2(field_x, text_y), right + ui_.cell)
        .add(ImGui::IsItemHovered() ? Color::Text : Color::Dim, kGoTo);
  }

  const UiContext& ui_;
  const debug::Snapshot& snapshot_;
  const History& history_;
  uint32_t focus_pc_;
  MenuBarChoice choice_;
};

}  // namespace

bool is_available(Command command, const debug::Snapshot& snapshot, uint32_t focus_pc) {
  const bool is_broken = !snapshot.loaded || snapshot.loaded->error.has_value();
  const bool is_stopped = snapshot.state == State::Paused;
  const bool has_past = snapshot.time && snapshot.time->records && (is_stopped || snapshot.state == State::Ended);
  switch (command) {
    case Command::Open:
    case Command::Help:
    case Command::Quit: return true;
    case Command::Run:
    case Command::Start: return !is_broken && snapshot.state != State::Loading;
    case Command::Continue:
      return !is_broken && (is_stopped || snapshot.state == State::Loaded || snapshot.state == State::Ended);
    case Command::Pause: return snapshot.state == State::Running;
    case Command::StepInto: return is_stopped || (!is_broken && snapshot.state == State::Loaded);
    case Command::StepOver:
    case Command::StepOut:
    case Command::FinishBlock:
    case Command::NextCall:
    case Command::NextBranch: return is_stopped;
    case Command::Seek: return has_past;
    case Command::Who:
    case Command::Writes: return has_past;
    case Command::ReverseContinue:
    case Command::ReverseStepInto:
    case Command::ReverseFinishBlock:
    case Command::ReverseNextCall:
    case Command::ReverseNextBranch:
    case Command::ReverseStepOver: return has_past && !is_at_beginning(snapshot);
    case Command::ReverseStepOut: return has_past && !snapshot.frames.empty() && !is_at_beginning(snapshot);
    case Command::ReverseUntil: return has_past && focus_pc != 0 && !is_at_beginning(snapshot);
    case Command::Until: return is_stopped && focus_pc != 0;
    case Command::Kill: return is_stopped || snapshot.state == State::Running;
    case Command::Break: return !is_broken && focus_pc != 0;
    case Command::Undo: return snapshot.has_edits && snapshot.state != State::Running;
    case Command::Up: return snapshot.selected_frame + 1 < snapshot.frames.size();
    case Command::Down: return snapshot.selected_frame > 0;
    default: return snapshot.loaded != nullptr;
  }
}

MenuBarChoice draw_menu_bar(const UiContext& ui, const debug::Snapshot& snapshot, const History& history, Tiles& tiles,
                            uint32_t focus_pc) {
  return MenuBar(ui, snapshot, history, focus_pc).draw(tiles);
}

}  // namespace wasmscope::ui
