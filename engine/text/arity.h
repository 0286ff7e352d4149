// SPDX-License-Identifier: Apache-2.0
// How many values an instruction takes and leaves, as far as the module says without typing the stack. Read off
// the stack effects of the opcode table.
#pragma once
#include <optional>

#include "engine/binary/instruction_reader.h"

namespace wasmscope::text {

struct Arity {
  uint32_t pops = 0, pushes = 0;
};

// Of a block: what it takes from the stack, and what it leaves there.
Arity block_arity(const wasm::Module& module, const binary::BlockType& block);

// `label_values`: how many values a branch to a label carries; `func`: whose results `return` takes. Nothing for
// block structure, for types that do not fit, and for what depends on more.
std::optional<Arity> arity_of(const wasm::Module& module, wasm::FuncIndex func, const binary::Instruction& instruction,
                              uint32_t label_values);

}  // namespace wasmscope::text
