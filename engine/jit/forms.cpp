// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/forms.h"

#include "engine/jit/vectors.h"

namespace wasmscope::jit {

using wasm::Op;

namespace {

// Everything that opcodes.def has as a scalar operation on numbers.
bool is_scalar(Op op) {
  switch (op) {
#define OP(...)
#define OP_CONST(...)
#define OP_UNARY(Name, ...) case Op::Name:
#define OP_UNARY_TRAP OP_UNARY
#define OP_BINARY OP_UNARY
#define OP_BINARY_TRAP OP_UNARY
#include "engine/wasm/opcodes.def"
    return true;
    default: return false;
  }
}

bool is_atomic_access(Op op) {
  switch (op) {
#define OP(...)
#define OP_ATOMIC_LOAD(Name, ...) case Op::Name:
#define OP_ATOMIC_STORE OP_ATOMIC_LOAD
#define OP_ATOMIC_RMW OP_ATOMIC_LOAD
#define OP_ATOMIC_CMPXCHG OP_ATOMIC_LOAD
#include "engine/wasm/opcodes.def"
    return true;
    default: return false;
  }
}

bool is_scalar_access(Op op) {
  switch (op) {
#define OP(...)
#define OP_LOAD(Name, ...) case Op::Name:
#define OP_STORE OP_LOAD
#include "engine/wasm/opcodes.def"
    return true;
    default: return false;
  }
}

Form form_of(Op row) {
  if (wasm::info(row).category == wasm::Category::Vector) return has_vector_code(row) ? Form::MachineCode : Form::Interpreted;
  switch (row) {
    case Op::Call:
    case Op::CallIndirect:
    case Op::CallRef:
    case Op::ReturnCall:
    case Op::ReturnCallIndirect:
    case Op::ReturnCallRef:
    case Op::Select:
    case Op::GlobalGet:
    case Op::GlobalSet:
    case Op::RefIsNull:
    case Op::RefFunc:
    case Op::RefAsNonNull:
    case Op::RefTest:
    case Op::RefTestNull:
    case Op::RefCast:
    case Op::RefCastNull:
    case Op::RefI31:
    case Op::I31GetS:
    case Op::I31GetU:
    case Op::ArrayLen:
    case Op::StructGet:
    case Op::StructGetS:
    case Op::StructGetU:
    case Op::StructSet:
    case Op::ArrayGet:
    case Op::ArrayGetS:
    case Op::ArrayGetU:
    case Op::ArraySet:
    case Op::MemorySize:
    case Op::TableGet:
    case Op::TableSet:
    case Op::TableSize:
    case Op::I64Add128:
    case Op::I64Sub128:
    case Op::I64MulWideS:
    case Op::I64MulWideU: return Form::MachineCode;
    case Op::MemoryGrow:
    case Op::MemoryInit:
    case Op::MemoryCopy:
    case Op::MemoryFill:
    case Op::DataDrop:
    case Op::TableInit:
    case Op::TableCopy:
    case Op::TableGrow:
    case Op::TableFill:
    case Op::ElemDrop:
    case Op::StructNew:
    case Op::StructNewDefault:
    case Op::ArrayNew:
    case Op::ArrayNewDefault:
    case Op::ArrayNewFixed:
    case Op::ArrayNewData:
    case Op::ArrayNewElem:
    case Op::ArrayFill:
    case Op::ArrayCopy:
    case Op::ArrayInitData:
    case Op::ArrayInitElem:
    case Op::Throw:
    case Op::ThrowRef:
    case Op::MemoryAtomicNotify:
    case Op::MemoryAtomicWait32:
    case Op::MemoryAtomicWait64: return Form::RuntimeCall;
    default:
      return is_scalar(row) || is_scalar_access(row) || is_atomic_access(row) ? Form::MachineCode : Form::Interpreted;
  }
}

}  // namespace

const std::array<Form, wasm::kOpCount>& forms() {
  static const auto table = [] {
    std::array<Form, wasm::kOpCount> made;
    for (size_t row = 0; row < made.size(); ++row) made[row] = form_of(static_cast<Op>(row));
    return made;
  }();
  return table;
}

}  // namespace wasmscope::jit
