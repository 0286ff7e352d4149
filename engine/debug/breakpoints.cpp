// SPDX-License-Identifier: Apache-2.0
// The commands that make, change and remove breakpoints and watchpoints.
#include <algorithm>
#include <utility>

#include "engine/base/utf8.h"
#include "engine/debug/branching.h"
#include "engine/debug/carry_out.h"
#include "engine/debug/debuggee.h"
#include "engine/debug/message_template.h"

namespace wasmscope::debug {
namespace {

using wasm::Op;

std::expected<uint32_t, std::string> parse_id(const std::string& text) {
  const auto id = parse_number(text);
  if (!id || *id == 0 || *id > UINT32_MAX) return refuse(ErrorCode::BadArgument, "`" + escape_for_display(text) + "` is no breakpoint's number");
  return static_cast<uint32_t>(*id);
}

// "memory.grow", "memory.*", "*.div_s"
wasm::OpSet ops_like(std::string_view pattern) {
  wasm::OpSet ops;
  const size_t star = pattern.find('*');
  const std::string_view begin = pattern.substr(0, star), end = star == std::string_view::npos ? std::string_view() : pattern.substr(star + 1);
  for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
    const std::string_view text = wasm::info(static_cast<Op>(i)).text;
    const bool is_like = star == std::string_view::npos ? text == pattern
                                                        : text.size() >= begin.size() + end.size() && text.starts_with(begin) && text.ends_with(end);
    if (is_like) ops.set(i);
  }
  return ops;
}

// Those that may make their function return, by themselves or by a branch to its end.
wasm::OpSet exits() {
  return branch_ops() | wasm::op_set({Op::Return, Op::End, Op::ReturnCall, Op::ReturnCallIndirect, Op::ReturnCallRef});
}
wasm::OpSet throws() { return wasm::op_set({Op::Throw, Op::ThrowRef, Op::Rethrow}); }

// A place in memory by its address, whatever expression led there.
std::string memory_text(const ExpressionPlace& place) {
  const std::string memory = place.index == 0 ? "" : "m" + std::to_string(place.index) + ".";
  if (place.is_text) return memory + "bytes(" + to_hex(place.address) + ", " + std::to_string(place.bytes) + ")";
  std::string type = wasm::to_text(place.type);
  if (place.bytes == 1) type = "u8";
  if (place.bytes == 2) type = "u16";
  if (place.bytes == 4 && place.type == wasm::kI64) type = "i32";
  return memory + type + "[" + to_hex(place.address) + "]";
}

}  // namespace

std::vector<Breakpoint> Debuggee::breakpoints() const {
  std::vector<Breakpoint> shown;
  for (const StopPoint& point : stops_.points) shown.push_back(point.shown);
  return shown;
}

std::string Debuggee::breakpoint_text(const Breakpoint& breakpoint) const {
  std::string text = breakpoint.requested;
  switch (breakpoint.kind) {
    case StopKind::Code:
      text = breakpoint.resolved ? to_text(module(), names(), breakpoint.func, breakpoint.pc)
                                 : "#" + std::to_string(breakpoint.func) + " " + names().func(breakpoint.func);
      break;
    case StopKind::Exit: text = "end of #" + std::to_string(breakpoint.func) + " " + names().func(breakpoint.func); break;
    case StopKind::Import: text = "calls of #" + std::to_string(breakpoint.func) + " " + names().func(breakpoint.func); break;
    case StopKind::Instruction: text = "every " + breakpoint.requested.substr(3); break;
    case StopKind::Throw: text = "thrown exceptions"; break;
    case StopKind::Watch: {
      constexpr const char* kModes[] = {"changes of ", "writes of ", "reads of ", "reads and writes of "};
      text = kModes[static_cast<size_t>(breakpoint.mode)] + breakpoint.requested;
      if (!breakpoint.value.empty()) text += " = " + breakpoint.value;
      break;
    }
  }
  if (!breakpoint.condition.empty()) text += "  if " + breakpoint.condition;
  if (!breakpoint.log.empty()) text += "  logs \"" + breakpoint.log + "\"";
  if (breakpoint.is_temporary) text += "  once";
  if (breakpoint.ignore > 0) text += "  ignores " + std::to_string(breakpoint.ignore) + (breakpoint.ignore == 1 ? " hit" : " hits");
  if (!breakpoint.note.empty()) text += "  (" + breakpoint.note + ")";
  return text;
}

