// SPDX-License-Identifier: Apache-2.0
// Calls, and branches on null.
#include "engine/base/try.h"
#include "engine/lower/lowering.h"

namespace wasmscope::lower {

using wasm::Op;
using wasm::ValType;

namespace {

const wasm::FuncType& callee_type(const wasm::Module& module, const binary::Instruction& in) {
  if (in.op == Op::Call || in.op == Op::ReturnCall) return module.func_type(in.index);
  return std::get<wasm::FuncType>(module.types[in.index].composite);
}

}  // namespace

// Calls that compute whom they call: the table index or the reference, in a slot.
Source Lowering::pop_callee(const binary::Instruction& in) {
  if (in.op == Op::Call || in.op == Op::ReturnCall) return {};
  const Entry entry = pop();
  const Source source = source_of(entry);
  if (source.kind == SourceKind::Slot) return source;
  emit_copy(entry.slot, source, entry.type);
  return slot_source(entry.slot);
}

void Lowering::call(const binary::Instruction& in) {
  const wasm::FuncType& type = callee_type(module_, in);
  const Source callee = pop_callee(in);
  flush_top(type.params.size());
  truncate(stack_.size() - type.params.size());
  SlotOp& op = emit(slot_op(in.op));
  op.d = next_slot_;
  op.a = callee;
  op.index = in.index;
  op.index2 = in.index2;
  for (const ValType result : type.results) push_slot(result);
}

// A host function that is called in this way is called as always, and then returned from.
void Lowering::tail_call(const binary::Instruction& in) {
  const wasm::FuncType& type = callee_type(module_, in);
  const Source callee = pop_callee(in);
  const Source first = gather(type.params.size());
  SlotOp& op = emit(slot_op(in.op));
  op.d = static_cast<uint32_t>(first.value);
  op.a = callee;
  op.index = in.index;
  op.index2 = in.index2;
  op.count = wasm::slots_of(type.params);
  code.frame_slots = std::max(code.frame_slots, op.d + wasm::slots_of(type.results));
  SlotOp& back = emit(SlotOpcode::ReturnMany);
  back.a = first;
  back.b = const_source(wasm::slots_of(type.results));
}

// The reference is on top: br_on_null leaves it there and branches without it, br_on_non_null the other way round.
void Lowering::branch_on_null(const binary::Instruction& in) {
  Entry reference = stack_.back();
  if (reference.place == Place::Const) {
    flush(stack_.back());
    reference = stack_.back();
  }
  Condition condition;
  condition.pc = pc_;
  condition.is_compare = true;
  condition.compare = in.op == Op::BrOnNull ? Op::I64Eq : Op::I64Ne;
  condition.a = source_of(reference);
  condition.b = const_source(0);
  if (in.op == Op::BrOnNonNull) {
    branch_on(condition, in.index);
    pop();
    return;
  }
  pop();
  const size_t first = code.ops.size();
  branch_on(condition, in.index);
  for (size_t i = first; i < code.ops.size(); ++i) code.ops[i].height = std::max(code.ops[i].height, reference.slot + 1);
  if (reference.place == Place::Local) push_local(reference.local);
  else push_slot(reference.type);
  stack_.back().type.nullable = false;
}

}  // namespace wasmscope::lower
