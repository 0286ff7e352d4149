// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/shell.h"

#include <algorithm>
#include <cmath>

#include "engine/base/utf8.h"
#include "ui/model/first_data.h"
#include "ui/model/number_text.h"
#include "ui/shell/start_page.h"
#include "ui/shell/status_line.h"

namespace wasmscope::ui {
namespace {

using debug::State;

std::string_view first_word(std::string_view line) { return line.substr(0, line.find(' ')); }

wasm::FuncIndex first_interesting_function(const wasm::Module& module) {
  for (const std::string_view name : {"_start", "main"}) {
    const wasm::Export* found = module.find_export(name);
    if (found != nullptr && found->kind == wasm::ExternKind::Func && found->index < module.funcs.size())
      return found->index;
  }
  if (module.start && *module.start < module.funcs.size()) return *module.start;
  return module.imported_funcs < module.funcs.size() ? module.imported_funcs : wasm::kNoIndex;
}

// A selection that may reach past the end, moved to what exists.
ByteRange within(ByteRange range, uint64_t size) {
  if (size == 0) return {};
  range.begin = std::min(range.begin, size - 1);
  range.end = std::clamp(range.end, range.begin + 1, size);
  return range;
}

bool is_step_command(Command command) {
  return command == Command::StepInto || command == Command::StepOver || command == Command::StepOut ||
         command == Command::ReverseStepInto || command == Command::ReverseStepOver ||
         command == Command::ReverseStepOut;
}

template <class... Visitors>
struct Overload : Visitors... {
  using Visitors::operator()...;
};

}  // namespace

Shell::Shell(SessionPort& session)
    : session_(session), snapshot_(session.snapshot()), search_([&session] { session.wake(); }) {}

void Shell::note_reply(const debug::Event& event) {
  const bool is_ok = event.kind == debug::EventKind::Answer;
  who_card_.answer(event.command, is_ok, event.text);
  if (const auto asked = asked_.find(event.command); asked != asked_.end()) {
    PanelFrame::Reply& reply = replies_[asked->second.asker];
    reply = {reply.number + 1, is_ok, asked->second.line, event.text};
    asked_.erase(asked);
  }
  if (event.command != seek_command_) return;
  seek_command_ = 0;
  send_seek();
}

void Shell::forget_module() {
  previous_.reset();
  standing_.reset();
  focus_.func = wasm::kNoIndex;
  focus_.pc = 0;
  focus_.bytes = {};
  ++focus_.code_serial;
  history_.clear();
  bookmarks_.clear();
  who_card_.close();
  wanted_seek_.reset();
  tiles_.unpin_all();
  place_kind_ = PlaceKind::Code;
}

void Shell::read_session() {
  for (const debug::Event& event : session_.take_events()) {
    const bool is_quiet = quiet_.contains(event.command);
    const bool is_asked = asked_.contains(event.command);
    switch (event.kind) {
      case debug::EventKind::Published: break;
      case debug::EventKind::Output:
        transcript_.add(event.channel == 2 ? LineKind::ErrorOutput : LineKind::Output, event.text);
        break;
      case debug::EventKind::Answer:
        if (!is_quiet && !event.text.empty()) transcript_.add(LineKind::Answer, event.text);
        quiet_.erase(event.command);
        note_reply(event);
        break;
      case debug::EventKind::Failed:
        quiet_.erase(event.command);
        note_reply(event);
        // Who asks shows the failure where it was asked.
        if (is_asked) break;
        transcript_.add(LineKind::Failure, event.text);
        notice_ = event.text.substr(0, event.text.find('\n'));
        break;
    }
  }
  const std::shared_ptr<const debug::Snapshot> next = session_.snapshot();
  if (next == snapshot_) return;
  const bool is_other_module = next->loaded != snapshot_->loaded;
  if (is_other_module) {
    forget_module();
    if (next->loaded && next->loaded->module) {
      if (const wasm::FuncIndex func = first_interesting_function(*next->loaded->module); func != wasm::kNoIndex)
        show_code(func, 0);
      if (next->loaded->error && next->loaded->error->has_range) show({PlaceKind::File, 0, next->loaded->error->range});
    }
  }
  // Pictures of the running program may or may not be seen in between: they are no stop.
  if (next->state == State::Paused || next->state == State::Ended) {
    if (next->reason == debug::StopReason::Entry && (!standing_ || next->stop_count != standing_->stop_count)) standing_.reset();
    if (!standing_ || next->stop_count != standing_->stop_count) previous_ = standing_;
    standing_ = next;
  } else if (next->state != State::Running) {
    standing_.reset();
    previous_.reset();
  }
  const bool has_new_memory = !next->memories.empty() && (snapshot_->memories.empty() || is_other_module);
  snapshot_ = next;
  if (has_new_memory) {
    const uint64_t address = first_data_address(*next->loaded->module, 0);
    show_memory(0, {address, address + 1});
  }
  follow_stop();
}

void Shell::follow_stop() {
  if (snapshot_->state == State::Running) return;
  const bool has_stopped = snapshot_->stop_count != followed_stop_;
  if (!has_stopped && snapshot_->selected_frame == followed_frame_) return;
  followed_stop_ = snapshot_->stop_count;
  followed_frame_ = snapshot_->selected_frame;
  if (has_stopped) notice_.clear();
  if (snapshot_->selected_frame >= snapshot_->frames.size()) return;
  const debug::Frame& frame = snapshot_->frames[snapshot_->selected_frame];
  const Place place{PlaceKind::Code, frame.func, {frame.pc, frame.pc}};
  // The program's own way is no jump of the person's; a look at another frame is.
  if (!has_stopped) history_.jump(here(), place);
  place_kind_ = PlaceKind::Code;
  show_code(frame.func, frame.pc);
  if (has_stopped && snapshot_->trap && snapshot_->trap->access) {
    const debug::TrapAccess& access = *snapshot_->trap->access;
    show_memory(access.memory, {access.begin, access.begin + access.bytes});
  }
}

void Shell::draw(const UiContext& ui) {
  read_session();
  for (const std::string& path : ui.input.take_drops()) open_file(path);
  const bool has_menu = ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
  // ImGui's own keys work in menus only; elsewhere they would take arrows and Ctrl+Tab away.
  ImGuiConfigFlags& flags = ImGui::GetIO().ConfigFlags;
  flags = has_menu ? flags | ImGuiConfigFlags_NavEnableKeyboard : flags & ~ImGuiConfigFlags_NavEnableKeyboard;
  const bool is_covered = palette_.is_open() || browser_.is_open() || has_menu;
  if (!is_covered) handle_keys(ui);

  const ImVec2 size = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos(ImVec2(0, 0));
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(ui.px(8), ui.px(kMenuBarPadding)));
  constexpr ImGuiWindowFlags kFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                      ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                                      ImGuiWindowFlags_MenuBar | ImGuiWindowFlags_NoScrollWithMouse;
  ImGui::Begin("##window", nullptr, kFlags);
  MenuBarChoice choice;
  const float bar_height = ImGui::GetFrameHeight();
  if (ImGui::BeginMenuBar()) {
    ImGui::PopStyleVar(2);
    choice = draw_menu_bar(ui, *snapshot_, history_, tiles_, focus_.pc);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(ui.px(8), ui.px(kMenuBarPadding)));
    ImGui::EndMenuBar();
  }
  ImGui::PopStyleVar(2);

  PanelFrame frame{snapshot_, previous_, focus_,  transcript_,     code_, search_,
                   watches_,  replies_,  window_problem_, {}, {},    {}};
  const float status_height = std::round(ui.line + ui.px(4));
  const float gap = std::round(ui.px(4));
  ImVec2 min(gap, bar_height + gap);
  const ImVec2 max(size.x - gap, size.y - status_height - gap);
  StartPageChoice start;
  const bool is_start_page = !snapshot_->loaded;
  if (is_start_page) {
    start = draw_start_page(ui, *snapshot_, recent_, notice_, min, max);
  } else {
    const float strip_height = std::round(ui.px(kTimeStripHeight));
    time_strip_.draw(ui, frame, bookmarks_, ImVec2(0, bar_height), ImVec2(size.x, bar_height + strip_height), !is_covered);
    min.y += strip_height;
    tiles_.draw(ui, frame, min, max, !is_covered && !time_strip_.has_keys());
  }
  const bool is_cancelled = draw_status_line(ui, *snapshot_, is_start_page ? std::string() : notice_,
                                             ImVec2(0, size.y - status_height), size);
  ImGui::End();

  if (const std::optional<Intent> chosen = palette_.draw(ui, *snapshot_, bookmarks_)) frame.emit(*chosen);
  if (const std::optional<Intent> chosen = who_card_.draw(ui)) {
    frame.emit(*chosen);
    if (std::holds_alternative<RunCommand>(*chosen)) frame.emit(OpenPanel{"console"});
  }
  if (const std::optional<std::string> path = browser_.draw(ui)) open_file(*path);

  if (is_cancelled) post_quietly("kill");
  if (start.wants_browser) browser_.open();
  if (start.recent) open_file(std::string(recent_[*start.recent].path));
  if (start.removed) recent_.erase(recent_.begin() + static_cast<std::ptrdiff_t>(*start.removed));
  if (!start.sample.empty()) choice.sample = start.sample;
  if (choice.sample) session_.open_sample(*choice.sample);
  if (choice.goes_to_end) seek("end");
  for (const Command command : choice.commands) invoke(command);
  for (const WindowAction action : choice.actions) act(action);
  for (const Intent& intent : frame.intents) apply(intent);
  if (!is_start_page) send_wishes(frame);
}

