// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/mutation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/jit/machine.h"

namespace wasmscope::jit {
namespace {

using asmjit::InstId;
using asmjit::Operand_;
namespace Inst = x86::Inst;
using Kind = Mutation::Kind;

bool is_general(const Operand_& operand) { return operand.isReg() && operand.as<asmjit::BaseReg>().isGroup(asmjit::RegGroup::kGp); }
bool is_vector(const Operand_& operand) { return operand.isReg() && operand.as<asmjit::BaseReg>().isGroup(asmjit::RegGroup::kVec); }
bool is_register(const Operand_& operand) { return is_general(operand) || is_vector(operand); }

bool is_reserved(uint32_t id) {
  constexpr std::array<uint32_t, 6> kReserved = {x86::Gp::kIdSp, x86::Gp::kIdBx, x86::Gp::kIdBp, x86::Gp::kIdR12, x86::Gp::kIdR13, x86::Gp::kIdR14};
  return std::ranges::find(kReserved, id) != kReserved.end();
}
bool touches_reserved(const Operand_& operand) { return is_general(operand) && is_reserved(operand.id()); }

bool is_based_on(const Operand_& operand, const x86::Gp& base) {
  return operand.isMem() && operand.as<x86::Mem>().hasBaseReg() && operand.as<x86::Mem>().baseId() == base.id();
}

InstId other_operation(InstId id) {
  constexpr std::pair<InstId, InstId> kOthers[] = {
      {Inst::kIdAdd, Inst::kIdSub}, {Inst::kIdSub, Inst::kIdAdd}, {Inst::kIdAnd, Inst::kIdOr}, {Inst::kIdOr, Inst::kIdXor},
      {Inst::kIdXor, Inst::kIdOr}, {Inst::kIdShl, Inst::kIdShr}, {Inst::kIdShr, Inst::kIdSar}, {Inst::kIdSar, Inst::kIdShr},
      {Inst::kIdRol, Inst::kIdRor}, {Inst::kIdRor, Inst::kIdRol}, {Inst::kIdShlx, Inst::kIdShrx}, {Inst::kIdShrx, Inst::kIdSarx},
      {Inst::kIdSarx, Inst::kIdShlx}, {Inst::kIdVaddsd, Inst::kIdVsubsd}, {Inst::kIdVsubsd, Inst::kIdVaddsd},
      {Inst::kIdVmulsd, Inst::kIdVaddsd}, {Inst::kIdVdivsd, Inst::kIdVmulsd}, {Inst::kIdVaddss, Inst::kIdVsubss},
      {Inst::kIdVsubss, Inst::kIdVaddss}, {Inst::kIdVmulss, Inst::kIdVaddss}, {Inst::kIdVdivss, Inst::kIdVmulss},
      {Inst::kIdVpaddd, Inst::kIdVpsubd}, {Inst::kIdVpsubd, Inst::kIdVpaddd}, {Inst::kIdVpxor, Inst::kIdVpor},
      {Inst::kIdMovzx, Inst::kIdMovsx}, {Inst::kIdMovsx, Inst::kIdMovzx}, {Inst::kIdLzcnt, Inst::kIdTzcnt},
      {Inst::kIdTzcnt, Inst::kIdLzcnt}};
  for (const auto& [from, to] : kOthers)
    if (from == id) return to;
  return 0;
}

// Of conditional moves and settings: the opposite one.
InstId opposite_condition(InstId id) {
  using CC = x86::CondCode;
  for (uint32_t code = 0; code < 16; ++code) {
    const auto cond = static_cast<CC>(code);
    const CC other = x86::negateCond(cond);
    if (Inst::setccFromCond(cond) == id) return Inst::setccFromCond(other);
    if (Inst::cmovccFromCond(cond) == id) return Inst::cmovccFromCond(other);
  }
  return 0;
}
bool is_move(InstId id) {
  return id == Inst::kIdMov || id == Inst::kIdVmovsd || id == Inst::kIdVmovss || id == Inst::kIdVmovq || id == Inst::kIdVmovd ||
         id == Inst::kIdVmovups || id == Inst::kIdVmovaps || id == Inst::kIdVmovdqu || id == Inst::kIdVmovdqa;
}

// Of the operation itself no instruction but moves is mutated: addresses, bounds and records of calls are made there.
bool holds_together(const lower::SlotOp& op) {
  using wasm::Op;
  if (op.op == lower::SlotOpcode::BranchTable) return true;
  if (static_cast<uint16_t>(op.op) >= wasm::kOpCount) return false;
  const wasm::OpInfo& info = wasm::info(static_cast<Op>(op.op));
  // A wrong division is an exception of the processor's.
  if (info.text.find(".div") != std::string_view::npos || info.text.find(".rem") != std::string_view::npos) return true;
  if (info.width != 0 || (op.has_inner && wasm::info(op.inner).width != 0)) return true;
  // Everything but arithmetic: calls, tables, objects, bulk operations.
  return info.signature == "special" || info.signature.empty();
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::OtherOperation: return "another operation";
    case Kind::OtherCondition: return "the opposite condition";
    case Kind::OtherImmediate: return "another constant";
    case Kind::OtherRegister: return "another register";
    case Kind::OtherSlot: return "another slot";
    case Kind::DroppedStore: return "a store left out";
  }
  return {};
}

MutationPlan& mutation_plan() {
  static MutationPlan plan;
  return plan;
}

void Mutator::begin_operation(uint32_t func, const lower::SlotOp& op) {
  func_ = func;
  // Stops are not where the mistake is, and have the pc of what comes after them; some moves belong to no instruction.
  op_ = op.op == lower::SlotOpcode::Anchor || op.pc == 0 ? nullptr : &op;
  follows_tick_ = false;
  seen_.clear();
}

bool Mutator::is_asked_for(Kind kind, InstId id) {
  Mutation mutation{kind, func_, op_->pc, id, 0};
  mutation.which = static_cast<uint32_t>(std::ranges::count_if(seen_, [&](const Mutation& each) {
    return each.kind == kind && each.instruction == id;
  }));
  seen_.push_back(mutation);
  MutationPlan& plan = mutation_plan();
  if (plan.possible != nullptr) plan.possible->push_back(mutation);
  if (plan.wanted != mutation) return false;
  ++plan.made;
  return true;
}

x86::CondCode Mutator::change(x86::CondCode code) {
  // Not the jump that decides about a tick.
  if (op_ == nullptr || std::exchange(follows_tick_, false) || holds_together(*op_)) return code;
  return is_asked_for(Kind::OtherCondition, Inst::kIdJz) ? x86::negateCond(code) : code;
}

Mutator::Instruction Mutator::change(const Instruction& instruction) {
  const auto& [id, o0, o1, o2] = instruction;
  follows_tick_ = touches_reserved(o0) && o0.id() == kBudget.id();
  const auto is_own = [](const Operand_& operand) { return touches_reserved(operand) || is_based_on(operand, kContext); };
  if (op_ == nullptr || is_own(o0) || is_own(o1) || is_own(o2)) return instruction;
  const Instruction nothing(Inst::kIdNop, Operand_{}, Operand_{}, Operand_{});

  const bool is_store = is_based_on(o0, kFrame);
  if (is_move(id) && (is_store || is_based_on(o1, kFrame))) {
    if (is_store && is_asked_for(Kind::DroppedStore, id)) return nothing;
    if (!is_asked_for(Kind::OtherSlot, id)) return instruction;
    x86::Mem moved = (is_store ? o0 : o1).as<x86::Mem>();
    moved.addOffset(8);
    return is_store ? Instruction{id, moved, o1, o2} : Instruction{id, o0, moved, o2};
  }
  // A store of the program's: what marks pages stores a constant.
  if (is_move(id) && is_based_on(o0, kMemory) && is_register(o1))
    return is_asked_for(Kind::DroppedStore, id) ? nothing : instruction;
  if (holds_together(*op_)) return instruction;
  if (const InstId other = opposite_condition(id); other != 0)
    return is_asked_for(Kind::OtherCondition, id) ? Instruction{other, o0, o1, o2} : instruction;
  if (!is_register(o0)) return instruction;
  if (const InstId other = other_operation(id); other != 0 && is_asked_for(Kind::OtherOperation, id)) return {other, o0, o1, o2};
  const auto is_small = [](const Operand_& operand) {
    return operand.isImm() && operand.as<asmjit::Imm>().isInt32() && operand.as<asmjit::Imm>().value() > -120 &&
           operand.as<asmjit::Imm>().value() < 0x7FFFFFFF;
  };
  const auto changed = [](const Operand_& operand) {
    const int64_t value = operand.as<asmjit::Imm>().value();
    return asmjit::Imm(value == 1 ? 2 : value - 1);
  };
  if (is_small(o1) && is_asked_for(Kind::OtherImmediate, id)) return {id, o0, changed(o1), o2};
  if (is_small(o2) && is_asked_for(Kind::OtherImmediate, id)) return {id, o0, o1, changed(o2)};
  const bool has_source = is_general(o1) || (is_vector(o1) && is_vector(o0));
  if (!has_source || o1.as<asmjit::BaseReg>().size() < 4 || !is_asked_for(Kind::OtherRegister, id)) return instruction;
  asmjit::BaseReg other = o1.as<asmjit::BaseReg>();
  other.setId(is_vector(o1) ? (o1.id() + 1) % 16 : o1.id() == x86::Gp::kIdSi ? x86::Gp::kIdDi : x86::Gp::kIdSi);
  return {id, o0, other, o2};
}

}  // namespace wasmscope::jit
