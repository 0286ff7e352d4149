// SPDX-License-Identifier: Apache-2.0
#include "engine/lower/lowering.h"

#include <algorithm>
#include <array>
#include <map>

#include "engine/base/try.h"

namespace wasmscope::lower {

using wasm::Op;
using wasm::ValType;

// What is needed of an instruction's row; of the signature what that of a scalar operation says.
struct Lowering::Shape {
  // Nine of ten instructions have a way of their own.
  enum class Route : uint8_t { Other, LocalGet, LocalSet, LocalTee, Const, Scalar } route{};
  uint8_t popped = 0;
  bool has_result = false, has_memory = false, is_executed = false;
  wasm::Category category{};
  ValType result;
};

namespace {

using binary::BlockType;

constexpr SlotOp kEmptyOp;

template <class Shape>
consteval std::array<Shape, wasm::kOpCount> make_shapes() {
  std::array<Shape, wasm::kOpCount> shapes{};
  const auto set = [&](Op op, std::string_view signature, wasm::Imm imm, wasm::Category category, bool is_executed) {
    Shape& shape = shapes[static_cast<size_t>(op)];
    shape.is_executed = is_executed;
    shape.category = category;
    using Route = typename Shape::Route;
    if (op == Op::LocalGet) shape.route = Route::LocalGet;
    if (op == Op::LocalSet) shape.route = Route::LocalSet;
    if (op == Op::LocalTee) shape.route = Route::LocalTee;
    const size_t popped = signature.find('_');
    if (popped == std::string_view::npos) return;
    shape.popped = static_cast<uint8_t>(popped);
    shape.has_result = popped + 1 < signature.size();
    if (shape.has_result) shape.result = type_of_letter(signature[popped + 1]);
    shape.has_memory = imm == wasm::Imm::MemArg;
    if (category == wasm::Category::Const && shape.result != wasm::kV128) shape.route = Route::Const;
    const bool is_scalar = popped <= 2 && popped + 2 >= signature.size();
    const bool is_access = category == wasm::Category::Memory && shape.has_memory;
    if (is_executed && is_scalar && (category == wasm::Category::Numeric || is_access)) shape.route = Route::Scalar;
  };
#define OP(Name, text, prefix, code, imm, signature, width, feature, category, executed, tip) \
  set(Op::Name, signature, wasm::Imm::imm, wasm::Category::category, executed != 0);
#include "engine/wasm/opcodes.def"
  return shapes;
}

bool is_compare(Op op) { return op >= Op::I32Eqz && op <= Op::F64Ge; }

// The comparison that is true exactly when `op` is false; floats have none because of NaN.
std::optional<Op> negated(Op op) {
  switch (op) {
    case Op::I32Eq: return Op::I32Ne;
    case Op::I32Ne: return Op::I32Eq;
    case Op::I32LtS: return Op::I32GeS;
    case Op::I32LtU: return Op::I32GeU;
    case Op::I32GtS: return Op::I32LeS;
    case Op::I32GtU: return Op::I32LeU;
    case Op::I32LeS: return Op::I32GtS;
    case Op::I32LeU: return Op::I32GtU;
    case Op::I32GeS: return Op::I32LtS;
    case Op::I32GeU: return Op::I32LtU;
    case Op::I64Eq: return Op::I64Ne;
    case Op::I64Ne: return Op::I64Eq;
    case Op::I64LtS: return Op::I64GeS;
    case Op::I64LtU: return Op::I64GeU;
    case Op::I64GtS: return Op::I64LeS;
    case Op::I64GtU: return Op::I64LeU;
    case Op::I64LeS: return Op::I64GtS;
    case Op::I64LeU: return Op::I64GtU;
    case Op::I64GeS: return Op::I64LtS;
    case Op::I64GeU: return Op::I64LtU;
    default: return std::nullopt;
  }
}

// Usually enough.
constexpr size_t kUsualOperands = 32, kUsualBlocks = 16;

}  // namespace

Lowering::Lowering(const wasm::Module& module, wasm::FuncIndex func, const StopSet& stops, SlotCode&& used)
    : module_(module), func_(func), stops_(stops), stack_(kUsualOperands) {
  code.ops = std::move(used.ops);
  code.locals = std::move(used.locals);
  code.targets = std::move(used.targets);
  code.ops.clear();
  code.locals.clear();
  code.targets.clear();
  append_local_places(module, func, code.locals);
  alias_heads_.assign(code.locals.size(), kNoAlias);
  const wasm::FuncType& type = module.func_type(func);
  code.param_slots = wasm::slots_of(type.params);
  code.result_slots = wasm::slots_of(type.results);
  code.local_slots = code.param_slots + kScratchSlots;
  if (code.locals.size() > type.params.size()) code.local_slots = code.locals.back().slot + code.locals.back().type.slots();
  next_slot_ = code.local_slots;
  code.frame_slots = std::max(code.local_slots, code.result_slots);
  controls_.reserve(kUsualBlocks);
  const size_t expected_ops = module.funcs[func].code.size() / 3 + 8;
  if (expected_ops > code.ops.capacity()) code.ops.reserve(std::max(expected_ops, 2 * code.ops.capacity()));
}

// --- the abstract operand stack

std::span<const ValType> Lowering::params_of(const BlockType& type) const {
  if (type.form != BlockType::Form::Type) return {};
  return std::get<wasm::FuncType>(module_.types[type.type].composite).params;
}

std::span<const ValType> Lowering::results_of(const Control& control) const {
  if (is_function(control)) return module_.func_type(func_).results;
  if (control.type.form == BlockType::Form::Empty) return {};
  if (control.type.form == BlockType::Form::Value) return {&control.type.value, 1};
  return std::get<wasm::FuncType>(module_.types[control.type.type].composite).results;
}

std::span<const ValType> Lowering::label_types(const Control& control) const {
  return control.kind == Op::Loop ? params_of(control.type) : results_of(control);
}

void Lowering::Entries::grow() {
  const size_t count = size();
  entries_.resize(2 * count);
  begin_ = entries_.data();
  end_ = begin_ + count;
  limit_ = begin_ + entries_.size();
}

// Only for the topmost alias of its local.
void Lowering::flush(Entry& entry) {
  if (entry.place == Place::Slot) return;
  emit_copy(entry.slot, source_of(entry), entry.type);
  if (entry.place == Place::Local) alias_heads_[entry.local] = entry.previous_alias;
  entry.place = Place::Slot;
}

void Lowering::flush_top(size_t count) {
  for (size_t i = 0; i < count; ++i) flush(stack_[stack_.size() - 1 - i]);
}

void Lowering::flush_all() {
  flush_top(stack_.size() - flushed_);
  flushed_ = stack_.size();
}

void Lowering::flush_aliases(uint32_t local) {
  while (alias_heads_[local] != kNoAlias) flush(stack_[alias_heads_[local]]);
}

void Lowering::truncate(size_t height) {
  while (stack_.size() > height) pop();
}

// --- operations

SlotOp& Lowering::emit(SlotOpcode op) {
  // Copied: filled with zeros in place it takes three times as long (`rep stos`).
  SlotOp& slot_op = code.ops.emplace_back(kEmptyOp);
  slot_op.op = op;
  slot_op.pc = pc_;
  slot_op.next_pc = next_pc_;
  slot_op.height = next_slot_;
  is_result_last_ = false;
  return slot_op;
}

SlotOp& Lowering::emit_result(SlotOpcode op, ValType type) {
  SlotOp& slot_op = emit(op);
  slot_op.d = push_slot(type).slot;
  is_result_last_ = true;
  return slot_op;
}

void Lowering::emit_copy(uint32_t d, const Source& source, ValType type) {
  const bool is_const = source.kind == SourceKind::Const;   // never a vector: vector_const()
  SlotOp& op = emit(type.slots() == 2 ? SlotOpcode::MovPair : is_const ? SlotOpcode::Const : SlotOpcode::Mov);
  op.d = d;
  op.a = source;
  op.type = type;
  op.height = kNoSlot;   // what was popped already may be used after the copies that make room for it
}

void Lowering::bind(uint32_t label, uint32_t pc) {
  SlotOp& op = emit(SlotOpcode::Label);
  op.target = label;
  op.pc = pc;
}

void Lowering::become_unreachable() {
  unreachable_ = true;
  skipped_ = 0;
  truncate(controls_.back().height);
}

void Lowering::set_local(uint32_t local) {
  const bool can_redirect = is_last_result();
  const Entry entry = pop();
  if (entry.place == Place::Local && entry.local == local) return;
  if (alias_heads_[local] != kNoAlias) {
    flush_aliases(local);
  } else if (can_redirect) {
    code.ops.back().d = code.locals[local].slot;
    return;
  }
  emit_copy(code.locals[local].slot, source_of(entry), entry.type);
}

// --- control

void Lowering::begin_block(const binary::Instruction& in) {
  Condition condition;
  if (in.op == Op::If) condition = pop_condition();
  flush_all();
  const std::span<const ValType> params = params_of(in.block);
  Control control;
  control.kind = in.op;
  control.pc = pc_;
  control.type = in.block;
  control.height = static_cast<uint32_t>(stack_.size() - params.size());
  control.slot_height = next_slot_ - wasm::slots_of(params);
  control.label = new_label();
  control.outer_region = region_;
  if (in.op == Op::Try || in.op == Op::TryTable) open_region(control);
  if (in.op == Op::If) {
    control.else_label = new_label();
    emit_branch(condition, *control.else_label, false, false);
  }
  controls_.push_back(control);
  if (in.op == Op::Loop) bind(control.label, next_pc_);
}

void Lowering::else_(bool falls_through) {
  Control& control = controls_.back();
  if (falls_through) {
    flush_top(results_of(control).size());
    emit(SlotOpcode::Branch).target = control.label;
  }
  truncate(control.height);
  bind(*control.else_label);
  control.else_label.reset();
  control.kind = Op::Else;
  for (const ValType type : params_of(control.type)) push_slot(type);
  code.ops.back().height = next_slot_;
  flushed_ = stack_.size();
  unreachable_ = false;
}

void Lowering::end(bool falls_through) {
  const Control control = controls_.back();
  if (controls_.size() == 1) {
    if (falls_through) return_values();
    controls_.pop_back();
    unreachable_ = true;
    return;
  }
  const std::span<const ValType> results = results_of(control);   // which may view the copy
  // In a catch clause the values lie above the exception's slot.
  if (falls_through && control.exception_slot != kNoSlot) emit_moves(control);
  else if (falls_through) flush_top(results.size());
  truncate(control.height);
  next_slot_ = control.slot_height;
  controls_.pop_back();
  if (control.region != kNoRegion) close_region(control);
  if (control.kind == Op::TryTable) emit_landings(control, falls_through);
  const size_t labels = code.ops.size();
  if (control.kind != Op::Loop) bind(control.label);
  if (control.else_label) bind(*control.else_label);
  for (const ValType type : results) push_slot(type);
  for (size_t i = labels; i < code.ops.size(); ++i) code.ops[i].height = next_slot_;
  flushed_ = stack_.size();
  unreachable_ = false;
}

bool Lowering::needs_moves(const Control& target) const {
  const size_t count = label_types(target).size();
  if (count == 0) return false;
  const Entry& first = stack_[stack_.size() - count];
  if (first.slot != target.slot_height) return true;
  for (size_t i = 0; i < count; ++i)
    if (stack_[stack_.size() - 1 - i].place != Place::Slot) return true;
  return false;
}

void Lowering::emit_moves(const Control& target) {
  const size_t count = label_types(target).size();
  uint32_t d = target.slot_height;
  // Ascending is safe: a destination never lies above the source of a later value.
  for (size_t i = stack_.size() - count; i < stack_.size(); ++i) {
    const Entry& entry = stack_[i];
    if (entry.place != Place::Slot || entry.slot != d) emit_copy(d, source_of(entry), entry.type);
    d += entry.type.slots();
  }
}

void Lowering::return_values() {
  const std::span<const ValType> results = module_.func_type(func_).results;
  if (results.empty()) {
    emit(SlotOpcode::ReturnMany).b = const_source(0);
  } else if (results.size() == 1 && results[0].slots() == 1) {
    emit(SlotOpcode::Return).a = source_of(stack_.back());
  } else {
    flush_top(results.size());
    SlotOp& op = emit(SlotOpcode::ReturnMany);
    op.a = slot_source(stack_[stack_.size() - results.size()].slot);
    op.b = const_source(wasm::slots_of(results));
  }
}

void Lowering::branch(uint32_t depth) {
  Control& target = target_of(depth);
  if (is_function(target)) {
    return_values();
  } else {
    emit_moves(target);
    if (target.kind == Op::Loop && !code.ops.empty() && code.ops.back().op == SlotOpcode::Mov) {
      // Most loops that carry a value end in its move.
      SlotOp& last = code.ops.back();
      last.op = SlotOpcode::LoopMov;
      last.target = target.label;
      last.is_back_edge = true;
      return;
    }
    SlotOp& op = emit(SlotOpcode::Branch);
    op.target = target.label;
    op.is_back_edge = target.kind == Op::Loop;
  }
}

void Lowering::branch_on(const Condition& condition, uint32_t depth) {
  Control& target = target_of(depth);
  const bool is_loop = target.kind == Op::Loop;
  if (!is_function(target) && !needs_moves(target)) {
    emit_branch(condition, target.label, is_loop, true);
    return;
  }
  const uint32_t skip = new_label();
  // Returns of more than a slot gather in the operand slots; that must happen on both paths or on none.
  if (is_function(target) && code.result_slots > 1) flush_top(label_types(target).size());
  emit_branch(condition, skip, false, false);
  branch(depth);
  bind(skip);
}

void Lowering::branch_table(const binary::Instruction& in) {
  const Entry index = pop();
  Source source = source_of(index);
  if (source.kind == SourceKind::Const) {
    emit_copy(index.slot, source, index.type);
    source = slot_source(index.slot);
  }
  if (label_types(target_of(in.index)).size() > 0) flush_top(label_types(target_of(in.index)).size());
  std::map<uint32_t, uint32_t> stubs;   // depth -> label
  const auto first = static_cast<uint32_t>(code.targets.size());
  binary::LabelReader labels(module_.bytes, in);
  while (const auto depth = labels.next()) {
    Control& target = target_of(*depth);
    if (!is_function(target) && target.kind != Op::Loop && !needs_moves(target)) {
      code.targets.push_back(target.label);
      continue;
    }
    const auto [stub, is_new] = stubs.try_emplace(*depth, 0);
    if (is_new) stub->second = new_label();
    code.targets.push_back(stub->second);
  }
  SlotOp& op = emit(SlotOpcode::BranchTable);
  op.a = source;
  op.target = first;
  op.count = static_cast<uint32_t>(code.targets.size()) - first;
  for (const auto& [depth, label] : stubs) {
    bind(label);
    branch(depth);
  }
}

Lowering::Condition Lowering::pop_condition() {
  Condition condition;
  condition.pc = pc_;
  const bool computed_last = is_last_result();
  const Entry entry = pop();
  if (computed_last) {
    const SlotOp& last = code.ops.back();
    const auto op = static_cast<Op>(last.op);
    if (op == Op::I32And && !last.has_inner && last.a.kind == SourceKind::Slot &&
        (last.b.kind == SourceKind::Slot || fits_fused(last.b.value, wasm::kI32))) {
      condition.has_and = true;
      condition.pc = last.pc;
      condition.a = last.a;
      condition.b = last.b;
      code.ops.pop_back();
      is_result_last_ = false;
      return condition;
    }
    if (static_cast<uint16_t>(last.op) < wasm::kOpCount && is_compare(op)) {
      condition.pc = last.pc;
      condition.a = last.a;
      condition.b = last.b;
      condition.is_compare = true;
      condition.compare = op;
      if (op == Op::I32Eqz && last.a.kind == SourceKind::Slot) {
        condition.is_compare = false;
        condition.negated = true;
      } else if (op == Op::I32Eqz || op == Op::I64Eqz) {
        condition.compare = op == Op::I32Eqz ? Op::I32Eq : Op::I64Eq;
        condition.b = const_source(0);
      }
      code.ops.pop_back();
      is_result_last_ = false;
      return condition;
    }
  }
  condition.a = source_of(entry);
  if (condition.a.kind == SourceKind::Const) {
    emit_copy(entry.slot, condition.a, entry.type);
    condition.a = slot_source(entry.slot);
  }
  return condition;
}

void Lowering::emit_branch(const Condition& condition, uint32_t label, bool is_back_edge, bool when) {
  if (is_back_edge && when && fuse_loop_add(condition, label)) return;
  const bool on_true = when != condition.negated;
  SlotOp& op = emit(condition.is_compare ? (on_true ? SlotOpcode::BranchCompare : SlotOpcode::BranchCompareNot)
                                         : (on_true ? SlotOpcode::BranchIf : SlotOpcode::BranchIfNot));
  op.compare = condition.compare;
  op.has_inner = condition.has_and;
  op.inner = Op::I32And;
  op.a = condition.a;
  op.b = condition.b;
  op.target = label;
  op.is_back_edge = is_back_edge;
  op.pc = condition.pc;
}

void Lowering::control(const binary::Instruction& in) {
  switch (in.op) {
    case Op::Block:
    case Op::Loop:
    case Op::If: begin_block(in); break;
    case Op::Else: else_(true); break;
    case Op::End: end(true); break;
    case Op::Nop: break;
    case Op::Unreachable:
      emit(SlotOpcode::Unreachable);
      become_unreachable();
      break;
    case Op::Br:
      branch(in.index);
      become_unreachable();
      break;
    case Op::BrIf: branch_on(pop_condition(), in.index); break;
    case Op::BrTable:
      branch_table(in);
      become_unreachable();
      break;
    case Op::Return:
      return_values();
      become_unreachable();
      break;
    case Op::Call:
    case Op::CallIndirect:
    case Op::CallRef: call(in); break;
    case Op::ReturnCall:
    case Op::ReturnCallIndirect:
    case Op::ReturnCallRef:
      tail_call(in);
      become_unreachable();
      break;
    default:
      emit(SlotOpcode::NotExecuted);
      become_unreachable();
      break;
  }
}

// --- everything else

void Lowering::global(const binary::Instruction& in) {
  if (in.op == Op::GlobalGet) {
    const ValType type = module_.globals[in.index].type.type;
    SlotOp& op = emit_result(slot_op(in.op), type);
    op.index = in.index;
    op.count = type.slots();
  } else {
    const Entry value = pop();
    SlotOp& op = emit(slot_op(in.op));
    op.a = source_of(value);
    op.index = in.index;
    op.count = value.type.slots();
  }
}

void Lowering::table_or_memory(const binary::Instruction& in) {
  const auto address_type = [](bool is64) { return is64 ? wasm::kI64 : wasm::kI32; };
  const auto emit_sources = [&](int count) -> SlotOp& {
    Source sources[3];
    for (int i = count - 1; i >= 0; --i) sources[i] = pop_source();
    SlotOp& op = emit(slot_op(in.op));
    op.a = sources[0];
    op.b = sources[1];
    op.c = sources[2];
    return op;
  };
  SlotOp* op = nullptr;
  switch (in.op) {
    case Op::MemorySize: op = &emit_result(slot_op(in.op), address_type(module_.memories[in.index].type.limits.is64)); break;
    case Op::TableSize: op = &emit_result(slot_op(in.op), address_type(module_.tables[in.index].type.limits.is64)); break;
    case Op::MemoryGrow: {
      const Source delta = pop_source();
      op = &emit_result(slot_op(in.op), address_type(module_.memories[in.index].type.limits.is64));
      op->a = delta;
      break;
    }
    case Op::TableGrow: {
      const Source delta = pop_source();
      const Source init = pop_source();
      op = &emit_result(slot_op(in.op), address_type(module_.tables[in.index].type.limits.is64));
      op->a = init;
      op->b = delta;
      break;
    }
    case Op::TableGet: {
      const Source index = pop_source();
      op = &emit_result(slot_op(in.op), module_.tables[in.index].type.element);
      op->a = index;
      break;
    }
    case Op::TableSet: op = &emit_sources(2); break;
    case Op::ElemDrop:
    case Op::DataDrop: op = &emit_sources(0); break;
    default: op = &emit_sources(3); break;   // fill, copy, init
  }
  op->index = in.index;
  op->index2 = in.index2;
}

// At most two operands are popped and a result is pushed, and that is all.
void Lowering::scalar(const binary::Instruction& in, const Shape& shape) {
  if (in.op == Op::I32Eqz && is_last_result() && static_cast<uint16_t>(code.ops.back().op) < wasm::kOpCount) {
    // `a < b; eqz` is `a >= b`: turn the comparison round instead of testing its result.
    if (const auto opposite = negated(static_cast<Op>(code.ops.back().op))) {
      code.ops.back().op = slot_op(*opposite);
      return;
    }
  }
  if (is_result_last_ && fuse_pair(in.op)) return;
  const bool is64 = shape.has_memory && module_.memories[in.memarg.memory].type.limits.is64;
  if (shape.has_memory && !is64 && fuse_address(in)) return;
  Source second;
  if (shape.popped == 2) second = pop_source();
  const Source first = pop_source();
  SlotOp& op = shape.has_result ? emit_result(slot_op(in.op), shape.result) : emit(slot_op(in.op));
  op.a = first;
  op.b = second;
  if (shape.has_memory) {
    op.offset = in.memarg.offset;
    op.index = in.memarg.memory;
    op.index2 = is64;
  }
}

void Lowering::instruction(const binary::Instruction& in, const Shape& shape) {
  if (!shape.is_executed) {
    emit(SlotOpcode::NotExecuted);
    become_unreachable();
    if (in.op == Op::TryTable || in.op == Op::Try) skipped_ = 1;
    return;
  }
  switch (shape.category) {
    case wasm::Category::Control:
    case wasm::Category::Call: control(in); return;
    case wasm::Category::Variable: global(in); return;
    case wasm::Category::Const: vector_const(in); return;
    case wasm::Category::Exception: exception(in); return;
    case wasm::Category::Vector: vector(in); return;
    case wasm::Category::Atomic: atomic(in); return;
    case wasm::Category::Aggregate:
      if (wasm::info(in.op).imm == wasm::Imm::TypeField || in.op == Op::StructNew || in.op == Op::StructNewDefault) structure(in);
      else array(in);
      return;
    default: break;
  }
  switch (in.op) {
    case Op::Drop: pop(); return;
    case Op::Select:
    case Op::SelectTyped: {
      const Source condition = pop_source();
      const Entry second = pop();
      const Entry first = pop();
      // Of the operands either may be of a lesser type, such as that of null.
      const ValType type = in.op == Op::SelectTyped ? *binary::TypeReader(module_.bytes, in).next() : first.type;
      SlotOp& op = emit_result(slot_op(Op::Select), type);
      op.a = source_of(first);
      op.b = source_of(second);
      op.c = condition;
      op.count = first.type.slots();
      op.type = type;
      return;
    }
    case Op::RefNull: push_const(in.type, 0); return;
    case Op::RefFunc:
      emit_result(slot_op(in.op), wasm::ref_type(module_.funcs[in.index].type, false)).index = in.index;
      return;
    case Op::RefIsNull: {
      const Source value = pop_source();
      emit_result(slot_op(in.op), wasm::kI32).a = value;
      return;
    }
    case Op::RefAsNonNull: {
      const Entry value = pop();
      SlotOp& op = emit_result(slot_op(in.op), value.type);
      op.a = source_of(value);
      stack_.back().type.nullable = false;
      return;
    }
    case Op::BrOnNull:
    case Op::BrOnNonNull: branch_on_null(in); return;
    case Op::RefEq:
    case Op::RefTest:
    case Op::RefTestNull:
    case Op::RefCast:
    case Op::RefCastNull:
    case Op::BrOnCast:
    case Op::BrOnCastFail:
    case Op::AnyConvertExtern:
    case Op::ExternConvertAny:
    case Op::RefI31:
    case Op::I31GetS:
    case Op::I31GetU: reference(in); return;
    case Op::I64Add128:
    case Op::I64Sub128:
    case Op::I64MulWideS:
    case Op::I64MulWideU: wide_arithmetic(in); return;
    case Op::TableGet:
    case Op::TableSet:
    case Op::MemorySize:
    case Op::MemoryGrow:
    case Op::MemoryInit:
    case Op::MemoryCopy:
    case Op::MemoryFill:
    case Op::DataDrop:
    case Op::TableInit:
    case Op::TableCopy:
    case Op::TableGrow:
    case Op::TableSize:
    case Op::TableFill:
    case Op::ElemDrop: table_or_memory(in); return;
    default: CHECK(false);
  }
}

OperandPlace Lowering::place_of(const Entry& entry) const {
  const bool is_local = entry.place == Place::Local;
  return {entry.type, entry.place, is_local ? code.locals[entry.local].slot : entry.slot, is_local ? entry.local : 0,
          entry.place == Place::Const ? entry.bits : 0};
}

void Lowering::run(size_t most_operands, const OperandVisitor& visit) {
  visit_ = &visit;
  most_visited_ = most_operands;
  run();
}

void Lowering::describe(const binary::Instruction& in, uint32_t pc) {
  description.pc = pc;
  description.found = in.pc == pc;
  // An `else` or `end` met in unreachable code has no instant either: nothing falls into it.
  description.reachable = description.found && !unreachable_;
  if (!description.reachable) return;
  for (size_t i = 0; i < stack_.size(); ++i) description.operands.push_back(place_of(stack_[i]));
  for (const Control& control : controls_) {
    description.labels.push_back({control.kind, control.pc, control.height});
    if (control.exception_slot != kNoSlot) description.caught.push_back(control.exception_slot);
  }
}

// Of unreachable code only its end matters.
void Lowering::skip(const binary::Instruction& in) {
  switch (in.op) {
    case Op::Block:
    case Op::Loop:
    case Op::If:
    case Op::TryTable:
    case Op::Try: ++skipped_; break;
    case Op::Else:
      if (skipped_ == 0) else_(false);
      break;
    case Op::End:
      if (skipped_ == 0) end(false);
      else --skipped_;
      break;
    case Op::Catch:
    case Op::CatchAll:
      if (skipped_ == 0) catch_(in, false);
      break;
    case Op::Delegate:
      if (skipped_ == 0) delegate(in.index, false);
      else --skipped_;
      break;
    default: break;
  }
}

void Lowering::visit(const binary::Instruction& in) {
  visited_.clear();
  for (size_t i = stack_.size() - std::min(stack_.size(), most_visited_); i < stack_.size(); ++i)
    visited_.push_back(place_of(stack_[i]));
  (*visit_)(in, visited_, stack_.size());
}

void Lowering::run(std::optional<uint32_t> describe_pc) {
  const ByteRange range = module_.funcs[func_].code;
  Control function;
  function.kind = Op::Nop;
  function.pc = static_cast<uint32_t>(range.begin);
  function.slot_height = next_slot_;
  function.label = new_label();
  controls_.push_back(function);

  static constexpr auto kShapes = make_shapes<Shape>();
  const bool has_stops = stops_.every || !stops_.pcs.empty();
  binary::InstructionReader reader(module_.bytes, range);
  binary::Instruction in;
  while (reader.next_valid(in)) {
    pc_ = in.pc;
    next_pc_ = in.next_pc();
    if (describe_pc && in.pc >= *describe_pc) return describe(in, *describe_pc);
    if (unreachable_) {
      skip(in);
      continue;
    }
    if (visit_ != nullptr) visit(in);
    if (has_stops && stops_.contains(pc_)) emit(SlotOpcode::Anchor);
    const Shape& shape = kShapes[static_cast<size_t>(in.op)];
    switch (shape.route) {
      case Shape::Route::LocalGet: push_local(in.index); break;
      case Shape::Route::LocalSet: set_local(in.index); break;
      case Shape::Route::LocalTee:
        set_local(in.index);
        push_local(in.index);
        break;
      case Shape::Route::Const: push_const(shape.result, in.bits); break;
      case Shape::Route::Scalar: scalar(in, shape); break;
      case Shape::Route::Other: instruction(in, shape); break;
    }
  }
}

SlotCode lower(const wasm::Module& module, wasm::FuncIndex func, const StopSet& stops, SlotCode&& used) {
  Lowering lowering(module, func, stops, std::move(used));
  lowering.run();
  return std::move(lowering.code);
}

uint32_t frame_slots(const wasm::Module& module, wasm::FuncIndex func) {
  const StopSet none;
  return lower(module, func, none).frame_slots;
}

}  // namespace wasmscope::lower
