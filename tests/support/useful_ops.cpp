// SPDX-License-Identifier: Apache-2.0
#include "tests/support/useful_ops.h"

#include <cstdlib>

#include "tests/support/oracle_numeric.h"
#include "tests/support/oracle_simd.h"

namespace wasmscope::test {

using wasm::Op;

const UsefulOps& useful_ops() {
  static const UsefulOps ops = [] {
    UsefulOps found;
    found.comparisons = {
#define OP(...)
#define OP_COMPARE(Name, ...) Op::Name,
#include "engine/wasm/opcodes.def"
    };
    found.pairs = {
#define PAIR(Outer, Inner) {Op::Outer, Op::Inner},
#define FLOAT_PAIR(Outer, Inner) PAIR(Outer, Inner)
#include "engine/lower/pairs.def"
    };
    for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
      const auto op = static_cast<Op>(i);
      const wasm::OpInfo& row = wasm::info(op);
      if (is_numeric(op)) {
        found.numeric.push_back(op);
        found.making[static_cast<size_t>(row.signature.back())].push_back(op);
      } else if (row.executed && is_vector(op)) {
        found.vectors.push_back(op);
        found.vectors_making[static_cast<size_t>(row.signature.back())].push_back(op);
      } else if (row.executed && is_wide(op)) {
        found.wide.push_back(op);
      } else if (row.executed && row.imm == wasm::Imm::MemArgLane) {
        found.lane_accesses.push_back(op);
      } else if (row.executed && row.category == wasm::Category::Atomic) {
        found.atomics.push_back(op);
      } else if (row.executed && row.imm == wasm::Imm::MemArg) {
        (row.signature.back() == '_' ? found.stores : found.loads).push_back(op);
      }
    }
    return found;
  }();
  return ops;
}

uint32_t lanes_of(Op op) {
  const wasm::OpInfo& row = wasm::info(op);
  if (row.width != 0) return 16u / row.width;
  return static_cast<uint32_t>(std::atoi(row.text.data() + row.text.find('x') + 1));
}

}  // namespace wasmscope::test
