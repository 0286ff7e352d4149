// SPDX-License-Identifier: Apache-2.0
// What a handler is made of. A handler carries out one cell and then jumps to the next cell's handler; its
// registers are the parameters, everything colder is in the Context. Internal to interp/.
//
// A handler must end in tail calls only, else the native stack grows with the program: no local variable whose
// address is taken and no destructor may be alive at NEXT(), so work that needs them is a function of its own.
// clang enforces it; of g++'s output tests/lint/check_tail_calls.py looks at every handler.
#pragma once
#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "engine/interp/loop.h"
#include "engine/wasm/numeric.h"

#if defined(__clang__)
#define WASMSCOPE_TAIL_CALL [[clang::musttail]] return
#else
#define WASMSCOPE_TAIL_CALL return
#endif

namespace wasmscope::interp {

using runtime::Func;
using runtime::Instance;
using runtime::Memory;
using runtime::Table;
using wasm::TrapCode;

struct Context {
  Interpreter::Impl& impl;
  runtime::Execution& execution;
  const RunRequest& request;
  ExecutionCache& cache;
  ReturnAddress* const returns;          // by depth; [-1] is the sentinel's
  runtime::ControlRecord* const records;
  const ptrdiff_t to_returns;            // bytes from a record to its return address
  const runtime::ControlRecord* const last_record;   // that may be written
  uint64_t* const stack;
  const uint64_t* const stack_end;
  const uint64_t room;                   // see kRoomBytes
  const bool is_step;

