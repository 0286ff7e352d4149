// SPDX-License-Identifier: Apache-2.0
// Operations that take the one before them in: pairs, addresses, the ends of counting loops. Nothing is fused
// across an anchor or a label, since these are operations too and then stand last.
#include "engine/lower/lowering.h"

#include <array>

namespace wasmscope::lower {

using wasm::Op;
using wasm::ValType;

bool fits_fused(uint64_t bits, ValType type) {
  const int64_t value = type == wasm::kI32 ? int64_t{static_cast<int32_t>(bits)} : static_cast<int64_t>(bits);
  return value == static_cast<int16_t>(value);
}

namespace {

enum class PairKind : uint8_t { None, Integer, Float, Load };
struct Pairs {
  static constexpr uint8_t kMost = 48;
  std::array<uint8_t, wasm::kOpCount> outers{}, inners{};   // numbers from 1, 0: in no pair
  std::array<std::array<PairKind, kMost>, kMost> kinds{};
  uint8_t outer_count = 0, inner_count = 0;

  constexpr void add(Op outer, Op inner, PairKind kind) {
    uint8_t& row = outers[static_cast<size_t>(outer)];
    uint8_t& column = inners[static_cast<size_t>(inner)];
    if (row == 0) row = ++outer_count;
    if (column == 0) column = ++inner_count;
    kinds[row][column] = kind;
  }
};
consteval Pairs make_pairs() {
  Pairs pairs;
#define PAIR(Outer, Inner) pairs.add(Op::Outer, Op::Inner, PairKind::Integer);
#define FLOAT_PAIR(Outer, Inner) pairs.add(Op::Outer, Op::Inner, PairKind::Float);
#define LOAD_PAIR(Outer, Inner) pairs.add(Op::Outer, Op::Inner, PairKind::Load);
#include "engine/lower/pairs.def"
  return pairs;
}
constexpr Pairs kPairs = make_pairs();

PairKind pair_kind(Op outer, SlotOpcode inner) {
  const auto column = static_cast<size_t>(inner);
  return column < wasm::kOpCount ? kPairs.kinds[kPairs.outers[static_cast<size_t>(outer)]][kPairs.inners[column]] : PairKind::None;
}
bool is_outer(Op op) { return kPairs.outers[static_cast<size_t>(op)] != 0; }
bool is_subtraction(Op op) { return op == Op::I32Sub || op == Op::I64Sub || op == Op::F32Sub || op == Op::F64Sub; }

}  // namespace

// The operation just emitted becomes the inner one of a pair with `outer`, if there is such a pair.
bool Lowering::fuse_pair(Op outer) {
  if (!is_outer(outer)) return false;
  const size_t below = is_last_result(0) ? 0 : 1;
  if (!is_last_result(below)) return false;
  const PairKind kind = pair_kind(outer, code.ops.back().op);
  if (kind == PairKind::None) return false;
  const SlotOp inner = code.ops.back();
  if (inner.a.kind != SourceKind::Slot) return false;
  const bool is_plus = kind == PairKind::Load && inner.has_inner && inner.inner == Op::I32Add && inner.b.kind == SourceKind::Const;
  if (inner.has_inner && !is_plus) return false;
  const Entry& other = stack_[stack_.size() - 1 - (1 - below)];
  const ValType type = stack_.back().type;
  if (kind == PairKind::Load) {
    if (other.place == Place::Const || inner.index != 0 || inner.index2 != 0 || inner.offset > UINT16_MAX) return false;
  } else if (kind == PairKind::Float) {
    if (inner.b.kind != SourceKind::Slot || other.place == Place::Const || (is_subtraction(outer) && below != 0)) return false;
  } else {
    if (inner.b.kind == SourceKind::Const && !fits_fused(inner.b.value, type)) return false;
    if (other.place == Place::Const && (inner.b.kind != SourceKind::Const || !fits_fused(other.bits, type))) return false;
  }
  const Source c = source_of(other);
  pop();
  pop();
  code.ops.pop_back();
  SlotOp& op = emit_result(slot_op(outer), type);
  op.has_inner = true;
  op.inner = static_cast<Op>(inner.op);
  op.a = inner.a;
  op.b = inner.b;
  op.c = c;
  op.pc = inner.pc;
  if (kind == PairKind::Load) {
    op.offset = inner.offset;
    op.is_left = below != 0 && is_subtraction(outer);
    op.is_plus = is_plus;
  }
  return true;
}

// An i32.add that made the address becomes part of the load or store.
bool Lowering::fuse_address(const binary::Instruction& in) {
  if (!is_result_last_) return false;
  const std::string_view signature = wasm::info(in.op).signature;
  const bool is_store = signature.back() == '_';
  const size_t below = is_store ? 1 : 0;
  if (!is_last_result(below) || !last_is(Op::I32Add) || in.memarg.memory != 0) return false;
  SlotOp add = code.ops.back();
  if (add.has_inner) return !is_store && fuse_scaled_address(in, add);
  if (add.a.kind == SourceKind::Const) std::swap(add.a, add.b);
  if (add.a.kind == SourceKind::Const) return false;
  if (is_store && stack_.back().place == Place::Const &&
      (add.b.kind != SourceKind::Const || !fits_fused(stack_.back().bits, stack_.back().type)))
    return false;
  if (add.b.kind == SourceKind::Const ? in.memarg.offset != 0 : in.memarg.offset > UINT16_MAX) return false;
  Source value;
  if (is_store) value = pop_source();
  pop();
  code.ops.pop_back();
  SlotOp& op = is_store ? emit(slot_op(in.op)) : emit_result(slot_op(in.op), type_of_letter(signature[2]));
  op.has_inner = true;
  op.inner = Op::I32Add;
  op.a = add.a;
  op.b = add.b;
  op.c = value;
  op.offset = in.memarg.offset;
  op.pc = add.pc;
  return true;
}

// `base + (index << shift)`: an element of an array.
bool Lowering::fuse_scaled_address(const binary::Instruction& in, SlotOp add) {
  if (add.inner != Op::I32Shl || add.b.kind != SourceKind::Const || add.c.kind != SourceKind::Slot ||
      in.memarg.offset != 0)
    return false;
  pop();
  code.ops.pop_back();
  SlotOp& op = emit_result(slot_op(in.op), type_of_letter(wasm::info(in.op).signature[2]));
  op.has_inner = true;
  op.inner = Op::I32Shl;
  op.a = add.a;
  op.b = add.b;
  op.c = add.c;
  op.pc = add.pc;
  return true;
}

// `i += step; if (i != n) continue`: the end of most counting loops.
bool Lowering::fuse_loop_add(const Condition& condition, uint32_t label) {
  if (condition.has_and || condition.negated || !last_is(Op::I32Add) || code.ops.back().has_inner) return false;
  const SlotOp add = code.ops.back();
  if (add.a.kind != SourceKind::Slot || add.a.value != add.d || add.b == add.a) return false;
  if (add.b.kind == SourceKind::Const && !fits_fused(add.b.value, wasm::kI32)) return false;
  const Op compare = condition.is_compare ? condition.compare : Op::I32Ne;
  if (compare != Op::I32Ne && compare != Op::I32LtS && compare != Op::I32LtU) return false;
  Source tested = condition.a, bound = condition.is_compare ? condition.b : const_source(0);
  if (compare == Op::I32Ne && tested != add.a) std::swap(tested, bound);
  if (tested != add.a) return false;
  if (bound == add.a) return false;
  code.ops.pop_back();
  SlotOp& op = emit(SlotOpcode::LoopAdd);
  op.compare = compare;
  op.a = add.a;
  op.b = add.b;
  op.c = bound;
  op.target = label;
  op.is_back_edge = true;
  op.pc = add.pc;
  return true;
}

}  // namespace wasmscope::lower
