// SPDX-License-Identifier: Apache-2.0
// A timeline's past on its way into a file and back. What comes from a file is not to be trusted: its events are
// checked before they are taken over, its edits at the instant at which they are made, when it is known what lies where
// they write. No number from a file becomes a reference that the program could follow to somewhere else.
#include <algorithm>
#include <cstring>

#include "engine/base/try.h"
#include "engine/lower/slot_code.h"
#include "engine/replay/timeline.h"

namespace wasmscope::replay {

using runtime::Instant;

namespace {

uint64_t slot_of(const std::vector<uint8_t>& bytes, size_t index) {
  uint64_t slot = 0;
  std::memcpy(&slot, bytes.data() + 8 * index, sizeof slot);
  return slot;
}

bool fits(uint64_t begin, uint64_t count, uint64_t size) { return begin <= size && count <= size - begin; }

// Which slots of a frame may be given which values.
void add_places(std::map<uint64_t, wasm::ValType>& types, const runtime::Func& func, uint64_t base, const lower::Description& description) {
  const auto add = [&](wasm::ValType type, uint32_t slot) {
    for (uint32_t i = 0; i < type.slots(); ++i) types[base + slot + i] = type;
  };
  for (const lower::LocalPlace& local : lower::local_places(*func.instance->module, func.index)) add(local.type, local.slot);
  for (const lower::OperandPlace& operand : description.operands)
    if (operand.place == lower::Place::Slot) add(operand.type, operand.slot);
}

}  // namespace

void Timeline::take_over(History history) {
  log_.take_over(std::move(history.events), history.events_end);
  log_.close();
  edits_ = std::move(history.edits);
  foreign_edits_ = edits_.size();
  frontier_ = history.frontier;
  frontier_end_ = std::move(history.end);
}

// The recording ends here: what it says about later does not fit.
void Timeline::distrust() {
  edits_.resize(next_edit_);
  foreign_edits_ = next_edit_;
  frontier_ = instant();
  frontier_end_.reset();
}

bool Timeline::is_harmless(const Edit& edit) const {
  const std::vector<uint8_t>& bytes = edit.after;
  if (edit.what == Edit::What::Memory)
    return edit.index < instance_->memories.size() && fits(edit.begin, bytes.size(), instance_->memories[edit.index]->size_bytes());
  if (bytes.size() % 8 != 0) return false;
  const size_t count = bytes.size() / 8;
  const wasm::Module& module = *instance_->module;
  switch (edit.what) {
    case Edit::What::Memory: break;
    case Edit::What::Table: {
      if (edit.index >= instance_->tables.size() || !fits(edit.begin, count, instance_->tables[edit.index]->size())) return false;
      const wasm::ValType type = module.tables[edit.index].type.element;
      for (size_t i = 0; i < count; ++i) {
        const uint64_t bits = slot_of(bytes, i);
        const bool is_any_func = type == wasm::kFuncRef && bits - 1 < store_.funcs.size();
        if (!is_any_func && !runtime::is_safe(type, bits)) return false;
      }
      return true;
    }
    case Edit::What::Global: {
      if (edit.index >= instance_->globals.size()) return false;
      const wasm::ValType type = module.globals[edit.index].type.type;
      return fits(edit.begin, count, type.slots()) && (count == 0 || runtime::is_safe(type, slot_of(bytes, 0)));
    }
    case Edit::What::Slot: {
      std::map<uint64_t, wasm::ValType> types;
      const runtime::Execution& execution = *execution_;
      if (execution.at_entry) return false;
      for (uint32_t i = 0; i < execution.depth; ++i) {
        const runtime::ControlRecord& record = execution.records()[i];
        const runtime::Func& func = store_.funcs[record.func];
        add_places(types, func, record.frame_base, lower::describe_suspended(*func.instance->module, func.index, record.call_pc));
      }
      const runtime::Func& func = *execution.func;
      add_places(types, func, execution.frame_base, lower::describe(*func.instance->module, func.index, execution.pc));
      for (size_t i = 0; i < count; ++i) {
        const auto type = types.find(edit.begin + i);
        if (type == types.end() || !runtime::is_safe(type->second, slot_of(bytes, i))) return false;
      }
      return true;
    }
    // What lies there may be a reference, or say how large an object is.
    case Edit::What::Heap: return false;
    case Edit::What::Return: {
      const std::vector<wasm::ValType>& types = execution_->func->type->results;
      if (count != wasm::slots_of(types)) return false;
      size_t slot = 0;
      for (const wasm::ValType type : types) {
        if (!runtime::is_safe(type, slot_of(bytes, slot))) return false;
        slot += type.slots();
      }
      return true;
    }
  }
  return false;
}

Timeline::Mark Timeline::mark_here(Hashed hashed) const {
  Mark mark{instant(), log_.position(), next_edit_, {}, end_};
  if (hashed == Hashed::Yes) mark.hash = state_hash();
  return mark;
}

std::vector<Timeline::Mark> Timeline::make_marks(size_t most_hashes) {
  std::vector<Mark> marks;
  for (size_t i = 1; i < checkpoints_->count(); ++i) {
    const Milestone& milestone = checkpoints_->milestone(i);
    if (milestone.at < frontier_) marks.push_back({milestone.at, milestone.events, milestone.edits, {}, {}});
  }
  const Instant before = instant();
  const bool had_ended = end_.has_value();
  const size_t stride = marks.size() / std::max<size_t>(most_hashes, 1) + 1;
  for (size_t i = 0; i < marks.size() && records(); i += stride)
    if (seek(seek_target(marks[i].at)).end == SeekEnd::Reached) marks[i].hash = state_hash();
  if (is_past() && records()) seek_frontier();
  if (is_past()) marks.push_back({frontier_, log_.end(), edits_.size(), {}, frontier_end_});
  else marks.push_back(mark_here(Hashed::Yes));
  if (had_ended) seek_frontier();
  else if (instant() != before || end_) seek(seek_target(before));
  return marks;
}

}  // namespace wasmscope::replay
