// SPDX-License-Identifier: Apache-2.0
// Entering and leaving the interpreter's code, calls, ticks, traps. The other cells are in *_cells.cpp.
#include "engine/interp/handler.h"

#include "engine/base/try.h"
#include "engine/wasm/limits.h"

namespace wasmscope::interp {

using runtime::ControlRecord;
using runtime::Execution;
using runtime::HostEvent;
using runtime::Outcome;
using runtime::PauseReason;

namespace {

// The state goes back to the execution, as it is before the instruction at ctx->pc.
void save(Context* ctx, const uint64_t* fp) {
  settle_ticks(ctx);
  Execution& execution = ctx->execution;
  execution.tick = ctx->tick;
  execution.func = ctx->func;
  execution.pc = ctx->pc;
  execution.frame_base = static_cast<uint32_t>(fp - ctx->stack);
  execution.depth = static_cast<uint32_t>(ctx->top - ctx->records);
}

}  // namespace

uint32_t pc_of(Context* ctx, const Cell* ip) {
  return ctx->impl.code_of(*ctx->func).code_with(ip).pc_at(ip);
}

bool is_watched(const Context* ctx, uint32_t memory, uint64_t begin, uint64_t count) {
  return std::ranges::any_of(ctx->impl.probes.writes, [&](const WatchedRange& range) {
    return range.memory == memory && begin < range.end && range.begin < begin + count;
  });
}

void load_watch(Context* ctx) {
  uint64_t begin = UINT64_MAX, end = 0;
  for (const WatchedRange& range : ctx->impl.probes.writes) {
    if (!range.is_near(*ctx->inst)) continue;
    begin = std::min(begin, range.begin);
    end = std::max(end, range.end);
  }
  ctx->watch_begin = end == 0 ? 0 : begin;
  ctx->watch_size = end == 0 ? 0 : end - begin;
}

void start_chunk(Context* ctx, bool is_until_tick) {
  const uint64_t look_ticks = ctx->impl.look_ticks;
  ctx->chunk = is_until_tick ? 1 : std::min(look_ticks - ctx->tick % look_ticks, ctx->request.tick_limit - ctx->tick);
  ctx->budget = static_cast<int64_t>(ctx->chunk);
}

void settle_ticks(Context* ctx) {
  ctx->tick += ctx->chunk - static_cast<uint64_t>(ctx->budget);
  ctx->chunk = static_cast<uint64_t>(ctx->budget);
}

void leave_trapped(Context* ctx, const uint64_t* fp) {
  save(ctx, fp);
  ctx->outcome = runtime::Trapped{ctx->trap_code, {}};
}

namespace {

bool is_tail_call(uint8_t byte) {
  constexpr auto code_of = [](wasm::Op op) { return wasm::info(op).code; };
  return byte == code_of(wasm::Op::ReturnCall) || byte == code_of(wasm::Op::ReturnCallIndirect) ||
         byte == code_of(wasm::Op::ReturnCallRef);
}

enum class AfterHost : uint8_t { GoesOn, Stops, Ended };

// Results go to `slots`, where the arguments were. Ended: the outcome says why.
[[gnu::noinline]] AfterHost call_host(Context* ctx, const Func& func, uint64_t* slots) {
  const HostEvent event = runtime::ask_host(ctx->impl.store, ctx->inst, func, slots);
  if (event.exit_code) ctx->outcome = runtime::Exited{*event.exit_code};
  else if (event.trap) ctx->outcome = runtime::Trapped{TrapCode::HostError, *event.trap};
  else std::copy_n(event.results.begin(), std::min<size_t>(event.results.size(), func.result_slots), slots);
  if (event.exit_code || event.trap) return AfterHost::Ended;
  Observer* const observer = ctx->impl.probes.observer;
  if (ctx->is_step || observer == nullptr || !observer->stops_after_host(ctx->execution, event)) return AfterHost::GoesOn;
  ctx->reason = PauseReason::Breakpoint;
  // A tail call returns without another instant of this frame.
  ctx->stops_soon = is_tail_call(ctx->func->instance->module->bytes[ctx->pc]);
  return ctx->stops_soon ? AfterHost::GoesOn : AfterHost::Stops;
}

// Where the current frame goes on at ctx->pc: in fast code where it can be entered there, else in step code.
struct Resumption {
  const Cell* cell;
  bool is_until_tick;   // goes on in other code from the next tick on
};
[[gnu::noinline]] Resumption find_resumption(Context* ctx) {
  const uint32_t pc = ctx->pc;
  const bool is_slow = ctx->is_step || ctx->request.walk_to != nullptr;
  if (!is_slow && ctx->impl.compile_when == CompileWhen::Called) ctx->impl.compile(*ctx->func);
  const FuncCode& func_code = ctx->impl.code_of(*ctx->func);
  if (!is_slow && func_code.is_hot) ctx->impl.compile(*ctx->func);
  const CompiledFunc* const compiled = is_slow ? nullptr : func_code.compiled_for(*ctx->func);
  if (compiled != nullptr && !(ctx->skips_anchor && func_code.asks_at(pc)))
    if (const Cell* const entry = compiled->entry(pc)) return {entry, false};
  const Cell* cell = is_slow ? nullptr : ctx->impl.fast_code(*ctx->func).entry(pc);
  const bool is_until_tick = cell == nullptr || compiled != nullptr;
  if (cell == nullptr) cell = ctx->impl.step_code(*ctx->func).entry(pc);
  CHECK(cell != nullptr);
  // Where nothing was emitted for `pc` the next anchor has the same cell, and is not the one to skip.
  if (ctx->skips_anchor && cell->handler == handlers::Anchor && cell->low == pc) ++cell;
  return {cell, is_until_tick};
}


[[gnu::noinline]] void leave_paused(Context* ctx, const uint64_t* fp) {
  save(ctx, fp);
  ctx->outcome = runtime::Paused{ctx->reason};
}

[[gnu::noinline]] bool is_subtype(Context* ctx, const Func* func, uint32_t type) {
  return ctx->impl.store.types.is_subtype(func->canonical_type, ctx->inst->canonical_types[type]);
}

// The `Enter` cell of a function of WebAssembly.
[[gnu::noinline]] const Cell* entry_of(Context* ctx, Func* func) {
  if (func->entry == &ctx->impl.enter_lowering) ctx->impl.prepare(*func);
  return static_cast<const Cell*>(func->entry);
}

uint32_t first_pc(const Func& func) {
  return static_cast<uint32_t>(func.instance->module->funcs[func.index].code.begin);
}

// The pc that the back edge at `ip` arrives at.
[[gnu::noinline]] uint32_t arrival_pc(Context* ctx, const Cell* ip) {
  return ctx->impl.code_of(*ctx->func).code_with(ip).arrival(ip);
}

// The tick has been counted; false when the program pauses there.
[[gnu::noinline]] bool may_go_on(Context* ctx) {
  settle_ticks(ctx);
  if (!ctx->is_step && ctx->tick % ctx->impl.look_ticks == 0) ctx->impl.look_at(*ctx->func);
  const RunRequest& request = ctx->request;
  ctx->skips_anchor = false;
  ctx->reason = ctx->is_step ? PauseReason::Step
                : ctx->tick >= request.tick_limit ? PauseReason::TickLimit
                : ctx->stops_soon ? PauseReason::Return : PauseReason::Request;
  return !ctx->is_step && !ctx->stops_soon && ctx->tick < request.tick_limit &&
         (request.pause == nullptr || !request.pause->load(std::memory_order_relaxed));
}

// The instruction at ctx->pc in step code, after its anchor.
[[gnu::noinline]] const Cell* step_cell(Context* ctx) {
  const Cell* const cell = ctx->impl.step_code(*ctx->func).entry(ctx->pc);
  CHECK(cell != nullptr);
  return cell + 1;
}

// The same with the anchor, if it is one that stops.
[[gnu::noinline]] const Cell* asking_step_cell(Context* ctx) {
  return step_cell(ctx) - (ctx->impl.probed_code_of(*ctx->func).asks_at(ctx->pc) ? 1 : 0);
}

// Machine code came to a stop that is patched into it.
[[gnu::noinline]] void note_arrival(Context* ctx) { ctx->impl.note_arrival(*ctx->func); }

// The instruction that traps, in step code: a cell of fast code may stand for several instructions. None of them has
// acted, so the step flavour does them again one by one. Null when `ip` is in step code already: ctx->pc is set.
[[gnu::noinline]] const Cell* step_again(Context* ctx, const Cell* ip) {
  FuncCode& func_code = ctx->impl.code_of(*ctx->func);
  const Code& code = func_code.code_with(ip);
  ctx->pc = code.pc_at(ip);
  return code.is_step ? nullptr : step_cell(ctx);
}

// The anchor in step code before what the cell of fast code at `ip` does.
[[gnu::noinline]] const Cell* step_code_at(Context* ctx, const Cell* ip) {
  const Cell* const cell = ctx->impl.step_code(*ctx->func).entry(pc_of(ctx, ip));
  CHECK(cell != nullptr);
  ctx->is_asked = true;
  return cell;
}

[[gnu::noinline]] bool stops_at(Context* ctx, const uint64_t* fp) {
  ctx->reason = ctx->is_step ? PauseReason::Step : ctx->stops_soon ? PauseReason::Return : PauseReason::Breakpoint;
  if (ctx->is_step || ctx->stops_soon) return true;
  if (ctx->request.walk_to != nullptr) {
    save(ctx, fp);
    ctx->reason = PauseReason::Step;
    if (ctx->execution.instant() >= *ctx->request.walk_to) return true;
    ctx->reason = PauseReason::Breakpoint;
  }
  const FuncCode& code = ctx->impl.probed_code_of(*ctx->func);
  const bool was_asked = std::exchange(ctx->is_asked, false);
  const bool is_stop = !was_asked && (code.stops.contains(ctx->pc) || std::ranges::binary_search(code.probed, ctx->pc));
  const bool is_write = std::ranges::binary_search(code.writes, ctx->pc);
  Observer* const observer = ctx->impl.probes.observer;
  if (observer == nullptr) return is_stop || is_write;
  if (!is_stop && !is_write) return false;
  save(ctx, fp);
  return (is_stop && observer->stops_at(ctx->execution)) || (is_write && observer->stops_before_write(ctx->execution));
}

// What a return into the frame on top does that the loop does not: pauses, or a change of code or instance.
[[gnu::noinline]] bool pauses_on_return(Context* ctx) {
  const auto depth = static_cast<uint32_t>(ctx->top - ctx->records);
  const bool was_asked = ctx->request.return_depth != UINT32_MAX && depth <= ctx->request.return_depth;
  ctx->reason = was_asked ? PauseReason::Return : PauseReason::Step;
  ctx->skips_anchor = false;
  return was_asked || ctx->is_step;
}

}  // namespace

namespace handlers {

HANDLER(resume) {
  const Resumption resumption = find_resumption(ctx);
  ip = resumption.cell;
  start_chunk(ctx, resumption.is_until_tick);
  NEXT();
}

// --- calls

HANDLER(EnterLowering) {
  ctx->impl.prepare(*ctx->func);
  ip = static_cast<const Cell*>(ctx->func->entry);
  NEXT();
}

HANDLER(overflow) {
  ctx->trap_code = TrapCode::CallStackExhausted;
  ctx->pc = first_pc(*ctx->func);
  if (ctx->top != ctx->records) {
    // At the call: the callee's frame never was.
    --ctx->top;
    ctx->func = ctx->returns[ctx->top - ctx->records].func;
    fp = ctx->stack + ctx->top->frame_base;
    ctx->pc = ctx->top->call_pc;
  }
  leave_trapped(ctx, fp);
}

HANDLER(Enter) {
  if (fp + ip->low > ctx->stack_end || ctx->top > ctx->last_record) [[unlikely]]
    TAIL_CALL(overflow);
  uint64_t* const local = fp + ip[1].low;
  for (uint32_t i = 0; i < ip[1].high; ++i) local[i] = 0;
  if (--ctx->budget <= 0) [[unlikely]] TAIL_CALL(tick_entry);
  ADVANCE(2);
}

// `pcs` is the cell with the pcs of the call and of the return, in the order that records have.
#define PUSH_FRAME(pcs, base, next)                                                     \
  do {                                                                                  \
    ControlRecord* const record = ctx->top;                                             \
    ctx->top = record + 1;                                                              \
    std::memcpy(&record->call_pc, &(pcs).bits, sizeof(pcs).bits);                       \
    record->frame_base = static_cast<uint32_t>(fp - ctx->stack);                        \
    record->func = ctx->func->address;                                                  \
    return_address(ctx, record) = {(next), ctx->func};                                  \
    fp += (base);                                                                       \
  } while (0)

HANDLER(Call) {
  Func* const callee = ctx->funcs[ip->low];
  PUSH_FRAME(ip[1], ip->high, ip + 2);
  ctx->func = callee;
  ip = static_cast<const Cell*>(callee->entry);
  NEXT();
}

HANDLER(CallImport) {
  Func* const callee = ctx->funcs[ip->low];
  PUSH_FRAME(ip[1], ip->high, ip + 2);
  ctx->func = callee;
  TAIL_CALL(enter_any);
}

HANDLER(CallIndirect) {
  const Table& table = *ctx->inst->tables[ip[2].high];
  const uint64_t index = address_of(table.type.limits, fp[ip->high]);
  if (index >= table.size()) TRAP(TrapCode::UndefinedElement);
  const uint64_t reference = table.elements()[index];
  if (reference == 0) TRAP(TrapCode::UninitializedElement);
  Func* const callee = ctx->impl.store.func_pointers[reference - 1];
  if (callee->canonical_type != ctx->inst->canonical_types[ip[2].low]) [[unlikely]] TAIL_CALL(call_subtype);
  PUSH_FRAME(ip[1], ip->low, ip + 3);
  ctx->func = callee;
  TAIL_CALL(enter_any);
}

// An indirect call whose element is a function of another type than it expects.
HANDLER(call_subtype) {
  const Table& table = *ctx->inst->tables[ip[2].high];
  Func* const callee = ctx->impl.store.func_pointers[table.elements()[address_of(table.type.limits, fp[ip->high])] - 1];
  if (!is_subtype(ctx, callee, ip[2].low)) TRAP(TrapCode::IndirectCallTypeMismatch);
  PUSH_FRAME(ip[1], ip->low, ip + 3);
  ctx->func = callee;
  TAIL_CALL(enter_any);
}

HANDLER(CallRef) {
  const uint64_t reference = fp[ip->high];
  if (reference == 0) [[unlikely]] TRAP(TrapCode::NullFunction);
  PUSH_FRAME(ip[1], ip->low, ip + 2);
  ctx->func = ctx->impl.store.func_pointers[reference - 1];
  TAIL_CALL(enter_any);
}

// The callee takes the frame over. The arguments move to its beginning only when nothing can trap any more. A
// function of the host is called as always, and returns to the cell after this one's, which returns.
#define RETURN_CALL(callee, first, count, cells)                                                    \
  do {                                                                                              \
    Func* const target = (callee);                                                                  \
    if (target->instance == nullptr) {                                                              \
      PUSH_FRAME(ip[1], first, ip + (cells));                                                       \
      ctx->func = target;                                                                           \
      TAIL_CALL(enter_any);                                                                         \
    }                                                                                               \
    if (fp + entry_of(ctx, target)->low > ctx->stack_end) TRAP(TrapCode::CallStackExhausted);       \
    std::memmove(fp, fp + (first), (count) * sizeof *fp);                                           \
    ctx->func = target;                                                                             \
    TAIL_CALL(enter_any);                                                                           \
  } while (0)

HANDLER(ReturnCall) { RETURN_CALL(ctx->inst->funcs[ip->low], ip->high, ip[2].low, 3); }

HANDLER(ReturnCallIndirect) {
  const Table& table = *ctx->inst->tables[ip[2].high];
  const uint64_t index = address_of(table.type.limits, fp[ip->high]);
  if (index >= table.size()) TRAP(TrapCode::UndefinedElement);
  const uint64_t reference = table.elements()[index];
  if (reference == 0) TRAP(TrapCode::UninitializedElement);
  Func* const callee = ctx->impl.store.func_pointers[reference - 1];
  if (callee->canonical_type != ctx->inst->canonical_types[ip[2].low] && !is_subtype(ctx, callee, ip[2].low))
    TRAP(TrapCode::IndirectCallTypeMismatch);
  RETURN_CALL(callee, ip->low, ip[3].low, 4);
}

HANDLER(ReturnCallRef) {
  const uint64_t reference = fp[ip->high];
  if (reference == 0) TRAP(TrapCode::NullFunction);
  RETURN_CALL(ctx->impl.store.func_pointers[reference - 1], ip->low, ip[2].low, 3);
}

HANDLER(enter_any) {
  Func* const callee = ctx->func;
  if (callee->instance != ctx->inst && callee->instance != nullptr) {
    // Returns to another instance take the slow way; from the first frame there is no return.
    if (ctx->top != ctx->records) ctx->returns[ctx->top - ctx->records - 1].ip = &ctx->impl.return_slow;
    ctx->inst = callee->instance;
    LOAD_MEMORY();
  }
  ip = static_cast<const Cell*>(callee->entry);
  NEXT();
}

HANDLER(EnterHost) {
  // The host acts at the instant of the call: its frame never becomes current.
  Func* const callee = ctx->func;
  ControlRecord* const record = --ctx->top;
  uint64_t* const arguments = fp;
  const ReturnAddress to = return_address(ctx, record);
  ip = to.ip;
  ctx->func = to.func;
  fp = ctx->stack + record->frame_base;
  ctx->pc = record->call_pc;
  if (callee->missing && !std::exchange(ctx->may_pass_missing, false)) {
    ctx->cache.passes_missing = true;
    ctx->reason = PauseReason::MissingImport;
    return leave_paused(ctx, fp);
  }
  save(ctx, fp);
  const AfterHost after = call_host(ctx, *callee, arguments);
  if (after == AfterHost::Ended) return;
  if (after == AfterHost::Stops) {
    ctx->pc = record->return_pc;
    return leave_paused(ctx, fp);
  }
  LOAD_MEMORY();
  NEXT();
}

#define RETURN()                                                  \
  do {                                                            \
    ControlRecord* const record = ctx->top - 1;                   \
    ctx->top = record;                                            \
    const ReturnAddress to = return_address(ctx, record);         \
    fp = ctx->stack + record->frame_base;                         \
    ctx->func = to.func;                                          \
    ip = to.ip;                                                   \
    NEXT();                                                       \
  } while (0)

HANDLER(Return) {
  fp[0] = fp[ip->a];
  RETURN();
}

HANDLER(ReturnConst) {
  fp[0] = ip[1].bits;
  RETURN();
}

HANDLER(ReturnMany) {
  const uint64_t* const from = fp + ip->low;
  const uint32_t count = ip->high;
  for (uint32_t i = 0; i < count; ++i) fp[i] = from[i];
  RETURN();
}

HANDLER(Finish) {
  ++ctx->top;
  save(ctx, fp);
  ctx->outcome = runtime::Returned{};
}

HANDLER(ReturnSlow) {
  ctx->pc = ctx->top->return_pc;
  ctx->inst = ctx->func->instance;
  LOAD_MEMORY();
  if (pauses_on_return(ctx)) return leave_paused(ctx, fp);
  settle_ticks(ctx);
  TAIL_CALL(resume);
}

// --- ticks

HANDLER(tick_entry) {
  ctx->pc = first_pc(*ctx->func);
  if (!may_go_on(ctx)) return leave_paused(ctx, fp);
  TAIL_CALL(resume);
}

HANDLER(tick_loop) {
  ctx->pc = arrival_pc(ctx, ip);
  if (!may_go_on(ctx)) return leave_paused(ctx, fp);
  TAIL_CALL(resume);
}

HANDLER(tick_at_pc) {
  if (!may_go_on(ctx)) return leave_paused(ctx, fp);
  TAIL_CALL(resume);
}

// --- stops

HANDLER(redo) {
  settle_ticks(ctx);
  ip = step_cell(ctx);
  start_chunk(ctx, true);
  NEXT();
}

// As `watched`.
HANDLER(redo_watched) {
  settle_ticks(ctx);
  ctx->is_asked = true;
  ip = step_cell(ctx) - 1;
  start_chunk(ctx, true);
  NEXT();
}

HANDLER(ask) {
  settle_ticks(ctx);
  ip = asking_step_cell(ctx);
  start_chunk(ctx, true);
  NEXT();
}

HANDLER(stop) {
  note_arrival(ctx);
  TAIL_CALL(ask);
}

HANDLER(trap) {
  ip = step_again(ctx, ip);
  if (ip == nullptr) return leave_trapped(ctx, fp);
  settle_ticks(ctx);
  start_chunk(ctx, true);
  NEXT();
}

// In step code, whose anchors ask; that of the cell's first instruction has been asked already as a stop.
HANDLER(watched) {
  ip = step_code_at(ctx, ip);
  settle_ticks(ctx);
  start_chunk(ctx, true);
  NEXT();
}

HANDLER(pause_before) {
  ip = step_again(ctx, ip);
  if (ip == nullptr) return leave_paused(ctx, fp);
  settle_ticks(ctx);
  start_chunk(ctx, true);
  NEXT();
}

HANDLER(Anchor) {
  ctx->pc = ip->low;
  if (stops_at(ctx, fp)) return leave_paused(ctx, fp);
  ADVANCE(1);
}

}  // namespace handlers

Handler* const kHandlers[] = {
#define CELL_OP(Name) handlers::Name,
#include "engine/interp/all_cells.def"
};
static_assert(std::size(kHandlers) == static_cast<size_t>(CellOp::Count_));

namespace {

void start(Context* ctx, Handler* first, const Cell* ip, uint64_t* fp, uint64_t mem_size, uint8_t* mem) {
  const Tier* const tier = ctx->impl.tier;
  if (tier == nullptr) return first(ip, fp, mem_size, 0, mem, ctx);
  const GuardedCode::Scope scope(tier->guarded_code);
  tier->trampoline(ip, fp, mem_size, first, mem, ctx);
}

}  // namespace

Outcome run_loop(Interpreter::Impl& impl, Execution& execution, const RunRequest& request) {
  if (request.tick_limit <= execution.tick && !execution.at_entry) return runtime::Paused{PauseReason::TickLimit};
  ExecutionCache& cache = impl.cache_of(execution);
  Context context{.impl = impl,
                  .execution = execution,
                  .request = request,
                  .cache = cache,
                  .returns = cache.returns.get() + 1,
                  .records = execution.records(),
                  .to_returns = reinterpret_cast<char*>(cache.returns.get() + 1) - reinterpret_cast<char*>(execution.records()),
                  .last_record = execution.records() + wasm::kMaxCallDepth,
                  .stack = execution.slots(),
                  .stack_end = execution.slots() + wasm::kMaxValueStackSlots,
                  .room = reinterpret_cast<uintptr_t>(execution.slots()) + 8 * reinterpret_cast<uintptr_t>(execution.records()) + kRoomBytes,
                  .is_step = request.mode == Mode::Step,
                  .func = execution.func,
                  .inst = execution.func->instance,
                  .funcs = nullptr,
                  .top = execution.records() + execution.depth,
                  .tick = execution.tick,
                  .pc = execution.pc,
                  .skips_anchor = !request.stop_here,
                  .outcome = runtime::Returned{}};
  Context* const ctx = &context;
  uint64_t* const fp = ctx->stack + execution.frame_base;
  uint8_t* mem = nullptr;
  uint64_t mem_size = 0;
  LOAD_MEMORY();
  if (request.walk_to != nullptr) impl.forget_returns(execution, cache);
  if (request.return_depth != UINT32_MAX && request.return_depth < execution.depth)
    ctx->returns[request.return_depth].ip = &impl.return_slow;
  const bool passes_missing = std::exchange(cache.passes_missing, false);
  if (execution.at_entry) {
    execution.at_entry = false;
    impl.forget_returns(execution, cache);
    const auto* const ip = static_cast<const Cell*>(ctx->func->entry);
    start_chunk(ctx, ctx->is_step || request.walk_to != nullptr);
    start(ctx, ip->handler, ip, fp, mem_size, mem);
  } else {
    ctx->may_pass_missing = passes_missing;
    if (ctx->is_step && execution.depth > 0) ctx->returns[execution.depth - 1].ip = &impl.return_slow;
    start(ctx, handlers::resume, nullptr, fp, mem_size, mem);
  }
  return std::move(context.outcome);
}

}  // namespace wasmscope::interp
