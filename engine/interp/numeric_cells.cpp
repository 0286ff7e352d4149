// SPDX-License-Identifier: Apache-2.0
// Handlers made from the rows of opcodes.def. Semantics are in engine/wasm/numeric.h.
#include "engine/interp/handler.h"

namespace wasmscope::interp {
namespace {

[[gnu::noinline]] bool is_far_watched(Context* ctx, const Cell* ip, const uint8_t* to, uint64_t width) {
  const Memory& memory = *ctx->inst->memories[static_cast<uint32_t>(ip->imm)];
  return is_watched(ctx, memory.address, static_cast<uint64_t>(to - memory.region.data()), width);
}

}  // namespace

namespace handlers {

#define SEMANTICS(Name) Apply<&wasm::Name>
#define RESULT(value) fp[ip->d] = to_slot(value)
#define CHECKED(expression)                                              \
  do {                                                                   \
    const auto result = expression;                                      \
    if (result.trap != TrapCode::None) [[unlikely]] TRAP(result.trap);   \
    RESULT(result.value);                                                \
    ADVANCE(1);                                                          \
  } while (0)
#define SLOT_BRANCH(condition)     \
  do {                             \
    if (condition) {               \
      ip += ip->imm;               \
      NEXT();                      \
    }                              \
    ADVANCE(1);                    \
  } while (0)
#define SHORT_BRANCH(condition)               \
  do {                                        \
    if (condition) {                          \
      ip += static_cast<int16_t>(ip->d);      \
      NEXT();                                 \
    }                                         \
    ADVANCE(1);                               \
  } while (0)
#define LOOPING(condition, BRANCH)                        \
  do {                                                    \
    const bool taken = condition;                         \
    if (taken && --ctx->budget <= 0) [[unlikely]] TAIL_CALL(tick_loop); \
    BRANCH(taken);                                        \
  } while (0)

#define OP(...)
#define OP_CONST(...)
#define OP_UNARY(Name, ...)                          \
HANDLER(Name) {                                    \
    RESULT(SEMANTICS(Name)::slot(fp[ip->a]));        \
    ADVANCE(1);                                      \
  }
#define OP_UNARY_TRAP(Name, ...) \
HANDLER(Name) { CHECKED(SEMANTICS(Name)::slot(fp[ip->a])); }
#define OP_BINARY(Name, ...)                                     \
HANDLER(Name##SS) {                                            \
    RESULT(SEMANTICS(Name)::ss(fp[ip->a], fp[ip->b]));           \
    ADVANCE(1);                                                  \
  }                                                              \
HANDLER(Name##SI) {                                            \
    RESULT(SEMANTICS(Name)::si(fp[ip->a], ip->imm));             \
    ADVANCE(1);                                                  \
  }                                                              \
HANDLER(Name##IS) {                                            \
    RESULT(SEMANTICS(Name)::is(ip->imm, fp[ip->a]));             \
    ADVANCE(1);                                                  \
  }
#define OP_BINARY_TRAP(Name, ...)                                               \
HANDLER(Name##SS) { CHECKED(SEMANTICS(Name)::ss(fp[ip->a], fp[ip->b])); }     \
HANDLER(Name##SI) { CHECKED(SEMANTICS(Name)::si(fp[ip->a], ip->imm)); }       \
HANDLER(Name##IS) { CHECKED(SEMANTICS(Name)::is(ip->imm, fp[ip->a])); }
#define OP_COMPARE(Name, ...) OP_BINARY(Name) BRANCHES(Name)
#define BRANCHES(Name)                                                                                          \
HANDLER(If##Name##SS) { SLOT_BRANCH(SEMANTICS(Name)::ss(fp[ip->d], fp[ip->a])); }                             \
HANDLER(If##Name##SI) { SHORT_BRANCH(SEMANTICS(Name)::si(fp[ip->a], ip->imm)); }                              \
HANDLER(IfNot##Name##SS) { SLOT_BRANCH(!SEMANTICS(Name)::ss(fp[ip->d], fp[ip->a])); }                         \
HANDLER(IfNot##Name##SI) { SHORT_BRANCH(!SEMANTICS(Name)::si(fp[ip->a], ip->imm)); }                          \
HANDLER(LoopIf##Name##SS) { LOOPING(SEMANTICS(Name)::ss(fp[ip->d], fp[ip->a]), SLOT_BRANCH); }                \
HANDLER(LoopIf##Name##SI) { LOOPING(SEMANTICS(Name)::si(fp[ip->a], ip->imm), SHORT_BRANCH); }                 \
HANDLER(LoopIfNot##Name##SS) { LOOPING(!SEMANTICS(Name)::ss(fp[ip->d], fp[ip->a]), SLOT_BRANCH); }            \
HANDLER(LoopIfNot##Name##SI) { LOOPING(!SEMANTICS(Name)::si(fp[ip->a], ip->imm), SHORT_BRANCH); }
#define OP_LOAD(Name, text, prefix, code, imm_, signature, width, ...)                                          \
HANDLER(Name) {                                                                                               \
    const uint64_t address = uint64_t{static_cast<uint32_t>(fp[ip->a])} + static_cast<uint32_t>(ip->imm);       \
    if (address + (width) > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                           \
    fp[ip->d] = load<(width), (signature)[2], ends_signed(text)>(mem + address);                                \
    ADVANCE(1);                                                                                                 \
  }                                                                                                             \
HANDLER(Name##Plus) {                                                                                         \
    const uint64_t address = static_cast<uint32_t>(fp[ip->a]) + static_cast<uint32_t>(ip->imm);                 \
    if (address + (width) > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                           \
    fp[ip->d] = load<(width), (signature)[2], ends_signed(text)>(mem + address);                                                                                                          \
    ADVANCE(1);                                                                                                 \
  }                                                                                                             \
HANDLER(Name##Index) {                                                                                        \
    const uint64_t address = uint64_t{static_cast<uint32_t>(fp[ip->a]) + static_cast<uint32_t>(fp[ip->b])} + ip->c; \
    if (address + (width) > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                           \
    fp[ip->d] = load<(width), (signature)[2], ends_signed(text)>(mem + address);                                                                                                          \
    ADVANCE(1);                                                                                                 \
  }                                                                                                             \
HANDLER(Name##Scaled) {                                                                                       \
    const uint64_t address = static_cast<uint32_t>(fp[ip->c]) + (static_cast<uint32_t>(fp[ip->a]) << (ip->b & 31)); \
    if (address + (width) > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                           \
    fp[ip->d] = load<(width), (signature)[2], ends_signed(text)>(mem + address);                                \
    ADVANCE(1);                                                                                                 \
  }                                                                                                             \
HANDLER(Name##Far) {                                                                                          \
    const uint8_t* const from = far_address(*ctx->inst, static_cast<uint32_t>(ip->imm), fp[ip->a], ip[1].bits, (width)); \
    if (from == nullptr) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                                        \
    fp[ip->d] = load<(width), (signature)[2], ends_signed(text)>(from);                                         \
    ADVANCE(2);                                                                                                 \
  }
#define STORE(form, width, effective, source, WATCH)                                                            \
HANDLER(form) {                                                                                               \
    const uint64_t address = effective;                                                                         \
    if (address + (width) > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                           \
    WATCH(width);                                                                                               \
    const uint64_t value = source;                                                                              \
    std::memcpy(mem + address, &value, (width));                                                                \
    runtime::Region::mark(mem, address);                                                                        \
    ADVANCE(1);                                                                                                 \
  }
#define FAR_STORE(form, width, WATCH)                                                                           \
HANDLER(form) {                                                                                               \
    uint8_t* const to = far_target(*ctx->inst, static_cast<uint32_t>(ip->imm), fp[ip->a], ip[1].bits, (width));      \
    if (to == nullptr) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                                          \
    WATCH(width);                                                                                               \
    std::memcpy(to, &fp[ip->d], (width));                                                                       \
    ADVANCE(2);                                                                                                 \
  }
#define STORES(Name, form, width, effective, source)              \
  STORE(Name##form, width, effective, source, UNWATCHED)          \
  STORE(Name##form##Watched, width, effective, source, WATCHED)
#define UNWATCHED(width)
// Bytes [address, address + width) and [watch_begin, watch_begin + watch_size) overlap; without overflow.
#define WATCHED(width)                                                                                          \
  if (address - ctx->watch_begin + ((width) - 1) < ctx->watch_size + ((width) - 1) &&                           \
      is_watched(ctx, ctx->inst->memories[0]->address, address, (width))) [[unlikely]]                          \
    TAIL_CALL(watched)
#define FAR_WATCHED(width) if (is_far_watched(ctx, ip, to, (width))) [[unlikely]] TAIL_CALL(watched)
#define SUM uint64_t{static_cast<uint32_t>(fp[ip->a])} + static_cast<uint32_t>(ip->imm)
#define SUM32 static_cast<uint32_t>(fp[ip->a]) + static_cast<uint32_t>(ip->imm)
#define INDEXED uint64_t{static_cast<uint32_t>(fp[ip->a]) + static_cast<uint32_t>(fp[ip->b])} + ip->c
#define CONSTANT static_cast<uint64_t>(static_cast<int64_t>(static_cast<int16_t>(ip->d)))
#define OP_STORE(Name, text, prefix, code, imm_, signature, width, ...) \
  STORES(Name, , width, SUM, fp[ip->d])                                 \
  STORES(Name, Const, width, SUM, CONSTANT)                             \
  STORES(Name, Plus, width, SUM32, fp[ip->d])                           \
  STORES(Name, ConstPlus, width, SUM32, CONSTANT)                       \
  STORES(Name, Index, width, INDEXED, fp[ip->d])                        \
  FAR_STORE(Name##Far, width, UNWATCHED)                                \
  FAR_STORE(Name##FarWatched, width, FAR_WATCHED)
#include "engine/wasm/opcodes.def"
BRANCHES(I32And)
#undef BRANCHES
#undef RESULT
#undef CHECKED
#undef SLOT_BRANCH
#undef SHORT_BRANCH
#undef LOOPING
#undef STORE
#undef FAR_STORE
#undef STORES
#undef UNWATCHED
#undef WATCHED
#undef FAR_WATCHED
#undef SUM
#undef SUM32
#undef INDEXED
#undef CONSTANT

}  // namespace handlers
}  // namespace wasmscope::interp
