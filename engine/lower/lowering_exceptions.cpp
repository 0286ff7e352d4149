// SPDX-License-Identifier: Apache-2.0
// Throwing, and where exceptions land. Regions of instructions say who handles what; nothing is executed to enter
// or leave one. In a catch clause of the legacy form the exception itself has the block's first slot, and the
// operands lie above it.
#include <algorithm>

#include "engine/base/try.h"
#include "engine/lower/lowering.h"

namespace wasmscope::lower {

using wasm::Op;
using wasm::ValType;

uint32_t region_at(std::span<const HandlerRegion> regions, uint32_t pc) {
  const auto after = std::lower_bound(regions.begin(), regions.end(), pc, [](const HandlerRegion& region, uint32_t at) { return region.begin < at; });
  auto region = static_cast<uint32_t>(after - regions.begin()) - 1;   // kNoRegion when there is none before
  while (region != kNoRegion && regions[region].end <= pc) region = regions[region].enclosing;
  return region;
}

void Lowering::open_region(Control& control) {
  control.region = static_cast<uint32_t>(code.regions.size());
  code.regions.push_back({pc_, UINT32_MAX, region_, region_, {}});
  region_ = control.region;
}

// At the `end`, `catch` or `delegate` that ends it.
void Lowering::close_region(const Control& control) {
  code.regions[control.region].end = std::min(code.regions[control.region].end, pc_);
  region_ = control.outer_region;
}

// After the block of a try_table: for each clause, where its exceptions land, and from there a branch.
void Lowering::emit_landings(const Control& control, bool falls_through) {
  if (falls_through) emit(SlotOpcode::Branch).target = control.label;
  binary::InstructionReader reader(module_.bytes, {control.pc, module_.funcs[func_].code.end});
  binary::Instruction try_table;
  const auto read = reader.next(try_table);
  CHECK(read.has_value() && *read);
  binary::CatchReader clauses(module_.bytes, try_table);
  while (const auto clause = clauses.next()) {
    using Kind = binary::CatchClause::Kind;
    Landing landing;
    landing.label = new_label();
    bind(landing.label);
    next_slot_ = control.slot_height;
    if (clause->kind == Kind::Catch || clause->kind == Kind::CatchRef) {
      landing.tag = clause->tag;
      landing.values_slot = next_slot_;
      const auto& tag_type = std::get<wasm::FuncType>(module_.types[module_.tags[clause->tag].type.type].composite);
      for (const ValType type : tag_type.params) push_slot(type);
    }
    if (clause->kind == Kind::CatchRef || clause->kind == Kind::CatchAllRef) {
      landing.exception_slot = next_slot_;
      push_slot(wasm::ref_type(wasm::HeapKind::Exn, false));
    }
    flushed_ = stack_.size();
    branch(clause->label);
    truncate(control.height);
    code.regions[control.region].landings.push_back(landing);
  }
  next_slot_ = control.slot_height;
}

// A clause of the legacy form begins; control falls out of what is above to the end of the block.
void Lowering::catch_(const binary::Instruction& in, bool falls_through) {
  if (falls_through) {
    emit_moves(controls_.back());
    emit(SlotOpcode::Branch).target = controls_.back().label;
  }
  Control& control = controls_.back();
  truncate(control.height);
  if (control.kind == Op::Try) close_region(control);
  control.kind = in.op;
  control.exception_slot = control.slot_height;
  next_slot_ = control.slot_height + 1;
  Landing landing;
  landing.label = new_label();
  landing.exception_slot = control.exception_slot;
  bind(landing.label);
  if (in.op == Op::Catch) {
    landing.tag = in.index;
    landing.values_slot = next_slot_;
    for (const ValType type : std::get<wasm::FuncType>(module_.types[module_.tags[in.index].type.type].composite).params)
      push_slot(type);
  }
  code.frame_slots = std::max(code.frame_slots, next_slot_);
  flushed_ = stack_.size();
  code.regions[control.region].landings.push_back(landing);
  unreachable_ = false;
}

void Lowering::delegate(uint32_t depth, bool falls_through) {
  // The label counts from outside of the try block.
  const Control& target = target_of(depth + 1);
  HandlerRegion& region = code.regions[controls_.back().region];
  region.next = target.kind == Op::Try || target.kind == Op::TryTable ? target.region : target.outer_region;
  end(falls_through);
}

void Lowering::exception(const binary::Instruction& in) {
  switch (in.op) {
    case Op::Try:
    case Op::TryTable: begin_block(in); return;
    case Op::Catch:
    case Op::CatchAll: catch_(in, true); return;
    case Op::Delegate: delegate(in.index, true); return;
    case Op::Throw: {
      const auto& type = std::get<wasm::FuncType>(module_.types[module_.tags[in.index].type.type].composite);
      const Source first = gather(type.params.size());
      SlotOp& op = emit(slot_op(in.op));
      op.a = first;
      op.index = in.index;
      break;
    }
    case Op::ThrowRef: {
      const Source reference = pop_source();
      emit(slot_op(in.op)).a = reference;
      break;
    }
    case Op::Rethrow: emit(slot_op(Op::ThrowRef)).a = slot_source(target_of(in.index).exception_slot); break;
    default: CHECK(false);
  }
  become_unreachable();
}

}  // namespace wasmscope::lower
