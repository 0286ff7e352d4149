// SPDX-License-Identifier: Apache-2.0
// Breakpoints: where they are, whether one is here, and which stops the timeline is told.
#include <algorithm>
#include <utility>

#include "engine/base/utf8.h"
#include "engine/debug/debuggee.h"

namespace wasmscope::debug {
namespace {

std::expected<uint32_t, std::string> parse_id(const std::string& text) {
  const auto id = parse_number(text);
  if (!id || *id == 0 || *id > UINT32_MAX) return refuse(ErrorCode::BadArgument, "`" + escape_for_display(text) + "` is no breakpoint's number");
  return static_cast<uint32_t>(*id);
}

}  // namespace

std::string Debuggee::breakpoint_text(const Breakpoint& breakpoint) const {
  std::string text = breakpoint.resolved ? to_text(module(), names(), breakpoint.func, breakpoint.pc)
                                         : "#" + std::to_string(breakpoint.func) + " " + names().func(breakpoint.func);
  if (!breakpoint.note.empty()) text += "  (" + breakpoint.note + ")";
  return text;
}

Answer Debuggee::add_breakpoint(const std::string& place) {
  if (!is_runnable()) return loaded_ && loaded_->error ? refuse(*loaded_->error) : refuse(ErrorCode::NoModule);
  const auto found = parse_code_place(module(), names(), place);
  if (!found) return refuse(found.error());
  const auto same = std::ranges::find_if(breakpoints_, [&](const Breakpoint& b) {
    return b.resolved == found->has_code && b.func == found->func && b.pc == found->pc;
  });
  if (same != breakpoints_.end()) {
    same->enabled = true;
    apply_stops(same->func);
    return "breakpoint " + std::to_string(same->id) + " is already at " + breakpoint_text(*same);
  }
  Breakpoint& added = breakpoints_.emplace_back();
  added.id = next_breakpoint_++;
  added.requested = escape_for_display(place);
  added.resolved = found->has_code;
  added.func = found->func;
  added.pc = found->pc;
  added.note = found->note;
  apply_stops(added.func);
  return "breakpoint " + std::to_string(added.id) + " at " + breakpoint_text(added);
}

Answer Debuggee::remove_breakpoints(const Arguments& ids) {
  if (ids.empty()) {
    const size_t count = breakpoints_.size();
    const auto removed = std::exchange(breakpoints_, {});
    for (const Breakpoint& breakpoint : removed) apply_stops(breakpoint.func);
    return count == 0 ? "there are no breakpoints" : "deleted " + std::to_string(count) + (count == 1 ? " breakpoint" : " breakpoints");
  }
  std::string text;
  for (const std::string& word : ids) {
    const auto id = parse_id(word);
    if (!id) return std::unexpected(id.error());
    const auto found = std::ranges::find(breakpoints_, *id, &Breakpoint::id);
    if (found == breakpoints_.end()) return refuse(ErrorCode::NoSuchItem, "breakpoint " + std::to_string(*id));
    const wasm::FuncIndex func = found->func;
    breakpoints_.erase(found);
    apply_stops(func);
    text += (text.empty() ? "deleted breakpoint " : ", ") + std::to_string(*id);
  }
  return text;
}

Answer Debuggee::enable_breakpoints(const Arguments& ids, bool on) {
  std::string text;
  for (const std::string& word : ids) {
    const auto id = parse_id(word);
    if (!id) return std::unexpected(id.error());
    const auto found = std::ranges::find(breakpoints_, *id, &Breakpoint::id);
    if (found == breakpoints_.end()) return refuse(ErrorCode::NoSuchItem, "breakpoint " + std::to_string(*id));
    found->enabled = on;
    apply_stops(found->func);
    text += (text.empty() ? (on ? "enabled breakpoint " : "disabled breakpoint ") : ", ") + std::to_string(*id);
  }
  return text;
}

bool Debuggee::is_at_breakpoint() const {
  const runtime::Execution& execution = timeline_->execution();
  return std::ranges::any_of(breakpoints_, [&](const Breakpoint& b) {
    return b.enabled && b.resolved && b.pc == execution.pc && b.func == execution.func->index;
  });
}

uint32_t Debuggee::hit_breakpoints() {
  const runtime::Execution& execution = timeline_->execution();
  uint32_t first = 0;
  for (Breakpoint& b : breakpoints_) {
    if (!b.enabled || !b.resolved || b.pc != execution.pc || b.func != execution.func->index) continue;
    ++b.hits;
    if (first == 0) first = b.id;
  }
  return first;
}

void Debuggee::apply_stops(wasm::FuncIndex func) {
  if (!timeline_) return;
  std::set<uint32_t> pcs;
  for (const Breakpoint& b : breakpoints_)
    if (b.enabled && b.resolved && b.func == func) pcs.insert(b.pc);
  if (temporary_stop_ && temporary_stop_->func == func) pcs.insert(temporary_stop_->pc);
  timeline_->set_stops(func, std::move(pcs));
}

void Debuggee::apply_all_stops() {
  for (const Breakpoint& b : breakpoints_)
    if (b.resolved) apply_stops(b.func);
}

}  // namespace wasmscope::debug
