// SPDX-License-Identifier: Apache-2.0
// Typing of control, calls, variables, memories and tables.
// https://webassembly.github.io/spec/core/appendix/algorithm.html
#include "engine/validate/function_validator.h"

#include "engine/wasm/limits.h"

namespace wasmscope::validate {

using wasm::Kind;
using wasm::Op;
using wasm::ValType;

bool FunctionValidator::validate_special() {
  switch (in_.op) {
    case Op::Unreachable: set_unreachable(); return true;
    case Op::Block:
    case Op::Loop:
    case Op::If:
    case Op::Try: return validate_block();
    case Op::Else: return validate_else();
    case Op::Catch:
    case Op::CatchAll: return validate_catch();
    case Op::Delegate: return validate_delegate();
    case Op::End: return validate_end();
    case Op::TryTable: return validate_try_table();
    case Op::Throw:
    case Op::Rethrow:
    case Op::ThrowRef: return validate_throw();
    case Op::Br:
      if (!check_label(in_.index) || !check_top(frame_at(in_.index).label_types())) return false;
      set_unreachable();
      return true;
    case Op::BrIf: {
      if (!pop(wasm::kI32) || !check_label(in_.index)) return false;
      const Types types = frame_at(in_.index).label_types();
      if (types.empty()) return true;
      if (!pop(types)) return false;
      push(types);
      return true;
    }
    case Op::BrTable: return validate_br_table();
    case Op::Return:
      if (!check_top(frames_.front().results())) return false;
      set_unreachable();
      return true;
    case Op::Call:
    case Op::ReturnCall: {
      if (in_.index >= module_.funcs.size()) return fail_index(ErrorCode::UnknownFunc, in_.index);
      const wasm::FuncType& type = module_.func_type(in_.index);
      return in_.op == Op::Call ? validate_call(type) : validate_return_call(type);
    }
    case Op::CallIndirect:
    case Op::ReturnCallIndirect: {
      const wasm::FuncType* type = nullptr;
      if (!validate_call_indirect(type)) return false;
      return in_.op == Op::CallIndirect ? validate_call(*type) : validate_return_call(*type);
    }
    case Op::CallRef:
    case Op::ReturnCallRef: {
      const wasm::FuncType* type = nullptr;
      if (!validate_call_ref(type)) return false;
      return in_.op == Op::CallRef ? validate_call(*type) : validate_return_call(*type);
    }
    case Op::Drop: {
      ValType type;
      return pop_any(type);
    }
    case Op::Select: return validate_select();
    case Op::SelectTyped: return validate_select_typed();
    case Op::GlobalGet:
    case Op::GlobalSet: return validate_global();
    case Op::TableGet:
    case Op::TableSet:
    case Op::TableGrow:
    case Op::TableFill: return validate_table();
    case Op::TableCopy: return validate_table_copy();
    case Op::MemoryCopy: return validate_memory_copy();
    default: return validate_reference();
  }
}

bool FunctionValidator::validate_constant() {
  if (!context_.rule(in_.op).is_constant)
    return fail(ErrorCode::ConstExprRequired, std::string(wasm::info(in_.op).text) + " is not constant");
  if (in_.op != Op::GlobalGet) return true;
  const bool sees_defined = context_.features.has(wasm::Feature::Gc);
  if (in_.index >= (sees_defined ? visible_globals_ : module_.imported_globals))
    return fail_index(ErrorCode::UnknownGlobal, in_.index);
  if (module_.globals[in_.index].type.mutability == wasm::Mutability::Var)
    return fail(ErrorCode::ConstExprRequired, "global " + std::to_string(in_.index) + " is mutable");
  return true;
}

bool FunctionValidator::validate_block() {
  if (in_.op == Op::If && !pop(wasm::kI32)) return false;
  if (!check_block_type(in_.block)) return false;
  if (in_.block.form == binary::BlockType::Form::Type && !pop(context_.func_type(in_.block.type)->params)) return false;
  push_frame(in_.op, in_.block);
  return true;
}

bool FunctionValidator::validate_else() {
  Frame& frame = frames_.back();
  if (frame.op != Op::If) return fail(ErrorCode::ElseWithoutIf);
  if (!end_frame(frame)) return false;
  frame.op = Op::Else;
  frame.is_unreachable = false;
  push(frame.params());
  return true;
}

bool FunctionValidator::validate_catch() {
  Frame& frame = frames_.back();
  if (frame.op != Op::Try && frame.op != Op::Catch)
    return fail(ErrorCode::BadCatch, std::string(wasm::info(in_.op).text) + " without try");
  if (!end_frame(frame)) return false;
  frame.op = in_.op;
  frame.is_unreachable = false;
  if (in_.op == Op::CatchAll) return true;
  const wasm::FuncType* tag = nullptr;
  if (!check_tag(in_.index, tag)) return false;
  push(tag->params);
  return true;
}

bool FunctionValidator::validate_delegate() {
  if (frames_.back().op != Op::Try) return fail(ErrorCode::BadCatch, "delegate without try");
  // The label counts from outside of the try.
  if (in_.index >= frames_.size() - 1) return fail_index(ErrorCode::UnknownLabel, in_.index);
  return validate_end();
}

bool FunctionValidator::validate_end() {
  Frame& frame = frames_.back();
  if (!end_frame(frame)) return false;
  // Without an else the parameters are the results.
  if (frame.op == Op::If && !context_.relations.is_subtype(frame.params(), frame.results()))
    return fail(ErrorCode::IfWithoutElse);
  const Frame ended = frame;
  frames_.pop_back();
  if (frames_.empty()) return true;
  base_ = frames_.back().height;
  push(ended.results());
  return true;
}

bool FunctionValidator::validate_br_table() {
  if (!pop(wasm::kI32)) return false;
  if (in_.count > wasm::kMaxBranchTable) return fail(ErrorCode::LimitExceeded, std::to_string(in_.count) + " labels");
  if (!check_label(in_.index)) return false;
  const size_t arity = frame_at(in_.index).label_types().size();
  // Marks keep the work linear when a table lists the same labels again and again.
  ++br_tables_;
  binary::LabelReader labels(module_.bytes, in_);
  while (const auto label = labels.next()) {
    if (!check_label(*label)) return false;
    Frame& frame = frame_at(*label);
    if (frame.mark == br_tables_) continue;
    frame.mark = br_tables_;
    const Types types = frame.label_types();
    if (types.size() != arity)
      return fail(ErrorCode::TypeMismatch, "labels " + std::to_string(in_.index) + " and " + std::to_string(*label) +
                                               " take different numbers of values");
    if (!check_top(types)) return false;
  }
  set_unreachable();
  return true;
}

bool FunctionValidator::validate_try_table() {
  if (!check_block_type(in_.block)) return false;
  if (in_.block.form == binary::BlockType::Form::Type && !pop(context_.func_type(in_.block.type)->params)) return false;
  binary::CatchReader catches(module_.bytes, in_);
  std::vector<ValType> caught;
  while (const auto clause = catches.next()) {
    using Clause = binary::CatchClause::Kind;
    caught.clear();
    if (clause->kind == Clause::Catch || clause->kind == Clause::CatchRef) {
      const wasm::FuncType* tag = nullptr;
      if (!check_tag(clause->tag, tag)) return false;
      caught = tag->params;
    }
    if (clause->kind == Clause::CatchRef || clause->kind == Clause::CatchAllRef)
      caught.push_back(wasm::ref_type(wasm::HeapKind::Exn, false));
    if (!check_label(clause->label)) return false;
    if (!context_.relations.is_subtype(caught, frame_at(clause->label).label_types()))
      return fail(ErrorCode::TypeMismatch,
                  "label " + std::to_string(clause->label) + " does not take what its catch clause hands over");
  }
  push_frame(in_.op, in_.block);
  return true;
}

bool FunctionValidator::validate_throw() {
  if (in_.op == Op::Throw) {
    const wasm::FuncType* tag = nullptr;
    if (!check_tag(in_.index, tag)) return false;
    if (!tag->results.empty()) return fail(ErrorCode::BadTagType);
    if (!pop(tag->params)) return false;
  } else if (in_.op == Op::ThrowRef) {
    if (!pop(wasm::ref_type(wasm::HeapKind::Exn, true))) return false;
  } else {
    if (!check_label(in_.index)) return false;
    const Op target = frame_at(in_.index).op;
    if (target != Op::Catch && target != Op::CatchAll)
      return fail(ErrorCode::UnknownLabel, "invalid rethrow label " + std::to_string(in_.index));
  }
  set_unreachable();
  return true;
}

bool FunctionValidator::validate_call(const wasm::FuncType& type) {
  if (!pop(type.params)) return false;
  push(type.results);
  return true;
}

bool FunctionValidator::validate_return_call(const wasm::FuncType& type) {
  if (!pop(type.params)) return false;
  if (!context_.relations.is_subtype(type.results, frames_.front().results()))
    return fail(ErrorCode::TypeMismatch, "the results of the function called are not those of this function");
  set_unreachable();
  return true;
}

bool FunctionValidator::validate_call_indirect(const wasm::FuncType*& type) {
  Kind address{};
  if (!check_table(in_.index2, address)) return false;
  if (in_.index >= module_.types.size()) return fail_index(ErrorCode::UnknownType, in_.index);
  type = context_.func_type(in_.index);
  if (type == nullptr) return fail(ErrorCode::NotFuncType, "type " + std::to_string(in_.index));
  const ValType element = module_.tables[in_.index2].type.element;
  if (!context_.relations.is_subtype(element, wasm::kFuncRef)) return fail_mismatch(wasm::kFuncRef, element);
  return pop(ValType{address});
}

bool FunctionValidator::validate_call_ref(const wasm::FuncType*& type) {
  if (in_.index >= module_.types.size()) return fail_index(ErrorCode::UnknownType, in_.index);
  type = context_.func_type(in_.index);
  if (type == nullptr) return fail(ErrorCode::NotFuncType, "type " + std::to_string(in_.index));
  return pop(wasm::ref_type(in_.index, true));
}

bool FunctionValidator::validate_select() {
  ValType second, first;
  if (!pop(wasm::kI32) || !pop_any(second) || !pop_any(first)) return false;
  if (first.is_ref() || second.is_ref())
    return fail(ErrorCode::TypeMismatch, "a select of references must state their type");
  if (first.kind != second.kind && first.kind != Kind::Bottom && second.kind != Kind::Bottom)
    return fail_mismatch(first, second);
  push(first.kind == Kind::Bottom ? second : first);
  return true;
}

bool FunctionValidator::validate_select_typed() {
  if (in_.count != 1) return fail(ErrorCode::TypeMismatch, "invalid result arity: " + std::to_string(in_.count));
  const ValType type = binary::TypeReader(module_.bytes, in_).next().value_or(wasm::kBottom);
  if (!check_type(type) || !pop(wasm::kI32) || !pop(type) || !pop(type)) return false;
  push(type);
  return true;
}

bool FunctionValidator::validate_local() {
  ValType type;
  if (!find_local(in_.index, type)) return false;
  if (in_.op == Op::LocalGet) {
    if (has_non_defaultable_ && !is_initialised(in_.index, type))
      return fail_index(ErrorCode::UninitializedLocal, in_.index);
    push(type);
    return true;
  }
  if (!pop(type)) return false;
  if (has_non_defaultable_) initialise(in_.index, type);
  if (in_.op == Op::LocalTee) push(type);
  return true;
}

bool FunctionValidator::validate_global() {
  if (in_.index >= module_.globals.size()) return fail_index(ErrorCode::UnknownGlobal, in_.index);
  const wasm::GlobalType& global = module_.globals[in_.index].type;
  if (in_.op == Op::GlobalGet) {
    push(global.type);
    return true;
  }
  if (global.mutability == wasm::Mutability::Const) return fail_index(ErrorCode::ImmutableGlobal, in_.index);
  return pop(global.type);
}

bool FunctionValidator::validate_access(const Rule& rule, Kind& address) {
  if (!check_memory(in_.memarg.memory, address)) return false;
  const uint32_t align = in_.memarg.align;
  if (rule.form == Rule::Form::AccessAtomic && align != rule.natural_align)
    return fail(ErrorCode::AlignmentTooLarge, "that of an atomic access must be natural: 2^" +
                                                  std::to_string(rule.natural_align) + ", found 2^" +
                                                  std::to_string(align));
  if (align > rule.natural_align)
    return fail(ErrorCode::AlignmentTooLarge,
                "2^" + std::to_string(align) + ", at most 2^" + std::to_string(rule.natural_align));
  if (in_.memarg.offset > UINT32_MAX && address == Kind::I32)
    return fail(ErrorCode::OffsetTooLarge, std::to_string(in_.memarg.offset));
  if (rule.form == Rule::Form::AccessLane && in_.lane >= rule.lanes)
    return fail(ErrorCode::BadLane, std::to_string(in_.lane) + " of " + std::to_string(rule.lanes));
  return true;
}

bool FunctionValidator::validate_indexed(const Rule& rule) {
  Kind address{};
  bool is_known = false;
  switch (wasm::info(in_.op).imm) {
    case wasm::Imm::Memory: is_known = check_memory(in_.index, address); break;
    case wasm::Imm::DataMemory: is_known = check_memory(in_.index2, address) && check_data(in_.index); break;
    case wasm::Imm::Data: is_known = check_data(in_.index); break;
    case wasm::Imm::Table: is_known = check_table(in_.index, address); break;
    case wasm::Imm::Elem: is_known = check_elem(in_.index); break;
    default: {
      is_known = check_table(in_.index2, address) && check_elem(in_.index);
      if (!is_known) return false;
      const ValType element = module_.tables[in_.index2].type.element, found = module_.elems[in_.index].type;
      if (!context_.relations.is_subtype(found, element)) return fail_mismatch(element, found);
    }
  }
  return is_known && apply(rule, address);
}

bool FunctionValidator::validate_memory_copy() {
  Kind to{}, from{};
  if (!check_memory(in_.index, to) || !check_memory(in_.index2, from)) return false;
  const Kind size = to == Kind::I64 && from == Kind::I64 ? Kind::I64 : Kind::I32;
  return pop(ValType{size}) && pop(ValType{from}) && pop(ValType{to});
}

bool FunctionValidator::validate_table() {
  Kind address{};
  if (!check_table(in_.index, address)) return false;
  const ValType element = module_.tables[in_.index].type.element, index{address};
  switch (in_.op) {
    case Op::TableGet:
      if (!pop(index)) return false;
      push(element);
      return true;
    case Op::TableSet: return pop(element) && pop(index);
    case Op::TableGrow:
      if (!pop(index) || !pop(element)) return false;
      push(index);
      return true;
    default: return pop(index) && pop(element) && pop(index);
  }
}

bool FunctionValidator::validate_table_copy() {
  Kind to{}, from{};
  if (!check_table(in_.index, to) || !check_table(in_.index2, from)) return false;
  const ValType target = module_.tables[in_.index].type.element, source = module_.tables[in_.index2].type.element;
  if (!context_.relations.is_subtype(source, target)) return fail_mismatch(target, source);
  const Kind size = to == Kind::I64 && from == Kind::I64 ? Kind::I64 : Kind::I32;
  return pop(ValType{size}) && pop(ValType{from}) && pop(ValType{to});
}

}  // namespace wasmscope::validate
