// SPDX-License-Identifier: Apache-2.0
// Vector instructions and those with 128-bit integers: operands and results of two slots.
#include <algorithm>
#include <cstring>

#include "engine/base/try.h"
#include "engine/lower/lowering.h"

namespace wasmscope::lower {

using wasm::Imm;
using wasm::Op;

void Lowering::vector_const(const binary::Instruction& in) {
  uint64_t halves[2];
  std::memcpy(halves, in.bytes, sizeof halves);
  SlotOp& op = emit_result(SlotOpcode::ConstPair, wasm::kV128);
  op.a = const_source(halves[0]);
  op.b = const_source(halves[1]);
}

void Lowering::vector(const binary::Instruction& in) {
  const wasm::OpInfo& op_info = wasm::info(in.op);
  const size_t popped = op_info.signature.find('_');
  const bool has_memory = op_info.imm == Imm::MemArg || op_info.imm == Imm::MemArgLane;
  // Whole vectors are accessed in loops: a sum as the address becomes part of the access.
  const bool is_whole = in.op == Op::V128Load || in.op == Op::V128Store;
  if (is_whole && !module_.memories[in.memarg.memory].type.limits.is64 && fuse_address(in)) return;
  Source sources[3];
  for (size_t i = popped; i-- > 0;) sources[i] = pop_source();
  SlotOp& op = popped + 1 < op_info.signature.size()
                   ? emit_result(slot_op(in.op), type_of_letter(op_info.signature[popped + 1]))
                   : emit(slot_op(in.op));
  op.a = sources[0];
  op.b = sources[1];
  op.c = sources[2];
  if (op_info.imm == Imm::Lane || op_info.imm == Imm::MemArgLane) op.lane = in.lane;
  if (has_memory) {
    op.offset = in.memarg.offset;
    op.index = in.memarg.memory;
    op.index2 = module_.memories[in.memarg.memory].type.limits.is64;
  }
  if (op_info.imm == Imm::Shuffle) {
    uint64_t halves[2];
    std::memcpy(halves, in.bytes, sizeof halves);
    op.c = const_source(halves[0]);
    op.offset = halves[1];
  }
}

// The operands are put into their slots, one after the other, and the results take the place of the first two.
void Lowering::wide_arithmetic(const binary::Instruction& in) {
  const size_t popped = wasm::info(in.op).signature.find('_');
  flush_top(popped);
  truncate(stack_.size() - popped);
  SlotOp& op = emit(slot_op(in.op));
  push_slot(wasm::kI64);
  op.d = stack_.back().slot;
  push_slot(wasm::kI64);
}

}  // namespace wasmscope::lower
