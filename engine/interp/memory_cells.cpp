// SPDX-License-Identifier: Apache-2.0
// Memory and table instructions other than loads and stores.
// Bulk operations check both ranges first: they act as a whole or not at all.
#include "engine/interp/handler.h"

namespace wasmscope::interp {

namespace handlers {

HANDLER(MemorySize) {
  fp[ip->d] = ctx->inst->memories[static_cast<uint32_t>(ip->imm)]->pages();
  ADVANCE(1);
}

HANDLER(MemoryGrow) {
  Memory& memory = *ctx->inst->memories[static_cast<uint32_t>(ip->imm)];
  const int64_t old = memory.grow(address_of(memory.type.limits, fp[ip->a]));
  fp[ip->d] = address_of(memory.type.limits, static_cast<uint64_t>(old));
  LOAD_MEMORY();
  ADVANCE(1);
}

HANDLER(MemoryFill) {
  Memory& memory = *ctx->inst->memories[ip[1].low];
  const uint64_t to = address_of(memory.type.limits, fp[ip->d]), count = address_of(memory.type.limits, fp[ip->b]);
  if (!in_bounds(to, count, memory.size_bytes())) TRAP(TrapCode::OutOfBoundsMemory);
  std::memset(memory.region.data() + to, static_cast<uint8_t>(fp[ip->a]), count);
  memory.region.mark(to, count);
  ADVANCE(2);
}

HANDLER(MemoryCopy) {
  Memory& target = *ctx->inst->memories[ip[1].low];
  const Memory& source = *ctx->inst->memories[ip[1].high];
  const uint64_t to = address_of(target.type.limits, fp[ip->d]), from = address_of(source.type.limits, fp[ip->a]);
  const bool is64 = target.type.limits.is64 && source.type.limits.is64;
  const uint64_t count = is64 ? fp[ip->b] : static_cast<uint32_t>(fp[ip->b]);
  if (!in_bounds(to, count, target.size_bytes()) || !in_bounds(from, count, source.size_bytes()))
    TRAP(TrapCode::OutOfBoundsMemory);
  std::memmove(target.region.data() + to, source.region.data() + from, count);
  target.region.mark(to, count);
  ADVANCE(2);
}

HANDLER(MemoryInit) {
  Memory& memory = *ctx->inst->memories[ip[1].high];
  const ByteRange segment = ctx->inst->module->datas[ip[1].low].bytes;
  const uint64_t size = ctx->inst->dropped_datas[ip[1].low] ? 0 : segment.size();
  const uint64_t to = address_of(memory.type.limits, fp[ip->d]);
  const uint64_t from = static_cast<uint32_t>(fp[ip->a]), count = static_cast<uint32_t>(fp[ip->b]);
  if (!in_bounds(from, count, size) || !in_bounds(to, count, memory.size_bytes())) TRAP(TrapCode::OutOfBoundsMemory);
  if (count != 0) std::memcpy(memory.region.data() + to, ctx->inst->module->bytes.data() + segment.begin + from, count);
  memory.region.mark(to, count);
  ADVANCE(2);
}

HANDLER(DataDrop) {
  ctx->inst->dropped_datas[static_cast<uint32_t>(ip->imm)] = 1;
  ADVANCE(1);
}

HANDLER(TableGet) {
  const Table& table = *ctx->inst->tables[static_cast<uint32_t>(ip->imm)];
  const uint64_t index = address_of(table.type.limits, fp[ip->a]);
  if (index >= table.size()) TRAP(TrapCode::OutOfBoundsTable);
  fp[ip->d] = table.elements()[index];
  ADVANCE(1);
}

HANDLER(TableSet) {
  Table& table = *ctx->inst->tables[static_cast<uint32_t>(ip->imm)];
  const uint64_t index = address_of(table.type.limits, fp[ip->d]);
  if (index >= table.size()) TRAP(TrapCode::OutOfBoundsTable);
  table.elements()[index] = fp[ip->a];
  ADVANCE(1);
}

HANDLER(TableSize) {
  fp[ip->d] = ctx->inst->tables[static_cast<uint32_t>(ip->imm)]->size();
  ADVANCE(1);
}

HANDLER(TableGrow) {
  Table& table = *ctx->inst->tables[ip[1].low];
  const int64_t old = table.grow(address_of(table.type.limits, fp[ip->b]), fp[ip->a]);
  fp[ip->d] = address_of(table.type.limits, static_cast<uint64_t>(old));
  ADVANCE(2);
}

HANDLER(TableFill) {
  Table& table = *ctx->inst->tables[ip[1].low];
  const uint64_t to = address_of(table.type.limits, fp[ip->d]), count = address_of(table.type.limits, fp[ip->b]);
  if (!in_bounds(to, count, table.size())) TRAP(TrapCode::OutOfBoundsTable);
  std::fill_n(table.elements() + to, count, fp[ip->a]);
  ADVANCE(2);
}

HANDLER(TableCopy) {
  Table& target = *ctx->inst->tables[ip[1].low];
  const Table& source = *ctx->inst->tables[ip[1].high];
  const uint64_t to = address_of(target.type.limits, fp[ip->d]), from = address_of(source.type.limits, fp[ip->a]);
  const bool is64 = target.type.limits.is64 && source.type.limits.is64;
  const uint64_t count = is64 ? fp[ip->b] : static_cast<uint32_t>(fp[ip->b]);
  if (!in_bounds(to, count, target.size()) || !in_bounds(from, count, source.size())) TRAP(TrapCode::OutOfBoundsTable);
  std::memmove(target.elements() + to, source.elements() + from, count * 8);
  ADVANCE(2);
}

HANDLER(TableInit) {
  Table& table = *ctx->inst->tables[ip[1].high];
  const std::vector<uint64_t>& segment = ctx->inst->elems[ip[1].low];
  const uint64_t size = ctx->inst->dropped_elems[ip[1].low] ? 0 : segment.size();
  const uint64_t to = address_of(table.type.limits, fp[ip->d]);
  const uint64_t from = static_cast<uint32_t>(fp[ip->a]), count = static_cast<uint32_t>(fp[ip->b]);
  if (!in_bounds(from, count, size) || !in_bounds(to, count, table.size())) TRAP(TrapCode::OutOfBoundsTable);
  std::copy_n(segment.begin() + static_cast<int64_t>(from), count, table.elements() + to);
  ADVANCE(2);
}

HANDLER(ElemDrop) {
  ctx->inst->dropped_elems[static_cast<uint32_t>(ip->imm)] = 1;
  ADVANCE(1);
}

}  // namespace handlers
}  // namespace wasmscope::interp
