// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/instruction_reader.h"
#include "engine/lower/slot_code.h"

namespace wasmscope::lower {

std::vector<uint32_t> find_instructions(const wasm::Module& module, wasm::FuncIndex func, const wasm::OpSet& ops) {
  std::vector<uint32_t> pcs;
  if (ops.none()) return pcs;
  binary::InstructionReader reader(module.bytes, module.funcs[func].code);
  binary::Instruction in;
  while (true) {
    const auto more = reader.next(in);
    if (!more || !*more) return pcs;
    if (wasm::contains(ops, in.op)) pcs.push_back(in.pc);
  }
}

}  // namespace wasmscope::lower