std::expected<StopPoint, std::string> Debuggee::make_point(const std::string& place) const {
  if (!is_runnable()) return loaded_ && loaded_->error ? refuse(*loaded_->error) : refuse(ErrorCode::NoModule);
  StopPoint point;
  point.shown.requested = escape_for_display(place);
  const size_t colon = place.find(':');
  const std::string what = place.substr(0, colon), which = colon == std::string::npos ? "" : place.substr(colon + 1);
  if (what == "op") {
    point.shown.kind = StopKind::Instruction;
    point.shown.resolved = true;
    point.ops = ops_like(which);
    if (point.ops.none()) return std::unexpected("there is no instruction `" + escape_for_display(which) + "`: op:memory.grow, op:memory.*, op:*.div_s");
    return point;
  }
  if (place == "throw") {
    point.shown.kind = StopKind::Throw;
    point.shown.resolved = true;
    point.ops = throws();
    return point;
  }
  const bool is_exit = what == "exit" && colon != std::string::npos, is_import = what == "import" && colon != std::string::npos;
  if (is_import) {
    // As the module imports it; else any name of a function.
    for (const wasm::Import& import : module().imports) {
      if (import.kind != wasm::ExternKind::Func || (std::string(import.module) + "." + std::string(import.name) != which && import.name != which)) continue;
      point.shown.func = import.index;
      point.shown.resolved = true;
      break;
    }
  }
  if (!point.shown.resolved) {
    const auto found = parse_code_place(module(), names(), is_exit || is_import ? which : place);
    if (!found) return refuse(found.error());
    point.shown.resolved = found->has_code;
    point.shown.func = found->func;
    point.shown.pc = found->pc;
    point.shown.note = found->note;
    if (is_import && found->has_code) return std::unexpected("`" + escape_for_display(which) + "` is no import");
  }
  // An import has no instruction to stop at: its calls have.
  if (is_import || (!point.shown.resolved && !is_exit)) {
    point.shown.kind = StopKind::Import;
    point.shown.resolved = true;
    point.shown.note.clear();
    point.ops = call_ops();
  } else if (is_exit) {
    if (!point.shown.resolved) return std::unexpected("an import has no instructions: break import:NAME stops at its calls");
    point.shown.kind = StopKind::Exit;
    point.shown.note.clear();
    point.ops = exits();
  }
  return point;
}

// Whether a condition or a message can mean anything there.
std::optional<std::string> Debuggee::check_condition(const Breakpoint& at, const std::string& condition) const {
  // Elsewhere what locals there are depends on where it stops.
  if (condition.empty() || at.kind != StopKind::Code) return std::nullopt;
  const auto made = Expression::compile(condition, {module(), names(), at.func, at.pc, false});
  if (!made) return to_text(made.error(), condition);
  if (!made->is_condition()) return "a condition is a number or a reference, and this is " + made->type_text();
  return std::nullopt;
}

Answer Debuggee::add_breakpoint(const BreakpointRequest& request) {
  auto point = make_point(request.place);
  if (!point) return std::unexpected(point.error());
  if (const auto error = check_condition(point->shown, request.condition)) return std::unexpected(*error);
  if (!request.log.empty() && point->shown.kind == StopKind::Code) {
    const auto made = MessageTemplate::compile(request.log, {module(), names(), point->shown.func, point->shown.pc, false});
    if (!made) return std::unexpected(to_text(made.error(), request.log));
  }
  Breakpoint& shown = point->shown;
  const auto same = std::ranges::find_if(stops_.points, [&](const StopPoint& each) {
    const Breakpoint& b = each.shown;
    return b.kind == shown.kind && b.func == shown.func && b.pc == shown.pc && each.ops == point->ops && b.log == request.log &&
           b.condition == request.condition && b.is_temporary == request.is_temporary;
  });
  if (same != stops_.points.end()) {
    same->shown.enabled = true;
    stops_.apply();
    return "breakpoint " + std::to_string(same->shown.id) + " is already at " + breakpoint_text(same->shown);
  }
  shown.id = next_breakpoint_++;
  shown.condition = request.condition;
  shown.log = request.log;
  shown.is_temporary = request.is_temporary;
  stops_.points.push_back(std::move(*point));
  stops_.apply();
  const Breakpoint& added = stops_.points.back().shown;
  return "breakpoint " + std::to_string(added.id) + " at " + breakpoint_text(added);
}

