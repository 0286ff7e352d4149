// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_report.h"

#include <cstdio>

#include "engine/base/utf8.h"
#include "engine/binary/instruction_reader.h"
#include "engine/lower/slot_code.h"

namespace wasmscope::app {
namespace {

constexpr uint32_t kInnermostFrames = 24, kOutermostFrames = 8;   // of a long backtrace

}  // namespace

std::string RunReport::func_text(const runtime::Func& func) const {
  return names_.func(func.index) + " #" + std::to_string(func.index);
}

void RunReport::print_frame(int depth_digits, uint32_t depth, const runtime::Func& func, uint32_t pc) const {
  const auto begin = static_cast<uint32_t>(module_.funcs[func.index].code.begin);
  std::fprintf(stderr, "  %*u  %s  #%u+0x%x  @0x%x\n", depth_digits, depth, names_.func(func.index).c_str(), func.index,
               pc - begin, pc);
}

void RunReport::print_backtrace(const runtime::Execution& execution) const {
  const auto digits = static_cast<int>(std::to_string(execution.depth).size());
  print_frame(digits, execution.depth, *execution.func, execution.pc);
  const runtime::ControlRecord* records = execution.records();
  for (uint32_t left = execution.depth; left > 0; --left) {
    if (execution.depth - left == kInnermostFrames && left > kOutermostFrames) {
      std::fprintf(stderr, "  %*s  %u more\n", digits, "..", left - kOutermostFrames);
      left = kOutermostFrames;
    }
    print_frame(digits, left - 1, store_.funcs[records[left - 1].func], records[left - 1].call_pc);
  }
}

void RunReport::print_trap(const runtime::Trapped& trapped, const runtime::Execution& execution) const {
  std::fprintf(stderr, "wasmscope: trap: %.*s\n", static_cast<int>(wasm::text_of(trapped.code).size()),
               wasm::text_of(trapped.code).data());
  const std::string why =
      trapped.text.empty() ? std::string(wasm::explanation_of(trapped.code)) : escape_for_display(trapped.text);
  if (!why.empty()) std::fprintf(stderr, "%s\n", why.c_str());
  print_backtrace(execution);
}

// The pause is before the call: which function it would reach is in the instruction or, for an indirect
// call, in the table at the operand on top of the stack.
const runtime::Func* RunReport::missing_callee(const runtime::Execution& execution) const {
  const wasm::FuncIndex caller = execution.func->index;
  binary::InstructionReader reader(module_.bytes, {execution.pc, module_.funcs[caller].code.end});
  binary::Instruction call;
  const auto found = reader.next(call);
  if (!found || !*found) return nullptr;
  if (call.op == wasm::Op::Call) return instance_.funcs[call.index];
  if (call.op != wasm::Op::CallIndirect) return nullptr;
  const auto description = lower::describe(module_, caller, execution.pc);
  if (description.operands.empty()) return nullptr;
  const lower::OperandPlace& top = description.operands.back();
  const uint64_t value =
      top.place == lower::Place::Const ? top.bits : execution.slots()[execution.frame_base + top.slot];
  const runtime::Table& table = *instance_.tables[call.index2];
  const uint64_t index = table.type.limits.is64 ? value : value & 0xFFFFFFFF;
  if (index >= table.size() || table.elements()[index] == 0) return nullptr;
  return &store_.funcs[table.elements()[index] - 1];
}

void RunReport::print_missing(const runtime::Func& func) const {
  std::fprintf(stderr, "wasmscope: the program called %s.%s %s, an import that nobody provides\n",
               escape_for_display(func.import->module).c_str(), escape_for_display(func.import->name).c_str(),
               wasm::to_text(*func.type).c_str());
}

void RunReport::print_missing_call(const runtime::Execution& execution) const {
  const runtime::Func* callee = missing_callee(execution);
  if (callee != nullptr && callee->missing) print_missing(*callee);
  else std::fprintf(stderr, "wasmscope: the program called an import that nobody provides\n");
  print_backtrace(execution);
}

}  // namespace wasmscope::app
