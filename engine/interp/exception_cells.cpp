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

// Both flavours of a function have the same regions and landings; one on the stack has a flavour at least.
const Code& any_code(Context* ctx, const Func& func) {
  const FuncCode& code = ctx->impl.code_of(func);
  return code.fast ? *code.fast : *code.step;
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

Catch find_catch(Context* ctx, uint32_t pc) {
  const uint32_t tag = ctx->impl.store.heap.exception_tag(ctx->exception);
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
// The frame that catches is the current one afterwards, its values in their slots. Null: unhandled.
[[gnu::noinline]] Place land(Context* ctx, const Cell* ip, uint64_t* fp) {
  const uint32_t pc = pc_of(ctx, ip);
  const Catch found = find_catch(ctx, pc);
  if (found.region == lower::kNoRegion) {
    ctx->pc = pc;
    ctx->trap_code = TrapCode::UnhandledException;
    ctx->execution.exception = ctx->exception;
    return {nullptr, fp};
  }
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
  const bool in_step_code = ctx->is_step || ctx->stops_soon;
  const Code& code = in_step_code ? ctx->impl.step_code(*ctx->func) : ctx->impl.fast_code(*ctx->func);
  start_chunk(ctx, in_step_code);

  const lower::Landing& landing = code.regions[found.region].landings[found.landing];
  runtime::Heap& heap = ctx->impl.store.heap;
  if (landing.values_slot != lower::kNoSlot) {
    const std::span<const uint64_t> values = heap.exception_values(ctx->exception);
    std::copy(values.begin(), values.end(), fp + landing.values_slot);
  }
  if (landing.exception_slot != lower::kNoSlot) fp[landing.exception_slot] = ctx->exception;
  return {code.cells.data() + landing.cell, fp};
}

// 0 when there is no room for it.
[[gnu::noinline]] uint64_t make_exception(Context* ctx, const Cell* ip, const uint64_t* fp) {
  const runtime::Tag& tag = *ctx->inst->tags[ip->low];
  runtime::Heap& heap = ctx->impl.store.heap;
  const size_t count = wasm::slots_of(tag.type->params);
  if (heap.is_collection_due(count * 8)) collect_garbage(ctx, ip, fp);
  return heap.allocate_exception(tag.canonical_type, tag.address, {fp + ip->high, count});
}

}  // namespace

namespace handlers {

HANDLER(Throw) {
  ctx->exception = make_exception(ctx, ip, fp);
  if (ctx->exception == 0) TRAP(TrapCode::HeapExhausted);
  TAIL_CALL(unwind);
}

HANDLER(ThrowRef) {
  const uint64_t reference = fp[ip->a];
  if (reference == 0) TRAP(TrapCode::NullException);
  ctx->exception = reference;
  TAIL_CALL(unwind);
}

HANDLER(unwind) {
  const Place place = land(ctx, ip, fp);
  if (place.cell == nullptr) return leave_trapped(ctx, fp);
  ip = place.cell;
  fp = place.fp;
  LOAD_MEMORY();
  NEXT();
}

}  // namespace handlers
}  // namespace wasmscope::interp
