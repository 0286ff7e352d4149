// SPDX-License-Identifier: Apache-2.0
// Atomic accesses to cells: all have the same three cells.
#include <optional>

#include "engine/interp/cell_writer.h"

namespace wasmscope::interp {
namespace {

using wasm::Op;

std::optional<CellOp> cell_of(Op op) {
  switch (op) {
#define OP(...)
#define ATOMIC(Name) \
  case Op::Name: return CellOp::Name;
#define OP_ATOMIC_LOAD(Name, ...) ATOMIC(Name)
#define OP_ATOMIC_STORE(Name, ...) ATOMIC(Name)
#define OP_ATOMIC_RMW(Name, ...) ATOMIC(Name)
#define OP_ATOMIC_CMPXCHG(Name, ...) ATOMIC(Name)
#include "engine/wasm/opcodes.def"
    ATOMIC(MemoryAtomicNotify)
    ATOMIC(MemoryAtomicWait32)
    ATOMIC(MemoryAtomicWait64)
#undef ATOMIC
    default: return std::nullopt;
  }
}

}  // namespace

bool encode_atomic(CellWriter& writer, const lower::SlotOp& op) {
  if (static_cast<uint16_t>(op.op) >= wasm::kOpCount) return false;
  const auto instruction = static_cast<Op>(op.op);
  const auto cell_op = cell_of(instruction);
  if (!cell_op) return false;
  const std::string_view signature = wasm::info(instruction).signature;
  const size_t count = signature.find('_');
  const bool has_result = count + 1 < signature.size();
  const lower::Source* const sources[3] = {&op.a, &op.b, &op.c};
  uint16_t operands[3] = {};
  for (size_t i = 0; i < count; ++i) operands[i] = writer.near(*sources[i], static_cast<int>(i));
  Cell& cell = writer.emit(*cell_op);
  if (has_result) cell.d = writer.target(op.d);
  cell.a = operands[0];
  cell.b = operands[1];
  cell.c = operands[2];
  writer.data().bits = op.offset;
  writer.data().low = op.index;
  if (has_result) writer.finish(op.d);
  return true;
}

}  // namespace wasmscope::interp
