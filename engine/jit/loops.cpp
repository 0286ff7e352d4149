// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/loops.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include "engine/jit/forms.h"
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

bool is_copy(const SlotOp& op) {
  return op.op == SlotOpcode::Mov || op.op == SlotOpcode::MovPair || op.op == SlotOpcode::Const ||
         op.op == SlotOpcode::ConstPair || op.op == SlotOpcode::LoopMov;
}

}  // namespace

Loops::Loops(const lower::SlotCode& code, Arena& arena)
    : code_(code), places_(code.label_count, Place{}, &arena), loops_(&arena), local_kind_(&arena), use_of_slot_(&arena) {}

void Loops::note_back_edge(uint32_t label, size_t index) {
  Place& place = places_[label];
  if (place.loop == kNone) {
    place.loop = static_cast<uint32_t>(loops_.size());
    loops_.push_back({label, place.begin, index, std::pmr::vector<LocalUse>(loops_.get_allocator()), 0});
  }
  loops_[place.loop].end = index;
}

void Loops::count_uses() {
  if (loops_.empty()) return;
  local_kind_.resize(code_.local_slots);
  for (const lower::LocalPlace& local : code_.locals) local_kind_[local.slot] = static_cast<uint8_t>(1 + static_cast<uint8_t>(kind_of(local.type)));
  use_of_slot_.resize(local_kind_.size());
  // A loop inside begins later.
  std::pmr::vector<Loop*> inner_first(loops_.get_allocator());
  inner_first.reserve(loops_.size());
  for (Loop& loop : loops_) inner_first.push_back(&loop);
  std::ranges::sort(inner_first, std::greater<>(), &Loop::begin);
  for (Loop* loop : inner_first) count_uses(*loop);
  for (Loop& loop : loops_) {
    // Without a register of its own, what arithmetic computes is tested for NaN each time that it is stored.
    for (LocalUse& use : loop.uses)
      if (use.is_written && use.is_computed) use.weight *= 2;
    std::ranges::sort(loop.uses, [](const LocalUse& x, const LocalUse& y) { return x.weight != y.weight ? x.weight > y.weight : x.slot < y.slot; });
  }
}

LocalUse* Loops::use_of(Loop& loop, uint64_t slot) {
  if (slot >= local_kind_.size() || local_kind_[slot] == 0) return nullptr;
  const uint32_t number = use_of_slot_[slot];
  return number != 0 ? &loop.uses[number - 1] : add_use(loop, slot);
}

[[gnu::noinline]] LocalUse* Loops::add_use(Loop& loop, uint64_t slot) {
  LocalUse& added = loop.uses.emplace_back();
  added.slot = static_cast<uint32_t>(slot);
  added.kind = static_cast<Kind>(local_kind_[slot] - 1);
  use_of_slot_[slot] = static_cast<uint32_t>(loop.uses.size());
  return &added;
}

void Loops::read(Loop& loop, uint64_t slot) {
  if (LocalUse* const use = use_of(loop, slot)) ++use->weight;
}

void Loops::write(Loop& loop, uint64_t slot, std::optional<Kind> computed) {
  LocalUse* const use = use_of(loop, slot);
  if (use == nullptr) return;
  ++use->weight;
  note_write(*use, computed);
}

void Loops::note_write(LocalUse& use, std::optional<Kind> computed) {
  if (!computed || (use.is_written && use.raw_kind != *computed)) use.is_computed = false;
  use.raw_kind = computed.value_or(Kind{});
  use.is_written = true;
}

void Loops::add(Loop& loop, const Loop& inside) {
  constexpr uint64_t kRounds = 8, kMost = uint64_t{1} << 40;
  loop.calls += std::min(inside.calls * kRounds, kMost);
  for (const LocalUse& from : inside.uses) {
    LocalUse& use = *use_of(loop, from.slot);
    use.weight += std::min(from.weight * kRounds, kMost);
    if (from.is_written) note_write(use, from.is_computed ? std::optional(from.raw_kind) : std::nullopt);
  }
}

void Loops::count_uses(Loop& loop) {
  const auto& computed = computed_kinds();
  for (size_t i = loop.begin; i <= loop.end; ++i) {
    const SlotOp& op = code_.ops[i];
    if (op.op == SlotOpcode::Label) {
      // Loops that overlap without being nested may end behind this one.
      const Loop* const inside = at(op.target);
      if (inside == nullptr || inside == &loop || inside->end > loop.end) continue;
      add(loop, *inside);
      i = inside->end;
      continue;
    }
    // Fields that an operation does not use are slot 0 of it; a use too many of the first parameter does no harm.
    for (const Source* source : {&op.a, &op.b, &op.c})
      if (source->kind == SourceKind::Slot && source->value != 0) read(loop, source->value);
    if (op.a.kind == SourceKind::Slot && op.a.value == 0 && op.op != SlotOpcode::Branch) read(loop, 0);
    if (const auto row = static_cast<size_t>(op.op); row < computed.size()) {
      if (is_call(op)) ++loop.calls;
      else write(loop, op.d, computed[row]);
    } else if (is_copy(op)) {
      write(loop, op.d, std::nullopt);
    } else if (op.op == SlotOpcode::LoopAdd) {
      write(loop, op.a.value, std::nullopt);
    }
  }
  for (const LocalUse& use : loop.uses) use_of_slot_[use.slot] = 0;
}

}  // namespace wasmscope::jit
