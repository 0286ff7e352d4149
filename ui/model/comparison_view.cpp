// SPDX-License-Identifier: Apache-2.0
#include "ui/model/comparison_view.h"

#include <algorithm>

#include "ui/model/number_text.h"

namespace wasmscope::ui {
namespace {

using debug::TierComparison;
using debug::TierDifference;

constexpr size_t kBytesPerRow = 8;

std::string at(const runtime::Instant& instant) { return runtime::to_text(instant); }

std::string end_of(const debug::TierState& state) { return state.end.empty() ? state.where : state.end; }

std::string hex_bytes(const std::vector<uint8_t>& bytes, size_t first, size_t end) {
  std::string text;
  for (size_t i = first; i < std::min(end, bytes.size()); ++i) text += (text.empty() ? "" : " ") + hex_digits(bytes[i], 2);
  return text;
}

void add_bytes(std::vector<ComparedRow>& rows, const debug::DifferingBytes& bytes) {
  const std::string where = bytes.where == debug::DifferingBytes::Where::Objects ? "objects+" : "m" + std::to_string(bytes.memory) + ":";
  for (size_t first = 0; first < bytes.interpreted.size(); first += kBytesPerRow) {
    const std::string left = hex_bytes(bytes.interpreted, first, first + kBytesPerRow), right = hex_bytes(bytes.compiled, first, first + kBytesPerRow);
    rows.push_back({ComparedRow::Kind::Value, where + hex(bytes.begin + first), left, right, left != right});
  }
}

void add_heading(std::vector<ComparedRow>& rows, std::string text) {
  rows.push_back({ComparedRow::Kind::Heading, std::move(text), {}, {}, false});
}

// Locals and operands of the innermost frames, equal ones too: what the differing ones stand among.
void add_frames(std::vector<ComparedRow>& rows, const TierDifference& difference) {
  if (difference.interpreted.frames.empty() || difference.compiled.frames.empty()) return;
  const debug::Frame &left = difference.interpreted.frames.front(), &right = difference.compiled.frames.front();
  if (left.func != right.func) return;
  add_heading(rows, "innermost frame: " + left.func_name);
  const auto add = [&](const std::string& name, const runtime::Value* a, const runtime::Value* b) {
    const std::string interpreted = a != nullptr ? runtime::to_text(*a) : "", compiled = b != nullptr ? runtime::to_text(*b) : "";
    rows.push_back({ComparedRow::Kind::Value, name, interpreted, compiled, interpreted != compiled});
  };
  for (size_t i = 0; i < std::min(left.locals.size(), right.locals.size()); ++i)
    add(left.locals[i].name.empty() ? "local " + std::to_string(i) : left.locals[i].name, &left.locals[i].value, &right.locals[i].value);
  for (size_t i = 0; i < std::max(left.operands.size(), right.operands.size()); ++i)
    add("operand " + std::to_string(i), i < left.operands.size() ? &left.operands[i].value : nullptr, i < right.operands.size() ? &right.operands[i].value : nullptr);
}

}  // namespace

ComparisonState comparison_state(const TierComparison* comparison) {
  if (comparison == nullptr) return {ComparisonTone::Unknown, "not compared"};
  switch (comparison->verdict) {
    case TierComparison::Verdict::NotCompared: break;
    case TierComparison::Verdict::Running: return {ComparisonTone::Busy, "comparing: same state up to " + at(comparison->same_up_to)};
    case TierComparison::Verdict::Same:
    case TierComparison::Verdict::Stopped: return {ComparisonTone::Same, "= same state up to " + at(comparison->same_up_to)};
    case TierComparison::Verdict::Different:
      return {ComparisonTone::Different, "\u2260 at " + at(comparison->difference ? comparison->difference->interpreted.at : comparison->same_up_to)};
    case TierComparison::Verdict::Failed: return {ComparisonTone::Unknown, "not compared: " + comparison->message};
  }
  return {ComparisonTone::Unknown, "not compared"};
}

std::string tier_text(const debug::TierPicture& tiers) {
  if (tiers.chosen == debug::Tier::Interpreter || !tiers.why_interpreted.empty()) return "interpreter";
  const std::string name(debug::name_of(tiers.chosen));
  if (!tiers.funcs) return name;
  return name + ", " + grouped(tiers.compiled) + " compiled";
}

std::string func_tier_text(const debug::TierPicture& tiers, wasm::FuncIndex func) {
  const debug::FuncTier* const found = tiers.funcs ? tiers.find(func) : nullptr;
  if (found == nullptr) return "not called yet";
  switch (found->code) {
    case debug::FuncTier::Code::Interpreted: return "interpreted";
    case debug::FuncTier::Code::Compiled: return "compiled";
    case debug::FuncTier::Code::CompiledWithStops: return "compiled with stops";
  }
  return {};
}

DifferenceCard difference_card(const TierDifference& difference) {
  DifferenceCard card;
  const std::string place = difference.is_exact ? "after " + difference.instruction + " at " + hex(difference.pc) + " in " + difference.func_name
                                                : "between " + at(difference.last_same) + " and " + at(difference.interpreted.at);
  switch (difference.kind) {
    case TierDifference::Kind::State: card.title = "The states differ " + place; break;
    case TierDifference::Kind::ControlFlow: card.title = "Compiled code goes elsewhere " + place; break;
    case TierDifference::Kind::End: card.title = "The tiers end differently " + place; break;
    case TierDifference::Kind::NanBits: card.title = "Bits of NaNs differ " + place; break;
  }
  if (difference.kind == TierDifference::Kind::State || difference.kind == TierDifference::Kind::NanBits) {
    if (!difference.values.empty()) {
      const debug::DifferingValue& first = difference.values.front();
      card.sentence = first.name + ": interpreter " + (first.interpreted.empty() ? "none" : first.interpreted) + ", compiled " + (first.compiled.empty() ? "none" : first.compiled);
    } else if (!difference.bytes.empty()) {
      const debug::DifferingBytes& first = difference.bytes.front();
      card.sentence = "bytes at " + hex(first.begin) + ": interpreter " + hex_bytes(first.interpreted, 0, kBytesPerRow) + ", compiled " + hex_bytes(first.compiled, 0, kBytesPerRow);
    }
    const size_t more = difference.values.size() + difference.bytes.size();
    if (more > 1) card.sentence += "; " + std::to_string(more - 1) + (difference.has_more ? " and more" : " more");
  } else {
    card.sentence = "interpreter " + end_of(difference.interpreted) + "; compiled " + end_of(difference.compiled);
  }
  return card;
}

std::vector<ComparedRow> compared_rows(const TierDifference& difference) {
  std::vector<ComparedRow> rows;
  add_heading(rows, "where they stand");
  rows.push_back({ComparedRow::Kind::Value, "instant", at(difference.interpreted.at), at(difference.compiled.at), difference.interpreted.at != difference.compiled.at});
  rows.push_back({ComparedRow::Kind::Value, "place", end_of(difference.interpreted), end_of(difference.compiled), end_of(difference.interpreted) != end_of(difference.compiled)});
  if (!difference.values.empty()) {
    add_heading(rows, "values that differ");
    for (const debug::DifferingValue& value : difference.values)
      rows.push_back({ComparedRow::Kind::Value, value.name + (value.is_nan_only ? " (NaN)" : ""), value.interpreted, value.compiled, true});
  }
  if (!difference.bytes.empty()) {
    add_heading(rows, "bytes that differ");
    for (const debug::DifferingBytes& bytes : difference.bytes) add_bytes(rows, bytes);
  }
  if (difference.has_more) add_heading(rows, "and more");
  add_frames(rows, difference);
  if (!difference.functions.empty()) {
    add_heading(rows, "functions that ran in between");
    for (const std::string& function : difference.functions) rows.push_back({ComparedRow::Kind::Value, function, {}, {}, false});
  }
  if (!difference.wasm.empty() || !difference.machine.empty()) {
    add_heading(rows, "code");
    for (size_t i = 0; i < std::max(difference.wasm.size(), difference.machine.size()); ++i) {
      ComparedRow& row = rows.emplace_back(ComparedRow{ComparedRow::Kind::Code, {}, {}, {}, false});
      if (i < difference.wasm.size()) {
        const debug::ComparedLine& line = difference.wasm[i];
        if (line.pc != 0) row.name = hex_digits(line.pc, 4);
        row.interpreted = line.text;
        row.is_marked = line.is_here;
      }
      if (i < difference.machine.size()) {
        row.compiled = difference.machine[i].text;
        row.is_compiled_marked = difference.machine[i].is_here;
      }
    }
  }
  return rows;
}

}  // namespace wasmscope::ui
