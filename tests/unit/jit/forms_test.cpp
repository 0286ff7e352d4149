// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/forms.h"

#include <gtest/gtest.h>

namespace wasmscope::jit {
namespace {

using wasm::Category;
using wasm::Op;

// What lowering makes control, operands or other operations of.
bool is_lowered_away(Op op) {
  switch (op) {
    case Op::Unreachable:
    case Op::Nop:
    case Op::Block:
    case Op::Loop:
    case Op::If:
    case Op::Else:
    case Op::End:
    case Op::Br:
    case Op::BrIf:
    case Op::BrTable:
    case Op::Return:
    case Op::Try:
    case Op::Catch:
    case Op::CatchAll:
    case Op::Delegate:
    case Op::Rethrow:
    case Op::TryTable:
    case Op::Drop:
    case Op::SelectTyped:
    case Op::LocalGet:
    case Op::LocalSet:
    case Op::LocalTee:
    case Op::RefNull:
    case Op::RefEq:
    case Op::BrOnNull:
    case Op::BrOnNonNull:
    case Op::BrOnCast:
    case Op::BrOnCastFail:
    case Op::AnyConvertExtern:
    case Op::ExternConvertAny:
    case Op::AtomicFence: return true;
    default: return wasm::info(op).category == Category::Const;
  }
}

TEST(Forms, NoInstructionIsLeftToTheInterpreter) {
  for (size_t i = 0; i < wasm::kOpCount; ++i) {
    const auto op = static_cast<Op>(i);
    lower::SlotOp operation;
    operation.op = lower::slot_op(op);
    const bool is_covered = form_of(operation) != Form::Interpreted;
    EXPECT_EQ(is_covered, wasm::info(op).executed && !is_lowered_away(op)) << wasm::info(op).name;
  }
}

}  // namespace
}  // namespace wasmscope::jit