void Shell::handle_keys(const UiContext& ui) {
  for (const CommandRow& row : command_rows()) {
    if (row.chord.key == Key::None) continue;
    const bool is_step = is_step_command(row.command);
    // A text field takes its own changes back.
    if (row.command == Command::Undo && ImGui::GetIO().WantTextInput) continue;
    if (ui.input.take(row.chord, is_step ? Input::Repeats::Yes : Input::Repeats::No)) invoke(row.command);
  }
  for (const WindowActionRow& row : window_action_rows())
    if (row.chord.key != Key::None && ui.input.take(row.chord)) act(row.action);
  // Second keys for the same.
  constexpr struct {
    Chord chord;
    WindowAction action;
  } kActions[] = {
      {{Key::G, kCtrl}, WindowAction::OpenPalette},
      {{Key::Equal, kCtrl | kShift}, WindowAction::LargerText},
  };
  for (const auto& [chord, action] : kActions)
    if (ui.input.take(chord)) act(action);
  if (ui.input.take({Key::Pause})) invoke(Command::Pause);
  for (const auto& [mods, direction] : {std::pair<uint8_t, int>{kCtrl, 1}, {kCtrl | kShift, -1}}) {
    if (!ui.input.take({Key::Tab, mods})) continue;
    if (!time_strip_.has_keys()) tiles_.focus_next_tile(direction);
    time_strip_.drop_keys();
  }
  if (ui.input.take({Key::PageDown, kCtrl})) tiles_.next_tab(1);
  if (ui.input.take({Key::PageUp, kCtrl})) tiles_.next_tab(-1);
  for (int digit = 1; digit <= 9; ++digit) {
    const auto key = static_cast<Key>(static_cast<int>(Key::N0) + digit);
    if (ui.input.take({key, kAlt}) && static_cast<size_t>(digit) <= panel_kinds().size())
      tiles_.show(panel_kinds()[static_cast<size_t>(digit) - 1].id);
  }
  if (who_card_.is_open() && ui.input.take({Key::Escape})) who_card_.close();
  if (!ImGui::GetIO().WantTextInput && ui.input.take({Key::Escape})) {
    notice_.clear();
    time_strip_.drop_keys();
    tiles_.show("code");
  }
}

