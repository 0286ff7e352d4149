// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/execution.h"

#include <algorithm>

#include "engine/base/try.h"
#include "engine/wasm/limits.h"

namespace wasmscope::runtime {

Result<std::unique_ptr<Execution>> Execution::create(uint32_t id) {
  // Room above the logical limit: arguments and results of a call that is refused are still written.
  const uint64_t value_bytes = (wasm::kMaxValueStackSlots + wasm::kMaxFrameResults) * 8;
  const uint64_t control_bytes = (uint64_t{wasm::kMaxCallDepth} + 2) * sizeof(ControlRecord);
  // Compiled code takes slot indices from the last bits of addresses.
  auto values = Region::create(value_bytes, value_bytes, Region::Marks::None, Region::Guard::None, Region::Alignment::FourGigabytes);
  auto controls = Region::create(control_bytes, control_bytes);
  if (!values || !controls) return std::unexpected(error(ErrorCode::OutOfMemory, "stacks of an execution"));
  auto execution = std::unique_ptr<Execution>(new Execution(std::move(*values), std::move(*controls)));
  execution->id = id;
  return execution;
}

void Execution::begin(Func& begun, std::span<const Value> arguments) {
  CHECK(begun.instance != nullptr && !begun.host && !begun.missing);
  CHECK(arguments.size() == begun.type->params.size());
  status = Status::Ready;
  at_entry = true;
  func = first = &begun;
  pc = 0;
  frame_base = 0;
  depth = 0;
  exception = 0;
  uint64_t* slot = slots();
  for (const Value& value : arguments) {
    *slot++ = value.bits;
    if (value.type.slots() == 2) *slot++ = value.high;
  }
}

std::vector<Value> Execution::results() const {
  std::vector<Value> values_out;
  const uint64_t* slot = slots();
  for (const wasm::ValType type : first->type->results) {
    Value value{type, slot[0], type.slots() == 2 ? slot[1] : 0};
    if (type.kind == wasm::Kind::I32 || type.kind == wasm::Kind::F32) value.bits &= 0xFFFFFFFF;
    values_out.push_back(value);
    slot += type.slots();
  }
  return values_out;
}

ExecutionImage save(const Execution& execution, uint64_t used_slots) {
  return {execution.status,
          execution.tick,
          execution.at_entry,
          execution.func ? execution.func->address : UINT32_MAX,
          execution.pc,
          execution.frame_base,
          execution.depth,
          execution.exception,
          execution.values.save(used_slots * 8),
          execution.controls.save((uint64_t{execution.depth} + 1) * sizeof(ControlRecord))};
}

void restore(Execution& execution, Store& store, const ExecutionImage& image) {
  execution.status = image.status;
  execution.tick = image.tick;
  execution.at_entry = image.at_entry;
  execution.func = image.func == UINT32_MAX ? nullptr : &store.funcs[image.func];
  execution.pc = image.pc;
  execution.frame_base = image.frame_base;
  execution.depth = image.depth;
  execution.exception = image.exception;
  // Slots above the saved ones are dead; zeroing 64 MiB of them would be most of the cost.
  const auto copy_used = [](Region& region, const Region::Image& from) {
    std::copy(from.bytes.begin(), from.bytes.end(), region.data());
    std::fill(region.data() + from.bytes.size(), region.data() + from.used, uint8_t{0});
  };
  copy_used(execution.values, image.values);
  copy_used(execution.controls, image.controls);
}

}  // namespace wasmscope::runtime
