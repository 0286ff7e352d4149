// SPDX-License-Identifier: Apache-2.0
// Branches and the comparisons that they test.
#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using asmjit::Label;
using lower::SlotOpcode;
using lower::SourceKind;
using wasm::Op;
using x86::CondCode;

namespace {

struct Comparison {
  CondCode code;
  Kind kind;
};
// Of integers; floats are compared by their own names.
std::optional<Comparison> comparison(Op op) {
  switch (op) {
#define COMPARISONS(T)                                                       \
  case Op::T##Eq: return Comparison{CondCode::kE, Kind::T};                  \
  case Op::T##Ne: return Comparison{CondCode::kNE, Kind::T};                 \
  case Op::T##LtS: return Comparison{CondCode::kL, Kind::T};                 \
  case Op::T##LtU: return Comparison{CondCode::kB, Kind::T};                 \
  case Op::T##GtS: return Comparison{CondCode::kG, Kind::T};                 \
  case Op::T##GtU: return Comparison{CondCode::kA, Kind::T};                 \
  case Op::T##LeS: return Comparison{CondCode::kLE, Kind::T};                \
  case Op::T##LeU: return Comparison{CondCode::kBE, Kind::T};                \
  case Op::T##GeS: return Comparison{CondCode::kGE, Kind::T};                \
  case Op::T##GeU: return Comparison{CondCode::kAE, Kind::T};
    COMPARISONS(I32)
    COMPARISONS(I64)
#undef COMPARISONS
    default: return std::nullopt;
  }
}

}  // namespace

FunctionCompiler::Test FunctionCompiler::opposite(const Test& test) {
  using Parity = Test::Parity;
  return {x86::negateCond(test.code), test.parity == Parity::OrSet      ? Parity::AndClear
                                      : test.parity == Parity::AndClear ? Parity::OrSet
                                                                        : Parity::Ignored};
}

FunctionCompiler::Test FunctionCompiler::compare(Op op, const Source& a, const Source& b) {
  if (op == Op::I32Eqz) return compare(Op::I32Eq, a, lower::const_source(0));
  if (op == Op::I64Eqz) return compare(Op::I64Eq, a, lower::const_source(0));
  if (const auto found = comparison(op)) {
    CondCode code = found->code;
    const Source *left = &a, *right = &b;
    if (a.kind == SourceKind::Const && b.kind == SourceKind::Slot) {
      std::swap(left, right);
      code = x86::reverseCond(code);
    }
    const x86::Gp first = in_register(*left, found->kind, x86::rax);
    const Value second = value(*right, found->kind, x86::rcx);
    switch (second.place) {
      case Value::Place::Immediate:
        if (second.immediate == 0) asm_.test(first, first);
        else asm_.cmp(first, second.immediate);
        break;
      case Value::Place::Memory: asm_.cmp(first, second.mem); break;
      case Value::Place::Register: asm_.cmp(first, second.reg); break;
    }
    return {code};
  }
  using Parity = Test::Parity;
  const Kind kind = op <= Op::F32Ge ? Kind::F32 : Kind::F64;
  const auto compare_floats = [&](const Source& left, const Source& right) {
    const x86::Xmm first = float_in_register(left, kind, x86::xmm0);
    const asmjit::Operand second = float_value(right, kind);
    asm_.emit(kind == Kind::F32 ? x86::Inst::kIdVucomiss : x86::Inst::kIdVucomisd, first, second);
  };
  switch (op) {
    case Op::F32Eq:
    case Op::F64Eq: compare_floats(a, b); return {CondCode::kE, Parity::AndClear};
    case Op::F32Ne:
    case Op::F64Ne: compare_floats(a, b); return {CondCode::kNE, Parity::OrSet};
    case Op::F32Lt:
    case Op::F64Lt: compare_floats(b, a); return {CondCode::kA};
    case Op::F32Gt:
    case Op::F64Gt: compare_floats(a, b); return {CondCode::kA};
    case Op::F32Le:
    case Op::F64Le: compare_floats(b, a); return {CondCode::kAE};
    case Op::F32Ge:
    case Op::F64Ge: compare_floats(a, b); return {CondCode::kAE};
    default: CHECK(false);
  }
}

void FunctionCompiler::jump_on(const Test& test, Label label) {
  switch (test.parity) {
    case Test::Parity::Ignored: asm_.j(test.code, label); return;
    case Test::Parity::OrSet:
      asm_.jp(label);
      asm_.j(test.code, label);
      return;
    case Test::Parity::AndClear: {
      const Label not_taken = asm_.newLabel();
      asm_.jp(not_taken);
      asm_.j(test.code, label);
      asm_.bind(not_taken);
      return;
    }
  }
}

