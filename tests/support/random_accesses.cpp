// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_body_maker.h"
#include "tests/support/useful_ops.h"

namespace wasmscope::test {

using wasm::Op;

// An index of a memory's type.
void BodyMaker::memory_index(uint32_t bits, bool is_wide) {
  if (is_wide && unguarded()) return value('l', 1);
  index(bits);
  if (is_wide) code_.op(Op::I64ExtendI32U);
}
// Leaves an address; answers with the memory that it is for.
uint32_t BodyMaker::address(uint32_t bits) {
  const uint32_t memory = any_memory();
  memory_index(bits, memory == kWideMemory);
  return memory;
}

void BodyMaker::memarg(Op op, uint32_t memory) {
  const uint32_t width = wasm::info(op).width;
  uint32_t most = 0;
  while ((2u << most) <= width) ++most;
  const uint64_t align = random_.below(most + 1);
  if (memory != 0 || random_.chance(3))
    code_.leb(align | 0x40).leb(memory);
  else
    code_.leb(align);
  if (unguarded())
    code_.leb(random_.chance(30) && memory == kWideMemory ? uint64_t{1} << (30 + random_.below(34))
              : random_.chance(50)                        ? 0xFFFFFFFF
                                                          : 65536 * 3 - random_.below(16));
  else
    code_.leb(random_.below(64));
}
void BodyMaker::load(Op op, uint32_t memory) {
  code_.op(op);
  memarg(op, memory);
}
void BodyMaker::load(char letter) {
  std::vector<Op> fitting;
  for (const Op op : useful_ops().loads)
    if (wasm::info(op).signature.back() == letter) fitting.push_back(op);
  const uint32_t memory = address(random_.chance(50) ? 0xFFF : 0x7FFF);
  load(random_.pick(fitting), memory);
}

void BodyMaker::store() {
  const Op op = random_.pick(useful_ops().stores);
  const char letter = wasm::info(op).signature[1];
  const bool is_float = letter == 'f' || letter == 'd';
  uint32_t memory = 0;
  if (available() > 0 && stack_.back() == letter && random_.chance(50)) {
    const uint32_t scratch = scratch_[static_cast<size_t>(letter)];
    code_.op(Op::LocalSet).leb(scratch);
    memory = address(0x7FFF);
    code_.op(Op::LocalGet).leb(scratch);
    pop(1);
  } else {
    memory = address(0xFFF);
    if (is_float && random_.chance(30))
      constant(letter);
    else if (is_float && random_.chance(30))
      load(letter);
    else
      value(letter, 3);
  }
  code_.op(op);
  memarg(op, memory);
}

// A sum of two locals, or of one and a constant, as an address.
void BodyMaker::indexed_access() {
  const auto base = local_of('i'), index_local = local_of('i');
  if (!base) return;
  for (const uint32_t local : {*base, *index_local}) {
    value('i', 1);
    if (!unguarded()) mask(0x1FFF);
    code_.op(Op::LocalSet).leb(local);
  }
  const bool is_store = random_.chance(50);
  const Op op = random_.pick(is_store ? useful_ops().stores : useful_ops().loads);
  code_.op(Op::LocalGet).leb(*base);
  if (random_.chance(30))
    code_.constant('i', random_.chance(80) ? random_.below(100) : random_.below(40000));
  else if (random_.chance(80))
    code_.op(Op::LocalGet).leb(*index_local);
  else
    code_.op(Op::LocalGet).leb(*index_local).constant('i', random_.below(4)).op(Op::I32Shl);
  code_.op(Op::I32Add);
  if (is_store) leaf(wasm::info(op).signature[1]);
  load(op, random_.chance(10) ? 1 : 0);
  if (!is_store) push({wasm::info(op).signature.back()});
}

void BodyMaker::atomic_statement() {
  const std::vector<Op>& atomics = useful_ops().atomics;
  const Op op = atomics[plan_.next_atomic++ % atomics.size()];
  const wasm::OpInfo& row = wasm::info(op);
  if (op == Op::AtomicFence) {
    code_.op(op).u8(0);
    return;
  }
  const bool is_wait = op == Op::MemoryAtomicWait32 || op == Op::MemoryAtomicWait64;
  if (is_wait && !plan_.has_shared_memory && !unguarded()) return;
  const bool is_wild = unguarded();
  value('i', 1);
  if (!is_wild) mask(0x7FF8);
  const size_t popped = row.signature.find('_');
  for (size_t i = 1; i < popped; ++i) value(row.signature[i], 2);
  // A wait without a timeout would trap.
  if (is_wait && !unguarded()) code_.constant('l', INT64_MAX).op(Op::I64And);
  uint32_t align = 0;
  while ((1u << align) < row.width) ++align;
  code_.op(op).leb(align).leb(is_wild ? random_.below(200000) : row.width * random_.below(20));
  push(std::string(row.signature.substr(popped + 1)));
}

void BodyMaker::memory_statement() {
  if (random_.chance(20)) {
    for (uint64_t left = 1 + random_.below(6); left > 0; --left) atomic_statement();
    return;
  }
  if (random_.chance(60)) return store();
  if (random_.chance(30)) {
    const Op op = random_.pick(useful_ops().lane_accesses);
    const uint32_t memory = address(0x7FFF);
    value('v', 2);
    code_.op(op);
    memarg(op, memory);
    code_.u8(random_.below(lanes_of(op)));
    if (wasm::info(op).signature.back() == 'v') push("v");
    return;
  }
  switch (random_.below(8)) {
    case 0: {
      const uint32_t memory = address(0x3FFF);
      value('i', 1);
      memory_index(0xFF, memory == kWideMemory);
      code_.op(Op::MemoryFill).leb(memory);
      return;
    }
    case 1: {
      const uint32_t to = address(0x3FFF), from = address(0x3FFF);
      memory_index(0xFF, to == kWideMemory && from == kWideMemory);
      code_.op(Op::MemoryCopy).leb(to).leb(from);
      return;
    }
    case 2: {
      const uint32_t memory = address(0x3FFF);
      index(3);
      index(3);
      code_.op(Op::MemoryInit).leb(1).leb(memory);
      return;
    }
    case 3:
      if (random_.chance(50)) {
        const uint32_t memory = address(0x3FFF);
        index(0);
        index(0);
        code_.op(Op::MemoryInit).leb(2).leb(memory);
      } else {
        code_.op(Op::DataDrop).leb(2);
      }
      return;
    case 4: {
      const uint32_t memory = any_memory();
      value('i', 1);
      if (random_.chance(70)) mask(1);
      if (memory == kWideMemory) code_.op(Op::I64ExtendI32U);
      code_.op(Op::MemoryGrow).leb(memory);
      return push(memory == kWideMemory ? "l" : "i");
    }
    default: {
      ensure("i");
      if (!unguarded()) mask(0x7FFF);
      const Op op = random_.pick(useful_ops().loads);
      const uint32_t memory = any_memory();
      if (memory == kWideMemory) code_.op(Op::I64ExtendI32U);
      load(op, memory);
      pop(1);
      return push({wasm::info(op).signature.back()});
    }
  }
}

void BodyMaker::table_statement() {
  const char letter = random_.letter("rx");
  const uint32_t table = letter == 'x' ? 1 : 2;
  switch (random_.below(7)) {
    case 0:
      index(7);
      value(letter, 1);
      code_.op(Op::TableSet).leb(table);
      return;
    case 1:
      value(letter, 1);
      value('i', 1);
      if (random_.chance(80)) mask(1);
      code_.op(Op::TableGrow).leb(table);
      return push("i");
    case 2:
      index(7);
      value(letter, 1);
      index(7);
      code_.op(Op::TableFill).leb(table);
      return;
    case 3:
      index(7);
      index(7);
      index(7);
      code_.op(Op::TableCopy).leb(table).leb(letter == 'r' && random_.chance(50) ? 0 : table);
      return;
    case 4:
      index(7);
      index(3);
      index(3);
      code_.op(Op::TableInit).leb(letter == 'x' ? 4 : 2).leb(table);
      return;
    case 5:
      if (random_.chance(50)) {
        index(7);
        index(0);
        index(0);
        code_.op(Op::TableInit).leb(3).leb(2);
      } else {
        code_.op(Op::ElemDrop).leb(3);
      }
      return;
    default:
      index(7);
      code_.op(Op::TableGet).leb(letter == 'x' ? 1 : random_.chance(50) ? 0 : 2);
      return push({letter});
  }
}

}  // namespace wasmscope::test
