// SPDX-License-Identifier: Apache-2.0
// Handlers of vector instructions, made from the rows of opcodes.def, and of moves of pairs of slots. Semantics are in
// engine/wasm/simd.h. Operands are read as a whole before the result is written: they may overlap.
#include "engine/interp/handler.h"
#include "engine/wasm/simd.h"
#include "engine/wasm/wide_arithmetic.h"

namespace wasmscope::interp {
namespace {

using wasm::V128;

template <class T>
inline T read_slots(const uint64_t* from) {
  if constexpr (std::is_same_v<T, V128>) {
    V128 value;
    std::memcpy(&value, from, sizeof value);
    return value;
  } else {
    return from_slot<T>(*from);
  }
}
template <class T>
inline void write_slots(uint64_t* to, T value) {
  if constexpr (std::is_same_v<T, V128>) std::memcpy(to, &value, sizeof value);
  else *to = to_slot(value);
}

// A field of a cell names a slot, or is a lane index.
template <class T>
inline T operand(const uint64_t* fp, uint16_t field) {
  if constexpr (std::is_same_v<T, uint8_t>) return static_cast<uint8_t>(field);
  else return read_slots<T>(fp + field);
}
// A row's function, applied to what the fields of a cell name.
template <auto F>
struct Act;
template <class R, class A, R (*F)(A)>
struct Act<F> {
  static void on(uint64_t* fp, const Cell* ip) { write_slots<R>(fp + ip->d, F(operand<A>(fp, ip->a))); }
};
template <class R, class A, class B, R (*F)(A, B)>
struct Act<F> {
  static void on(uint64_t* fp, const Cell* ip) {
    write_slots<R>(fp + ip->d, F(operand<A>(fp, ip->a), operand<B>(fp, ip->b)));
  }
};
template <class R, class A, class B, class C, R (*F)(A, B, C)>
struct Act<F> {
  static void on(uint64_t* fp, const Cell* ip) {
    write_slots<R>(fp + ip->d, F(operand<A>(fp, ip->a), operand<B>(fp, ip->b), operand<C>(fp, ip->c)));
  }
};
// On consecutive slots, where the results go too.
template <auto F>
struct ActWide;
template <wasm::WideResult (*F)(uint64_t, uint64_t)>
struct ActWide<F> {
  static wasm::WideResult on(const uint64_t* at) { return F(at[0], at[1]); }
};
template <wasm::WideResult (*F)(uint64_t, uint64_t, uint64_t, uint64_t)>
struct ActWide<F> {
  static wasm::WideResult on(const uint64_t* at) { return F(at[0], at[1], at[2], at[3]); }
};

// Of the lane accesses: memory and offset are in the second cell and the third.
inline uint8_t* lane_address(Context* ctx, const uint64_t* fp, const Cell* ip, uint64_t width) {
  return far_address(*ctx->inst, ip[1].low, fp[ip->a], ip[2].bits, width);
}

}  // namespace

namespace handlers {

#define OP(...)
#define OP_VECTOR_UNARY(Name, ...)          \
  HANDLER(Name) {                           \
    Act<&wasm::Name>::on(fp, ip);           \
    ADVANCE(1);                             \
  }
#define OP_VECTOR_BINARY OP_VECTOR_UNARY
#define OP_VECTOR_TERNARY OP_VECTOR_UNARY
#define OP_VECTOR_EXTRACT OP_VECTOR_UNARY
#define OP_VECTOR_REPLACE OP_VECTOR_UNARY
#define OP_VECTOR_SHIFT(Name, ...)                                                                       \
  HANDLER(Name##SS) {                                                                                    \
    Act<&wasm::Name>::on(fp, ip);                                                                        \
    ADVANCE(1);                                                                                          \
  }                                                                                                      \
  HANDLER(Name##SI) {                                                                                    \
    write_slots(fp + ip->d, wasm::Name(read_slots<V128>(fp + ip->a), static_cast<uint32_t>(ip->imm)));   \
    ADVANCE(1);                                                                                          \
  }
#define OP_VECTOR_LOAD(Name, text, prefix, code, imm_, signature, width, ...)                                   \
  HANDLER(Name) {                                                                                               \
    const uint64_t address = uint64_t{static_cast<uint32_t>(fp[ip->a])} + static_cast<uint32_t>(ip->imm);       \
    if (address + (width) > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                           \
    write_slots(fp + ip->d, wasm::Name(mem + address));                                                         \
    ADVANCE(1);                                                                                                 \
  }                                                                                                             \
  HANDLER(Name##Far) {                                                                                          \
    const uint8_t* const from =                                                                                 \
        far_address(*ctx->inst, static_cast<uint32_t>(ip->imm), fp[ip->a], ip[1].bits, (width));                \
    if (from == nullptr) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                                        \
    write_slots(fp + ip->d, wasm::Name(from));                                                                  \
    ADVANCE(2);                                                                                                 \
  }
#define OP_VECTOR_STORE(Name, text, prefix, code, imm_, signature, width, ...)                                  \
  HANDLER(Name) {                                                                                               \
    const uint64_t address = uint64_t{static_cast<uint32_t>(fp[ip->a])} + static_cast<uint32_t>(ip->imm);       \
    if (address + (width) > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                           \
    wasm::Name(mem + address, read_slots<V128>(fp + ip->d));                                                    \
    runtime::Region::mark(mem, address);                                                                        \
    ADVANCE(1);                                                                                                 \
  }                                                                                                             \
  HANDLER(Name##Far) {                                                                                          \
    uint8_t* const to = far_target(*ctx->inst, static_cast<uint32_t>(ip->imm), fp[ip->a], ip[1].bits, (width)); \
    if (to == nullptr) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                                          \
    wasm::Name(to, read_slots<V128>(fp + ip->d));                                                               \
    ADVANCE(2);                                                                                                 \
  }
#define OP_VECTOR_LOAD_LANE(Name, text, prefix, code, imm_, signature, width, ...)                              \
  HANDLER(Name) {                                                                                               \
    const uint8_t* const from = lane_address(ctx, fp, ip, (width));                                             \
    if (from == nullptr) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                                        \
    write_slots(fp + ip->d, wasm::Name(from, read_slots<V128>(fp + ip->b), static_cast<uint8_t>(ip->c)));       \
    ADVANCE(3);                                                                                                 \
  }
#define OP_VECTOR_STORE_LANE(Name, text, prefix, code, imm_, signature, width, ...)                             \
  HANDLER(Name) {                                                                                               \
    uint8_t* const to = far_target(*ctx->inst, ip[1].low, fp[ip->a], ip[2].bits, (width));                      \
    if (to == nullptr) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                                          \
    wasm::Name(to, read_slots<V128>(fp + ip->b), static_cast<uint8_t>(ip->c));                                  \
    ADVANCE(3);                                                                                                 \
  }
#define OP_WIDE(Name, ...)                                                      \
  HANDLER(Name) {                                                               \
    const wasm::WideResult result = ActWide<&wasm::Name>::on(fp + ip->low);     \
    fp[ip->low] = result.low;                                                   \
    fp[ip->low + 1] = result.high;                                              \
    ADVANCE(1);                                                                 \
  }
#include "engine/wasm/opcodes.def"

#define V128_ACCESS(Name, effective, act)                                              \
  HANDLER(Name) {                                                                       \
    const uint64_t address = effective;                                                 \
    if (address + sizeof(V128) > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory); \
    act;                                                                                \
    ADVANCE(1);                                                                         \
  }
#define PLUS static_cast<uint32_t>(fp[ip->a]) + static_cast<uint32_t>(ip->imm)
#define INDEX uint64_t{static_cast<uint32_t>(fp[ip->a]) + static_cast<uint32_t>(fp[ip->b])} + ip->c
#define SCALED static_cast<uint32_t>(fp[ip->c]) + (static_cast<uint32_t>(fp[ip->a]) << (ip->b & 31))
V128_ACCESS(V128LoadPlus, PLUS, write_slots(fp + ip->d, wasm::V128Load(mem + address)))
V128_ACCESS(V128LoadIndex, INDEX, write_slots(fp + ip->d, wasm::V128Load(mem + address)))
V128_ACCESS(V128LoadScaled, SCALED, write_slots(fp + ip->d, wasm::V128Load(mem + address)))
V128_ACCESS(V128StorePlus, PLUS, {
  wasm::V128Store(mem + address, read_slots<V128>(fp + ip->d));
  runtime::Region::mark(mem, address);
})
V128_ACCESS(V128StoreIndex, INDEX, {
  wasm::V128Store(mem + address, read_slots<V128>(fp + ip->d));
  runtime::Region::mark(mem, address);
})

HANDLER(I8x16Shuffle) {
  write_slots(fp + ip->d, wasm::I8x16Shuffle(read_slots<V128>(fp + ip->a), read_slots<V128>(fp + ip->b),
                                             wasm::vector::of_halves(ip[1].bits, ip[2].bits)));
  ADVANCE(3);
}

HANDLER(I32x4Shuffle) {
  const auto* const frame = reinterpret_cast<const uint8_t*>(fp);
  const auto word = [frame](uint32_t place) { return wasm::vector::read<uint32_t>(frame + uint64_t{place} * 4); };
  using Words = wasm::vector::Lanes<uint32_t>;
  const Words words = {word(ip[1].low), word(ip[1].high), word(ip[2].low), word(ip[2].high)};
  write_slots(fp + ip->d, wasm::vector::pack(words));
  ADVANCE(3);
}

HANDLER(ConstPair) {
  write_slots(fp + ip->d, wasm::vector::of_halves(ip[1].bits, ip[2].bits));
  ADVANCE(3);
}

HANDLER(SelectPair) {
  const uint16_t chosen = static_cast<uint32_t>(fp[ip->c]) != 0 ? ip->a : ip->b;
  write_slots(fp + ip->d, read_slots<V128>(fp + chosen));
  ADVANCE(1);
}

HANDLER(GlobalGetPair) {
  write_slots(fp + ip->d, read_slots<V128>(ctx->inst->globals[static_cast<uint32_t>(ip->imm)]));
  ADVANCE(1);
}

HANDLER(GlobalSetPair) {
  write_slots(ctx->inst->globals[static_cast<uint32_t>(ip->imm)], read_slots<V128>(fp + ip->a));
  ADVANCE(1);
}

}  // namespace handlers
}  // namespace wasmscope::interp