std::expected<ExpressionPlace, std::string> Debuggee::locate(const std::string& text) const {
  if (contents() == nullptr) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  const Inspection* const now = inspection();
  const ExpressionScope scope = now != nullptr ? now->expression_scope(selected_depth) : ExpressionScope{module(), names()};
  const ExpressionFrame frame = now != nullptr ? now->expression_frame(selected_depth)
                                               : ExpressionFrame(contents()->store(), contents()->instance());
  // A plain address is a byte there, ADDRESS,COUNT that many.
  const size_t comma = text.find(',');
  const auto address = parse_memory_place(text.substr(0, comma));
  const auto count = comma == std::string::npos ? std::optional<uint64_t>() : parse_number(text.substr(comma + 1));
  std::string whole = text;
  if (address && text.find_first_not_of("0123456789abcdefxABCDEFm:_,") == std::string::npos && (count || comma == std::string::npos)) {
    const std::string memory = "m" + std::to_string(address->memory) + ".", at = to_hex(address->address);
    whole = count ? memory + "bytes(" + at + ", " + std::to_string(*count) + ")" : memory + "u8[" + at + "]";
  }
  const auto expression = Expression::compile(whole, scope);
  if (!expression) return std::unexpected(to_text(expression.error(), whole));
  if (!expression->is_place())
    return std::unexpected("`" + escape_for_display(whole) + "` is a value that is kept nowhere; a local, a global, i32[ADDRESS], bytes(ADDRESS, COUNT), t0[INDEX] or a field is a place");
  const auto place = expression->locate(frame);
  if (!place) return std::unexpected(to_text(place.error(), whole));
  return *place;
}

Answer Debuggee::add_watchpoint(const std::string& text, WatchMode mode) {
  if (contents() == nullptr) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  const size_t condition_at = text.rfind(" if ");
  const std::string what = text.substr(0, condition_at);
  const auto place = locate(what);
  if (!place) return std::unexpected(place.error());
  if (place->kind == ExpressionPlace::Kind::Operand) return std::unexpected("an operand is written once, by the instruction that pushed it: `who` says which");
  StopPoint point;
  point.watch.emplace(*place, *contents());
  point.shown.kind = StopKind::Watch;
  point.shown.mode = mode;
  point.shown.resolved = true;
  point.shown.requested = place->kind == ExpressionPlace::Kind::Memory ? memory_text(*place) : escape_for_display(what);
  if (place->kind == ExpressionPlace::Kind::Local)
    point.shown.note = "in frame " + std::to_string(place->depth) + ", " + names().func(point.watch->func());
  if (condition_at != std::string::npos) point.shown.condition = text.substr(condition_at + 4);
  point.shown.id = next_breakpoint_++;
  stops_.points.push_back(std::move(point));
  stops_.apply();
  const Breakpoint& added = stops_.points.back().shown;
  return "watchpoint " + std::to_string(added.id) + ": " + breakpoint_text(added);
}

Answer Debuggee::remove_breakpoints(const Arguments& ids) {
  if (ids.empty()) {
    const size_t count = stops_.points.size();
    stops_.points.clear();
    stops_.apply();
    return count == 0 ? "there are no breakpoints" : "deleted " + std::to_string(count) + (count == 1 ? " breakpoint" : " breakpoints");
  }
  std::string text;
  for (const std::string& word : ids) {
    const auto point = find_point(word);
    if (!point) return std::unexpected(point.error());
    stops_.points.erase(stops_.points.begin() + (*point - stops_.points.data()));
    stops_.apply();
    text += (text.empty() ? "deleted breakpoint " : ", ") + word;
  }
  return text;
}

std::expected<StopPoint*, std::string> Debuggee::find_point(const std::string& word) {
  const auto id = parse_id(word);
  if (!id) return std::unexpected(id.error());
  StopPoint* const point = stops_.find(*id);
  if (point == nullptr) return refuse(ErrorCode::NoSuchItem, "breakpoint " + std::to_string(*id));
  return point;
}

