// SPDX-License-Identifier: Apache-2.0
// Moves, branches, variables and references.
#include "engine/interp/handler.h"

namespace wasmscope::interp {

namespace handlers {

HANDLER(Mov) {
  fp[ip->d] = fp[ip->a];
  ADVANCE(1);
}

HANDLER(MovMov) {
  fp[ip->d] = fp[ip->a];
  fp[ip->b] = fp[ip->c];
  ADVANCE(1);
}

HANDLER(MovPair) {
  const uint64_t low = fp[ip->high], high = fp[ip->high + 1];
  fp[ip->low] = low;
  fp[ip->low + 1] = high;
  ADVANCE(1);
}

HANDLER(MovWide) {
  fp[ip->low] = fp[ip->high];
  ADVANCE(1);
}

HANDLER(Const) {
  fp[ip->d] = static_cast<uint32_t>(ip->imm);
  ADVANCE(1);
}

HANDLER(ConstWide) {
  fp[ip->d] = ip[1].bits;
  ADVANCE(2);
}

HANDLER(Branch) {
  ip += ip->imm;
  NEXT();
}

HANDLER(LoopBranch) {
  if (--ctx->budget <= 0) [[unlikely]] TAIL_CALL(tick_loop);
  ip += ip->imm;
  NEXT();
}

HANDLER(LoopMov) {
  fp[ip->d] = fp[ip->a];
  if (--ctx->budget <= 0) [[unlikely]] TAIL_CALL(tick_loop);
  ip += ip->imm;
  NEXT();
}

HANDLER(BranchIf) {
  if (static_cast<uint32_t>(fp[ip->a]) != 0) {
    ip += ip->imm;
    NEXT();
  }
  ADVANCE(1);
}

HANDLER(BranchIfNot) {
  if (static_cast<uint32_t>(fp[ip->a]) == 0) {
    ip += ip->imm;
    NEXT();
  }
  ADVANCE(1);
}

HANDLER(LoopBranchIf) {
  if (static_cast<uint32_t>(fp[ip->a]) != 0) {
    if (--ctx->budget <= 0) [[unlikely]] TAIL_CALL(tick_loop);
    ip += ip->imm;
    NEXT();
  }
  ADVANCE(1);
}

HANDLER(LoopBranchIfNot) {
  if (static_cast<uint32_t>(fp[ip->a]) == 0) {
    if (--ctx->budget <= 0) [[unlikely]] TAIL_CALL(tick_loop);
    ip += ip->imm;
    NEXT();
  }
  ADVANCE(1);
}

HANDLER(BranchTable) {
  const uint32_t index = std::min(static_cast<uint32_t>(fp[ip->a]), static_cast<uint32_t>(ip->imm));
  ip += static_cast<int64_t>(ip[1 + index].bits);
  NEXT();
}

HANDLER(Unreachable) { TRAP(TrapCode::Unreachable); }
HANDLER(NotExecuted) { TRAP(TrapCode::NotExecuted); }
HANDLER(Select) {
  fp[ip->d] = static_cast<uint32_t>(fp[ip->c]) != 0 ? fp[ip->a] : fp[ip->b];
  ADVANCE(1);
}

HANDLER(GlobalGet) {
  fp[ip->d] = *ctx->inst->globals[static_cast<uint32_t>(ip->imm)];
  ADVANCE(1);
}

HANDLER(GlobalSet) {
  *ctx->inst->globals[static_cast<uint32_t>(ip->imm)] = fp[ip->a];
  ADVANCE(1);
}

HANDLER(RefFunc) {
  fp[ip->d] = uint64_t{ctx->inst->funcs[static_cast<uint32_t>(ip->imm)]->address} + 1;
  ADVANCE(1);
}

HANDLER(RefAsNonNull) {
  const uint64_t reference = fp[ip->a];
  if (reference == 0) [[unlikely]] TRAP(TrapCode::NullReference);
  fp[ip->d] = reference;
  ADVANCE(1);
}

HANDLER(RefIsNull) {
  fp[ip->d] = fp[ip->a] == 0;
  ADVANCE(1);
}

}  // namespace handlers
}  // namespace wasmscope::interp
