// SPDX-License-Identifier: Apache-2.0
// Throwing. An exception's handler is looked for before anything is undone, so one that nobody handles ends the run
// at the instant of the throw, with all frames as they were.
#include "engine/base/try.h"
#include "engine/interp/handler.h"

namespace wasmscope::interp {

using runtime::ControlRecord;

namespace {

struct Catch {
  uint32_t depth = 0;                          // of the frame
  uint32_t region = lower::kNoRegion;          // kNoRegion: unhandled
  uint32_t landing = 0;                        // of the region
};

// Both flavours of a function have the same regions and landings.
const Code& any_code(Context* ctx, const Func& func) {
  const FuncCode& code = ctx->impl.code_of(func);
  return code.fast ? *code.fast : ctx->impl.step_code(func);
}

bool find_in_frame(Context* ctx, const Func& func, uint32_t pc, uint32_t tag, Catch& found) {
  const Code& code = any_code(ctx, func);
  for (found.region = lower::region_at(code.regions, pc); found.region != lower::kNoRegion;
       found.region = code.regions[found.region].next) {
    const std::vector<lower::Landing>& landings = code.regions[found.region].landings;
    for (found.landing = 0; found.landing < landings.size(); ++found.landing) {
      const wasm::TagIndex wanted = landings[found.landing].tag;
      if (wanted == wasm::kNoIndex || func.instance->tags[wanted]->address == tag) return true;
    }
  }
  return false;
}

Catch find_catch(Context* ctx, uint32_t pc, uint32_t tag) {
  const Func* func = ctx->func;
  Catch found;
  for (const ControlRecord* record = ctx->top;; --record) {
    found.depth = static_cast<uint32_t>(record - ctx->records);
    if (find_in_frame(ctx, *func, pc, tag, found) || found.depth == 0) return found;
    pc = (record - 1)->call_pc;
    func = ctx->returns[found.depth - 1].func;
  }
}

struct Place {
  const Cell* cell;
  uint64_t* fp;
};
Place cannot_throw(Context* ctx, uint32_t pc, TrapCode code) {
  ctx->pc = pc;
  ctx->trap_code = code;
  return {nullptr, nullptr};
}

// The frame that catches is the current one afterwards, its values in their slots.
Place land(Context* ctx, const Catch& found, uint64_t exception, uint64_t* fp) {
  settle_ticks(ctx);
  if (ctx->records + found.depth != ctx->top) {
    ctx->top = ctx->records + found.depth;
    ctx->func = ctx->returns[found.depth].func;
    ctx->inst = ctx->func->instance;
    fp = ctx->stack + ctx->top->frame_base;
  }
  const uint32_t asked = ctx->request.return_depth;
  ctx->stops_soon = asked != UINT32_MAX && found.depth <= asked;
  ctx->skips_anchor = false;
  const bool in_step_code = ctx->is_step || ctx->stops_soon || ctx->request.walk_to != nullptr;
  const CompiledFunc* const compiled = in_step_code ? nullptr : ctx->impl.code_of(*ctx->func).compiled_for(*ctx->func);
  const Code& code = in_step_code || compiled != nullptr ? ctx->impl.step_code(*ctx->func) : ctx->impl.fast_code(*ctx->func);
  start_chunk(ctx, in_step_code);
  // The clause may return right away, before anything stops it.
  if (in_step_code && found.depth > 0) ctx->returns[found.depth - 1].ip = &ctx->impl.return_slow;

  const lower::Landing& landing = code.regions[found.region].landings[found.landing];
  runtime::Heap& heap = ctx->impl.store.heap;
  if (landing.values_slot != lower::kNoSlot) {
    const std::span<const uint64_t> values = heap.exception_values(exception);
    std::copy(values.begin(), values.end(), fp + landing.values_slot);
  }
  if (landing.exception_slot != lower::kNoSlot) fp[landing.exception_slot] = exception;
  if (compiled != nullptr) return {compiled->cells.data() + compiled->landings[found.region][found.landing], fp};
  return {code.cells.data() + landing.cell, fp};
}

// The exception is made when it is sure that something handles it: a trap leaves the heap as it was, too.
[[gnu::noinline]] Place throw_new(Context* ctx, const Cell* ip, uint64_t* fp) {
  const runtime::Tag& tag = *ctx->inst->tags[ip->low];
  const uint32_t pc = pc_of(ctx, ip);
  const Catch found = find_catch(ctx, pc, tag.address);
  if (found.region == lower::kNoRegion) {
    ctx->execution.exception = 0;
    return cannot_throw(ctx, pc, TrapCode::UnhandledException);
  }
  runtime::Heap& heap = ctx->impl.store.heap;
  const size_t count = wasm::slots_of(tag.type->params);
  if (heap.is_collection_due(count * 8)) collect_garbage(ctx, ip, fp);
  const uint64_t exception = heap.allocate_exception(tag.canonical_type, tag.address, {fp + ip->high, count});
  if (exception == 0) return cannot_throw(ctx, pc, TrapCode::HeapExhausted);
  return land(ctx, found, exception, fp);
}

[[gnu::noinline]] Place throw_again(Context* ctx, const Cell* ip, uint64_t* fp) {
  const uint64_t exception = fp[ip->a];
  const uint32_t pc = pc_of(ctx, ip);
  const Catch found = find_catch(ctx, pc, ctx->impl.store.heap.exception_tag(exception));
  if (found.region == lower::kNoRegion) {
    ctx->execution.exception = exception;
    return cannot_throw(ctx, pc, TrapCode::UnhandledException);
  }
  return land(ctx, found, exception, fp);
}

}  // namespace

namespace handlers {

#define GO_ON_AT(found_place)                                       \
  do {                                                             \
    const Place place = (found_place);                             \
    if (place.cell == nullptr) return leave_trapped(ctx, fp);      \
    ip = place.cell;                                               \
    fp = place.fp;                                                 \
    LOAD_MEMORY();                                                 \
    NEXT();                                                        \
  } while (0)

HANDLER(Throw) { GO_ON_AT(throw_new(ctx, ip, fp)); }

HANDLER(ThrowRef) {
  if (fp[ip->a] == 0) TRAP(TrapCode::NullException);
  GO_ON_AT(throw_again(ctx, ip, fp));
}

}  // namespace handlers
}  // namespace wasmscope::interp
