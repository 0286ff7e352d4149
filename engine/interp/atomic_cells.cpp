// SPDX-License-Identifier: Apache-2.0
// Atomic accesses, waiting and notifying. The executions of a store take turns at ticks and at waits only, so an
// access is in one piece as it is.
#include "engine/wasm/atomic.h"

#include "engine/interp/handler.h"

namespace wasmscope::interp {
namespace {

template <int Width>
using Unsigned =
    std::conditional_t<Width == 1, uint8_t,
                       std::conditional_t<Width == 2, uint16_t, std::conditional_t<Width == 4, uint32_t, uint64_t>>>;

// Null when it traps: ctx->trap_code says how. Marks the page as if every access wrote.
[[gnu::noinline]] uint8_t* atomic_address(Context* ctx, const Cell* ip, const uint64_t* fp, uint64_t width) {
  uint8_t* const at = far_target(*ctx->inst, ip[2].low, fp[ip->a], ip[1].bits, width);
  if (at == nullptr) {
    ctx->trap_code = TrapCode::OutOfBoundsMemory;
    return nullptr;
  }
  const auto address = static_cast<uint64_t>(at - ctx->inst->memories[ip[2].low]->region.data());
  if (address % width == 0) return at;
  ctx->trap_code = TrapCode::UnalignedAtomic;
  return nullptr;
}

template <int Width>
uint64_t load(const uint8_t* at) {
  Unsigned<Width> value;
  std::memcpy(&value, at, Width);
  return value;
}
template <int Width>
void store(uint8_t* at, uint64_t value) {
  const auto narrow = static_cast<Unsigned<Width>>(value);
  std::memcpy(at, &narrow, Width);
}

template <wasm::AtomicChange Change, int Width>
uint64_t change(uint8_t* at, uint64_t operand) {
  using T = Unsigned<Width>;
  const uint64_t old = load<Width>(at);
  store<Width>(at, wasm::changed<Change>(static_cast<T>(old), static_cast<T>(operand)));
  return old;
}

template <int Width>
uint64_t exchange_if_equal(uint8_t* at, uint64_t expected, uint64_t replacement) {
  const uint64_t old = load<Width>(at);
  if (old == static_cast<Unsigned<Width>>(expected)) store<Width>(at, replacement);
  return old;
}

enum class Waited : uint8_t { Done, Traps, Pauses };

// What a wait does now; Done: the result is in its slot.
template <int Width>
[[gnu::noinline]] Waited wait(Context* ctx, const Cell* ip, uint64_t* fp) {
  using runtime::WaitQueue;
  WaitQueue& waits = ctx->impl.store.waits;
  const uint32_t id = ctx->execution.id;
  switch (waits.state(id)) {
    case WaitQueue::State::Waiting: return Waited::Pauses;
    case WaitQueue::State::Notified: fp[ip->d] = 0; break;
    case WaitQueue::State::TimedOut: fp[ip->d] = 2; break;
    case WaitQueue::State::None: {
      const uint8_t* const at = atomic_address(ctx, ip, fp, Width);
      if (at == nullptr) return Waited::Traps;
      const Memory& memory = *ctx->inst->memories[ip[2].low];
      if (!memory.type.limits.shared) {
        ctx->trap_code = TrapCode::ExpectedSharedMemory;
        return Waited::Traps;
      }
      const uint64_t expected = Width == 4 ? static_cast<uint32_t>(fp[ip->b]) : fp[ip->b];
      if (load<Width>(at) != expected) {
        fp[ip->d] = 1;
        return Waited::Done;
      }
      const auto timeout_ns = static_cast<int64_t>(fp[ip->c]);
      if (waits.executions > 1) {
        waits.begin({id, memory.address, static_cast<uint64_t>(at - memory.region.data())}, timeout_ns);
        return Waited::Pauses;
      }
      // Nobody can notify it, so time passes at once.
      if (timeout_ns < 0) {
        ctx->trap_code = TrapCode::Deadlock;
        return Waited::Traps;
      }
      fp[ip->d] = 2;
      return Waited::Done;
    }
  }
  waits.end(id);
  return Waited::Done;
}

}  // namespace

namespace handlers {

#define OP(...)
#define OP_ATOMIC_LOAD(Name, text, prefix, code, imm, sig, width, ...) \
  HANDLER(Name) {                                                      \
    const uint8_t* const at = atomic_address(ctx, ip, fp, width);      \
    if (at == nullptr) [[unlikely]]                                    \
      TAIL_CALL(trap);                                                 \
    fp[ip->d] = load<width>(at);                                       \
    ADVANCE(3);                                                        \
  }
#define OP_ATOMIC_STORE(Name, text, prefix, code, imm, sig, width, ...) \
  HANDLER(Name) {                                                       \
    uint8_t* const at = atomic_address(ctx, ip, fp, width);             \
    if (at == nullptr) [[unlikely]]                                     \
      TAIL_CALL(trap);                                                  \
    store<width>(at, fp[ip->b]);                                        \
    ADVANCE(3);                                                         \
  }
#define OP_ATOMIC_RMW(Name, text, prefix, code, imm, sig, width, ...)       \
  HANDLER(Name) {                                                           \
    uint8_t* const at = atomic_address(ctx, ip, fp, width);                 \
    if (at == nullptr) [[unlikely]]                                         \
      TAIL_CALL(trap);                                                      \
    fp[ip->d] = change<wasm::atomic_change_of(text), width>(at, fp[ip->b]); \
    ADVANCE(3);                                                             \
  }
#define OP_ATOMIC_CMPXCHG(Name, text, prefix, code, imm, sig, width, ...) \
  HANDLER(Name) {                                                         \
    uint8_t* const at = atomic_address(ctx, ip, fp, width);               \
    if (at == nullptr) [[unlikely]]                                       \
      TAIL_CALL(trap);                                                    \
    fp[ip->d] = exchange_if_equal<width>(at, fp[ip->b], fp[ip->c]);       \
    ADVANCE(3);                                                           \
  }
#include "engine/wasm/opcodes.def"

HANDLER(MemoryAtomicNotify) {
  const uint8_t* const at = atomic_address(ctx, ip, fp, 4);
  if (at == nullptr) TAIL_CALL(trap);
  const Memory& memory = *ctx->inst->memories[ip[2].low];
  fp[ip->d] = ctx->impl.store.waits.notify(memory.address, static_cast<uint64_t>(at - memory.region.data()),
                                           static_cast<uint32_t>(fp[ip->b]));
  ADVANCE(3);
}

#define WAIT(width)                                 \
  do {                                              \
    const Waited waited = wait<width>(ctx, ip, fp); \
    if (waited == Waited::Traps) TAIL_CALL(trap);   \
    if (waited == Waited::Pauses) {                 \
      ctx->reason = runtime::PauseReason::Wait;     \
      TAIL_CALL(pause_before);                      \
    }                                               \
    ADVANCE(3);                                     \
  } while (0)

HANDLER(MemoryAtomicWait32) { WAIT(4); }
HANDLER(MemoryAtomicWait64) { WAIT(8); }

}  // namespace handlers

}  // namespace wasmscope::interp
