// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/function_compiler.h"

#include <algorithm>

#include "engine/base/try.h"

namespace wasmscope::jit {

using asmjit::Label;
using interp::Cell;
using lower::kNoSlot;
using lower::slot_op;
using lower::SlotOpcode;
using wasm::Op;

namespace {

// Registers that a loop's locals may have to themselves; the others are for what is computed inside.
constexpr size_t kGeneralHomes = 6, kVectorHomes = 11;
// A call takes every register, and before the next round they are loaded again: not worth it for less.
constexpr uint64_t kUsesPerCall = 2;

// Most operations are one of these.
enum class Usual : uint8_t { No, Load, Store, Number };
consteval std::array<Usual, wasm::kOpCount> make_usual() {
  std::array<Usual, wasm::kOpCount> usual{};
#define OP(...)
#define OP_LOAD(Name, ...) usual[static_cast<size_t>(Op::Name)] = Usual::Load;
#define OP_STORE(Name, ...) usual[static_cast<size_t>(Op::Name)] = Usual::Store;
#define OP_UNARY(Name, ...) usual[static_cast<size_t>(Op::Name)] = Usual::Number;
#define OP_UNARY_TRAP OP_UNARY
#define OP_BINARY OP_UNARY
#define OP_BINARY_TRAP OP_UNARY
#include "engine/wasm/opcodes.def"
  for (auto op = static_cast<size_t>(Op::I32TruncSatF32S); op <= static_cast<size_t>(Op::I64TruncSatF64U); ++op) usual[op] = Usual::No;
  return usual;
}
constexpr auto kUsual = make_usual();

}  // namespace

FunctionCompiler::FunctionCompiler(Assembler& assembler, Workspace& workspace, const Stubs& stubs,
                                   runtime::Store& store, runtime::Func& func, const lower::SlotCode& code, const interp::Asking& asking,
                                   NativeFunc& result, Bounds bounds, NanRule nans)
    : asm_(assembler), arena_(workspace.arena), made_exits_(workspace.exits), call_template_(workspace.call_template), stubs_(stubs), store_(store), func_(func),
      instance_(*func.instance), code_(code), asking_(asking), result_(result),
      registers_(asm_, arena_, code.frame_slots, code.local_slots, code.has_vectors ? Registers::Vectors::Some : Registers::Vectors::None, nans),
      loops_(code, arena_), labels_(code.label_count, LabelState{}, &arena_), native_entry_(asm_.newLabel()), body_(asm_.newLabel()),
      entry_from_cell_(asm_.newLabel()), body_from_cell_(asm_.newLabel()), little_room_(asm_.newLabel()), enough_room_(asm_.newLabel()),
      is_guarded_(bounds == Bounds::Guarded && !instance_.memories.empty() && instance_.memories[0]->region.is_guarded()),
      is_first_memory_near_(!instance_.memories.empty() && !instance_.memories[0]->type.limits.is64) {}

void FunctionCompiler::go_to(const void* address) {
  asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(address));
  asm_.jmp(x86::rcx);
}

uint32_t FunctionCompiler::add_cell(const void* handler, Label target) {
  CHECK(result_.cells.size() < result_.cells.capacity());
  const auto index = static_cast<uint32_t>(result_.cells.size());
  Cell& cell = result_.cells.emplace_back();
  cell.handler = reinterpret_cast<interp::Handler*>(const_cast<void*>(handler));
  cell.bits = 0;
  cell_targets_.push_back({index, target});
  return index;
}