void Shell::invoke(Command command) {
  // A program that was let go a moment ago runs before the snapshot says so.
  if (command == Command::Pause && !session_.is_idle()) return session_.pause();
  if (!is_available(command, *snapshot_, focus_.pc)) return;
  switch (command) {
    case Command::Open: return browser_.open();
    case Command::Quit: requests_.quit = true; return;
    case Command::Help: return act(WindowAction::OpenCommands);
    case Command::Break: return toggle_breakpoint(focus_.func, focus_.pc);
    case Command::ReverseUntil: return post_quietly("reverse-until @" + hex(focus_.pc));
    case Command::Until: return post_quietly("until @" + hex(focus_.pc));
    case Command::Seek: return palette_.open(">seek ");
    case Command::Run:
    case Command::Start:
      if (!has_entry()) return palette_.open(">" + std::string(row_of(command).name) + " " + entry_suggestion());
      return post_quietly(std::string(row_of(command).name));
    case Command::Continue:
      if (snapshot_->state != State::Paused) return invoke(Command::Run);
      return post_quietly("continue");
    case Command::StepInto:
    case Command::StepOver:
    case Command::StepOut:
    case Command::ReverseStepInto:
    case Command::ReverseStepOver:
    case Command::ReverseStepOut: return step(command);
    default: return post_quietly(std::string(row_of(command).name));
  }
}

