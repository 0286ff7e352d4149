// SPDX-License-Identifier: Apache-2.0
// What the instruction that a program stands at will do to control: which branches are taken, seen before they are, and
// the blocks of a function. Engine thread only.
#pragma once
#include <optional>
#include <set>

#include "engine/debug/inspection.h"
#include "engine/wasm/op_set.h"

namespace wasmscope::debug {

// br, br_if, br_table, br_on_...: not `if`, and not what returns.
wasm::OpSet branch_ops();
wasm::OpSet call_ops();
// The label that the branch at the innermost frame's instant goes to, 0 the innermost; empty when it is not taken or no branch.
std::optional<uint32_t> taken_label(const Inspection& inspection, const runtime::Execution& execution);

// The innermost block around an instruction, and where execution goes on when it leaves it within the function.
struct EnclosingBlock {
  uint32_t begin = 0;              // pc of the instruction that opens it
  std::set<uint32_t> ways_out;
};
// Empty when only the function is around it.
std::optional<EnclosingBlock> find_enclosing_block(const wasm::Module& module, wasm::FuncIndex func, uint32_t pc);

}  // namespace wasmscope::debug