// Where a forward branch jumps: the label itself when the registers are as it wants them.
Label FunctionCompiler::edge_to(uint32_t target) {
  LabelState& label = labels_[target];
  if (!label.has_state) {
    label.state = registers_.state_below(label.height);
    label.has_state = true;
    return label.label;
  }
  if (registers_.conforms_to(label.state, label.height)) return label.label;
  edges_.push_back({asm_.newLabel(), target, registers_.state()});
  return edges_.back().label;
}

// The tick of a back edge, and the jump.
void FunctionCompiler::jump_back(uint32_t target) {
  LabelState& label = labels_[target];
  CHECK(label.has_state);
  registers_.change_to(label.state, label.height);
  asm_.sub(kBudget, 1);
  asm_.jg(label.label);
  asm_.jmp(label.tick_exit);
}

void FunctionCompiler::branch(const SlotOp& op) {
  LabelState& label = labels_[op.target];
  is_reachable_ = false;
  if (op.is_back_edge) return jump_back(op.target);
  registers_.canonicalise_all(label.height);
  registers_.drop_from(label.height);
  if (!label.has_state) {
    label.state = registers_.state();
    label.has_state = true;
  } else {
    registers_.change_to(label.state, label.height);
  }
  const bool is_next = (&op)[1].op == SlotOpcode::Label && (&op)[1].target == op.target;
  if (!is_next) asm_.jmp(label.label);
}

void FunctionCompiler::jump_if(const Test& test, const SlotOp& op) {
  if (!op.is_back_edge) return jump_on(test, edge_to(op.target));
  const Label next = asm_.newLabel();
  jump_on(opposite(test), next);
  const RegisterState saved = registers_.state();
  jump_back(op.target);
  registers_.set_state(saved);
  asm_.bind(next);
}

void FunctionCompiler::branch_if(const SlotOp& op) {
  if (!op.is_back_edge) registers_.canonicalise_all(labels_[op.target].height);
  Test test;
  if (op.op == SlotOpcode::BranchCompare || op.op == SlotOpcode::BranchCompareNot) {
    test = compare(op.compare, op.a, op.b);
  } else if (op.has_inner) {
    const x86::Gp a = in_register(op.a, Kind::I32, x86::rax);
    const Value b = value(op.b, Kind::I32, x86::rcx);
    switch (b.place) {
      case Value::Place::Immediate: asm_.test(a, b.immediate); break;
      case Value::Place::Memory: asm_.test(b.mem, a); break;
      case Value::Place::Register: asm_.test(a, b.reg); break;
    }
    test = {CondCode::kNE};
  } else {
    test = compare(Op::I32Ne, op.a, lower::const_source(0));
  }
  if (op.op == SlotOpcode::BranchCompareNot || op.op == SlotOpcode::BranchIfNot) test = opposite(test);
  release(op);
  jump_if(test, op);
}

void FunctionCompiler::loop_add(const SlotOp& op) {
  const Value step = value(op.b, Kind::I32, x86::rcx);
  if (step.place == Value::Place::Register) registers_.lock(number(step.reg));
  registers_.use(op.a.value, Kind::I32);
  const x86::Gp counter = registers_.define(static_cast<uint32_t>(op.a.value), Kind::I32);
  switch (step.place) {
    case Value::Place::Immediate: asm_.add(counter, step.immediate); break;
    case Value::Place::Memory: asm_.add(counter, step.mem); break;
    case Value::Place::Register: asm_.add(counter, step.reg); break;
  }
  const Test test = compare(op.compare, op.a, op.c);
  release(op);
  jump_if(test, op);
}

void FunctionCompiler::branch_table(const SlotOp& op) {
  registers_.canonicalise_all(lower::kNoSlot);
  const x86::Gp index = in_register(op.a, Kind::I32, x86::rax);
  release(op);
  std::vector<Label> targets;
  std::map<uint32_t, Label> made;
  const auto target_of = [&](uint32_t number) {
    const uint32_t target = code_.targets[op.target + number];
    const auto [found, is_new] = made.try_emplace(target);
    if (is_new) found->second = edge_to(target);
    return found->second;
  };
  const uint32_t last = op.count - 1;   // whatever is not in the table
  is_reachable_ = false;
  if (last == 0) return asm_.jmp(target_of(last));
  asm_.cmp(index, last);
  asm_.jae(target_of(last));
  for (uint32_t i = 0; i < last; ++i) targets.push_back(target_of(i));
  asm_.lea(x86::rcx, asm_.table(std::move(targets)));
  asm_.jmp(x86::qword_ptr(x86::rcx, index.r64(), 3));
}

}  // namespace wasmscope::jit
