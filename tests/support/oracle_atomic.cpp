// SPDX-License-Identifier: Apache-2.0
// Atomic accesses of the oracle. It has one thread: a wait that begins times out, or lasts for ever.
#include "engine/base/try.h"
#include "tests/support/oracle.h"

namespace wasmscope::test {
namespace {

using wasm::Op;
using wasm::TrapCode;

// "rmw16.add_u" does what the word after the last dot but for "_u" says.
std::string_view verb_of(std::string_view text) {
  text.remove_prefix(text.rfind('.') + 1);
  return text.ends_with("_u") ? text.substr(0, text.size() - 2) : text;
}

uint64_t replacement(std::string_view verb, uint64_t old, uint64_t operand) {
  if (verb == "add") return old + operand;
  if (verb == "sub") return old - operand;
  if (verb == "and") return old & operand;
  if (verb == "or") return old | operand;
  if (verb == "xor") return old ^ operand;
  CHECK(verb == "xchg");
  return operand;
}

}  // namespace

bool Oracle::act_on_atomics(const OracleInstruction& in) {
  if (in.op == Op::AtomicFence) return true;
  const wasm::OpInfo& row = wasm::info(in.op);
  const size_t popped = row.signature.find('_');
  const bool has_result = popped + 1 < row.signature.size();
  auto& bytes = memories[in.a].bytes;
  const uint64_t base = peek(popped - 1), address = base + in.offset;
  if (address < base || address > bytes.size() || row.width > bytes.size() - address)
    return fail(TrapCode::OutOfBoundsMemory);
  if (address % row.width != 0) return fail(TrapCode::UnalignedAtomic);

  uint64_t old = 0, mask = 0;
  for (int i = row.width - 1; i >= 0; --i) {
    old = old << 8 | bytes[address + static_cast<uint64_t>(i)];
    mask = mask << 8 | 0xFF;
  }
  std::optional<uint64_t> stored;
  uint64_t result = old;
  const std::string_view verb = verb_of(row.text);
  if (verb == "notify") {
    result = 0;
  } else if (verb.starts_with("wait")) {
    if (!module_->memories[in.a].type.limits.shared) return fail(TrapCode::ExpectedSharedMemory);
    result = old == (peek(1) & mask) ? 2 : 1;
    if (result == 2 && static_cast<int64_t>(peek(0)) < 0) return fail(TrapCode::Deadlock);
  } else if (verb == "cmpxchg") {
    if (old == (peek(1) & mask)) stored = peek(0);
  } else if (!has_result) {
    stored = peek(0);
  } else if (popped == 2) {
    stored = replacement(verb, old, peek(0));
  }
  for (size_t i = 0; i < popped; ++i) pop();
  if (stored)
    for (int i = 0; i < row.width; ++i)
      bytes[address + static_cast<uint64_t>(i)] = static_cast<uint8_t>(*stored >> 8 * i);
  if (has_result) push({row.signature.back() == 'i' ? wasm::kI32 : wasm::kI64, result, 0});
  return true;
}

}  // namespace wasmscope::test
