// SPDX-License-Identifier: Apache-2.0
// What a session leaves to the next one with the same module, and finds of the last one.
#include <filesystem>

#include "engine/base/utf8.h"
#include "engine/debug/carry_out.h"
#include "engine/debug/debuggee.h"
#include "engine/debug/session_file.h"

namespace wasmscope::debug {
namespace {

std::string full_path(const std::string& path) {
  std::error_code failed;
  const std::filesystem::path full = std::filesystem::absolute(path, failed);
  return escape_for_display(failed ? path : full.lexically_normal().string());
}

bool is_about_function(StopKind kind) { return kind == StopKind::Code || kind == StopKind::Exit || kind == StopKind::Import; }

// Another function than the one with the index when the module has changed: the one with the name.
std::optional<wasm::FuncIndex> find_by_name(const wasm::Module& module, const symbols::Names& names, const std::string& name, wasm::FuncIndex before) {
  if (before < module.funcs.size() && names.func(before) == name) return before;
  for (wasm::FuncIndex func = 0; func < module.funcs.size(); ++func)
    if (names.func(func) == name) return func;
  return std::nullopt;
}

}  // namespace

KeptSession Debuggee::to_keep() const {
  KeptSession kept{kept_hash_, full_path(loaded_->path), {}};
  for (const StopPoint& point : stops_.points) {
    const Breakpoint& shown = point.shown;
    if (shown.is_temporary || !shown.resolved) continue;
    KeptPoint& keep = kept.points.emplace_back(KeptPoint{shown.kind, shown.mode, shown.enabled, shown.ignore, 0, {}, {}, shown.requested, shown.condition, shown.log});
    const std::string index = "#" + std::to_string(shown.func);
    if (is_about_function(shown.kind)) keep.name = names().func(shown.func);
    switch (shown.kind) {
      case StopKind::Code:
        keep.offset = shown.pc - module().funcs[shown.func].code.begin;
        keep.place = index;
        break;
      case StopKind::Exit: keep.place = "exit:" + index; break;
      case StopKind::Import: keep.place = "import:" + index; break;
      case StopKind::Instruction:
      case StopKind::Throw: keep.place = shown.requested; break;
      case StopKind::Watch: {
        // Frames and objects are gone by then.
        const ExpressionPlace::Kind kind = point.watch->place().kind;
        if (kind == ExpressionPlace::Kind::Local || kind == ExpressionPlace::Kind::Field) kept.points.pop_back();
        else keep.place = shown.requested;
        break;
      }
    }
  }
  return kept;
}

void Debuggee::keep_session() {
  if (!folder_.is_used() || loaded_ == nullptr || kept_hash_.empty()) return;
  const KeptSession session = to_keep();
  std::string text = to_text(session);
  if (text == kept_text_) return;
  kept_text_ = std::move(text);
  if (const auto saved = folder_.save(session); !saved) contact_.say("breakpoints are not kept: " + saved.error() + "\n");
}

// What the file says, made again; the line or lines about it.
std::string Debuggee::restore_session() {
  kept_hash_.clear();
  kept_text_.clear();
  if (!folder_.is_used() || !is_runnable()) return {};
  const std::string hash = SessionFolder::hash(module().bytes);
  SessionFolder::Found found = folder_.load(hash, full_path(loaded_->path));
  std::string text = found.warning.empty() ? "" : "\n" + found.warning;
  if (found.session) {
    const bool has_changed = found.session->hash != hash;
    size_t restored = 0;
    std::string notes;
    for (const KeptPoint& point : found.session->points) {
      const std::string note = restore_point(point, has_changed, restored);
      if (!note.empty()) notes += "\n  " + note;
    }
    if (restored > 0 || !notes.empty())
      text += "\n" + std::string(has_changed ? "the module has changed; " : "") + std::to_string(restored) +
              (restored == 1 ? " breakpoint" : " breakpoints") + " of the last session" + notes;
  }
  kept_hash_ = hash;
  // Nothing to write before there is something to keep or to take away.
  if (!found.session && stops_.points.empty()) kept_text_ = to_text(to_keep());
  else keep_session();
  return text;
}

std::string Debuggee::restore_point(const KeptPoint& kept, bool has_changed, size_t& restored) {
  const std::string what = kept.requested + (kept.condition.empty() ? "" : " if " + kept.condition);
  if (kept.kind == StopKind::Watch) {
    const Answer added = add_watchpoint(kept.place + (kept.condition.empty() ? "" : " if " + kept.condition), kept.mode);
    if (!added) return "lost: " + what + ": " + added.error().substr(0, added.error().find('\n'));
    ++restored;
    stops_.points.back().shown.enabled = kept.enabled;
    stops_.points.back().shown.ignore = kept.ignore;
    stops_.apply();
    return {};
  }
  std::string place = kept.place, note;
  uint64_t offset = kept.offset;
  if (is_about_function(kept.kind)) {
    const size_t number = place.find('#');
    const auto before = number == std::string::npos ? std::nullopt : parse_number(std::string_view(place).substr(number + 1));
    if (!before) return "lost: " + what;
    auto func = std::optional(static_cast<wasm::FuncIndex>(*before));
    if (has_changed) func = find_by_name(module(), names(), kept.name, *func);
    if (!func || *func >= module().funcs.size()) return "lost: " + what + ": there is no function " + kept.name + " any more";
    if (*func != *before) note = kept.name + " was #" + std::to_string(*before) + ", is #" + std::to_string(*func);
    place = place.substr(0, number) + "#" + std::to_string(*func);
    if (kept.kind == StopKind::Code) {
      const wasm::Func& code = module().funcs[*func];
      if (module().is_imported(*func)) return "lost: " + what + ": " + kept.name + " is imported now";
      const uint32_t pc = instruction_start(module(), *func, code.code.begin + std::min<uint64_t>(offset, code.code.size() - 1));
      const uint64_t there = pc - code.code.begin;
      if (there != offset) note += (note.empty() ? "" : ", ") + std::string("moved from +") + to_hex(offset) + " to the instruction at +" + to_hex(there);
      place += "+" + to_hex(there);
    }
  }
  auto point = make_point(place);
  if (!point || point->shown.kind != kept.kind) return "lost: " + what;
  Breakpoint& shown = point->shown;
  shown.id = next_breakpoint_++;
  shown.requested = kept.requested;
  shown.condition = kept.condition;
  shown.log = kept.log;
  shown.ignore = kept.ignore;
  shown.enabled = kept.enabled;
  shown.note.clear();
  if (const auto error = check_condition(shown, kept.condition)) {
    shown.enabled = false;
    note += (note.empty() ? "" : ", ") + std::string("switched off, since its condition `") + kept.condition + "` means nothing there now";
  }
  ++restored;
  const std::string id = std::to_string(shown.id);
  stops_.points.push_back(*std::move(point));
  stops_.apply();
  return note.empty() ? note : "breakpoint " + id + ": " + note;
}

}  // namespace wasmscope::debug