void FunctionCompiler::scan() {
  for (LabelState& label : labels_) label.label = asm_.newLabel();
  exits_.reserve(code_.ops.size() / 2);
  guarded_.reserve(code_.ops.size() / 4);
  for (uint32_t i = 0; i < code_.regions.size(); ++i)
    for (const lower::Landing& landing : code_.regions[i].landings) labels_[landing.label].region = i;
  is_thrown_in_.resize(code_.regions.size());
  const auto& form = forms();
  size_t calls = 0;
  const bool are_stores_watched = asking_.stores == interp::Stores::Watched;
  for (size_t i = 0; i < code_.ops.size(); ++i) {
    const SlotOp& op = code_.ops[i];
    if (const auto row = static_cast<size_t>(op.op); row < form.size()) {
      const bool may_be_foreign = are_stores_watched || op.op == slot_op(Op::Call) || op.op == slot_op(Op::ReturnCall);
      calls += is_call(op);
      if (form[row] != Form::MachineCode || (may_be_foreign && is_foreign(op))) note_runtime_call(i);
      continue;
    }
    switch (op.op) {
      case SlotOpcode::Anchor: note_runtime_call(i); break;
      case SlotOpcode::Label:
        labels_[op.target].height = op.height;
        labels_[op.target].pc = op.pc;
        loops_.note_label(op.target, i);
        break;
      case SlotOpcode::BranchTable:
        for (uint32_t k = 0; k < op.count; ++k) ++labels_[code_.targets[op.target + k]].uses;
        break;
      default:
        if (!has_target(op)) break;
        ++labels_[op.target].uses;
        if (op.is_back_edge) loops_.note_back_edge(op.target, i);
    }
  }
  loops_.count_uses();
  for (const Loop& loop : loops_.all()) {
    labels_[loop.label].is_loop = true;
    labels_[loop.label].loop_end = loop.end;
  }
  constexpr size_t kEntryCells = 3;
  size_t landings = 0;
  for (const lower::HandlerRegion& region : code_.regions) landings += region.landings.size();
  result_.cells.reserve(kEntryCells + 2 * calls + loops_.all().size() + landings);
  cell_targets_.reserve(kEntryCells + calls + loops_.all().size() + landings);
  result_.entries.reserve(1 + calls + loops_.all().size());
}

void FunctionCompiler::note_piece(uint32_t piece) {
  const auto offset = static_cast<uint32_t>(asm_.offset());
  if (!trace_->pieces.empty()) trace_->pieces.back().begins_loop = asm_.has_label(traced_labels_, trace_->pieces.back().offset);
  traced_labels_ = asm_.label_count();
  trace_->pieces.push_back({piece, offset, registers_.state(), is_reachable_, false});
}

void FunctionCompiler::run() {
  scan();
  if (!runtime_calls_.empty()) result_.runtime_cells = encode_runtime_calls(code_, runtime_calls_, asking_.stores);
  note(Trace::Piece::kEntry);
  entry();
  size_t next_call = 0, i = 0;
  for (const SlotOp& op : code_.ops) {
    if (is_reachable_ || op.op == SlotOpcode::Label) note(static_cast<uint32_t>(i));
#ifdef WASMSCOPE_MUTATION
    asm_.mutator.begin_operation(func_.index, op);
#endif
    if (op.op == SlotOpcode::Label) {
      bind_label(op);
    } else if (is_reachable_ && i >= after_call_) {
      while (next_call < runtime_calls_.size() && runtime_calls_[next_call].begin < i) ++next_call;
      if (next_call < runtime_calls_.size() && runtime_calls_[next_call].begin == i) call_runtime(next_call);
      else if (const size_t call = call_taking(i); call != 0) leave_to_call(i, call);
      else operation(op);
    }
    registers_.unlock_all();
    while (!open_loops_.empty() && labels_[open_loops_.back()].loop_end == i) {
      open_loops_.pop_back();
      registers_.set_homes(open_loops_.empty() ? nullptr : &labels_[open_loops_.back()].state);
    }
    ++i;
  }
  note(Trace::Piece::kOutOfLine);
  if (trace_ != nullptr)
    for (const RuntimeCall& each : runtime_calls_) trace_->groups.push_back({each.begin, each.end});
#ifdef WASMSCOPE_MUTATION
  asm_.mutator.end_operations();
#endif
  finish();
}

void FunctionCompiler::entry() {
  const auto first_pc = static_cast<uint32_t>(instance_.module->funcs[func_.index].code.begin);
  add_cell(stubs_.enter_func, native_entry_);
  result_.cells.back().low = code_.frame_slots;
  cell_targets_.pop_back();
  add_cell(nullptr, entry_from_cell_);
  result_.entries.push_back({first_pc, add_cell(stubs_.enter_point, body_from_cell_)});

  overflow_ = exit(Way::Overflow, first_pc, {});
  asm_.align(asmjit::AlignMode::kCode, 16);
  asm_.bind(native_entry_);
  if (code_.frame_slots <= interp::kRoomSlots) {
    asm_.lea(x86::rax, x86::ptr(kFrame, kTop, 3));
    asm_.cmp(x86::rax, x86::qword_ptr(kContext, layout_.room));
    asm_.ja(little_room_);
  } else {
    asm_.jmp(little_room_);
  }
  asm_.bind(enough_room_);
  const uint32_t first = code_.param_slots + lower::kScratchSlots;
  clear_slots(first, code_.local_slots);
  asm_.sub(kBudget, 1);
  asm_.jle(exit(Way::Tick, first_pc, {}));
  asm_.bind(body_);
  parameters_ = parameters_from(*func_.type, 0);
  registers_.set_state(parameters_);
}

