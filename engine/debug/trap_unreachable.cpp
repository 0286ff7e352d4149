// SPDX-License-Identifier: Apache-2.0
// Why a program came to an `unreachable`: the condition that decided it, here or in a caller, and the message that
// was given to whatever stops the program.
#include <algorithm>
#include <array>

#include "engine/base/utf8.h"
#include "engine/debug/trap_explainer.h"

namespace wasmscope::debug {

using wasm::Op;

namespace {

constexpr uint32_t kMostFrames = 6;      // looked at
constexpr uint64_t kMostTextBytes = 200;
constexpr size_t kLeastTextBytes = 3;

// Names of functions that end a program.
bool is_alarm(std::string name) {
  static constexpr std::array<std::string_view, 12> kWords = {"abort", "panic", "assert", "fail", "trap", "throw",
                                                              "die", "error", "unwrap", "fatal", "exit", "bug"};
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::ranges::any_of(kWords, [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

}  // namespace

void TrapExplainer::unreachable() {
  explain_call_before();
  const std::string text = approach_text(here());
  uint32_t deciding = inspection_.depth();
  if (!text.empty()) {
    line(text);
    out_.cause = {place_.func, provenance_.approach().instruction.pc};
    trace_condition(here());
  }
  // What always comes here was called for a reason.
  for (uint32_t i = 0; text.empty() && i < std::min(kMostFrames, inspection_.depth()); ++i) {
    deciding = inspection_.depth() - 1 - i;
    const Inspection::FramePlace caller = inspection_.place(deciding);
    line("every call of " + inspection_.names().func(inspection_.place(deciding + 1).func) + " comes here; it was called by " +
         inspection_.names().func(caller.func) + " at " + offset_text(caller.func, caller.pc));
    const Provenance provenance(inspection_.module(), caller.func, caller.pc);
    const std::string reason = approach_text({provenance, caller, deciding});
    if (reason.empty()) continue;
    line("In " + inspection_.names().func(caller.func) + ", " + reason);
    out_.cause = {caller.func, provenance.approach().instruction.pc};
    trace_condition({provenance, caller, deciding});
    break;
  }
  for (uint32_t i = 0; i <= std::min(kMostFrames, inspection_.depth()); ++i) {
    const uint32_t depth = inspection_.depth() - i;
    const std::string name = inspection_.names().func(inspection_.place(depth).func);
    if (depth < deciding && !is_alarm(name)) continue;
    for (const std::string& given : texts_given_to(depth)) line(name + " was given the text " + given);
  }
  point_at_stack_pointer();
}

std::string TrapExplainer::approach_text(const Standing& at) {
  const Approach& approach = at.provenance.approach();
  const std::string what = std::string(wasm::info(approach.instruction.op).text) + " at " + offset_text(at.place.func, approach.instruction.pc);
  std::string condition = text_with_values(at, approach.condition);
  if (!condition.empty()) condition = ": " + condition;
  switch (approach.kind) {
    case Approach::Kind::Start: return {};
    case Approach::Kind::Then: return "the " + what + " led here, its condition was not 0" + condition;
    case Approach::Kind::Else: return "the " + what + " led here, its condition was 0" + condition;
    case Approach::Kind::NotBranched:
      return "the " + what + " did not branch away" + (approach.instruction.op == Op::BrIf ? ", its condition was 0" : "") + condition;
    case Approach::Kind::Branched: return "the " + what + " branched here" + condition;
    case Approach::Kind::Caught: return "a handler of the " + what + " led here";
    case Approach::Kind::SomeBranch: {
      std::string text = "one of these branched here, to the end of the " + what + ":";
      constexpr size_t kMostBranches = 5;
      for (size_t i = 0; i < std::min(kMostBranches, approach.branches.size()); ++i)
        text += (i == 0 ? " " : ", ") + offset_text(at.place.func, approach.branches[i]);
      return approach.branches.size() > kMostBranches ? text + " and others" : text;
    }
  }
  return {};
}

// A condition that is just a local was computed elsewhere.
void TrapExplainer::trace_condition(const Standing& at) {
  ValueId value = at.provenance.approach().condition;
  const ValueSource& source = at.provenance.source(value);
  if (source.kind == ValueSource::Kind::Instruction && source.instruction.op == Op::I32Eqz) value = source.operands[0];
  trace(at, value);
}

// It often says why.
void TrapExplainer::explain_call_before() {
  const Approach& approach = provenance_.approach();
  if (!approach.call) return;
  line("before it came the call at " + offset_text(place_.func, approach.call->pc) + ": " +
       inspection_.instruction_text(place_.func, approach.call->pc));
  for (const ValueId argument : approach.arguments) {
    const auto value = value_now(here(), argument);
    const auto text = value && value->type.kind == wasm::Kind::I32 ? text_at(value->bits, std::nullopt) : std::nullopt;
    if (text) line("it was given the text " + *text);
  }
}

std::vector<std::string> TrapExplainer::texts_given_to(uint32_t depth) const {
  std::vector<std::string> texts;
  const Frame frame = inspection_.frame(depth, Inspection::Detail::Values);
  const size_t params = inspection_.module().func_type(frame.func).params.size();
  for (size_t i = 0; i < params; ++i) {
    if (frame.locals[i].value.type.kind != wasm::Kind::I32) continue;
    const uint64_t address = frame.locals[i].value.bits;
    // An address and a length, or one that leads to a zero.
    const bool has_length = i + 1 < params && frame.locals[i + 1].value.type.kind == wasm::Kind::I32;
    auto text = has_length ? text_at(address, frame.locals[i + 1].value.bits) : std::nullopt;
    if (!text) text = text_at(address, std::nullopt);
    if (text) texts.push_back(*text);
  }
  return texts;
}

// What lies there as a quoted text; nothing when it does not look like one. Without a length: up to a zero.
std::optional<std::string> TrapExplainer::text_at(uint64_t address, std::optional<uint64_t> bytes) const {
  if (inspection_.instance().memories.empty() || address == 0) return std::nullopt;
  const Bytes memory = inspection_.instance().memories[0]->region.bytes();
  if (address >= memory.size() || (bytes && (*bytes > memory.size() - address || *bytes > kMostTextBytes))) return std::nullopt;
  const Bytes from = memory.subspan(address, std::min(bytes.value_or(kMostTextBytes), memory.size() - address));
  const auto end = bytes ? from.end() : std::ranges::find(from, uint8_t{0});
  if (!bytes && end == from.end()) return std::nullopt;
  const std::string text(from.begin(), end);
  if (text.size() < kLeastTextBytes || !is_valid_utf8(text)) return std::nullopt;
  if (std::ranges::any_of(text, [](char c) { return static_cast<uint8_t>(c) < 0x20 && c != '\n' && c != '\t'; })) return std::nullopt;
  return "\"" + escape_for_display(text) + "\"";
}

}  // namespace wasmscope::debug
