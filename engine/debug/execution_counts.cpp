// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/execution_counts.h"

#include <algorithm>

#include "engine/binary/instruction_reader.h"
#include "engine/debug/text_table.h"
#include "engine/lower/slot_code.h"

namespace wasmscope::debug {
namespace {

std::string percent(uint64_t part, uint64_t whole) {
  return whole == 0 ? "-" : std::to_string(part * 100 / whole) + " %";
}

}  // namespace

ExecutionCounts::ExecutionCounts(const wasm::Module& module) : module_(module) {
  uint64_t begin = UINT64_MAX, end = 0;
  for (wasm::FuncIndex func = module.imported_funcs; func < module.funcs.size(); ++func) {
    begin = std::min(begin, module.funcs[func].code.begin);
    end = std::max(end, module.funcs[func].code.end);
  }
  if (end == 0) return;
  begin_ = static_cast<uint32_t>(begin);
  counts_.resize(end - begin);
}

std::vector<ExecutionCounts::Instruction> ExecutionCounts::instructions(wasm::FuncIndex func) const {
  std::vector<Instruction> all;
  lower::describe_operands(module_, func, 0, [&](const binary::Instruction& instruction, std::span<const lower::OperandPlace>, size_t) {
    all.push_back({instruction.pc, at(instruction.pc)});
  });
  return all;
}

ExecutionCounts::Function ExecutionCounts::function(wasm::FuncIndex func) const {
  Function function{.func = func, .calls = at(static_cast<uint32_t>(module_.funcs[func].code.begin))};
  for (const Instruction& instruction : instructions(func)) {
    ++function.instructions;
    function.executed += instruction.count;
    if (instruction.count > 0) ++function.covered;
  }
  return function;
}

std::vector<ExecutionCounts::Function> ExecutionCounts::functions() const {
  std::vector<Function> all;
  for (wasm::FuncIndex func = module_.imported_funcs; func < module_.funcs.size(); ++func) all.push_back(function(func));
  return all;
}

std::string to_table(const ExecutionCounts& counts, const symbols::Names& names, size_t most) {
  std::vector<ExecutionCounts::Function> all = counts.functions();
  uint64_t executed = 0, calls = 0, instructions = 0, covered = 0, run = 0;
  for (const ExecutionCounts::Function& function : all) {
    executed += function.executed;
    calls += function.calls;
    instructions += function.instructions;
    covered += function.covered;
    if (function.executed > 0) ++run;
  }
  std::ranges::stable_sort(all, std::ranges::greater(), &ExecutionCounts::Function::executed);
  std::string text = std::to_string(executed) + " instructions executed in " + std::to_string(calls) + " calls; " +
                     std::to_string(run) + " of " + std::to_string(all.size()) + " functions ran, " +
                     percent(covered, instructions) + " of the instructions";
  TextTable table("rrrl");
  table.add({"calls", "instructions", "coverage", "function"});
  for (size_t i = 0; i < std::min<size_t>(run, most); ++i) {
    const ExecutionCounts::Function& function = all[i];
    table.add({std::to_string(function.calls), std::to_string(function.executed), percent(function.covered, function.instructions),
               names.func(function.func) + " #" + std::to_string(function.func)});
  }
  if (run > 0) text += "\n" + table.to_text();
  if (run > most) text += "\n... " + std::to_string(run - most) + " more functions";
  return text;
}

}  // namespace wasmscope::debug
