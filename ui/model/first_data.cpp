// SPDX-License-Identifier: Apache-2.0
#include "ui/model/first_data.h"

#include <algorithm>
#include <optional>

#include "engine/binary/instruction_reader.h"

namespace wasmscope::ui {

uint64_t first_data_address(const wasm::Module& module, wasm::MemoryIndex memory) {
  std::optional<uint64_t> lowest;
  for (const wasm::Data& data : module.datas) {
    if (data.mode != wasm::SegmentMode::Active || data.memory != memory || data.bytes.size() == 0) continue;
    binary::InstructionReader reader(module.bytes, data.offset.range);
    binary::Instruction instruction;
    const Result<bool> has_next = reader.next(instruction);
    if (!has_next || !*has_next) continue;
    if (instruction.op == wasm::Op::I32Const || instruction.op == wasm::Op::I64Const)
      lowest = std::min(lowest.value_or(instruction.bits), instruction.bits);
  }
  return lowest.value_or(0);
}

}  // namespace wasmscope::ui
