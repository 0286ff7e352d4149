// SPDX-License-Identifier: Apache-2.0
// Writes instructions in their shortest form: what InstructionReader read, without padding in its numbers.
// https://webassembly.github.io/spec/core/binary/instructions.html
#pragma once
#include <vector>

#include "engine/binary/instruction_reader.h"

namespace wasmscope::binary {

void append_opcode(std::vector<uint8_t>& out, wasm::Op op);
void append_block_type(std::vector<uint8_t>& out, const BlockType& block);
void append_memarg(std::vector<uint8_t>& out, const MemArg& memarg);

// `file` holds the lists and vectors that the instruction refers to.
void append_instruction(std::vector<uint8_t>& out, Bytes file, const Instruction& instruction);

}  // namespace wasmscope::binary
