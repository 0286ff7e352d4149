// SPDX-License-Identifier: Apache-2.0
#include "engine/interp/roots.h"

#include "engine/lower/slot_code.h"

namespace wasmscope::interp {

using runtime::CanonicalTypes;
using runtime::ControlRecord;
using runtime::Execution;
using runtime::Instance;
using runtime::Status;

bool Roots::is_traced(const Instance& instance, wasm::ValType type) const {
  return type.is_ref() && store_.heap.is_traced(CanonicalTypes::canonical(type, instance.canonical_types));
}

void Roots::begin() {
  references_.clear();
  for (const runtime::Global& global : store_.globals)
    if (store_.heap.is_traced(global.type.type)) add(store_.global(global.address)[0]);
  for (const runtime::Table& table : store_.tables) {
    if (!store_.heap.is_traced(table.type.element)) continue;
    for (uint64_t i = 0; i < table.size(); ++i) add(table.elements()[i]);
  }
  for (const Instance& instance : store_.instances) {
    for (size_t i = 0; i < instance.elems.size(); ++i) {
      const bool is_dropped = instance.dropped_elems != nullptr && instance.dropped_elems[i] != 0;
      if (is_dropped || !is_traced(instance, instance.module->elems[i].type)) continue;
      for (const uint64_t reference : instance.elems[i]) add(reference);
    }
  }
}

void Roots::add_execution(const Execution& execution) {
  const uint64_t* slot = execution.slots();
  if (execution.status == Status::Ready || execution.status == Status::Trapped) {
    add(execution.exception);
    if (!execution.at_entry) {
      add_frames({&execution, execution.func, execution.pc, execution.frame_base, execution.depth});
      return;
    }
    for (const wasm::ValType type : execution.first->type->params) {
      if (store_.heap.is_traced(type)) add(*slot);
      slot += type.slots();
    }
  } else if (execution.status == Status::Returned) {
    for (const wasm::ValType type : execution.first->type->results) {
      if (store_.heap.is_traced(type)) add(*slot);
      slot += type.slots();
    }
  }
}

void Roots::add_frames(const Standing& standing) {
  const Execution& execution = *standing.execution;
  for (uint32_t i = 0; i < standing.depth; ++i) {
    const ControlRecord& record = execution.records()[i];
    add_frame(execution.slots() + record.frame_base, {store_.func_pointers[record.func], record.call_pc, true});
  }
  add_frame(execution.slots() + standing.frame_base, {standing.func, standing.pc, false});
}

void Roots::add_frame(const uint64_t* slots, const Place& place) {
  for (const uint32_t slot : slots_at(place)) add(slots[slot]);
}

const std::vector<uint32_t>& Roots::slots_at(const Place& place) {
  const auto [found, is_new] = slots_.try_emplace(place);
  std::vector<uint32_t>& slots = found->second;
  if (!is_new) return slots;
  const Instance& instance = *place.func->instance;
  const wasm::Module& module = *instance.module;
  const uint32_t index = place.func->index;
  for (const lower::LocalPlace& local : lower::local_places(module, index))
    if (is_traced(instance, local.type)) slots.push_back(local.slot);
  const lower::Description description = place.is_suspended ? lower::describe_suspended(module, index, place.pc)
                                                            : lower::describe(module, index, place.pc);
  slots.insert(slots.end(), description.caught.begin(), description.caught.end());
  // Aliases of locals are among the locals; constants are null.
  for (const lower::OperandPlace& operand : description.operands)
    if (operand.place == lower::Place::Slot && is_traced(instance, operand.type)) slots.push_back(operand.slot);
  return slots;
}

}  // namespace wasmscope::interp
