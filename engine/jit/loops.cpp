// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/loops.h"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/jit/vectors.h"

namespace wasmscope::jit {

using lower::SlotOp;
using lower::SlotOpcode;
using lower::Source;
using lower::SourceKind;
using wasm::Op;

namespace {

// The kind of a result whose NaN arithmetic makes.
std::optional<Kind> computed_kind(Op op) {
  if (op >= Op::F32Ceil && op <= Op::F32Max) return Kind::F32;
  if (op >= Op::F64Ceil && op <= Op::F64Max) return Kind::F64;
  switch (vector_row(op).shape) {
    case VectorShape::FloatUnary:
    case VectorShape::FloatBinary:
    case VectorShape::FloatLower:
    case VectorShape::FloatHigher:
    case VectorShape::Round:
    case VectorShape::MultiplyAdd: return lanes_of(op);
    default: return std::nullopt;
  }
}

const std::array<std::optional<Kind>, wasm::kOpCount>& computed_kinds() {
  static const auto table = [] {
    std::array<std::optional<Kind>, wasm::kOpCount> kinds;
    for (size_t row = 0; row < kinds.size(); ++row) kinds[row] = computed_kind(static_cast<Op>(row));
    return kinds;
  }();
  return table;
}

bool is_call(const SlotOp& op) {
  return op.op == lower::slot_op(Op::Call) || op.op == lower::slot_op(Op::CallIndirect) || op.op == lower::slot_op(Op::CallRef);
}

bool is_copy(const SlotOp& op) {
  return op.op == SlotOpcode::Mov || op.op == SlotOpcode::MovPair || op.op == SlotOpcode::Const ||
         op.op == SlotOpcode::ConstPair || op.op == SlotOpcode::LoopMov;
}

}  // namespace

Loops::Loops(const lower::SlotCode& code, Arena& arena)
    : code_(code), places_(code.label_count, Place{}, &arena), loops_(&arena), depth_(&arena), local_kind_(&arena), use_of_slot_(&arena) {}

void Loops::note_back_edge(uint32_t label, size_t index) {
  Place& place = places_[label];
  if (place.loop == kNone) {
    place.loop = static_cast<uint32_t>(loops_.size());
    loops_.push_back({label, place.begin, index, std::pmr::vector<LocalUse>(loops_.get_allocator())});
  }
  loops_[place.loop].end = index;
}

void Loops::count_uses() {
  if (loops_.empty()) return;
  local_kind_.resize(code_.local_slots);
  for (const lower::LocalPlace& local : code_.locals) local_kind_[local.slot] = static_cast<uint8_t>(1 + static_cast<uint8_t>(kind_of(local.type)));
  use_of_slot_.resize(local_kind_.size());
  std::pmr::vector<int> change(code_.ops.size() + 1, 0, loops_.get_allocator());
  for (const Loop& loop : loops_) {
    ++change[loop.begin];
    --change[loop.end + 1];
  }
  depth_.resize(code_.ops.size());
  int depth = 0;
  for (size_t i = 0; i < depth_.size(); ++i) {
    depth += change[i];
    depth_[i] = static_cast<uint8_t>(std::min(depth, 255));
  }
  for (Loop& loop : loops_) count_uses(loop);
}

void Loops::count(Loop& loop, uint64_t slot, uint64_t weight, Write write, Kind raw_kind) {
  if (slot >= local_kind_.size() || local_kind_[slot] == 0) return;
  uint32_t& number = use_of_slot_[slot];
  if (number == 0) {
    LocalUse& added = loop.uses.emplace_back();
    added.slot = static_cast<uint32_t>(slot);
    added.kind = static_cast<Kind>(local_kind_[slot] - 1);
    number = static_cast<uint32_t>(loop.uses.size());
  }
  LocalUse& use = loop.uses[number - 1];
  use.weight += weight;
  if (write == Write::None) return;
  if (write != Write::Computed || (use.is_written && use.raw_kind != raw_kind)) use.is_computed = false;
  use.raw_kind = raw_kind;
  use.is_written = true;
}

void Loops::count_uses(Loop& loop) {
  const auto& computed = computed_kinds();
  const uint8_t outer = depth_[loop.begin];
  for (size_t i = loop.begin; i <= loop.end; ++i) {
    const SlotOp& op = code_.ops[i];
    if (op.op == SlotOpcode::Label) continue;
    // Loops that overlap without being nested may end before.
    const uint64_t weight = uint64_t{1} << std::clamp(3 * (depth_[i] - outer), 0, 30);
    // Fields that an operation does not use are slot 0 of it; a use too many of the first parameter does no harm.
    for (const Source* source : {&op.a, &op.b, &op.c})
      if (source->kind == SourceKind::Slot && source->value != 0) count(loop, source->value, weight, Write::None, {});
    if (op.a.kind == SourceKind::Slot && op.a.value == 0 && op.op != SlotOpcode::Branch) count(loop, 0, weight, Write::None, {});
    if (const auto row = static_cast<size_t>(op.op); row < computed.size()) {
      if (!is_call(op)) count(loop, op.d, weight, computed[row] ? Write::Computed : Write::Value, computed[row].value_or(Kind{}));
    } else if (is_copy(op)) {
      count(loop, op.d, weight, Write::Value, {});
    } else if (op.op == SlotOpcode::LoopAdd) {
      count(loop, op.a.value, weight, Write::Value, {});
    }
  }
  for (LocalUse& use : loop.uses) {
    use_of_slot_[use.slot] = 0;
    // Without a register of its own, what arithmetic computes is tested for NaN each time that it is stored.
    if (use.is_written && use.is_computed) use.weight *= 2;
  }
  std::ranges::sort(loop.uses, [](const LocalUse& x, const LocalUse& y) { return x.weight != y.weight ? x.weight > y.weight : x.slot < y.slot; });
}

}  // namespace wasmscope::jit
