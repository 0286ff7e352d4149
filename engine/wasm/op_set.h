// SPDX-License-Identifier: Apache-2.0
// Sets of instructions.
#pragma once
#include <bitset>
#include <initializer_list>

#include "engine/wasm/opcode.h"

namespace wasmscope::wasm {

using OpSet = std::bitset<kOpCount>;

inline OpSet op_set(std::initializer_list<Op> ops) {
  OpSet set;
  for (const Op op : ops) set.set(static_cast<size_t>(op));
  return set;
}
inline bool contains(const OpSet& set, Op op) { return set.test(static_cast<size_t>(op)); }

}  // namespace wasmscope::wasm
