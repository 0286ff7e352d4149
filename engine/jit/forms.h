// SPDX-License-Identifier: Apache-2.0
// How compiled code carries out each operation of slot code. Internal to jit/.
#pragma once
#include <array>

#include "engine/lower/slot_code.h"

namespace wasmscope::jit {

enum class Form : uint8_t {
  MachineCode,
  RuntimeCall,   // a handler of the interpreter is called
  Interpreted,   // the same for want of anything better: no instruction that slot code has is left to this
};
// By instruction.
const std::array<Form, wasm::kOpCount>& forms();
inline Form form_of(const lower::SlotOp& op) {
  const auto row = static_cast<size_t>(op.op);
  if (row < wasm::kOpCount) return forms()[row];
  return op.op == lower::SlotOpcode::Anchor ? Form::RuntimeCall : Form::MachineCode;
}
// Of functions that return here; tail calls are other instructions.
inline bool is_call(const lower::SlotOp& op) {
  return op.op == lower::slot_op(wasm::Op::Call) || op.op == lower::slot_op(wasm::Op::CallIndirect) ||
         op.op == lower::slot_op(wasm::Op::CallRef);
}
inline bool is_native(const lower::SlotOp& op) { return form_of(op) == Form::MachineCode; }

// It may go on at the label `target`, and at no other.
inline bool has_target(const lower::SlotOp& op) { return op.op >= lower::SlotOpcode::Branch && op.op <= lower::SlotOpcode::LoopAdd; }

}  // namespace wasmscope::jit