// Of the frame. Leaves parameters alone.
void FunctionCompiler::clear_slots(uint32_t begin, uint32_t end) {
  if (begin % 2 != end % 2) asm_.mov(slot_at(begin++), 0);
  if (begin == end) return;
  asm_.vxorps(x86::xmm0, x86::xmm0, x86::xmm0);
  if ((end - begin) % 4 != 0) {
    asm_.vmovups(slot_at(begin, 16), x86::xmm0);
    begin += 2;
  }
  constexpr uint32_t kUnrolled = 64;
  if (end - begin <= kUnrolled) {
    for (; begin < end; begin += 4) asm_.vmovups(slot_at(begin, 32), x86::ymm0);
    return;
  }
  const Label next = asm_.newLabel();
  asm_.lea(x86::rax, slot_at(begin));
  asm_.lea(x86::rcx, slot_at(end));
  asm_.bind(next);
  asm_.vmovups(x86::ymmword_ptr(x86::rax), x86::ymm0);
  asm_.add(x86::rax, 32);
  asm_.cmp(x86::rax, x86::rcx);
  asm_.jb(next);
}

Label FunctionCompiler::exit(Way way, uint32_t pc, const RegisterState& state) {
  const uint32_t number = made_exits_.add(way, pc, state);
  if (number >= exits_.size()) exits_.resize(number + 1);
  Label& label = exits_[number];
  if (!label.isValid()) label = asm_.newLabel();
  return label;
}

void FunctionCompiler::bind_label(const SlotOp& op) {
  LabelState& label = labels_[op.target];
  marked_.clear();
  if (label.is_loop) {
    if (is_reachable_) begin_loop(op, label);
    return;
  }
  if (label.region != lower::kNoRegion) {
    // Everything is in the frame.
    CHECK(!is_reachable_ && label.uses == 0);
    if (!is_thrown_in_[label.region]) return;
    asm_.bind(label.label);
    label.landing_cell = add_cell(stubs_.enter_point, label.label);
    registers_.clear();
    is_reachable_ = true;
    return;
  }
  if (label.uses == 0) {
    if (is_reachable_) registers_.drop_from(label.height);
    return;
  }
  if (is_reachable_) {
    registers_.canonicalise_all(label.height);
    registers_.drop_from(label.height);
    if (label.has_state) registers_.change_to(label.state, label.height);
    else label.state = registers_.state();
    label.has_state = true;
  }
  if (!label.has_state) return;
  asm_.bind(label.label);
  if (!is_reachable_) registers_.set_state(label.state);
  is_reachable_ = true;
}

// A loop carries what arithmetic computes raw. What it starts with was not necessarily computed: where that is a NaN
// other than the canonical one, the first round is left to step code.
void FunctionCompiler::expect_canonical(RegisterSet started, const RegisterState& homes, Label otherwise) {
  for (; started != 0; started = without_lowest(started))
    registers_.expect_canonical(lowest(started), homes[lowest(started)].kind, otherwise);
}