void Shell::step(Command command) {
  // A held key must not queue up steps that go on after it is released.
  if (!session_.is_idle()) return;
  if (snapshot_->state == State::Loaded) return invoke(Command::Start);
  post_quietly(std::string(row_of(command).name));
}

void Shell::seek(std::string where) {
  if (!is_available(Command::Seek, *snapshot_, focus_.pc)) return;
  wanted_seek_ = std::move(where);
  send_seek();
}

void Shell::send_seek() {
  if (!wanted_seek_ || seek_command_ != 0) return;
  notice_.clear();
  seek_command_ = session_.post("seek " + *std::exchange(wanted_seek_, std::nullopt));
  quiet_.insert(seek_command_);
}

void Shell::toggle_bookmark() {
  if (snapshot_->frames.empty() || snapshot_->state == State::Running) return;
  const debug::Frame& frame = snapshot_->frames.front();
  const uint64_t begin = snapshot_->loaded->module->funcs[frame.func].code.begin;
  bookmarks_.toggle({snapshot_->instant, frame.func_name + " +" + hex(frame.pc - begin)});
}

void Shell::ask(const AskCommand& wanted) {
  notice_.clear();
  const uint64_t command = session_.post(wanted.line);
  quiet_.insert(command);
  asked_[command] = wanted;
}

void Shell::ask_who(const AskWho& wanted) {
  const std::string line = "who " + wanted.expression;
  transcript_.remember(line);
  transcript_.add(LineKind::Command, line);
  who_card_.ask(wanted, session_.post(line));
}

bool Shell::has_entry() const {
  if (!snapshot_->invoked.empty()) return true;
  const wasm::Module& module = *snapshot_->loaded->module;
  return module.find_export("_start") != nullptr || module.find_export("main") != nullptr;
}

std::string Shell::entry_suggestion() const {
  const wasm::Module& module = *snapshot_->loaded->module;
  const wasm::Export* exported = module.find_export(wasm::ExternKind::Func, focus_.func);
  return exported == nullptr ? std::string() : escape_for_display(exported->name) + " ";
}

