// SPDX-License-Identifier: Apache-2.0
// Loads and stores of vectors and of their lanes.
#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"
#include "engine/jit/vectors.h"

namespace wasmscope::jit {

using wasm::Op;

void FunctionCompiler::vector_access(const SlotOp& op, const VectorRow& row) {
  const uint32_t width = wasm::info(static_cast<Op>(op.op)).width;
  const asmjit::Imm lane(op.lane);
  switch (row.shape) {
    case VectorShape::Load: {
      const x86::Mem from = address(op, width);
      asm_.emit(row.inst, vector_out(op, Kind::V128), from);
      return;
    }
    case VectorShape::LoadSplat: {
      const x86::Mem from = address(op, width);
      asm_.emit(row.inst, x86::ecx, from);
      const x86::Xmm d = vector_out(op, Kind::V128);
      asm_.vmovd(d, x86::ecx);
      splat_low(d, d, width);
      return;
    }
    case VectorShape::LoadLane: {
      const x86::Xmm b = vector_in(op.b);
      const x86::Mem from = address(op, width);
      asm_.emit(row.inst, vector_out(op, Kind::V128, number(b)), b, from, lane);
      return;
    }
    case VectorShape::Store: {
      const x86::Xmm stored = vector_in(op.has_inner ? op.c : op.b);
      const x86::Mem to = address(op, width);
      asm_.emit(row.inst, to, stored);
      mark_page(op, to);
      release(op);
      return;
    }
    case VectorShape::StoreLane: {
      const x86::Xmm stored = vector_in(op.b);
      const x86::Mem to = address(op, width);
      asm_.emit(row.inst, to, stored, lane);
      mark_page(op, to);
      release(op);
      return;
    }
    default: CHECK(false);
  }
}

}  // namespace wasmscope::jit
