// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/const_expr.h"

#include "engine/binary/instruction_reader.h"

namespace wasmscope::validate {

using wasm::Op;

bool is_constant(Op op, const wasm::Features& features) {
  switch (op) {
    case Op::End:
    case Op::I32Const:
    case Op::I64Const:
    case Op::F32Const:
    case Op::F64Const:
    case Op::V128Const:
    case Op::RefNull:
    case Op::RefFunc:
    case Op::GlobalGet:
    case Op::RefI31:
    case Op::StructNew:
    case Op::StructNewDefault:
    case Op::StructNewDesc:
    case Op::StructNewDefaultDesc:
    case Op::ArrayNew:
    case Op::ArrayNewDefault:
    case Op::ArrayNewFixed:
    case Op::AnyConvertExtern:
    case Op::ExternConvertAny: return true;
    case Op::I32Add:
    case Op::I32Sub:
    case Op::I32Mul:
    case Op::I64Add:
    case Op::I64Sub:
    case Op::I64Mul: return features.has(wasm::Feature::ExtendedConst);
    default: return false;
  }
}

std::vector<bool> declared_functions(const wasm::Module& module) {
  std::vector<bool> declared(module.funcs.size());
  const auto declare = [&](wasm::FuncIndex func) {
    if (func < declared.size()) declared[func] = true;
  };
  const auto scan = [&](const wasm::ConstExpr& expr) {
    binary::InstructionReader reader(module.bytes, expr.range);
    binary::Instruction instruction;
    for (auto more = reader.next(instruction); more && *more; more = reader.next(instruction))
      if (instruction.op == Op::RefFunc) declare(instruction.index);
  };
  for (const wasm::Export& item : module.exports)
    if (item.kind == wasm::ExternKind::Func) declare(item.index);
  for (const wasm::Table& table : module.tables)
    if (table.init) scan(*table.init);
  for (const wasm::Global& global : module.globals) scan(global.init);
  for (const wasm::Elem& elem : module.elems) {
    for (const wasm::FuncIndex func : elem.funcs) declare(func);
    for (const wasm::ConstExpr& expr : elem.exprs) scan(expr);
  }
  return declared;
}

}  // namespace wasmscope::validate
