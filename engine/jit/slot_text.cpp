// SPDX-License-Identifier: Apache-2.0
// Slot code as text.
#include <algorithm>
#include <cstdio>

#include "engine/jit/listing.h"

namespace wasmscope::jit {
namespace {

using lower::SlotCode;
using lower::SlotOp;
using lower::SlotOpcode;
using lower::Source;
using lower::SourceKind;
using wasm::Op;

constexpr uint32_t kShownTargets = 8;

std::string hex(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::string slot(uint64_t number) { return "s" + std::to_string(number); }
std::string to_text(const Source& source) {
  return source.kind == SourceKind::Slot ? slot(source.value) : hex(source.value);
}
std::string label(uint32_t number) { return "L" + std::to_string(number); }
std::string text_of(Op op) { return std::string(wasm::info(op).text); }

// The address that a load or store takes.
std::string address(const SlotOp& op) {
  std::string text = "[" + to_text(op.a);
  if (op.has_inner && op.inner == Op::I32Shl) text = "[" + to_text(op.c) + " + (" + to_text(op.a) + " << " + to_text(op.b) + ")";
  else if (op.has_inner || op.is_plus) text += " + " + to_text(op.b);
  if (op.offset != 0) text += " + " + hex(op.offset);
  return (op.index != 0 ? "m" + std::to_string(op.index) : "") + text + "]";
}

std::string inner_text(const SlotOp& op) {
  const wasm::OpInfo& inner = wasm::info(op.inner);
  if (inner.width == 0) return "(" + text_of(op.inner) + " " + to_text(op.a) + ", " + to_text(op.b) + ")";
  SlotOp access = op;
  access.has_inner = false;
  return "(" + text_of(op.inner) + " " + address(access) + ")";
}

std::string compared(const SlotOp& op) { return text_of(op.compare) + " " + to_text(op.a) + ", " + to_text(op.b); }

std::string condition(const SlotOp& op) { return op.has_inner ? inner_text(op) : to_text(op.a); }

std::string table_text(const SlotOp& op, const SlotCode& code) {
  std::string text = "by " + to_text(op.a) + " to";
  for (uint32_t i = 0; i < std::min(op.count, kShownTargets); ++i) text += " " + label(code.targets[op.target + i]);
  return op.count > kShownTargets ? text + " and " + std::to_string(op.count - kShownTargets) + " more" : text;
}

// An instruction whose signature says what it takes.
std::string plain_text(const SlotOp& op, const wasm::OpInfo& info) {
  const std::string_view signature = info.signature;
  const auto popped = static_cast<size_t>(std::ranges::find(signature, '_') - signature.begin());
  const std::string result = signature.ends_with('_') ? std::string() : slot(op.d) + " = ";
  const std::string name(info.text);
  if (info.width != 0) {
    std::string text = result + name + " " + address(op);
    if (popped > 1) text += ", " + to_text(op.has_inner ? op.c : op.b);
    return text;
  }
  if (op.has_inner)
    return result + name + " " + (op.is_left || wasm::info(op.inner).width == 0 ? inner_text(op) + ", " + to_text(op.c) : to_text(op.c) + ", " + inner_text(op));
  std::string text = result + name;
  const Source* const sources[] = {&op.a, &op.b, &op.c};
  for (size_t i = 0; i < std::min(popped, std::size(sources)); ++i) text += (i == 0 ? " " : ", ") + to_text(*sources[i]);
  return text;
}

std::string instruction_text(const SlotOp& op) {
  const wasm::OpInfo& info = wasm::info(static_cast<Op>(op.op));
  const std::string name(info.text);
  switch (static_cast<Op>(op.op)) {
    case Op::Call:
    case Op::ReturnCall: return name + " #" + std::to_string(op.index) + " at " + slot(op.d);
    case Op::CallIndirect:
    case Op::ReturnCallIndirect:
    case Op::CallRef:
    case Op::ReturnCallRef: return name + " " + to_text(op.a) + " at " + slot(op.d);
    case Op::GlobalGet: return slot(op.d) + " = global " + std::to_string(op.index);
    case Op::GlobalSet: return "global " + std::to_string(op.index) + " = " + to_text(op.a);
    case Op::Select: return slot(op.d) + " = select " + to_text(op.a) + ", " + to_text(op.b) + ", " + to_text(op.c);
    default: break;
  }
  if (!wasm::is_special(static_cast<Op>(op.op))) return plain_text(op, info);
  return name + " d=" + slot(op.d) + " a=" + to_text(op.a) + " b=" + to_text(op.b) + " c=" + to_text(op.c);
}

}  // namespace

std::string to_text(const SlotOp& op, const SlotCode& code) {
  if (static_cast<uint16_t>(op.op) < wasm::kOpCount) return instruction_text(op);
  switch (op.op) {
    case SlotOpcode::Mov: return slot(op.d) + " = " + to_text(op.a);
    case SlotOpcode::MovPair: return slot(op.d) + ":" + slot(op.d + 1) + " = " + to_text(op.a) + ", " + slot(op.a.value + 1);
    case SlotOpcode::Const: return slot(op.d) + " = " + hex(op.a.value);
    case SlotOpcode::ConstPair: return slot(op.d) + ":" + slot(op.d + 1) + " = " + hex(op.a.value) + ", " + hex(op.b.value);
    case SlotOpcode::Label: return label(op.target) + ":";
    case SlotOpcode::Branch: return "to " + label(op.target);
    case SlotOpcode::LoopMov: return slot(op.d) + " = " + to_text(op.a) + ", to " + label(op.target);
    case SlotOpcode::BranchIf: return "if " + condition(op) + " to " + label(op.target);
    case SlotOpcode::BranchIfNot: return "if not " + condition(op) + " to " + label(op.target);
    case SlotOpcode::BranchCompare: return "if " + compared(op) + " to " + label(op.target);
    case SlotOpcode::BranchCompareNot: return "if not " + compared(op) + " to " + label(op.target);
    case SlotOpcode::LoopAdd:
      return to_text(op.a) + " += " + to_text(op.b) + ", if " + text_of(op.compare) + " " + to_text(op.a) + ", " + to_text(op.c) +
             " to " + label(op.target);
    case SlotOpcode::BranchTable: return table_text(op, code);
    case SlotOpcode::Return: return code.result_slots == 0 ? "return" : "return " + to_text(op.a);
    case SlotOpcode::ReturnMany: return "return " + to_text(op.a) + " and following, " + std::to_string(code.result_slots);
    case SlotOpcode::Anchor: return "stop";
    default: return "trap";
  }
}

}  // namespace wasmscope::jit
