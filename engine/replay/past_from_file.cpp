// SPDX-License-Identifier: Apache-2.0
// A timeline's past on its way into a file and back. What comes from a file is not to be trusted: its events are
// checked before they are taken over, its edits at the instant at which they are made, when it is known what lies where
// they write. No number from a file becomes a reference that the program could follow to somewhere else.
#include <algorithm>
#include <cstring>

#include "engine/base/try.h"
#include "engine/lower/slot_code.h"
#include "engine/replay/timeline.h"
#include "engine/wasm/object_layout.h"

namespace wasmscope::replay {

using runtime::Instant;

namespace {

uint64_t slot_of(const std::vector<uint8_t>& bytes, size_t index) {
  uint64_t slot = 0;
  std::memcpy(&slot, bytes.data() + 8 * index, sizeof slot);
  return slot;
}

bool fits(uint64_t begin, uint64_t count, uint64_t size) { return begin <= size && count <= size - begin; }

// Whether bits are a value of a type in canonical form: of references to functions and objects, those that are there.
bool is_value(const runtime::Store& store, wasm::ValType type, uint64_t bits) {
  if (runtime::is_safe(type, bits)) return true;
  if (!type.is_ref() || bits == 0) return false;
  using wasm::HeapKind;
  switch (type.heap == HeapKind::Concrete ? store.types.kind(type.index) : type.heap) {
    case HeapKind::Func:
      return bits - 1 < store.funcs.size() &&
             store.types.matches(wasm::ref_type(store.func_pointers[bits - 1]->canonical_type, false), type);
    case HeapKind::Any:
    case HeapKind::Eq:
    case HeapKind::I31:
    case HeapKind::Struct:
    case HeapKind::Array: break;
    default: return false;
  }
  if (runtime::is_i31(bits)) return bits >> 31 == runtime::kI31Bit >> 31 && store.types.matches(wasm::ref_type(HeapKind::I31, false), type);
  if (!store.heap.holds_object(bits) || (store.heap.header(bits).type & runtime::kExceptionBit) != 0) return false;
  return store.types.matches(wasm::ref_type(store.heap.header(bits).type, false), type);
}

// Which slots of a frame may be given which values, types in canonical form.
void add_places(std::map<uint64_t, wasm::ValType>& types, const runtime::Func& func, uint64_t base, const lower::Description& description) {
  const auto add = [&](wasm::ValType type, uint32_t slot) {
    const wasm::ValType canonical = runtime::CanonicalTypes::canonical(type, func.instance->canonical_types);
    for (uint32_t i = 0; i < type.slots(); ++i) types[base + slot + i] = canonical;
  };
  for (const lower::LocalPlace& local : lower::local_places(*func.instance->module, func.index)) add(local.type, local.slot);
  for (const lower::OperandPlace& operand : description.operands)
    if (operand.place == lower::Place::Slot) add(operand.type, operand.slot);
}

// A whole field of a struct or a whole element of an array. Everything else in an object, its type and its length above
// all, is what the allocator and the instructions rely on.
bool is_harmless_in_object(const runtime::Store& store, uint64_t begin, const std::vector<uint8_t>& bytes) {
  constexpr uint64_t kFarthest = 1 << 19;   // from the object's beginning
  uint64_t object = begin & ~uint64_t{7};
  while (!store.heap.holds_object(object)) {
    if (object < 8 || begin - object >= kFarthest) return false;
    object -= 8;
  }
  const runtime::ObjectHeader header = store.heap.header(object);
  if ((header.type & runtime::kExceptionBit) != 0) return false;
  const uint64_t offset = begin - object;
  const auto fits_field = [&](const wasm::FieldType& field, uint64_t at) {
    if (at != offset || bytes.size() != wasm::storage_bytes(field)) return false;
    return !field.type.is_ref() || is_value(store, field.type, slot_of(bytes, 0));
  };
  const wasm::CompType& type = store.types.composite(header.type);
  if (const auto* fields = std::get_if<wasm::StructType>(&type)) {
    const wasm::StructLayout layout = wasm::layout_of(*fields);
    for (size_t i = 0; i < layout.offsets.size(); ++i)
      if (fits_field(fields->fields[i], layout.offsets[i])) return true;
    return false;
  }
  const auto* array = std::get_if<wasm::ArrayType>(&type);
  if (array == nullptr || offset < wasm::kObjectHeaderBytes) return false;
  const uint64_t element_bytes = wasm::storage_bytes(array->element), index = (offset - wasm::kObjectHeaderBytes) / element_bytes;
  return index < header.length && fits_field(array->element, wasm::kObjectHeaderBytes + index * element_bytes);
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
  if (edit.what == Edit::What::Heap) return is_harmless_in_object(store_, edit.begin, bytes);
  if (bytes.size() % 8 != 0) return false;
  const size_t count = bytes.size() / 8;
  switch (edit.what) {
    case Edit::What::Memory:
    case Edit::What::Heap: break;
    case Edit::What::Table: {
      if (edit.index >= instance_->tables.size() || !fits(edit.begin, count, instance_->tables[edit.index]->size())) return false;
      const wasm::ValType type = instance_->tables[edit.index]->type.element;
      for (size_t i = 0; i < count; ++i) {
        if (!is_value(store_, type, slot_of(bytes, i))) return false;
      }
      return true;
    }
    case Edit::What::Global: {
      if (edit.index >= instance_->globals.size()) return false;
      const wasm::ValType type = store_.globals[instance_->global_addresses[edit.index]].type.type;
      return fits(edit.begin, count, type.slots()) && (count == 0 || is_value(store_, type, slot_of(bytes, 0)));
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
        if (type == types.end() || !is_value(store_, type->second, slot_of(bytes, i))) return false;
      }
      return true;
    }
    case Edit::What::Return: {
      const std::vector<wasm::ValType>& types = execution_->func->type->results;
      if (count != wasm::slots_of(types)) return false;
      size_t slot = 0;
      for (const wasm::ValType type : types) {
        if (!is_value(store_, type, slot_of(bytes, slot))) return false;
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