void Shell::act(WindowAction action) {
  switch (action) {
    case WindowAction::Find:
    case WindowAction::FindNext:
    case WindowAction::FindPrevious: return tiles_.act(action);
    case WindowAction::ShowMachineCode: tiles_.show("code"); return tiles_.act(action);
    case WindowAction::EnlargeView: return tiles_.enlarge();
    case WindowAction::FindInModule: tiles_.show("search"); return tiles_.act(action);
    case WindowAction::SwapEndian:
      focus_.endian = focus_.endian == debug::Endian::Little ? debug::Endian::Big : debug::Endian::Little;
      return;
    case WindowAction::ResetLayout: return tiles_.reset();
    case WindowAction::ToggleTheme: requests_.toggle_theme = true; return;
    case WindowAction::LargerText: ++requests_.scale_steps; return;
    case WindowAction::SmallerText: --requests_.scale_steps; return;
    case WindowAction::NormalText: requests_.reset_scale = true; return;
    case WindowAction::GoBack:
      if (history_.can_go_back()) show(history_.go_back(here()));
      return;
    case WindowAction::GoForward:
      if (history_.can_go_forward()) show(history_.go_forward(here()));
      return;
    case WindowAction::ToggleBookmark: return toggle_bookmark();
    case WindowAction::UseTimeline: return time_strip_.give_keys();
    case WindowAction::OpenPalette: return palette_.open("");
    case WindowAction::OpenCommands: return palette_.open(">");
    case WindowAction::ShowLocation:
      if (snapshot_->selected_frame < snapshot_->frames.size()) {
        const debug::Frame& frame = snapshot_->frames[snapshot_->selected_frame];
        apply(ShowCode{frame.func, frame.pc});
      }
      return;
    case WindowAction::Count_: return;
  }
}

void Shell::apply(const Intent& intent) {
  std::visit(Overload{
                 [this](const RunCommand& wanted) { run_line(wanted.line); },
                 [this](const QuietCommand& wanted) { post_quietly(wanted.line); },
                 [this](const StopWork&) { session_.pause(); },
                 [this](const ToggleBreakpoint& wanted) { toggle_breakpoint(wanted.func, wanted.pc); },
                 [this](const ShowCode& wanted) { jump({PlaceKind::Code, wanted.func, {wanted.pc, wanted.pc}}); },
                 [this](const SelectInstruction& wanted) {
                   turn_to(PlaceKind::Code);
                   focus_.func = wanted.func;
                   focus_.pc = wanted.pc;
                 },
                 [this](const ShowMemory& wanted) { jump({PlaceKind::Memory, wanted.memory, wanted.bytes}); },
                 [this](const SelectMemory& wanted) {
                   turn_to(PlaceKind::Memory);
                   focus_.memory = wanted.memory;
                   focus_.bytes = wanted.bytes;
                 },
                 [this](const ShowFileBytes& wanted) { jump({PlaceKind::File, 0, wanted.range}); },
                 [this](const OpenPanel& wanted) { tiles_.show(wanted.id); },
                 [this](const OpenPalette& wanted) { palette_.open(wanted.text); },
                 [this](const DoWindowAction& wanted) { act(wanted.action); },
                 [this](const SeekTo& wanted) { seek(wanted.where); },
                 [this](const AskCommand& wanted) { ask(wanted); },
                 [this](const AskWho& wanted) { ask_who(wanted); },
                 [this](const ChangeWatches& wanted) { watches_ = wanted.expressions; },
                 [this](const AddWatch& wanted) {
                   if (std::ranges::find(watches_, wanted.expression) == watches_.end())
                     watches_.push_back(wanted.expression);
                   tiles_.show("watches");
                 },
                 [](const CopyText& wanted) { ImGui::SetClipboardText(wanted.text.c_str()); },
             },
             intent);
}

Place Shell::here() const {
  switch (place_kind_) {
    case PlaceKind::Memory: return {PlaceKind::Memory, focus_.memory, focus_.bytes};
    case PlaceKind::File: return {PlaceKind::File, 0, focus_.file_bytes};
    case PlaceKind::Code: break;
  }
  return {PlaceKind::Code, focus_.func, {focus_.pc, focus_.pc}};
}

void Shell::jump(const Place& place) {
  const Place from = here();
  show(place);
  history_.jump(from, here());
}

void Shell::turn_to(PlaceKind kind) {
  if (kind == place_kind_) return;
  const Place from = here();
  place_kind_ = kind;
  history_.jump(from, here());
}

void Shell::show(const Place& place) {
  time_strip_.drop_keys();
  place_kind_ = place.kind;
  switch (place.kind) {
    // Who goes to a place wants to see it there.
    case PlaceKind::Code:
      tiles_.unpin("code");
      tiles_.show("code");
      return show_code(place.index, static_cast<uint32_t>(place.range.begin));
    case PlaceKind::Memory:
      tiles_.unpin("memory");
      tiles_.show("memory");
      return show_memory(place.index, place.range);
    case PlaceKind::File:
      tiles_.unpin("raw_bytes");
      tiles_.show("raw_bytes");
      focus_.file_bytes = place.range;
      ++focus_.file_serial;
      return;
  }
}

