// SPDX-License-Identifier: Apache-2.0
// Descriptions of the operand stack: lowering again, up to an instruction or telling of each.
#include "engine/base/try.h"
#include "engine/lower/lowering.h"

namespace wasmscope::lower {

using wasm::Op;

Description describe(const wasm::Module& module, wasm::FuncIndex func, uint32_t pc) {
  const StopSet none;
  Lowering lowering(module, func, none);
  lowering.run(pc);
  return std::move(lowering.description);
}

void describe_operands(const wasm::Module& module, wasm::FuncIndex func, size_t most, const OperandVisitor& visit) {
  const StopSet none;
  Lowering(module, func, none).run(most, visit);
}

Description describe_suspended(const wasm::Module& module, wasm::FuncIndex func, uint32_t call_pc) {
  Description description = describe(module, func, call_pc);
  binary::InstructionReader reader(module.bytes, {call_pc, module.funcs[func].code.end});
  binary::Instruction in;
  const auto more = reader.next(in);
  if (!more || !*more || !description.reachable) return description;
  size_t arguments = 0;
  if (in.op == Op::Call) arguments = module.func_type(in.index).params.size();
  if (in.op == Op::CallIndirect || in.op == Op::CallRef)
    arguments = std::get<wasm::FuncType>(module.types[in.index].composite).params.size() + 1;
  CHECK(arguments <= description.operands.size());
  description.operands.resize(description.operands.size() - arguments);
  return description;
}

}  // namespace wasmscope::lower
