// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/islands.h"

#include "engine/interp/loop.h"

namespace wasmscope::jit {

using lower::SlotOp;
using lower::SlotOpcode;
using wasm::Op;

namespace {

bool is_tail_call(const SlotOp& op) {
  return op.op == lower::slot_op(Op::ReturnCall) || op.op == lower::slot_op(Op::ReturnCallIndirect) ||
         op.op == lower::slot_op(Op::ReturnCallRef);
}

uint32_t end_number(size_t island) { return UINT32_MAX - static_cast<uint32_t>(island); }

}  // namespace

std::vector<Island> find_islands(const lower::SlotCode& code) {
  std::vector<Island> islands;
  for (size_t i = 0; i < code.ops.size(); ++i) {
    if (is_native(code.ops[i])) continue;
    const size_t begin = i;
    // Behind a stop everything goes on as it stood before it.
    if (code.ops[i].op == SlotOpcode::Anchor) {
      islands.push_back({i, i + 1});
      continue;
    }
    // What a tail call of a host function returns through belongs to it.
    const auto belongs = [&](const SlotOp& op) { return op.op != SlotOpcode::Anchor && !is_native(op); };
    while (i < code.ops.size() && (belongs(code.ops[i]) || (i > begin && is_tail_call(code.ops[i - 1])))) ++i;
    islands.push_back({begin, i});
    --i;
  }
  return islands;
}

std::unique_ptr<interp::Code> encode_islands(const lower::SlotCode& code, const std::vector<Island>& islands,
                                             interp::Stores stores) {
  lower::SlotCode picked;
  picked.param_slots = code.param_slots;
  picked.local_slots = code.local_slots;
  picked.frame_slots = code.frame_slots;
  picked.result_slots = code.result_slots;
  for (size_t i = 0; i < islands.size(); ++i) {
    picked.ops.insert(picked.ops.end(), code.ops.begin() + static_cast<ptrdiff_t>(islands[i].begin),
                      code.ops.begin() + static_cast<ptrdiff_t>(islands[i].end));
    // An anchor is a cell that can be found again, here by a number that is no pc.
    SlotOp& end = picked.ops.emplace_back();
    end.op = SlotOpcode::Anchor;
    end.pc = end_number(i);
  }
  return interp::encode(picked, interp::kHandlers, 0, 0, stores);
}

interp::Cell* last_cell(interp::Code& code, size_t island) {
  return code.cells.data() + (code.entry(end_number(island)) - code.cells.data());
}

interp::Cell* first_cell(interp::Code& code, size_t island) {
  constexpr int kEnterCells = 2;
  return island == 0 ? code.cells.data() + kEnterCells : last_cell(code, island - 1) + 1;
}

}  // namespace wasmscope::jit
