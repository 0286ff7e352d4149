// SPDX-License-Identifier: Apache-2.0
// Handlers of pairs of operations and of counting loops.
#include "engine/interp/handler.h"

namespace wasmscope::interp {

namespace {

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

}  // namespace

namespace handlers {

#define PAIR_HANDLER(form, expression) \
HANDLER(form) {                      \
    fp[ip->d] = expression;            \
    ADVANCE(1);                        \
  }
#define PAIR(Outer, Inner)                                                                                            \
  PAIR_HANDLER(Outer##Inner##SSS, (Pair<&wasm::Outer, &wasm::Inner>::sss(fp[ip->a], fp[ip->b], fp[ip->c])))           \
  PAIR_HANDLER(Outer##Inner##SIS, (Pair<&wasm::Outer, &wasm::Inner>::sis(fp[ip->a], ip->b, fp[ip->c])))               \
  PAIR_HANDLER(Outer##Inner##SII, (Pair<&wasm::Outer, &wasm::Inner>::sii(fp[ip->a], ip->b, ip->c)))
#define FLOAT_PAIR(Outer, Inner) \
  PAIR_HANDLER(Outer##Inner##SSS, (Pair<&wasm::Outer, &wasm::Inner>::floats(fp[ip->a], fp[ip->b], fp[ip->c])))
#define LOAD_PAIR_HANDLER(form, Inner, count, effective, expression)                                           \
HANDLER(form) {                                                                                              \
    const uint64_t address = effective;                                                                        \
    constexpr uint64_t kWidth = width_of(wasm::Op::Inner);                                                     \
    if (address + kWidth > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                           \
    const uint64_t loaded = load<kWidth, 0, false>(mem + address);                                             \
    fp[ip->d] = to_slot(expression);                                                                           \
    ADVANCE(count);                                                                                            \
  }
#define WITH_OFFSET uint64_t{static_cast<uint32_t>(fp[ip->a])} + ip->b
#define WITH_ADDEND static_cast<uint32_t>(fp[ip->a]) + ip[1].low
#define LOAD_PAIR(Outer, Inner)                                                                                \
  LOAD_PAIR_HANDLER(Outer##Inner##Right, Inner, 1, WITH_OFFSET, (Apply<&wasm::Outer>::ss(fp[ip->c], loaded)))  \
  LOAD_PAIR_HANDLER(Outer##Inner##Left, Inner, 1, WITH_OFFSET, (Apply<&wasm::Outer>::ss(loaded, fp[ip->c])))   \
  LOAD_PAIR_HANDLER(Outer##Inner##RightPlus, Inner, 2, WITH_ADDEND, (Apply<&wasm::Outer>::ss(fp[ip->c], loaded))) \
  LOAD_PAIR_HANDLER(Outer##Inner##LeftPlus, Inner, 2, WITH_ADDEND, (Apply<&wasm::Outer>::ss(loaded, fp[ip->c])))
#include "engine/lower/pairs.def"
#undef LOAD_PAIR_HANDLER
#undef WITH_OFFSET
#undef WITH_ADDEND
#undef PAIR_HANDLER

#define LOOP_ADD(form, Compare, step, bound, count)                                                      \
HANDLER(LoopAdd##form) {                                                                               \
    const uint32_t sum = static_cast<uint32_t>(fp[ip->a]) + static_cast<uint32_t>(step);                 \
    fp[ip->a] = sum;                                                                                     \
    if (wasm::Compare(sum, static_cast<uint32_t>(bound))) {                                              \
      if (--ctx->budget <= 0) [[unlikely]] TAIL_CALL(tick_loop);                                                    \
      ip += static_cast<int16_t>(ip->d);                                                                 \
      NEXT();                                                                                            \
    }                                                                                                    \
    ADVANCE(count);                                                                                      \
  }
#define LOOP_ADDS(Name, Compare)                                              \
  LOOP_ADD(Name##SS, Compare, fp[ip->b], fp[ip->c], 1)                        \
  LOOP_ADD(Name##SI, Compare, fp[ip->b], ip[1].low, 2)                        \
  LOOP_ADD(Name##IS, Compare, static_cast<int16_t>(ip->b), fp[ip->c], 1)      \
  LOOP_ADD(Name##II, Compare, static_cast<int16_t>(ip->b), ip[1].low, 2)
LOOP_ADDS(Ne, I32Ne)
LOOP_ADDS(LtS, I32LtS)
LOOP_ADDS(LtU, I32LtU)
#undef LOOP_ADDS
#undef LOOP_ADD

}  // namespace handlers
}  // namespace wasmscope::interp
