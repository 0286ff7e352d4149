// SPDX-License-Identifier: Apache-2.0
// A comparison of the tiers in words.
#include <cstdio>

#include "engine/debug/text_table.h"
#include "engine/debug/tier_comparison.h"

namespace wasmscope::debug {
namespace {

using Kind = TierDifference::Kind;

std::string hex_bytes(const std::vector<uint8_t>& bytes) {
  std::string text;
  for (const uint8_t byte : bytes) {
    char digits[8];
    std::snprintf(digits, sizeof digits, text.empty() ? "%02x" : " %02x", byte);
    text += digits;
  }
  return text;
}

std::string address_text(const DifferingBytes& bytes) {
  char text[64];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(bytes.begin));
  return (bytes.where == DifferingBytes::Where::Objects ? "objects " : "m" + std::to_string(bytes.memory) + ":") + std::string(text);
}

std::string describe(const TierState& state) { return state.end.empty() ? state.where : state.end + ", at " + state.where; }

// Of the innermost frame.
std::string describe_values(const TierState& state) {
  if (state.frames.empty()) return {};
  const Frame& frame = state.frames.front();
  std::string lines;
  const auto add = [](std::string& line, const std::string& name, const runtime::Value& value, const Referent& referent) {
    line += (line.empty() ? "" : ", ") + name + " = " + (referent.text.empty() ? runtime::to_text(value) : referent.text);
  };
  std::string locals, operands;
  for (size_t i = 0; i < frame.locals.size(); ++i) {
    const VariableValue& local = frame.locals[i];
    add(locals, local.name.empty() ? "local " + std::to_string(i) : local.name, local.value, local.referent);
  }
  for (size_t i = 0; i < frame.operands.size(); ++i)
    add(operands, "operand " + std::to_string(i), frame.operands[i].value, frame.operands[i].referent);
  if (!locals.empty()) lines += "  " + locals + "\n";
  if (!operands.empty()) lines += "  " + operands + "\n";
  return lines;
}

std::string_view words_for(Kind kind) {
  switch (kind) {
    case Kind::State: return "other values";
    case Kind::ControlFlow: return "compiled code goes elsewhere";
    case Kind::End: return "another end";
    case Kind::NanBits: return "other bits of NaNs";
  }
  return {};
}

std::string list(const std::vector<ComparedLine>& lines, bool has_pcs) {
  std::string text;
  for (const ComparedLine& line : lines) {
    char pc[16] = "";
    if (has_pcs) std::snprintf(pc, sizeof pc, "0x%x  ", line.pc);
    text += (line.is_here ? "=> " : "   ") + std::string(pc) + line.text + "\n";
  }
  return text;
}

std::string report(const TierDifference& difference) {
  std::string text;
  if (difference.is_exact) {
    text = "different after `" + difference.instruction + "`: " + std::string(words_for(difference.kind)) + "\n  " + difference.before.where + "\n";
  } else {
    text = "different between " + runtime::to_text(difference.last_same) + " and " + runtime::to_text(difference.interpreted.at) + ": " +
           std::string(words_for(difference.kind)) + "\n";
    text += "  not when compiled code is made to stop in between, where it stores and loads its registers again\n";
    for (size_t i = 0; i < difference.functions.size(); ++i) text += (i == 0 ? "  functions: " : ", ") + difference.functions[i];
    if (!difference.functions.empty()) text += "\n";
  }
  if (const std::string values = describe_values(difference.before); !values.empty()) text += "before, on both tiers\n" + values;
  text += "after\n  interpreter  " + describe(difference.interpreted) + "\n  compiled     " + describe(difference.compiled) + "\n";
  if (!difference.values.empty() || !difference.bytes.empty()) {
    TextTable table("lll");
    table.add({"", "interpreter", "compiled"});
    for (const DifferingValue& value : difference.values) table.add({"  " + value.name, value.interpreted, value.compiled});
    for (const DifferingBytes& bytes : difference.bytes)
      table.add({"  " + address_text(bytes), hex_bytes(bytes.interpreted), hex_bytes(bytes.compiled)});
    text += table.to_text() + "\n";
    if (difference.has_more) text += "  and more\n";
  }
  if (!difference.wasm.empty()) text += "code\n" + list(difference.wasm, true);
  if (!difference.machine.empty()) text += "machine code\n" + list(difference.machine, false);
  return text;
}

}  // namespace

std::string to_report(const TierComparison& comparison) {
  using Verdict = TierComparison::Verdict;
  const std::string counted = "ticks               " + std::to_string(comparison.same_up_to.tick) +
                              "\nstates compared     " + std::to_string(comparison.comparisons) +
                              "\nhost calls          " + std::to_string(comparison.host_calls) +
                              "\nfunctions compiled  " + std::to_string(comparison.functions_compiled) + "\n";
  std::string apart;
  if (comparison.has_other_nans) {
    apart = comparison.nan_difference ? "\nbits of NaNs differ, which they may: " + (comparison.nan_differences == 1 ? "once" : std::to_string(comparison.nan_differences) + " times") + ", and both went on alike\nfirst: " + report(*comparison.nan_difference)
                                      : "\nno bits of NaNs differ\n";
  }
  switch (comparison.verdict) {
    case Verdict::NotCompared: return "not compared\n";
    case Verdict::Running: return "same up to " + runtime::to_text(comparison.same_up_to) + ", going on\n";
    case Verdict::Failed: return comparison.message + "\n";
    case Verdict::Same:
    case Verdict::Stopped: return comparison.message + "\n" + counted + apart;
    case Verdict::Different: return report(*comparison.difference) + apart;
  }
  return {};
}

}  // namespace wasmscope::debug
