// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/loops.h"

#include <algorithm>

#include "engine/jit/vectors.h"

namespace wasmscope::jit {

using lower::SlotOp;
using lower::SlotOpcode;
using lower::Source;
using lower::SourceKind;
using wasm::Op;

namespace {

constexpr uint32_t kNone = UINT32_MAX;

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

}  // namespace

Loops::Loops(const lower::SlotCode& code, Arena& arena)
    : loop_of_label_(code.label_count, kNone, &arena), loops_(&arena), depth_(&arena), local_kind_(&arena), use_of_slot_(&arena) {
  std::pmr::vector<size_t> label_at(code.label_count, 0, &arena);
  for (size_t i = 0; i < code.ops.size(); ++i) {
    const SlotOp& op = code.ops[i];
    if (op.op == SlotOpcode::Label) label_at[op.target] = i;
    if (!op.is_back_edge) continue;
    uint32_t& loop = loop_of_label_[op.target];
    if (loop == kNone) {
      loop = static_cast<uint32_t>(loops_.size());
      loops_.push_back({label_at[op.target], i, std::pmr::vector<LocalUse>(&arena)});
    }
    loops_[loop].end = i;
  }
  if (loops_.empty()) return;
  local_kind_.resize(code.local_slots);
  for (const lower::LocalPlace& local : code.locals) local_kind_[local.slot] = static_cast<uint8_t>(1 + static_cast<uint8_t>(kind_of(local.type)));
  std::pmr::vector<int> change(code.ops.size() + 1, 0, &arena);
  for (const Loop& loop : loops_) {
    ++change[loop.begin];
    --change[loop.end + 1];
  }
  depth_.resize(code.ops.size());
  int depth = 0;
  for (size_t i = 0; i < code.ops.size(); ++i) {
    depth += change[i];
    depth_[i] = static_cast<uint8_t>(std::min(depth, 255));
  }
  use_of_slot_.resize(local_kind_.size());
  for (Loop& loop : loops_) count_uses(code, loop);
}

const Loop* Loops::at(uint32_t label) const {
  return loop_of_label_[label] == kNone ? nullptr : &loops_[loop_of_label_[label]];
}

void Loops::count_uses(const lower::SlotCode& code, Loop& loop) {
  const uint8_t outer = depth_[loop.begin];
  for (size_t i = loop.begin; i <= loop.end; ++i) {
    const SlotOp& op = code.ops[i];
    // Loops that overlap without being nested may end before.
    const uint64_t weight = uint64_t{1} << std::clamp(3 * (depth_[i] - outer), 0, 30);
    const auto count = [&](uint64_t slot, bool is_written) {
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
      if (!is_written) return;
      const bool is_instruction = static_cast<uint16_t>(op.op) < wasm::kOpCount;
      const std::optional<Kind> computed = is_instruction ? computed_kind(static_cast<Op>(op.op)) : std::nullopt;
      if (!computed || (use.is_written && use.raw_kind != computed)) use.is_computed = false;
      use.raw_kind = computed;
      use.is_written = true;
    };
    // Fields that an operation does not use are slot 0 of it; a use too many of the first parameter does no harm.
    for (const Source* source : {&op.a, &op.b, &op.c})
      if (source->kind == SourceKind::Slot && source->value != 0) count(source->value, false);
    if (op.a.kind == SourceKind::Slot && op.a.value == 0 && op.op != SlotOpcode::Label && op.op != SlotOpcode::Branch)
      count(0, false);
    const bool is_call = op.op == lower::slot_op(Op::Call) || op.op == lower::slot_op(Op::CallIndirect) || op.op == lower::slot_op(Op::CallRef);
    const bool has_result = static_cast<uint16_t>(op.op) < wasm::kOpCount ? !is_call
                            : op.op == SlotOpcode::Mov || op.op == SlotOpcode::MovPair || op.op == SlotOpcode::Const ||
                                  op.op == SlotOpcode::ConstPair || op.op == SlotOpcode::LoopMov;
    if (has_result) count(op.d, true);
    if (op.op == SlotOpcode::LoopAdd) count(op.a.value, true);
  }
  for (LocalUse& use : loop.uses) {
    use_of_slot_[use.slot] = 0;
    // Without a register of its own, what arithmetic computes is tested for NaN each time that it is stored.
    if (use.is_written && use.is_computed) use.weight *= 2;
  }
  std::ranges::sort(loop.uses, [](const LocalUse& x, const LocalUse& y) { return x.weight != y.weight ? x.weight > y.weight : x.slot < y.slot; });
}

}  // namespace wasmscope::jit
