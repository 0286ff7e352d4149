// SPDX-License-Identifier: Apache-2.0
// Typing of stack switching.
// https://github.com/WebAssembly/stack-switching/blob/main/proposals/stack-switching/Explainer.md
#include "engine/base/leb128.h"
#include "engine/base/try.h"
#include "engine/validate/function_validator.h"

namespace wasmscope::validate {

using wasm::FuncType;
using wasm::Op;
using wasm::ValType;

bool FunctionValidator::check_cont(uint32_t index, const FuncType*& type) {
  if (index >= module_.types.size()) return fail_index(ErrorCode::UnknownType, index);
  const wasm::ContType* cont = context_.cont_type(index);
  if (cont == nullptr) return fail(ErrorCode::TypeMismatch, "non-continuation type " + std::to_string(index));
  type = context_.func_type(cont->func);
  return true;
}

bool FunctionValidator::validate_stack_switching() {
  const FuncType* cont = nullptr;
  const FuncType* tag = nullptr;
  switch (in_.op) {
    case Op::ContNew:
      if (!check_cont(in_.index, cont) || !pop(wasm::ref_type(context_.cont_type(in_.index)->func, true))) return false;
      push(wasm::ref_type(in_.index, false));
      return true;
    case Op::ContBind: return validate_cont_bind();
    case Op::Suspend: return check_tag(in_.index, tag) && validate_call(*tag);
    case Op::Switch: return validate_switch();
    case Op::Resume:
      if (!check_cont(in_.index, cont) || !check_handlers(*cont)) return false;
      if (!pop(wasm::ref_type(in_.index, true)) || !pop(cont->params)) return false;
      break;
    case Op::ResumeThrow:
      if (!check_cont(in_.index, cont) || !check_tag(in_.index2, tag) || !check_handlers(*cont)) return false;
      if (!tag->results.empty()) return fail(ErrorCode::BadTagType);
      if (!pop(wasm::ref_type(in_.index, true)) || !pop(tag->params)) return false;
      break;
    case Op::ResumeThrowRef:
      if (!check_cont(in_.index, cont) || !check_handlers(*cont)) return false;
      if (!pop(wasm::ref_type(in_.index, true)) || !pop(wasm::ref_type(wasm::HeapKind::Exn, true))) return false;
      break;
    default: return validate_descriptor();
  }
  push(cont->results);
  return true;
}

bool FunctionValidator::validate_cont_bind() {
  const FuncType *from = nullptr, *to = nullptr;
  if (!check_cont(in_.index, from) || !check_cont(in_.index2, to)) return false;
  if (from->params.size() < to->params.size())
    return fail(ErrorCode::TypeMismatch, "the new continuation takes more parameters than the old one");
  const size_t bound = from->params.size() - to->params.size();
  const Types params = from->params;
  if (!context_.relations.is_subtype(to->params, params.subspan(bound)) ||
      !context_.relations.is_subtype(from->results, to->results))
    return fail(ErrorCode::TypeMismatch, "the new continuation is not what is left of the old one");
  if (!pop(wasm::ref_type(in_.index, true)) || !pop(params.first(bound))) return false;
  push(wasm::ref_type(in_.index2, false));
  return true;
}

// The last parameter of the continuation switched to is the one that is suspended.
bool FunctionValidator::validate_switch() {
  const FuncType *target = nullptr, *suspended = nullptr, *tag = nullptr;
  if (!check_cont(in_.index, target) || !check_tag(in_.index2, tag)) return false;
  if (!tag->params.empty()) return fail(ErrorCode::TypeMismatch, "type mismatch in switch tag: it has parameters");
  const Types params = target->params;
  if (params.empty() || !params.back().is_ref() || params.back().heap != wasm::HeapKind::Concrete)
    return fail(ErrorCode::TypeMismatch, "the continuation does not take a continuation last");
  if (!check_cont(params.back().index, suspended)) return false;
  if (!context_.relations.is_subtype(target->results, tag->results) ||
      !context_.relations.is_subtype(tag->results, suspended->results))
    return fail(ErrorCode::TypeMismatch, "the results of the continuations and of the tag do not match");
  if (!pop(wasm::ref_type(in_.index, true)) || !pop(params.first(params.size() - 1))) return false;
  push(suspended->params);
  return true;
}

bool FunctionValidator::check_handlers(const FuncType& resumed) {
  const uint8_t* at = module_.bytes.data() + in_.list.begin;
  const uint8_t* const end = module_.bytes.data() + in_.list.end;
  uint32_t count = 0;
  CHECK(read_leb(at, end, count) == LebStatus::Ok);
  for (uint32_t i = 0; i < count; ++i) {
    const bool is_switch = *at++ != 0;
    uint32_t tag_index = 0, label = 0;
    CHECK(read_leb(at, end, tag_index) == LebStatus::Ok);
    if (!is_switch) CHECK(read_leb(at, end, label) == LebStatus::Ok);
    const FuncType* tag = nullptr;
    if (!check_tag(tag_index, tag)) return false;
    if (is_switch) {
      if (!tag->params.empty() || !context_.relations.is_subtype(resumed.results, tag->results))
        return fail(ErrorCode::TypeMismatch, "type mismatch in switch tag");
      continue;
    }
    if (!check_label(label)) return false;
    if (!check_handler_label(resumed, *tag, frame_at(label).label_types())) return false;
  }
  return true;
}

// A handler's label takes what the tag carries, and the continuation that goes on with the tag's results.
bool FunctionValidator::check_handler_label(const FuncType& resumed, const FuncType& tag, Types label) {
  if (label.empty() || !label.back().is_ref() || label.back().heap != wasm::HeapKind::Concrete)
    return fail(ErrorCode::TypeMismatch, "the label does not take a concrete continuation last");
  const FuncType* rest = nullptr;
  if (!check_cont(label.back().index, rest)) return false;
  if (!context_.relations.is_subtype(tag.params, label.first(label.size() - 1)))
    return fail(ErrorCode::TypeMismatch, "the label does not take what the tag carries");
  if (!context_.relations.is_subtype(rest->params, tag.results) ||
      !context_.relations.is_subtype(resumed.results, rest->results))
    return fail(ErrorCode::TypeMismatch, "the label takes a continuation of another type");
  return true;
}

}  // namespace wasmscope::validate
