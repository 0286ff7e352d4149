// SPDX-License-Identifier: Apache-2.0
// Atomic accesses, waiting and notifying.
#include "engine/lower/lowering.h"

namespace wasmscope::lower {

void Lowering::atomic(const binary::Instruction& in) {
  // One instruction acts after the other: there is nothing for a fence to order.
  if (in.op == wasm::Op::AtomicFence) return;
  const std::string_view signature = wasm::info(in.op).signature;
  const size_t popped = signature.find('_');
  Source sources[3];
  for (size_t i = popped; i-- > 0;) sources[i] = pop_source();
  SlotOp& op = popped + 1 < signature.size() ? emit_result(slot_op(in.op), type_of_letter(signature[popped + 1]))
                                             : emit(slot_op(in.op));
  op.a = sources[0];
  op.b = sources[1];
  op.c = sources[2];
  op.offset = in.memarg.offset;
  op.index = in.memarg.memory;
}

}  // namespace wasmscope::lower
