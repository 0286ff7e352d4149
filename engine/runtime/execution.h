// SPDX-License-Identifier: Apache-2.0
// One thread of control: a value stack, a control stack, and where it stands. Plain data in regions; any
// native address about it is a cache that the interpreter keeps elsewhere. Engine thread only.
//
//   value stack   | frame 0: params locals operands | frame 1: params locals operands | ...
//                                             ^ frame 1's params are frame 0's outgoing operands
//   control stack | sentinel | record 0 (frame 0, suspended) | record 1 | ...  the current frame has no record
#pragma once
#include "engine/runtime/store.h"

namespace wasmscope::runtime {

// A suspended frame. Slot indices count 8-byte slots from the bottom of the value stack.
struct ControlRecord {
  uint32_t func = 0;         // store address
  uint32_t frame_base = 0;   // slot index of the frame's first param
  uint32_t call_pc = 0;      // file offset of the call
  uint32_t return_pc = 0;    // file offset of the instruction after the call
};
static_assert(sizeof(ControlRecord) == 16);

enum class Status : uint8_t { Idle, Ready, Returned, Trapped, Exited };

class Execution {
 public:
  // Stacks are reserved for the logical limits of limits.def.
  static Result<std::unique_ptr<Execution>> create(uint32_t id);

  // Puts the arguments at the bottom of the value stack and stands before the function's entry. The tick goes
  // on: the calls of a program, start function first, share one time.
  // The function must be a WebAssembly function; arguments must match its type.
  void begin(Func& func, std::span<const Value> arguments);
  std::vector<Value> results() const;      // after Returned

  uint32_t id = 0;
  Status status = Status::Idle;
  uint64_t tick = 0;
  bool at_entry = false;     // begun, the first function not entered yet
  Func* func = nullptr;      // current frame
  uint32_t pc = 0;
  uint32_t frame_base = 0;
  uint32_t depth = 0;        // records on the control stack
  Func* first = nullptr;     // what begin() was given
  // After a trap for an unhandled exception: the reference to it, or 0 at a `throw`, which has not made it: its values
  // are operands still.
  uint64_t exception = 0;

  Instant instant() const { return {tick, depth, pc}; }
  uint64_t* slots() { return reinterpret_cast<uint64_t*>(values.data()); }
  const uint64_t* slots() const { return reinterpret_cast<const uint64_t*>(values.data()); }
  ControlRecord* records() { return reinterpret_cast<ControlRecord*>(controls.data()) + 1; }
  const ControlRecord* records() const { return reinterpret_cast<const ControlRecord*>(controls.data()) + 1; }

  Region values;
  Region controls;

 private:
  Execution(Region values, Region controls) : values(std::move(values)), controls(std::move(controls)) {}
};

struct ExecutionImage {
  Status status{};
  uint64_t tick = 0;
  bool at_entry = false;
  uint32_t func = 0, pc = 0, frame_base = 0, depth = 0;
  uint64_t exception = 0;
  Region::Image values, controls;   // used parts only
};
// `used_slots`: slots of the value stack in use, i.e. the end of the current frame.
ExecutionImage save(const Execution& execution, uint64_t used_slots);
void restore(Execution& execution, Store& store, const ExecutionImage& image);

}  // namespace wasmscope::runtime
