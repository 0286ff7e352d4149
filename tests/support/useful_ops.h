// SPDX-License-Identifier: Apache-2.0
// The executed instructions that random programs choose from, by kind.
#pragma once
#include <utility>
#include <vector>

#include "engine/wasm/opcode.h"

namespace wasmscope::test {

struct UsefulOps {
  std::vector<wasm::Op> numeric, comparisons, loads, stores;
  std::vector<wasm::Op> making[128];   // numeric ones by letter of the result
  std::vector<wasm::Op> vectors, vectors_making[128];   // with vectors among operands and results
  std::vector<wasm::Op> lane_accesses, wide;            // wide: with two results
  std::vector<wasm::Op> atomics;
  std::vector<std::pair<wasm::Op, wasm::Op>> pairs;   // outer, inner: those the lowering joins
};
const UsefulOps& useful_ops();
// Of an instruction with a lane index: how many there are.
uint32_t lanes_of(wasm::Op op);

}  // namespace wasmscope::test