void FunctionCompiler::begin_loop(const SlotOp& op, LabelState& label) {
  registers_.drop_from(label.height);
  const Loop& loop = *loops_.at(op.target);
  size_t general = 0, vectors = 0;
  std::pmr::vector<const LocalUse*> chosen(&arena_);
  for (const LocalUse& use : loop.uses) {
    if (use.weight < kUsesPerCall * loop.calls) continue;
    if (is_in_vector(use.kind) ? vectors++ < kVectorHomes : general++ < kGeneralHomes) chosen.push_back(&use);
  }
  RegisterState& homes = label.state;
  homes = {};
  const auto settle = [&](const LocalUse* use, Register reg) {
    const bool is_raw = use->is_written && use->is_computed && registers_.nan_rule() == NanRule::Canonical;
    homes.set(reg, {use->slot, is_raw ? use->raw_kind : use->kind, use->is_written, is_raw});
  };
  // Where it is, or where the loop around has it; else anywhere.
  std::pmr::vector<const LocalUse*> homeless(&arena_);
  const RegisterState* const outer = open_loops_.empty() ? nullptr : &labels_[open_loops_.back()].state;
  for (const LocalUse* use : chosen) {
    Register reg = registers_.find(use->slot);
    for (RegisterSet rest = outer != nullptr ? outer->held() : 0; reg == kNoRegister && rest != 0; rest = without_lowest(rest))
      if (outer->slot(lowest(rest)) == use->slot) reg = lowest(rest);
    if (reg != kNoRegister && (reg >= 16) == is_in_vector(use->kind) && homes.slot(reg) == kNoSlot) settle(use, reg);
    else homeless.push_back(use);
  }
  for (const LocalUse* use : homeless) {
    for (const Register reg : Registers::allocatable(is_in_vector(use->kind))) {
      if (homes.slot(reg) != kNoSlot) continue;
      settle(use, reg);
      break;
    }
  }
  RegisterSet started = homes.raw();
  for (RegisterSet rest = started; rest != 0; rest = without_lowest(rest)) {
    const Held home = homes[lowest(rest)];
    const Register now = registers_.find(home.slot);
    if (now != kNoRegister && registers_.state()[now].is_raw && registers_.state()[now].kind == home.kind)
      started &= ~one(lowest(rest));
  }
  registers_.change_to(homes, label.height);
  if (started != 0) {
    RegisterState unchanged = homes;
    unchanged.set_raw(homes.raw() & ~started);
    expect_canonical(started, homes, exit(Way::Ask, label.pc, unchanged));
  }
  label.has_state = true;
  label.tick_exit = exit(Way::Tick, label.pc, homes);
  asm_.align(asmjit::AlignMode::kCode, 16);
  asm_.bind(label.label);
  const Label from_outside = asm_.newLabel();
  const uint32_t cell = add_cell(stubs_.enter_point, from_outside);
  loop_entries_.push_back({op.target, cell, from_outside});
  result_.entries.push_back({label.pc, cell});
  open_loops_.push_back(op.target);
  registers_.set_homes(&label.state);
}

void FunctionCompiler::operation(const SlotOp& op) {
  if (const auto row = static_cast<size_t>(op.op); row < kUsual.size()) {
    switch (kUsual[row]) {
      case Usual::Load:
        take_far_base(op);
        return load(op);
      case Usual::Store:
        take_far_base(op);
        return store(op);
      case Usual::Number: return numeric(op);
      case Usual::No: break;
    }
  }
  switch (op.op) {
    case SlotOpcode::Mov: return mov(op);
    case SlotOpcode::MovPair: return mov_pair(op);
    case SlotOpcode::Const: return constant(op);
    case SlotOpcode::ConstPair: return constant_pair(op);
    case SlotOpcode::Branch: return branch(op);
    case SlotOpcode::LoopMov:
      mov(op);
      return branch(op);
    case SlotOpcode::BranchIf:
    case SlotOpcode::BranchIfNot:
    case SlotOpcode::BranchCompare:
    case SlotOpcode::BranchCompareNot: return branch_if(op);
    case SlotOpcode::LoopAdd: return loop_add(op);
    case SlotOpcode::BranchTable: return branch_table(op);
    case SlotOpcode::Return: return return_value(op);
    case SlotOpcode::ReturnMany: return return_many(op);
    case SlotOpcode::Unreachable:
    case SlotOpcode::NotExecuted:
      asm_.jmp(exit_here(op.pc));
      is_reachable_ = false;
      return;
    default: break;
  }
  switch (static_cast<Op>(op.op)) {
    case Op::Call:
    case Op::CallIndirect:
    case Op::CallRef: return call(op);
    case Op::Select: return select(op);
    case Op::GlobalGet:
    case Op::GlobalSet: return global(op);
    case Op::RefIsNull:
    case Op::RefFunc:
    case Op::RefAsNonNull: return reference(op);
    case Op::ReturnCall:
    case Op::ReturnCallIndirect:
    case Op::ReturnCallRef: return tail_call(op);
    case Op::MemorySize: return memory_size(op);
    case Op::TableGet:
    case Op::TableSet:
    case Op::TableSize: return table(op);
    case Op::RefTest:
    case Op::RefTestNull:
    case Op::RefCast:
    case Op::RefCastNull: return cast(op);
    case Op::RefI31:
    case Op::I31GetS:
    case Op::I31GetU: return i31(op);
    case Op::I64Add128:
    case Op::I64Sub128:
    case Op::I64MulWideS:
    case Op::I64MulWideU: return wide(op);
    case Op::I32TruncSatF32S:
    case Op::I32TruncSatF32U:
    case Op::I32TruncSatF64S:
    case Op::I32TruncSatF64U:
    case Op::I64TruncSatF32S:
    case Op::I64TruncSatF32U:
    case Op::I64TruncSatF64S:
    case Op::I64TruncSatF64U: return truncate_saturating(op);
    default: break;
  }
  const wasm::OpInfo& info = wasm::info(static_cast<Op>(op.op));
  if (info.width != 0) take_far_base(op);
  if (info.category == wasm::Category::Vector) return vector_operation(op);
  if (info.category == wasm::Category::Aggregate) return object(op);
  if (info.category == wasm::Category::Atomic) return atomic(op);
  CHECK(false);
}