void Shell::show_code(wasm::FuncIndex func, uint32_t pc) {
  focus_.func = func;
  focus_.pc = pc;
  if (pc == 0 && snapshot_->loaded && snapshot_->loaded->module && func < snapshot_->loaded->module->funcs.size())
    focus_.pc = static_cast<uint32_t>(snapshot_->loaded->module->funcs[func].code.begin);
  ++focus_.code_serial;
}

void Shell::show_memory(wasm::MemoryIndex memory, ByteRange bytes) {
  if (memory >= snapshot_->memories.size()) return;
  focus_.memory = memory;
  focus_.bytes = within(bytes, snapshot_->memories[memory].size);
  ++focus_.memory_serial;
}

void Shell::toggle_breakpoint(wasm::FuncIndex, uint32_t pc) {
  for (const debug::Breakpoint& breakpoint : snapshot_->breakpoints)
    if (breakpoint.resolved && breakpoint.kind == debug::StopKind::Code && breakpoint.pc == pc)
      return post_quietly("delete " + std::to_string(breakpoint.id));
  post_quietly("break @" + hex(pc));
}

void Shell::run_line(const std::string& line) {
  const std::string_view word = first_word(line);
  const bool has_arguments = word.size() != line.size();
  notice_.clear();
  if (word == "quit" || word == "q") {
    requests_.quit = true;
    return;
  }
  if (word == "open" || word == "o") {
    if (has_arguments) return open_file(line.substr(word.size() + 1));
    return browser_.open();
  }
  if (word == "frame") return post_quietly(line);
  // What a face knows and the terminal does not: the selected instruction.
  if (!has_arguments && (word == "break" || word == "b")) return toggle_breakpoint(focus_.func, focus_.pc);
  if (!has_arguments && (word == "until" || word == "u")) return post_quietly("until @" + hex(focus_.pc));
  if (!has_arguments && (word == "reverse-until" || word == "ru"))
    return post_quietly("reverse-until @" + hex(focus_.pc));
  transcript_.remember(line);
  transcript_.add(LineKind::Command, line);
  if (word == "pause") return session_.pause();
  session_.post(line);
}

void Shell::open_file(const std::string& path) {
  notice_.clear();
  session_.open_file(path);
}

void Shell::restore(const Remembered& remembered) {
  recent_ = remembered.recent;
  if (!tiles_.restore(remembered.wide_layout, remembered.narrow_layout))
    tell_problem("the layout kept from an earlier run is ignored: it names panels that there are not");
}

void Shell::remember(Remembered& remembered) const {
  remembered.recent = recent_;
  remembered.wide_layout = tiles_.wide_text();
  remembered.narrow_layout = tiles_.narrow_text();
}

void Shell::tell_problem(std::string text) {
  notice_ = text;
  window_problem_ = std::move(text);
}

void Shell::post_quietly(std::string line) {
  notice_.clear();
  quiet_.insert(session_.post(std::move(line)));
}

void Shell::send_wishes(const PanelFrame& frame) {
  const auto same = [](const debug::Session::MemoryWish& a, const debug::Session::MemoryWish& b) {
    return a.memory == b.memory && a.range == b.range;
  };
  if (!std::ranges::equal(frame.memory_wishes, sent_wishes_, same)) {
    sent_wishes_ = frame.memory_wishes;
    session_.want_memory(sent_wishes_);
  }
  if (watches_ != sent_watches_) {
    sent_watches_ = watches_;
    session_.want_expressions(sent_watches_);
  }
  if (frame.code_wish != sent_code_wish_) {
    sent_code_wish_ = frame.code_wish;
    session_.want_code(sent_code_wish_);
  }
  for (const PanelFrame::TableWish& wish : frame.table_wishes) session_.want_table(wish.table, wish.first);
}

}  // namespace wasmscope::ui
