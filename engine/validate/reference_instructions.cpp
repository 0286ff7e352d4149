// SPDX-License-Identifier: Apache-2.0
// Typing of references, structs and arrays.
// https://webassembly.github.io/spec/core/valid/instructions.html#reference-instructions
#include "engine/validate/function_validator.h"

#include "engine/wasm/limits.h"

namespace wasmscope::validate {

using wasm::HeapKind;
using wasm::Kind;
using wasm::Op;
using wasm::ValType;

namespace {

ValType non_null(ValType type) {
  type.nullable = false;
  return type;
}

// What a field holds on the operand stack.
ValType unpacked(const wasm::FieldType& field) { return field.packed == wasm::Packed::None ? field.type : wasm::kI32; }

// Can be filled from the bytes of a data segment.
bool is_plain_data(const wasm::FieldType& field) { return field.packed != wasm::Packed::None || !field.type.is_ref(); }

}  // namespace

bool FunctionValidator::validate_reference() {
  ValType type;
  switch (in_.op) {
    case Op::RefNull:
      if (!check_type(in_.type)) return false;
      push(in_.type);
      return true;
    case Op::RefIsNull:
      if (!pop_ref(type)) return false;
      push(wasm::kI32);
      return true;
    case Op::RefFunc: return validate_ref_func();
    case Op::RefEq: {
      const ValType eq = wasm::ref_type(HeapKind::Eq, true);
      if (!pop(eq) || !pop(eq)) return false;
      push(wasm::kI32);
      return true;
    }
    case Op::RefAsNonNull:
      if (!pop_ref(type)) return false;
      push(non_null(type));
      return true;
    case Op::BrOnNull: return validate_br_on_null();
    case Op::BrOnNonNull: return validate_br_on_non_null();
    case Op::RefTest:
    case Op::RefTestNull:
    case Op::RefCast:
    case Op::RefCastNull: return validate_cast();
    case Op::BrOnCast:
    case Op::BrOnCastFail: return validate_br_on_cast();
    case Op::AnyConvertExtern:
    case Op::ExternConvertAny: {
      const bool to_any = in_.op == Op::AnyConvertExtern;
      if (!pop_ref(type)) return false;
      const ValType expected = wasm::ref_type(to_any ? HeapKind::Extern : HeapKind::Any, true);
      if (!context_.relations.is_subtype(type, expected)) return fail_mismatch(expected, type);
      push(wasm::ref_type(to_any ? HeapKind::Any : HeapKind::Extern, type.nullable));
      return true;
    }
    case Op::RefI31:
      if (!pop(wasm::kI32)) return false;
      push(wasm::ref_type(HeapKind::I31, false));
      return true;
    case Op::I31GetS:
    case Op::I31GetU:
      if (!pop(wasm::ref_type(HeapKind::I31, true))) return false;
      push(wasm::kI32);
      return true;
    case Op::StructNew:
    case Op::StructNewDefault:
    case Op::StructGet:
    case Op::StructGetS:
    case Op::StructGetU:
    case Op::StructSet: return validate_struct();
    case Op::ArrayLen:
      if (!pop(wasm::ref_type(HeapKind::Array, true))) return false;
      push(wasm::kI32);
      return true;
    case Op::ArrayNew:
    case Op::ArrayNewDefault:
    case Op::ArrayNewFixed:
    case Op::ArrayGet:
    case Op::ArrayGetS:
    case Op::ArrayGetU:
    case Op::ArraySet:
    case Op::ArrayFill: return validate_array();
    case Op::ArrayCopy: return validate_array_copy();
    case Op::ArrayNewData:
    case Op::ArrayNewElem:
    case Op::ArrayInitData:
    case Op::ArrayInitElem: return validate_array_segment();
    default: return validate_stack_switching();
  }
}

bool FunctionValidator::validate_ref_func() {
  if (in_.index >= module_.funcs.size()) return fail_index(ErrorCode::UnknownFunc, in_.index);
  // Constant expressions are what declares functions.
  if (mode_ == Mode::Body && !context_.is_declared(in_.index))
    return fail_index(ErrorCode::UndeclaredFuncRef, in_.index);
  const wasm::Func& func = module_.funcs[in_.index];
  // An import may be of a subtype unless it says that it is not.
  push(!func.import || func.is_exact ? new_object(func.type) : wasm::ref_type(func.type, false));
  return true;
}

bool FunctionValidator::validate_br_on_null() {
  ValType type;
  if (!check_label(in_.index) || !pop_ref(type)) return false;
  const Types types = frame_at(in_.index).label_types();
  if (!pop(types)) return false;
  push(types);
  push(non_null(type));
  return true;
}

bool FunctionValidator::validate_br_on_non_null() {
  ValType type;
  if (!check_label(in_.index) || !pop_ref(type)) return false;
  const Types types = frame_at(in_.index).label_types();
  if (types.empty() || !types.back().is_ref())
    return fail(ErrorCode::TypeMismatch, "the label does not take a reference last");
  if (!context_.relations.is_subtype(non_null(type), types.back())) return fail_mismatch(types.back(), non_null(type));
  const Types rest = types.first(types.size() - 1);
  if (!pop(rest)) return false;
  push(rest);
  return true;
}

bool FunctionValidator::validate_cast() {
  if (!check_type(in_.type)) return false;
  const HeapKind top = context_.relations.top_of(in_.type);
  if (top == HeapKind::Cont) return fail(ErrorCode::TypeMismatch, "continuations cannot be cast");
  if (!pop(wasm::ref_type(top, true))) return false;
  push(in_.op == Op::RefTest || in_.op == Op::RefTestNull ? wasm::kI32 : in_.type);
  return true;
}

bool FunctionValidator::validate_br_on_cast() {
  const ValType source = in_.type2, target = in_.type;
  if (!check_type(source) || !check_type(target) || !check_label(in_.index)) return false;
  if (context_.relations.top_of(target) == HeapKind::Cont)
    return fail(ErrorCode::TypeMismatch, "continuations cannot be cast");
  // A comparison of descriptors says something also about types that have nothing to do with each other.
  const bool compares_descriptors = in_.op == Op::BrOnCastDescEq || in_.op == Op::BrOnCastDescEqFail;
  const bool may_succeed = compares_descriptors
                               ? context_.relations.top_of(target) == context_.relations.top_of(source)
                               : context_.relations.is_subtype(target, source);
  if (!may_succeed) return fail_mismatch(source, target);
  const ValType failed = target.nullable ? non_null(source) : source;
  const bool branches_on_success = in_.op == Op::BrOnCast || in_.op == Op::BrOnCastDescEq;
  const ValType taken = branches_on_success ? target : failed;
  const Types types = frame_at(in_.index).label_types();
  if (types.empty()) return fail(ErrorCode::TypeMismatch, "the label does not take a reference last");
  if (!context_.relations.is_subtype(taken, types.back())) return fail_mismatch(types.back(), taken);
  const Types rest = types.first(types.size() - 1);
  if (!pop(source) || !pop(rest)) return false;
  push(rest);
  push(branches_on_success ? failed : target);
  return true;
}

bool FunctionValidator::validate_struct() {
  if (in_.index >= module_.types.size()) return fail_index(ErrorCode::UnknownType, in_.index);
  const wasm::StructType* type = context_.struct_type(in_.index);
  if (type == nullptr) return fail(ErrorCode::TypeMismatch, "type " + std::to_string(in_.index) + " is not a struct");
  const bool has_values = in_.op == Op::StructNew || in_.op == Op::StructNewDesc;
  const bool has_defaults = in_.op == Op::StructNewDefault || in_.op == Op::StructNewDefaultDesc;
  if (has_values || has_defaults) {
    if (module_.types[in_.index].descriptor && (in_.op == Op::StructNew || in_.op == Op::StructNewDefault))
      return fail_index(ErrorCode::DescriptorRequired, in_.index);
    for (size_t i = type->fields.size(); i-- > 0;) {
      const ValType field = unpacked(type->fields[i]);
      if (has_values && !pop(field)) return false;
      if (has_defaults && !field.is_defaultable())
        return fail(ErrorCode::NonDefaultable, "field " + std::to_string(i));
    }
    push(new_object(in_.index));
    return true;
  }
  if (in_.index2 >= type->fields.size()) return fail_index(ErrorCode::UnknownField, in_.index2);
  const wasm::FieldType& field = type->fields[in_.index2];
  const ValType reference = wasm::ref_type(in_.index, true);
  if (in_.op == Op::StructSet) {
    if (field.mutability == wasm::Mutability::Const) return fail_index(ErrorCode::ImmutableField, in_.index2);
    return pop(unpacked(field)) && pop(reference);
  }
  if ((field.packed != wasm::Packed::None) != (in_.op != Op::StructGet))
    return fail(ErrorCode::TypeMismatch, in_.op == Op::StructGet ? "the field is packed" : "the field is not packed");
  if (!pop(reference)) return false;
  push(unpacked(field));
  return true;
}

bool FunctionValidator::validate_array() {
  if (in_.index >= module_.types.size()) return fail_index(ErrorCode::UnknownType, in_.index);
  const wasm::ArrayType* type = context_.array_type(in_.index);
  if (type == nullptr) return fail(ErrorCode::TypeMismatch, "type " + std::to_string(in_.index) + " is not an array");
  const ValType element = unpacked(type->element);
  const ValType reference = wasm::ref_type(in_.index, true);
  const bool is_writing = in_.op == Op::ArraySet || in_.op == Op::ArrayFill;
  if (is_writing && type->element.mutability == wasm::Mutability::Const)
    return fail(ErrorCode::ImmutableField, "the array's elements");
  switch (in_.op) {
    case Op::ArrayNew:
      if (!pop(wasm::kI32) || !pop(element)) return false;
      break;
    case Op::ArrayNewDefault:
      if (!element.is_defaultable()) return fail(ErrorCode::NonDefaultable, "the array's elements");
      if (!pop(wasm::kI32)) return false;
      break;
    case Op::ArrayNewFixed:
      if (in_.count > wasm::kMaxArrayNewFixed)
        return fail(ErrorCode::LimitExceeded, std::to_string(in_.count) + " elements");
      for (uint32_t i = 0; i < in_.count && !has_made_up_operands(); ++i)
        if (!pop(element)) return false;
      break;
    case Op::ArraySet: return pop(element) && pop(wasm::kI32) && pop(reference);
    case Op::ArrayFill: return pop(wasm::kI32) && pop(element) && pop(wasm::kI32) && pop(reference);
    default:
      if ((type->element.packed != wasm::Packed::None) != (in_.op != Op::ArrayGet))
        return fail(ErrorCode::TypeMismatch,
                    in_.op == Op::ArrayGet ? "the elements are packed" : "the elements are not packed");
      if (!pop(wasm::kI32) || !pop(reference)) return false;
      push(element);
      return true;
  }
  push(new_object(in_.index));
  return true;
}

bool FunctionValidator::validate_array_copy() {
  for (const wasm::TypeIndex index : {in_.index, in_.index2}) {
    if (index >= module_.types.size()) return fail_index(ErrorCode::UnknownType, index);
    if (context_.array_type(index) == nullptr)
      return fail(ErrorCode::TypeMismatch, "type " + std::to_string(index) + " is not an array");
  }
  const wasm::FieldType& target = context_.array_type(in_.index)->element;
  const wasm::FieldType& source = context_.array_type(in_.index2)->element;
  if (target.mutability == wasm::Mutability::Const) return fail(ErrorCode::ImmutableField, "the array's elements");
  if (target.packed != source.packed || !context_.relations.is_subtype(unpacked(source), unpacked(target)))
    return fail(ErrorCode::TypeMismatch, "array types do not match");
  return pop(wasm::kI32) && pop(wasm::kI32) && pop(wasm::ref_type(in_.index2, true)) && pop(wasm::kI32) &&
         pop(wasm::ref_type(in_.index, true));
}

bool FunctionValidator::validate_array_segment() {
  if (in_.index >= module_.types.size()) return fail_index(ErrorCode::UnknownType, in_.index);
  const wasm::ArrayType* type = context_.array_type(in_.index);
  if (type == nullptr) return fail(ErrorCode::TypeMismatch, "type " + std::to_string(in_.index) + " is not an array");
  const bool is_new = in_.op == Op::ArrayNewData || in_.op == Op::ArrayNewElem;
  if (!is_new && type->element.mutability == wasm::Mutability::Const)
    return fail(ErrorCode::ImmutableField, "the array's elements");
  if (in_.op == Op::ArrayNewData || in_.op == Op::ArrayInitData) {
    if (!check_data(in_.index2)) return false;
    if (!is_plain_data(type->element)) return fail(ErrorCode::TypeMismatch, "array type is not numeric or vector");
  } else {
    if (!check_elem(in_.index2)) return false;
    const ValType found = module_.elems[in_.index2].type;
    if (type->element.packed != wasm::Packed::None || !context_.relations.is_subtype(found, type->element.type))
      return fail_mismatch(unpacked(type->element), found);
  }
  if (!pop(wasm::kI32) || !pop(wasm::kI32)) return false;
  if (!is_new) return pop(wasm::kI32) && pop(wasm::ref_type(in_.index, true));
  push(new_object(in_.index));
  return true;
}

}  // namespace wasmscope::validate
