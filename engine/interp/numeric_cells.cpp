// SPDX-License-Identifier: Apache-2.0
// Handlers made from the rows of opcodes.def. Semantics are in engine/wasm/numeric.h.
#include "engine/interp/handler.h"

namespace wasmscope::interp {

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
#define OP_STORE(Name, text, prefix, code, imm_, signature, width, ...)                                         \
HANDLER(Name) {                                                                                               \
    const uint64_t address = uint64_t{static_cast<uint32_t>(fp[ip->a])} + static_cast<uint32_t>(ip->imm);       \
    if (address + (width) > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                           \
    std::memcpy(mem + address, &fp[ip->d], (width));                                                            \
    runtime::Region::mark(mem, address);                                                                        \
    ADVANCE(1);                                                                                                 \
  }                                                                                                             \
HANDLER(Name##Const) {                                                                                        \
    const uint64_t address = uint64_t{static_cast<uint32_t>(fp[ip->a])} + static_cast<uint32_t>(ip->imm);       \
    if (address + (width) > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                           \
    const auto value = static_cast<uint64_t>(static_cast<int64_t>(static_cast<int16_t>(ip->d)));                \
    std::memcpy(mem + address, &value, (width));                                                                \
    runtime::Region::mark(mem, address);                                                                        \
    ADVANCE(1);                                                                                                 \
  }                                                                                                             \
HANDLER(Name##Plus) {                                                                                         \
    const uint64_t address = static_cast<uint32_t>(fp[ip->a]) + static_cast<uint32_t>(ip->imm);                 \
    if (address + (width) > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                           \
    std::memcpy(mem + address, &fp[ip->d], (width));                                                            \
    runtime::Region::mark(mem, address);                                                                        \
    ADVANCE(1);                                                                                                 \
  }                                                                                                             \
HANDLER(Name##ConstPlus) {                                                                                    \
    const uint64_t address = static_cast<uint32_t>(fp[ip->a]) + static_cast<uint32_t>(ip->imm);                 \
    if (address + (width) > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                           \
    const auto value = static_cast<uint64_t>(static_cast<int64_t>(static_cast<int16_t>(ip->d)));                \
    std::memcpy(mem + address, &value, (width));                                                                \
    runtime::Region::mark(mem, address);                                                                        \
    ADVANCE(1);                                                                                                 \
  }                                                                                                             \
HANDLER(Name##Index) {                                                                                        \
    const uint64_t address = uint64_t{static_cast<uint32_t>(fp[ip->a]) + static_cast<uint32_t>(fp[ip->b])} + ip->c; \
    if (address + (width) > mem_size) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                           \
    std::memcpy(mem + address, &fp[ip->d], (width));                                                            \
    runtime::Region::mark(mem, address);                                                                        \
    ADVANCE(1);                                                                                                 \
  }                                                                                                             \
HANDLER(Name##Far) {                                                                                          \
    uint8_t* const to = far_target(*ctx->inst, static_cast<uint32_t>(ip->imm), fp[ip->a], ip[1].bits, (width));      \
    if (to == nullptr) [[unlikely]] TRAP(TrapCode::OutOfBoundsMemory);                                          \
    std::memcpy(to, &fp[ip->d], (width));                                                                       \
    ADVANCE(2);                                                                                                 \
  }
#include "engine/wasm/opcodes.def"
BRANCHES(I32And)
#undef BRANCHES
#undef RESULT
#undef CHECKED
#undef SLOT_BRANCH
#undef SHORT_BRANCH
#undef LOOPING

}  // namespace handlers
}  // namespace wasmscope::interp
