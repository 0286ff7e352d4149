// SPDX-License-Identifier: Apache-2.0
// Structs, arrays, casts and numbers of 31 bits.
#include "engine/base/try.h"
#include "engine/lower/lowering.h"
#include "engine/wasm/object_layout.h"

namespace wasmscope::lower {

using wasm::HeapKind;
using wasm::Op;
using wasm::ValType;

namespace {

ValType unpacked(const wasm::FieldType& field) { return field.packed != wasm::Packed::None ? wasm::kI32 : field.type; }

bool is_object_type(const wasm::CompType& type) {
  return std::holds_alternative<wasm::StructType>(type) || std::holds_alternative<wasm::ArrayType>(type);
}

}  // namespace

// The operands, in their slots one after the other; pops them.
Source Lowering::gather(size_t count) {
  flush_top(count);
  const uint32_t first = count == 0 ? next_slot_ : stack_[stack_.size() - count].slot;
  truncate(stack_.size() - count);
  return slot_source(first);
}

const wasm::StructLayout& Lowering::struct_layout(wasm::TypeIndex type) {
  const auto [layout, is_new] = struct_layouts_.try_emplace(type);
  if (is_new) layout->second = wasm::layout_of(std::get<wasm::StructType>(module_.types[type].composite));
  return layout->second;
}

void Lowering::structure(const binary::Instruction& in) {
  const auto& type = std::get<wasm::StructType>(module_.types[in.index].composite);
  SlotOp* op = nullptr;
  switch (in.op) {
    case Op::StructNew: {
      const Source first = gather(type.fields.size());
      op = &emit_result(slot_op(in.op), wasm::ref_type(in.index, false));
      op->a = first;
      break;
    }
    case Op::StructNewDefault: op = &emit_result(slot_op(in.op), wasm::ref_type(in.index, false)); break;
    case Op::StructSet: {
      const Source value = pop_source(), object = pop_source();
      op = &emit(slot_op(in.op));
      op->a = object;
      op->b = value;
      break;
    }
    default: {
      const Source object = pop_source();
      op = &emit_result(slot_op(in.op), unpacked(type.fields[in.index2]));
      op->a = object;
    }
  }
  op->index = in.index;
  if (in.op == Op::StructNew || in.op == Op::StructNewDefault) return;
  op->type = unpacked(type.fields[in.index2]);
  op->offset = struct_layout(in.index).offsets[in.index2];
  op->count = wasm::storage_bytes(type.fields[in.index2]);
}

void Lowering::array(const binary::Instruction& in) {
  if (in.op == Op::ArrayLen) {
    const Source object = pop_source();
    emit_result(slot_op(in.op), wasm::kI32).a = object;
    return;
  }
  const wasm::FieldType& element = std::get<wasm::ArrayType>(module_.types[in.index].composite).element;
  const ValType result = wasm::ref_type(in.index, false);
  SlotOp* op = nullptr;
  switch (in.op) {
    case Op::ArrayNew:
    case Op::ArrayNewData:
    case Op::ArrayNewElem: {
      const Source second = pop_source(), first = pop_source();
      op = &emit_result(slot_op(in.op), result);
      op->a = first;
      op->b = second;
      break;
    }
    case Op::ArrayNewDefault: {
      const Source length = pop_source();
      op = &emit_result(slot_op(in.op), result);
      op->a = length;
      break;
    }
    case Op::ArrayNewFixed: {
      const Source first = gather(in.count);
      op = &emit_result(slot_op(in.op), result);
      op->a = first;
      op->b = const_source(in.count);
      break;
    }
    case Op::ArraySet: {
      const Source value = pop_source(), index = pop_source(), object = pop_source();
      op = &emit(slot_op(in.op));
      op->a = object;
      op->b = index;
      op->c = value;
      break;
    }
    case Op::ArrayFill:
    case Op::ArrayInitData:
    case Op::ArrayInitElem: {
      const Source first = gather(4);
      op = &emit(slot_op(in.op));
      op->a = first;
      break;
    }
    case Op::ArrayCopy: {
      const Source first = gather(5);
      op = &emit(slot_op(in.op));
      op->a = first;
      break;
    }
    default: {
      const Source index = pop_source(), object = pop_source();
      op = &emit_result(slot_op(in.op), unpacked(element));
      op->a = object;
      op->b = index;
    }
  }
  op->index = in.index;
  op->index2 = in.index2;
  op->type = unpacked(element);
  op->count = wasm::storage_bytes(element);
}

// Answers 1 or 0; the reference stays what the cast instructions make of it.
SlotOp& Lowering::emit_type_test(Op op, ValType target, ValType result, const Source& reference) {
  SlotOp& test = emit_result(slot_op(op), result);
  test.a = reference;
  test.type = target;
  test.index2 = target.heap == HeapKind::Concrete && !is_object_type(module_.types[target.index].composite);
  return test;
}

void Lowering::branch_on_cast(const binary::Instruction& in) {
  const bool on_success = in.op == Op::BrOnCast;
  ValType failed = in.type2;
  if (in.type.nullable) failed.nullable = false;
  stack_.back().type = on_success ? in.type : failed;
  emit_type_test(in.type.nullable ? Op::RefTestNull : Op::RefTest, in.type, wasm::kI32, source_of(stack_.back()));
  Condition condition = pop_condition();
  condition.negated = condition.negated != !on_success;
  branch_on(condition, in.index);
  stack_.back().type = on_success ? failed : in.type;
}

void Lowering::reference(const binary::Instruction& in) {
  switch (in.op) {
    case Op::RefEq: {
      // References are 64 bits that are equal when the references are.
      const Source second = pop_source(), first = pop_source();
      SlotOp& op = emit_result(slot_op(Op::I64Eq), wasm::kI32);
      op.a = first;
      op.b = second;
      return;
    }
    case Op::RefTest:
    case Op::RefTestNull: {
      const Source source = pop_source();
      emit_type_test(in.op, in.type, wasm::kI32, source);
      return;
    }
    case Op::RefCast:
    case Op::RefCastNull: {
      const Source source = pop_source();
      emit_type_test(in.op, in.type, in.type, source);
      return;
    }
    case Op::BrOnCast:
    case Op::BrOnCastFail: branch_on_cast(in); return;
    case Op::AnyConvertExtern:
    case Op::ExternConvertAny: {
      ValType& type = stack_.back().type;
      type = wasm::ref_type(in.op == Op::AnyConvertExtern ? HeapKind::Any : HeapKind::Extern, type.nullable);
      return;
    }
    case Op::RefI31: {
      const Source source = pop_source();
      emit_result(slot_op(in.op), wasm::ref_type(HeapKind::I31, false)).a = source;
      return;
    }
    default: {   // i31.get_s, i31.get_u
      const Source source = pop_source();
      emit_result(slot_op(in.op), wasm::kI32).a = source;
    }
  }
}

}  // namespace wasmscope::lower
