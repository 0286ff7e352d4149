// SPDX-License-Identifier: Apache-2.0
// Typing of custom descriptors: structs that carry a descriptor, and casts that compare it.
// https://github.com/WebAssembly/custom-descriptors/blob/main/proposals/custom-descriptors/Overview.md
#include "engine/validate/function_validator.h"

namespace wasmscope::validate {

using wasm::Op;
using wasm::ValType;

namespace {

ValType exact_ref(wasm::TypeIndex type, bool nullable, bool exact) {
  ValType reference = wasm::ref_type(type, nullable);
  reference.exact = exact;
  return reference;
}

}  // namespace

ValType FunctionValidator::new_object(wasm::TypeIndex type) const {
  return exact_ref(type, false, context_.features.has(wasm::Feature::CustomDescriptors));
}

bool FunctionValidator::check_descriptor(ValType reference, wasm::TypeIndex& descriptor) {
  if (!check_type(reference)) return false;
  if (reference.heap != wasm::HeapKind::Concrete || !module_.types[reference.index].descriptor)
    return fail(ErrorCode::NoDescriptor, describe(reference));
  descriptor = *module_.types[reference.index].descriptor;
  return true;
}

bool FunctionValidator::validate_descriptor() {
  wasm::TypeIndex descriptor = 0;
  switch (in_.op) {
    case Op::StructNewDesc:
    case Op::StructNewDefaultDesc:
      if (!check_descriptor(wasm::ref_type(in_.index, false), descriptor)) return false;
      return pop(exact_ref(descriptor, true, true)) && validate_struct();
    case Op::RefGetDesc: {
      if (!check_descriptor(wasm::ref_type(in_.index, false), descriptor)) return false;
      ValType object;
      if (!pop_ref(object)) return false;
      const ValType wanted = wasm::ref_type(in_.index, true);
      if (!context_.relations.is_subtype(object, wanted)) return fail_mismatch(wanted, object);
      // Of an exact reference the descriptor is exactly known, too.
      const bool is_exact = context_.relations.is_subtype(object, exact_ref(in_.index, true, true));
      push(exact_ref(descriptor, false, is_exact));
      return true;
    }
    case Op::RefCastDescEq:
    case Op::RefCastDescEqNull:
      if (!check_descriptor(in_.type, descriptor) || !pop(exact_ref(descriptor, true, in_.type.exact))) return false;
      if (!pop(wasm::ref_type(context_.relations.top_of(in_.type), true))) return false;
      push(in_.type);
      return true;
    case Op::BrOnCastDescEq:
    case Op::BrOnCastDescEqFail:
      if (!check_descriptor(in_.type, descriptor)) return false;
      return pop(exact_ref(descriptor, true, in_.type.exact)) && validate_br_on_cast();
    default: return fail(ErrorCode::NotValidatedYet, std::string(wasm::info(in_.op).text));
  }
}

}  // namespace wasmscope::validate
