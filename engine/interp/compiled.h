// SPDX-License-Identifier: Apache-2.0
// What compiled code and the loop know of each other. Compiled code is entered and left as handlers are, by jumps:
// a cell whose handler is machine code stands where a cell of the interpreter could. So neither tier calls the other,
// and the native stack holds nothing that is needed to go on: engine/README.md, "Tiers". For interp/ and jit/ only.
#pragma once
#include <memory>
#include <vector>

#include "engine/base/os/guarded_code.h"
#include "engine/interp/cell.h"
#include "engine/interp/probes.h"
#include "engine/lower/slot_code.h"
#include "engine/runtime/execution.h"
#include "engine/wasm/limits.h"

namespace wasmscope::interp {

// Of one function of one instance.
struct CompiledFunc {
  runtime::Func* func = nullptr;
  std::vector<Cell> cells;            // [0]: the function's entry, its `low` the frame slots as in Enter; [1] belongs to it
  std::vector<Code::Entry> entries;   // by pc: where execution may be resumed; cells of `cells`
  std::vector<std::vector<uint32_t>> landings;   // of exceptions, by handler region and landing: cells of `cells`
  std::unique_ptr<Code> runtime_cells;   // operations that handlers carry out, called from machine code; may be null
  const void* native = nullptr;       // Func::compiled
  void* machine_code = nullptr;
  uint64_t machine_bytes = 0;

  const Cell* entry(uint32_t pc) const;
};

// What a function's code asks about while it runs.
struct Asking {
  lower::StopSet stops = {};            // where it stops
  StopForm form = StopForm::Patch;      // they have; Code where Patch is not possible
  Stores stores = Stores::Plain;        // Watched: writes to some memory are
  struct Watch {
    uint64_t begin = 0, end = 0;
    friend bool operator==(const Watch&, const Watch&) = default;
  };
  std::vector<Watch> watches = {};      // ranges of memory 0, which compiled code has in it

  bool is_nothing() const { return stops.pcs.empty() && stores == Stores::Plain; }
  friend bool operator==(const Asking& a, const Asking& b) {
    return a.stops.pcs == b.stops.pcs && a.form == b.form && a.stores == b.stores && a.watches == b.watches;
  }
};

// A compiler of functions, installed with Interpreter::set_tier.
class Tier {
 public:
  virtual ~Tier() = default;
  // Null when the function is not compiled. Owned by the tier, at least until the next call for the function.
  virtual CompiledFunc* compile(runtime::Func& func, const Asking& asking) = 0;
  // Compiled code must not call the function's any more. Not while anything runs.
  virtual void uninstall(runtime::Func& func) = 0;

  // Calls `first` with the other arguments; keeps registers as the C++ calling convention wants it, which compiled
  // code does not.
  using Trampoline = void(const Cell*, uint64_t*, uint64_t, Handler* first, uint8_t*, Context*);
  Trampoline* trampoline = nullptr;
  const GuardedCode* guarded_code = nullptr;   // null where faults cannot be handled
};

// While fp and 8 times `top` together are not more than so many bytes above where the stacks begin, both have room for
// a frame of up to kRoomSlots: the first half of the value stack, and no record is above the last.
inline constexpr uint64_t kRoomSlots = wasm::kMaxValueStackSlots / 2, kRoomBytes = kRoomSlots * 8;
static_assert(kRoomBytes <= 8 * sizeof(runtime::ControlRecord) * wasm::kMaxCallDepth);

// Where compiled code finds what it needs of a Context and where it goes on in the loop.
struct LoopLayout {
  int32_t func, inst, top, budget, pc;              // offsets in a Context
  int32_t stack, stack_end, room, last_record, to_returns, memory_size, native_stack, native_top;
  Handler* tick;          // the budget is used up at ctx->pc; the tick has been counted
  Handler* redo;          // carries out the instruction at ctx->pc in step code
  Handler* redo_watched;  // the same, before a store to a watched range
  Handler* ask;           // the same, and whether to stop there is still to be asked
  Handler* stop;          // the same, at a stop that is patched into the code
  Handler* overflow;      // the stacks have no room for ctx->func's frame
  Handler* enter_any;     // enters ctx->func
};
const LoopLayout& loop_layout();

}  // namespace wasmscope::interp
