// SPDX-License-Identifier: Apache-2.0
#include "ui/model/known_values.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "ui/model/number_text.h"
#include "ui/model/value_text.h"

namespace wasmscope::ui {
namespace {

constexpr size_t kMaxRowsBack = 64;

struct StackEffect {
  size_t popped = 0, pushed = 0;
};

std::optional<StackEffect> effect_of(const wasm::Module& module, const binary::Instruction& instruction) {
  using wasm::Op;
  switch (instruction.op) {
    case Op::LocalGet:
    case Op::GlobalGet: return StackEffect{0, 1};
    case Op::LocalSet:
    case Op::GlobalSet:
    case Op::Drop:
    case Op::BrIf:
    case Op::If: return StackEffect{1, 0};
    case Op::LocalTee: return StackEffect{1, 1};
    case Op::Select:
    case Op::SelectTyped: return StackEffect{3, 1};
    case Op::Block:
    case Op::Nop: return StackEffect{0, 0};
    case Op::Call: {
      if (instruction.index >= module.funcs.size()) return std::nullopt;
      const wasm::FuncType& type = module.func_type(instruction.index);
      return StackEffect{type.params.size(), type.results.size()};
    }
    case Op::CallIndirect: {
      if (instruction.index >= module.types.size()) return std::nullopt;
      const auto* type = std::get_if<wasm::FuncType>(&module.types[instruction.index].composite);
      if (type == nullptr) return std::nullopt;
      return StackEffect{type->params.size() + 1, type->results.size()};
    }
    default: break;
  }
  if (wasm::is_special(instruction.op)) return std::nullopt;
  const std::string_view signature = wasm::info(instruction.op).signature;
  const size_t bar = signature.find('_');
  if (bar == std::string_view::npos) return std::nullopt;
  return StackEffect{bar, signature.size() - bar - 1};
}

struct Step {
  size_t row = 0;
  binary::Instruction instruction;
  StackEffect effect;
};

// The rows before `row` that were certainly executed one after the other on the way to it.
std::vector<Step> straight_line_before(const CodeListing& listing, const wasm::Module& module, size_t row) {
  std::vector<Step> steps;
  while (row > 0 && steps.size() < kMaxRowsBack) {
    --row;
    const binary::Instruction instruction = listing.instruction(row);
    const std::optional<StackEffect> effect = effect_of(module, instruction);
    if (!effect) break;
    steps.push_back({row, instruction, *effect});
  }
  std::ranges::reverse(steps);
  return steps;
}

std::string operands_text(const binary::Instruction& instruction, const std::vector<debug::OperandValue>& operands,
                          size_t count) {
  const wasm::OpInfo& info = wasm::info(instruction.op);
  const auto first = operands.size() - count;
  if (info.imm == wasm::Imm::MemArg && info.width > 0) {
    const runtime::Value& address = operands[first].value;
    const uint64_t effective = address.bits + instruction.memarg.offset;
    std::string text = "at " + hex(effective);
    if (count > 1) text += " \u2190 " + short_text(operands[first + 1].value);
    return text;
  }
  std::string text;
  for (size_t i = first; i < operands.size(); ++i)
    text.append(text.empty() ? "" : ", ").append(short_text(operands[i].value));
  return text;
}

}  // namespace

std::map<size_t, KnownValue> known_values(const CodeListing& listing, const wasm::Module& module,
                                          const debug::Frame& frame) {
  std::map<size_t, KnownValue> known;
  const std::optional<size_t> here = listing.row_of(frame.pc);
  if (!here || !frame.has_values || listing.rows()[*here].pc != frame.pc) return known;

  const std::vector<Step> steps = straight_line_before(listing, module, *here);
  // Heights relative to the first step; negative ones were there before it.
  std::vector<size_t> producers;
  std::map<size_t, size_t> producer_of_last;   // by consuming row: who pushed the operand it took last
  for (const Step& step : steps) {
    for (size_t i = 0; i < step.effect.popped && !producers.empty(); ++i) {
      producer_of_last[step.row] = producers.back();
      producers.pop_back();
    }
    for (size_t i = 0; i < step.effect.pushed; ++i) producers.push_back(step.row);
    if (step.instruction.op == wasm::Op::BrIf) known[step.row] = {KnownKind::NotTaken, "not taken"};
  }
  if (producers.size() <= frame.operands.size()) {
    const size_t base = frame.operands.size() - producers.size();
    for (size_t i = 0; i < producers.size(); ++i)
      known[producers[i]] = {KnownKind::Result, short_text(frame.operands[base + i].value)};
  }
  std::vector<bool> is_written(frame.locals.size());
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    const wasm::Op op = step->instruction.op;
    const uint32_t local = step->instruction.index;
    if (op != wasm::Op::LocalGet && op != wasm::Op::LocalSet && op != wasm::Op::LocalTee) continue;
    if (local >= frame.locals.size() || is_written[local]) continue;
    const KnownValue value{KnownKind::Result, short_text(frame.locals[local].value)};
    known.try_emplace(step->row, value);
    if (op == wasm::Op::LocalGet) continue;
    is_written[local] = true;
    // What was stored is what the instruction before it pushed.
    if (const auto producer = producer_of_last.find(step->row); producer != producer_of_last.end())
      known.try_emplace(producer->second, value);
  }

  const binary::Instruction current = listing.instruction(*here);
  const std::optional<StackEffect> effect = effect_of(module, current);
  // A suspended frame's operands are without the arguments of the call it is in.
  if (frame.return_pc == 0 && effect && effect->popped > 0 && effect->popped <= frame.operands.size())
    known[*here] = {KnownKind::Operands, operands_text(current, frame.operands, effect->popped)};
  return known;
}

}  // namespace wasmscope::ui
