// SPDX-License-Identifier: Apache-2.0
// The direct-threaded loop. Compiled by g++ each handler ends in its own indirect jump.
#include "engine/interp/loop.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/try.h"
#include "engine/wasm/limits.h"
#include "engine/wasm/numeric.h"

// Labels as values are a GNU extension that both compilers have.
#pragma GCC diagnostic ignored "-Wpedantic"
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wgnu-label-as-value"
#endif

namespace wasmscope::interp {
namespace {

using runtime::ControlRecord;
using runtime::Execution;
using runtime::Func;
using runtime::HostEvent;
using runtime::Instance;
using runtime::Memory;
using runtime::Outcome;
using runtime::PauseReason;
using runtime::Table;
using wasm::TrapCode;

constexpr uint64_t kPollTicks = 20000;

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

// Two rows' functions: outer(c, inner(a, b)). Constants have 16 bits.
template <auto Outer, auto Inner>
struct Pair {
  static uint64_t sss(uint64_t a, uint64_t b, uint64_t c) { return Apply<Outer>::ss(c, to_slot(Apply<Inner>::ss(a, b))); }
  static uint64_t sis(uint64_t a, uint16_t b, uint64_t c) { return Apply<Outer>::ss(c, to_slot(Apply<Inner>::si(a, static_cast<int16_t>(b)))); }
  static uint64_t sii(uint64_t a, uint16_t b, uint16_t c) {
    return Apply<Outer>::si(to_slot(Apply<Inner>::si(a, static_cast<int16_t>(b))), static_cast<int16_t>(c));
  }
  static uint64_t floats(uint64_t a, uint64_t b, uint64_t c) { return to_slot(Apply<Outer>::ss(c, to_slot(Apply<Inner>::ss(a, b)))); }
};

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

// base + offset + width <= size, without overflow.
inline bool in_bounds(uint64_t address, uint64_t count, uint64_t size) { return address <= size && count <= size - address; }

uint64_t address_of(const wasm::Limits& limits, uint64_t slot) { return limits.is64 ? slot : static_cast<uint32_t>(slot); }

// Null when out of bounds.
uint8_t* far_address(Instance& instance, uint32_t memory, uint64_t base, uint64_t offset, uint64_t width) {
  Memory& target = *instance.memories[memory];
  const uint64_t size = target.size_bytes();
  base = address_of(target.type.limits, base);
  if (offset > size || !in_bounds(base, width, size - offset)) return nullptr;
  return target.region.data() + base + offset;
}

// A host call: by replay if there is something to replay, else live and recorded.
HostEvent ask_host(Interpreter::Impl& impl, Instance& caller, const Func& func, const uint64_t* arguments) {
  HostEvent event;
  event.results.assign(func.result_slots, 0);
  if (func.missing) return event;
  if (impl.store.sink != nullptr) {
    if (const HostEvent* recorded = impl.store.sink->replay(*func.host)) {
      for (const runtime::HostWrite& write : recorded->writes) {
        Memory& memory = impl.store.memories[write.memory];
        if (in_bounds(write.address, write.bytes.size(), memory.size_bytes()))
          std::memcpy(memory.region.data() + write.address, write.bytes.data(), write.bytes.size());
      }
      return *recorded;
    }
  }
  runtime::HostCall call(caller, {arguments, func.param_slots}, event);
  func.host->call(call);
  if (impl.store.sink != nullptr) impl.store.sink->record(*func.host, event);
  return event;
}

// Results go to `slots`, where the arguments were. False when the program does not go on: `outcome` says why.
bool call_host(Interpreter::Impl& impl, Instance& caller, const Func& func, uint64_t* slots, Outcome& outcome) {
  const HostEvent event = ask_host(impl, caller, func, slots);
  if (event.exit_code) outcome = runtime::Exited{*event.exit_code};
  else if (event.trap) outcome = runtime::Trapped{TrapCode::HostError, *event.trap};
  else std::copy_n(event.results.begin(), std::min<size_t>(event.results.size(), func.result_slots), slots);
  return !event.exit_code && !event.trap;
}

struct Resumption {
  const Cell* cell;
  bool in_step_code;
};
Resumption find_resumption(Interpreter::Impl& impl, Func& func, uint32_t pc, bool is_step, bool skips_anchor) {
  const Cell* cell = is_step ? nullptr : impl.fast_code(func).entry(pc);
  const bool in_step_code = cell == nullptr;
  if (in_step_code) cell = impl.step_code(func).entry(pc);
  CHECK(cell != nullptr);
  // Where nothing was emitted for `pc` the next anchor has the same cell, and is not the one to skip.
  if (skips_anchor && cell->handler == impl.handlers[static_cast<size_t>(CellOp::Anchor)] && cell->low == pc) ++cell;
  return {cell, in_step_code};
}

}  // namespace

#if defined(__clang__)
// clang would merge the jumps anyway, and takes minutes over it in sanitized builds. g++ is what ships.
#define NEXT() goto next
#else
#define NEXT() goto* ip->handler
#endif
#define ADVANCE(cells) \
  do {                 \
    ip += (cells);     \
    NEXT();            \
  } while (0)
#define TRAP(code)      \
  do {                  \
    trap_code = (code); \
    goto trap;          \
  } while (0)
#define HANDLER(Name) L_##Name:
// Macros, not lambdas: a reference to a register variable would keep it in memory.
#define LOAD_MEMORY()                                                              \
  do {                                                                             \
    Memory* const memory0 = inst->memories.empty() ? nullptr : inst->memories[0];  \
    mem = memory0 != nullptr ? memory0->region.data() : nullptr;                   \
    mem_size = memory0 != nullptr ? memory0->size_bytes() : 0;                     \
  } while (0)
#define START_CHUNK(in_step_code)                                                          \
  do {                                                                                     \
    chunk = (in_step_code) ? 1 : std::min(kPollTicks, request->tick_limit - tick);         \
    budget = static_cast<int64_t>(chunk);                                                  \
  } while (0)
// Ticks of the running chunk become part of `tick`.
#define SETTLE_TICKS()                                \
  do {                                                \
    tick += chunk - static_cast<uint64_t>(budget);    \
    chunk = static_cast<uint64_t>(budget);            \
  } while (0)
#define SAVE()                                                       \
  do {                                                               \
    SETTLE_TICKS();                                                  \
    execution->tick = tick;                                          \
    execution->func = func;                                          \
    execution->pc = pc;                                              \
    execution->frame_base = static_cast<uint32_t>(fp - stack);       \
    execution->depth = static_cast<uint32_t>(top - records);         \
  } while (0)

Outcome run_loop(Interpreter::Impl* impl, Execution* execution, const RunRequest* request, const void* const** handlers) {
  static const void* const kHandlers[] = {
#define LABEL(Name) &&L_##Name,
#define OP(...)
#define OP_CONST(...)
#define OP_UNARY(Name, ...) LABEL(Name)
#define OP_UNARY_TRAP(Name, ...) LABEL(Name)
#define OP_BINARY(Name, ...) LABEL(Name##SS) LABEL(Name##SI) LABEL(Name##IS)
#define OP_BINARY_TRAP(Name, ...) OP_BINARY(Name)
#define OP_COMPARE(Name, ...) OP_BINARY(Name) BRANCHES(Name)
#define BRANCHES(Name)                                                                   \
  LABEL(If##Name##SS) LABEL(If##Name##SI) LABEL(IfNot##Name##SS) LABEL(IfNot##Name##SI)  \
  LABEL(LoopIf##Name##SS) LABEL(LoopIf##Name##SI) LABEL(LoopIfNot##Name##SS) LABEL(LoopIfNot##Name##SI)
#define OP_LOAD(Name, ...) LABEL(Name) LABEL(Name##Plus) LABEL(Name##Index) LABEL(Name##Scaled) LABEL(Name##Far)
#define OP_STORE(Name, ...) \
  LABEL(Name) LABEL(Name##Const) LABEL(Name##Plus) LABEL(Name##ConstPlus) LABEL(Name##Index) LABEL(Name##Far)
#include "engine/wasm/opcodes.def"
    BRANCHES(I32And)
#undef BRANCHES
#define PAIR(Outer, Inner) LABEL(Outer##Inner##SSS) LABEL(Outer##Inner##SIS) LABEL(Outer##Inner##SII)
#define FLOAT_PAIR(Outer, Inner) LABEL(Outer##Inner##SSS)
#define LOAD_PAIR(Outer, Inner) \
  LABEL(Outer##Inner##Right) LABEL(Outer##Inner##Left) LABEL(Outer##Inner##RightPlus) LABEL(Outer##Inner##LeftPlus)
#include "engine/lower/pairs.def"
#define CELL(Name) LABEL(Name)
#include "engine/interp/cells.def"
#undef LABEL
  };
  static_assert(std::size(kHandlers) == static_cast<size_t>(CellOp::Count_));
  if (execution == nullptr) {
    *handlers = kHandlers;
    return runtime::Returned{};
  }

  ExecutionCache& cache = impl->cache_of(*execution);
  ReturnAddress* const returns = cache.returns.get() + 1;   // by depth; [-1] is the sentinel's
  ControlRecord* const records = execution->records();
  uint64_t* const stack = execution->slots();
  const uint64_t* const stack_end = stack + wasm::kMaxValueStackSlots;
  const bool is_step = request->mode == Mode::Step;

  Func* func = execution->func;
  Instance* inst = func->instance;
  uint64_t* fp = stack + execution->frame_base;
  ControlRecord* top = records + execution->depth;          // the next record to write
  uint8_t* mem = nullptr;
  uint64_t mem_size = 0;
  const Cell* ip = nullptr;
  uint64_t tick = execution->tick;       // at the start of the chunk
  uint64_t chunk = 0;
  int64_t budget = 0;                    // ticks left of the chunk
  TrapCode trap_code{};
  Outcome host_outcome;
  uint32_t pc = execution->pc;

  PauseReason reason{};
  bool skips_anchor = !request->stop_here;

  LOAD_MEMORY();
  if (request->tick_limit <= tick && !execution->at_entry) return runtime::Paused{PauseReason::TickLimit};
  if (request->return_depth != UINT32_MAX && records + request->return_depth < top)
    returns[request->return_depth].ip = &impl->return_slow;
  bool may_pass_missing = std::exchange(cache.passes_missing, false);
  if (!execution->at_entry) {
    if (is_step && top > records) returns[top - records - 1].ip = &impl->return_slow;
    goto resume;
  }
  execution->at_entry = false;
  may_pass_missing = false;
  impl->forget_returns(*execution, cache);
  START_CHUNK(is_step);
  ip = static_cast<const Cell*>(func->entry);
  NEXT();

#if defined(__clang__)
next:
  goto* ip->handler;
#endif

  // --- coming and going

  // Goes on at `pc`, in fast code where it can be entered there, else in step code.
resume: {
  const Resumption resumption = find_resumption(*impl, *func, pc, is_step, skips_anchor);
  ip = resumption.cell;
  START_CHUNK(resumption.in_step_code);
  NEXT();
}
  // The state goes back to the execution, as it is before the instruction at `pc`.
leave_paused:
  SAVE();
  return runtime::Paused{reason};
leave_trapped:
  SAVE();
  return runtime::Trapped{trap_code, {}};

  // --- calls

  HANDLER(EnterLowering) {
    impl->fast_code(*func);
    ip = static_cast<const Cell*>(func->entry);
    NEXT();
  }
  HANDLER(Enter) {
    if (fp + ip->low > stack_end || top - records > static_cast<int64_t>(wasm::kMaxCallDepth)) goto overflow;
    uint64_t* const local = fp + ip[1].low;
    for (uint32_t i = 0; i < ip[1].high; ++i) local[i] = 0;
    if (--budget <= 0) goto tick_entry;
    ADVANCE(2);
  }
  HANDLER(Call) {
    Func* const callee = inst->funcs[ip->low];
    *top = {func->address, ip[1].high, static_cast<uint32_t>(fp - stack), ip[1].low};
    returns[top - records] = {ip + 2, func};
    ++top;
    fp += ip->high;
    func = callee;
    ip = static_cast<const Cell*>(callee->entry);
    NEXT();
  }
  HANDLER(CallImport) {
    Func* const callee = inst->funcs[ip->low];
    *top = {func->address, ip[1].high, static_cast<uint32_t>(fp - stack), ip[1].low};
    returns[top - records] = {ip + 2, func};
    ++top;
    fp += ip->high;
    func = callee;
    goto enter_any;
  }
  HANDLER(CallIndirect) {
    const Table& table = *inst->tables[ip[2].high];
    const uint64_t index = address_of(table.type.limits, fp[ip->high]);
    if (index >= table.size()) TRAP(TrapCode::UndefinedElement);
    const uint64_t reference = table.elements()[index];
    if (reference == 0) TRAP(TrapCode::UninitializedElement);
    Func* const callee = &impl->store.funcs[reference - 1];
    if (callee->canonical_type != inst->canonical_types[ip[2].low]) TRAP(TrapCode::IndirectCallTypeMismatch);
    *top = {func->address, ip[1].high, static_cast<uint32_t>(fp - stack), ip[1].low};
    returns[top - records] = {ip + 3, func};
    ++top;
    fp += ip->low;
    func = callee;
    goto enter_any;
  }
enter_any:
  if (func->instance != nullptr && func->instance != inst) {
    inst = func->instance;
    LOAD_MEMORY();
  }
  ip = static_cast<const Cell*>(func->entry);
  NEXT();

  HANDLER(EnterHost) {
    // The host acts at the instant of the call: its frame never becomes current.
    Func* const callee = func;
    --top;
    uint64_t* const arguments = fp;
    ip = returns[top - records].ip;
    func = returns[top - records].func;
    fp = stack + top->frame_base;
    if (func->instance != inst) {
      inst = func->instance;
      LOAD_MEMORY();
    }
    if (callee->missing && !std::exchange(may_pass_missing, false)) {
      cache.passes_missing = true;
      reason = PauseReason::MissingImport;
      pc = top->call_pc;
      goto leave_paused;
    }
    pc = top->call_pc;
    SAVE();
    if (!call_host(*impl, *inst, *callee, arguments, host_outcome)) return host_outcome;
    LOAD_MEMORY();
    NEXT();
  }

#define DO_RETURN()                                               \
  do {                                                            \
    --top;                                                        \
    const ReturnAddress to = returns[top - records];              \
    fp = stack + top->frame_base;                                 \
    func = to.func;                                               \
    ip = to.ip;                                                   \
    if (func->instance != inst) [[unlikely]] goto other_instance; \
    NEXT();                                                       \
  } while (0)

  HANDLER(Return) {
    fp[0] = fp[ip->a];
    DO_RETURN();
  }
  HANDLER(ReturnConst) {
    fp[0] = ip[1].bits;
    DO_RETURN();
  }
  HANDLER(ReturnMany) {
    const uint64_t* const from = fp + ip->low;
    const uint32_t count = ip->high;
    for (uint32_t i = 0; i < count; ++i) fp[i] = from[i];
    DO_RETURN();
  }
other_instance:
  inst = func->instance;
  LOAD_MEMORY();
  NEXT();
  HANDLER(Finish) {
    ++top;
    SAVE();
    return runtime::Returned{};
  }
  HANDLER(ReturnSlow) {
    pc = top->return_pc;
    const auto depth = static_cast<uint32_t>(top - records);
    const bool was_asked = request->return_depth != UINT32_MAX && depth <= request->return_depth;
    reason = was_asked ? PauseReason::Return : PauseReason::Step;
    if (was_asked || is_step) goto leave_paused;
    SETTLE_TICKS();
    skips_anchor = false;
    goto resume;
  }

  // --- ticks

tick_entry:
  pc = static_cast<uint32_t>(inst->module->funcs[func->index].code.begin);
  goto tick_arrival;
tick_loop: {
  FuncCode& code = impl->code_of(*func);
  pc = (code.fast && code.fast->contains(ip) ? *code.fast : *code.step).arrival(ip);
}
tick_arrival:
  SETTLE_TICKS();
  reason = is_step ? PauseReason::Step : tick >= request->tick_limit ? PauseReason::TickLimit : PauseReason::Request;
  if (is_step || tick >= request->tick_limit ||
      (request->pause != nullptr && request->pause->load(std::memory_order_relaxed)))
    goto leave_paused;
  skips_anchor = false;
  goto resume;

overflow:
  trap_code = TrapCode::CallStackExhausted;
  pc = static_cast<uint32_t>(inst->module->funcs[func->index].code.begin);
  if (top == records) goto leave_trapped;
  --top;
  func = returns[top - records].func;
  fp = stack + top->frame_base;
  pc = top->call_pc;
  goto leave_trapped;

trap: {
  FuncCode& code = impl->code_of(*func);
  if (code.fast && code.fast->contains(ip)) {
    // The cell may stand for several instructions. None of them has acted, so the step flavour does them again
    // one by one, and traps at the right one.
    pc = code.fast->pc_at(ip);
    SETTLE_TICKS();
    ip = impl->step_code(*func).entry(pc);
    CHECK(ip != nullptr);
    START_CHUNK(true);
    ADVANCE(1);
  }
  pc = code.step->pc_at(ip);
  goto leave_trapped;
}
  HANDLER(Anchor) {
    pc = ip->low;
    reason = is_step ? PauseReason::Step : PauseReason::Breakpoint;
    if (is_step || impl->code_of(*func).stops.contains(pc)) goto leave_paused;
    ADVANCE(1);
  }

#include "engine/interp/control_cells.inc"
#include "engine/interp/memory_cells.inc"
#include "engine/interp/numeric_cells.inc"
#include "engine/interp/fused_cells.inc"
}

}  // namespace wasmscope::interp