Answer Debuggee::enable_breakpoints(const Arguments& ids, bool on) {
  std::string text;
  for (const std::string& word : ids) {
    const auto point = find_point(word);
    if (!point) return std::unexpected(point.error());
    (*point)->shown.enabled = on;
    text += (text.empty() ? (on ? "enabled breakpoint " : "disabled breakpoint ") : ", ") + word;
  }
  stops_.apply();
  return text;
}

Answer Debuggee::set_condition(const std::string& id, const std::string& condition) {
  const auto point = find_point(id);
  if (!point) return std::unexpected(point.error());
  Breakpoint& shown = (*point)->shown;
  if (const auto error = check_condition(shown, condition)) return std::unexpected(*error);
  shown.condition = condition;
  (*point)->conditions.clear();
  return "breakpoint " + id + (condition.empty() ? " stops always" : " stops if " + condition);
}

Answer Debuggee::set_ignore(const std::string& id, uint64_t count) {
  const auto point = find_point(id);
  if (!point) return std::unexpected(point.error());
  (*point)->shown.ignore = count;
  return "breakpoint " + id + (count == 0 ? " stops at its next hit" : " ignores the next " + std::to_string(count) + (count == 1 ? " hit" : " hits"));
}

namespace {

std::expected<BreakpointRequest, std::string> to_request(Command command, const Arguments& arguments) {
  if (arguments.empty() || arguments.size() == 2 || (arguments.size() > 1 && arguments[1] != "if")) return wrong_usage(command);
  return BreakpointRequest{arguments[0], arguments.size() > 2 ? arguments[2] : std::string(), {}, command == Command::TemporaryBreak};
}

}  // namespace

template <>
Answer carry_out<Command::Break>(Debuggee& debuggee, const Arguments& arguments) {
  const auto request = to_request(Command::Break, arguments);
  return request ? debuggee.add_breakpoint(*request) : std::unexpected(request.error());
}
template <>
Answer carry_out<Command::TemporaryBreak>(Debuggee& debuggee, const Arguments& arguments) {
  const auto request = to_request(Command::TemporaryBreak, arguments);
  return request ? debuggee.add_breakpoint(*request) : std::unexpected(request.error());
}
template <>
Answer carry_out<Command::LogPoint>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 2) return wrong_usage(Command::LogPoint);
  std::string message = arguments[1];
  if (message.size() > 1 && message.front() == '"' && message.back() == '"') message = message.substr(1, message.size() - 2);
  return debuggee.add_breakpoint({arguments[0], {}, message, false});
}
template <>
Answer carry_out<Command::Watch>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::Watch);
  return debuggee.add_watchpoint(arguments[0], WatchMode::Change);
}
template <>
Answer carry_out<Command::WriteWatch>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::WriteWatch);
  return debuggee.add_watchpoint(arguments[0], WatchMode::Write);
}
template <>
Answer carry_out<Command::ReadWatch>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::ReadWatch);
  return debuggee.add_watchpoint(arguments[0], WatchMode::Read);
}
template <>
Answer carry_out<Command::AccessWatch>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::AccessWatch);
  return debuggee.add_watchpoint(arguments[0], WatchMode::Access);
}
template <>
Answer carry_out<Command::Condition>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.empty()) return wrong_usage(Command::Condition);
  return debuggee.set_condition(arguments[0], arguments.size() > 1 ? arguments[1] : std::string());
}
template <>
Answer carry_out<Command::Ignore>(Debuggee& debuggee, const Arguments& arguments) {
  const auto count = arguments.size() == 2 ? parse_number(arguments[1]) : std::nullopt;
  if (!count) return wrong_usage(Command::Ignore);
  return debuggee.set_ignore(arguments[0], *count);
}
template <>
Answer carry_out<Command::Delete>(Debuggee& debuggee, const Arguments& arguments) {
  return debuggee.remove_breakpoints(arguments);
}
template <>
Answer carry_out<Command::Disable>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.empty()) return wrong_usage(Command::Disable);
  return debuggee.enable_breakpoints(arguments, false);
}
template <>
Answer carry_out<Command::Enable>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.empty()) return wrong_usage(Command::Enable);
  return debuggee.enable_breakpoints(arguments, true);
}

}  // namespace wasmscope::debug