void FunctionCompiler::finish() {
  registers_.set_homes(nullptr);
  for (const Edge& edge : edges_) {
    asm_.bind(edge.label);
    registers_.set_state(edge.state);
    registers_.change_to(labels_[edge.target].state, labels_[edge.target].height);
    asm_.jmp(labels_[edge.target].label);
  }
  const auto load_all = [&](const RegisterState& state) {
    for (RegisterSet rest = state.held(); rest != 0; rest = without_lowest(rest)) registers_.load(lowest(rest), state[lowest(rest)]);
  };
  for (const LoopEntry& entry : loop_entries_) {
    asm_.bind(entry.target);
    const RegisterState& state = labels_[entry.label].state;
    load_all(state);
    if (state.raw() != 0) expect_canonical(state.raw(), state, exit(Way::Ask, labels_[entry.label].pc, {}));
    asm_.jmp(labels_[entry.label].label);
  }
  const auto enter_with_parameters = [&](Label from, Label to) {
    asm_.bind(from);
    load_all(parameters_);
    asm_.jmp(to);
  };
  asm_.bind(little_room_);
  asm_.lea(x86::rax, slot_at(code_.frame_slots));
  asm_.cmp(x86::rax, x86::qword_ptr(kContext, layout_.stack_end));
  asm_.ja(overflow_);
  asm_.cmp(kTop, x86::qword_ptr(kContext, layout_.last_record));
  asm_.jbe(enough_room_);
  asm_.jmp(overflow_);
  enter_with_parameters(entry_from_cell_, native_entry_);
  enter_with_parameters(body_from_cell_, body_);
  registers_.finish();

  first_exit_ = static_cast<uint32_t>(asm_.offset());
  exits_.resize(made_exits_.count());
  asm_.bind_to_calls(exits_);
  result_.exits = made_exits_;
  CHECK(asm_.offset() == first_exit_ + made_exits_.count() * Exits::kCallBytes);
  asm_.mov(x86::rax, reinterpret_cast<uint64_t>(&result_.exits));
  go_to(stubs_.leave_by_exit);
  std::ranges::sort(result_.entries, {}, &interp::Code::Entry::pc);
  for (const lower::HandlerRegion& region : code_.regions) {
    std::vector<uint32_t>& cells = result_.landings.emplace_back();
    for (const lower::Landing& landing : region.landings) cells.push_back(labels_[landing.label].landing_cell);
  }
}

void FunctionCompiler::finish_cells(uint64_t base) {
  result_.native = reinterpret_cast<const void*>(base + asm_.offset_of(native_entry_));
  result_.exits.set_code(reinterpret_cast<const uint8_t*>(base + first_exit_), func_);
  for (const CellTarget& each : cell_targets_) result_.cells[each.cell].bits = base + asm_.offset_of(each.target);
}

std::vector<GuardedAccess> FunctionCompiler::guarded_accesses() const {
  const auto code = static_cast<uint32_t>(asm_.data_bytes());
  std::vector<GuardedAccess> accesses;
  accesses.reserve(guarded_.size());
  for (const auto& [begin, exit] : guarded_) accesses.push_back({code + begin, code + first_exit_ + exit * Exits::kCallBytes});
  return accesses;
}

Kind FunctionCompiler::kind_of_letter(char letter) {
  switch (letter) {
    case 'i': return Kind::I32;
    case 'f': return Kind::F32;
    case 'd': return Kind::F64;
    case 'v': return Kind::V128;
    default: return Kind::I64;
  }
}

}  // namespace wasmscope::jit