  Func* func;
  Instance* inst;
  Func* const* funcs;                    // of the instance
  runtime::ControlRecord* top;           // the next record to write
  uint64_t tick;                         // at the start of the chunk
  uint64_t chunk = 0;
  int64_t budget = 0;                    // ticks left of the chunk
  uint32_t pc;
  bool skips_anchor;
  bool may_pass_missing = false;
  bool stops_soon = false;               // at the next anchor or tick: an exception left the frames asked about
  bool is_asked = false;                 // whether to stop at ctx->pc, but not about its write
  uint64_t watch_begin = 0, watch_size = 0;   // a range of memory 0 that holds all watched ones
  TrapCode trap_code{};
  runtime::PauseReason reason{};
  uint64_t memory_size = 0;              // of memory 0, where compiled code looks
  uint64_t* native_stack = nullptr;      // where the stack pointer stands between handlers; compiled code nests above
  uint64_t* native_top = nullptr;        // where it stood when compiled code called the runtime last
  runtime::Outcome outcome;
};

// A register's value, whatever it is.
[[gnu::always_inline]] inline uint64_t anything() {
  uint64_t value;
  asm("" : "=r"(value));
  return value;
}

inline ReturnAddress& return_address(const Context* ctx, runtime::ControlRecord* record) {
  return *reinterpret_cast<ReturnAddress*>(reinterpret_cast<char*>(record) + ctx->to_returns);
}

// --- how a handler ends

#define HANDLER(Name) void Name(WASMSCOPE_HANDLER_PARAMETERS)
#define TAIL_CALL(handler) WASMSCOPE_TAIL_CALL handler(ip, fp, mem_size, anything(), mem, ctx)
#define NEXT() TAIL_CALL(ip->handler)
#define ADVANCE(cells) \
  do {                 \
    ip += (cells);     \
    NEXT();            \
  } while (0)
#define TRAP(code)           \
  do {                       \
    ctx->trap_code = (code); \
    TAIL_CALL(trap);         \
  } while (0)
// The register copies of memory 0, after anything that may have grown it or changed the instance.
#define LOAD_MEMORY()                                                                                   \
  do {                                                                                                  \
    ctx->funcs = ctx->inst->funcs.data();                                                               \
    const Memory* const memory0 = ctx->inst->memories.empty() ? nullptr : ctx->inst->memories[0];       \
    mem = memory0 != nullptr ? const_cast<uint8_t*>(memory0->region.data()) : nullptr;                  \
    mem_size = memory0 != nullptr ? memory0->size_bytes() : 0;                                          \
    if (!ctx->impl.probes.writes.empty()) load_watch(ctx);                                              \
  } while (0)

namespace handlers {
#define CELL_OP(Name) HANDLER(Name);
#include "engine/interp/all_cells.def"
// Not cells, but continued at in the same way:
HANDLER(trap);             // ctx->trap_code, in the cell at ip; nothing has acted
HANDLER(pause_before);     // ctx->reason, before the instruction in the cell at ip; nothing has acted
HANDLER(watched);          // the store in the cell at ip will write to watched bytes; nothing has acted
HANDLER(tick_entry);       // the budget is used up: at a function's entry,
HANDLER(tick_loop);        // at the back edge at ip
HANDLER(resume);           // goes on at ctx->pc of the current frame
HANDLER(enter_any);        // enters ctx->func, perhaps of another instance or the host's
HANDLER(tick_at_pc);       // compiled code: the budget is used up at ctx->pc,
HANDLER(redo);             // the instruction at ctx->pc is for step code; nothing has acted
HANDLER(redo_watched);     // it will write to watched bytes
HANDLER(ask);              // whether to stop there is still to be asked
HANDLER(stop);             // so it is, at a stop patched into machine code
HANDLER(overflow);         // no room for a frame of ctx->func
HANDLER(call_subtype);     // an indirect call whose element has another type than it expects
}  // namespace handlers

// The instruction that the cell at `ip` carries out, of the current function.
uint32_t pc_of(Context* ctx, const Cell* ip);
// Whether some of these bytes of a memory are watched; `memory` is a store address.
bool is_watched(const Context* ctx, uint32_t memory, uint64_t begin, uint64_t count);
// The range of memory 0 of the current instance.
void load_watch(Context* ctx);
// Before an allocation at `ip` that the heap wants a collection for.
void collect_garbage(Context* ctx, const Cell* ip, const uint64_t* fp);
// Another piece of the run, in code of one flavour, perhaps until the next tick only; and the ticks of the last piece become part of the time.
void start_chunk(Context* ctx, bool is_until_tick);
void settle_ticks(Context* ctx);
// Ends the run with a trap at ctx->pc.
void leave_trapped(Context* ctx, const uint64_t* fp);

// --- slots and values

template <class T>
inline T from_slot(uint64_t slot) {
  if constexpr (std::is_same_v<T, float>) return std::bit_cast<float>(static_cast<uint32_t>(slot));
  else if constexpr (std::is_same_v<T, double>) return std::bit_cast<double>(slot);
  else return static_cast<T>(slot);
}
template <class T>
inline uint64_t to_slot(T value) {
  if constexpr (std::is_same_v<T, float>) return std::bit_cast<uint32_t>(value);
  else if constexpr (std::is_same_v<T, double>) return std::bit_cast<uint64_t>(value);
  else return static_cast<std::make_unsigned_t<T>>(value);
}
template <class T>
inline T from_immediate(int32_t imm) {
  if constexpr (std::is_same_v<T, float>) return std::bit_cast<float>(imm);
  else if constexpr (std::is_same_v<T, double>) return static_cast<double>(std::bit_cast<float>(imm));
  else return static_cast<T>(static_cast<int64_t>(imm));
}

// A row's function from numeric.h, applied to slots and immediates.
template <auto F>
struct Apply;
template <class R, class A, R (*F)(A)>
struct Apply<F> {
  static R slot(uint64_t a) { return F(from_slot<A>(a)); }
};
template <class R, class A, class B, R (*F)(A, B)>
struct Apply<F> {
  static R ss(uint64_t a, uint64_t b) { return F(from_slot<A>(a), from_slot<B>(b)); }
  static R si(uint64_t a, int32_t b) { return F(from_slot<A>(a), from_immediate<B>(b)); }
  static R is(int32_t a, uint64_t b) { return F(from_immediate<A>(a), from_slot<B>(b)); }
};

// --- memory

constexpr bool ends_signed(const char* text) {
  const std::string_view view(text);
  return view.ends_with("_s");
}
// What a load reads: `width` bytes, sign-extended or not, as the result type of the signature.
template <int Width, char Letter, bool Signed>
inline uint64_t load(const uint8_t* from) {
  if constexpr (Signed) {
    using M = std::conditional_t<Width == 1, int8_t, std::conditional_t<Width == 2, int16_t, int32_t>>;
    M value;
    std::memcpy(&value, from, Width);
    if constexpr (Letter == 'i') return static_cast<uint32_t>(static_cast<int32_t>(value));
    else return static_cast<uint64_t>(static_cast<int64_t>(value));
  } else {
    using M = std::conditional_t<Width == 1, uint8_t, std::conditional_t<Width == 2, uint16_t, std::conditional_t<Width == 4, uint32_t, uint64_t>>>;
    M value;
    std::memcpy(&value, from, Width);
    return value;
  }
}

constexpr int width_of(wasm::Op op) {
  constexpr uint8_t kWidths[] = {
#define OP(Name, text, prefix, code, imm, signature, width, ...) width,
#include "engine/wasm/opcodes.def"
  };
  return kWidths[static_cast<size_t>(op)];
}

// `count` bytes or elements at `address` lie within `size`; without overflow.
inline bool in_bounds(uint64_t address, uint64_t count, uint64_t size) { return address <= size && count <= size - address; }

inline uint64_t address_of(const wasm::Limits& limits, uint64_t slot) { return limits.is64 ? slot : static_cast<uint32_t>(slot); }

// Any memory, any offset. Null when out of bounds.
inline uint8_t* far_address(Instance& instance, uint32_t memory, uint64_t base, uint64_t offset, uint64_t width) {
  Memory& target = *instance.memories[memory];
  const uint64_t size = target.size_bytes();
  base = address_of(target.type.limits, base);
  if (offset > size || !in_bounds(base, width, size - offset)) return nullptr;
  return target.region.data() + base + offset;
}
// The same for an access that writes.
inline uint8_t* far_target(Instance& instance, uint32_t memory, uint64_t base, uint64_t offset, uint64_t width) {
  uint8_t* const to = far_address(instance, memory, base, offset, width);
  if (to == nullptr) return nullptr;
  uint8_t* const begin = instance.memories[memory]->region.data();
  runtime::Region::mark(begin, static_cast<uint64_t>(to - begin));
  return to;
}

}  // namespace wasmscope::interp
