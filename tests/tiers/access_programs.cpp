// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>

#include "tests/tiers/case_module.h"

namespace wasmscope::test {
namespace {

using wasm::Imm;
using wasm::Op;

constexpr uint64_t kPage = 65536, kHighest = 0xFFFFFFFF;

// Memories 0 and 1 have 32-bit addresses, 2 has 64-bit ones and 3 is shared; each has a page of its own contents.
constexpr uint32_t kMemories = 4;
bool has_wide_addresses(uint32_t memory) { return memory == 2; }

void add_memories(CaseModule& module) {
  module.memory(1, 3);
  module.memory(1);
  module.memory64(1);
  module.raw_memory({3, 1, 2});
  std::string contents;
  for (uint32_t i = 0; i < 256; ++i) contents.push_back(static_cast<char>(i * 2654435761u >> 13));
  for (uint32_t memory = 0; memory < kMemories; ++memory) {
    ByteWriter offset;
    offset.constant(has_wide_addresses(memory) ? 'l' : 'i', 7 * memory).op(Op::End);
    module.raw_data(ByteWriter().u8(2).leb(memory).raw(offset.bytes).name(contents).bytes);
  }
}

CodeWriter params(size_t count) {
  CodeWriter body;
  for (uint32_t i = 0; i < count; ++i) body.local_get(i);
  return body;
}

void write_memarg(CodeWriter& body, Op op, uint32_t memory, uint64_t offset) {
  const auto align = static_cast<uint32_t>(std::countr_zero(unsigned{wasm::info(op).width}));
  body.ByteWriter::op(op).leb(memory == 0 ? align : align | 0x40);
  if (memory != 0) body.leb(memory);
  body.leb(offset);
}

// The access with an address, and other operands that are small numbers.
void add_access(CaseModule& module, Op op, uint32_t memory, uint64_t offset) {
  const wasm::OpInfo& row = wasm::info(op);
  const size_t split = row.signature.find('_');
  std::string signature(row.signature);
  signature[0] = has_wide_addresses(memory) ? 'l' : 'i';
  CodeWriter body = params(split);
  write_memarg(body, op, memory, offset);
  if (row.imm == Imm::MemArgLane) body.u8(16u / row.width - 1);
  std::vector<CaseModule::Arguments> calls;
  std::vector<uint64_t> addresses = {16, kPage - row.width, kPage - row.width + 1, kHighest};
  if (has_wide_addresses(memory)) addresses.insert(addresses.end(), {uint64_t{1} << 40, ~uint64_t{7}});
  if (row.category == wasm::Category::Atomic) addresses.push_back(17);
  for (const uint64_t address : addresses) {
    CaseModule::Arguments arguments = {address};
    for (size_t i = 1; i < split; ++i) arguments.push_back(0x1765432112345670 + i);
    calls.push_back(std::move(arguments));
  }
  module.add(signature, body, calls);
}

std::vector<Program> accesses() {
  std::vector<Op> rows;
  for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
    const wasm::OpInfo& row = wasm::info(static_cast<Op>(i));
    if (row.executed && (row.imm == Imm::MemArg || row.imm == Imm::MemArgLane)) rows.push_back(static_cast<Op>(i));
  }
  std::vector<Program> programs;
  constexpr size_t kRowsEach = 12;
  for (size_t first = 0; first < rows.size(); first += kRowsEach) {
    CaseModule module;
    add_memories(module);
    for (size_t i = first; i < std::min(rows.size(), first + kRowsEach); ++i) {
      for (uint32_t memory = 0; memory < kMemories; ++memory) add_access(module, rows[i], memory, 0);
      add_access(module, rows[i], 0, 0xFFFFFFF0);
      add_access(module, rows[i], 2, uint64_t{1} << 33);
    }
    programs.push_back(module.program("accesses from " + std::string(wasm::info(rows[first]).text)));
  }
  return programs;
}

Program memory_instructions() {
  CaseModule module;
  add_memories(module);
  const uint32_t passive = module.passive_data("passive bytes");
  const auto letter = [](uint32_t memory) { return has_wide_addresses(memory) ? 'l' : 'i'; };
  for (uint32_t memory = 0; memory < kMemories; ++memory) {
    const std::string address(1, letter(memory));
    module.add("_" + address, code().op(Op::MemorySize, memory), {{}});
    module.add(address + "i" + address + "_", params(3).op(Op::MemoryFill, memory),
               {{5, 0xAB, 9}, {kPage, 1, 0}, {kPage - 1, 1, 2}, {kPage + 1, 1, 0}, {kHighest, 1, kHighest}});
    module.add(address + "ii_", params(3).op(Op::MemoryInit, passive, memory),
               {{40, 2, 5}, {kPage, 13, 0}, {0, 9, 5}, {kPage - 2, 0, 3}});
    for (uint32_t from = 0; from < kMemories; ++from) {
      const char count = has_wide_addresses(memory) && has_wide_addresses(from) ? 'l' : 'i';
      const std::string signature = address + letter(from) + count + "_";
      module.add(signature, params(3).op(Op::MemoryCopy, memory, from),
                 {{8, 10, 20}, {10, 8, 20}, {kPage - 1, 0, 2}, {0, kPage - 1, 2}, {kPage, kPage, 0}});
    }
  }
  module.add("_", code().op(Op::DataDrop, passive), {{}});
  module.add("iii_", params(3).op(Op::MemoryInit, passive, 0), {{0, 0, 0}, {0, 0, 1}});
  for (uint32_t memory = 0; memory < kMemories; ++memory) {
    const std::string address(1, letter(memory));
    module.add(address + "_" + address, params(1).op(Op::MemoryGrow, memory), {{1}, {0}, {kHighest}, {3}});
  }
  return module.program("memory instructions");
}

Program table_instructions() {
  CaseModule module;
  // 0 and 1 funcref, 2 and 3 externref; the odd ones have 64-bit indices.
  for (const uint8_t type : {0x70, 0x6F}) {
    module.raw_table({type, 1, 5, 9});
    module.raw_table({type, 5, 6, 8});
  }
  const uint32_t callee = module.func("i_i", code().local_get(0).i32(3).op(Op::I32Mul));
  const uint32_t other = module.func("_", code());
  module.elem(code().i32(0), {callee, callee, other});
  module.raw_elem(ByteWriter().u8(2).leb(1).constant('l', 1).op(Op::End).u8(0).leb(2).leb(callee).leb(other).bytes);
  const uint32_t passive = module.raw_elem(ByteWriter().u8(1).u8(0).leb(3).leb(other).leb(callee).leb(other).bytes) ;
  const auto letter = [](uint32_t table) { return table % 2 == 1 ? 'l' : 'i'; };
  const auto type = [](uint32_t table) { return table < 2 ? 'r' : 'x'; };
  const uint32_t called = module.type("i_i");
  for (uint32_t table = 0; table < 4; ++table) {
    const std::string index(1, letter(table)), element(1, type(table));
    module.add("_" + index, code().op(Op::TableSize, table), {{}});
    module.add(index + "_" + element, params(1).op(Op::TableGet, table), {{1}, {4}, {6}, {kHighest}});
    module.add(index + element + "_", params(2).op(Op::TableSet, table), {{4, 0}, {9, 0}});
    if (table < 2) {
      module.add("i" + index + "_i", params(2).op(Op::CallIndirect, called, table),
                 {{7, 1}, {7, 2}, {7, 4}, {7, 90}, {7, kHighest}});
      module.add("i" + index + "_i", params(2).op(Op::ReturnCallIndirect, called, table),
                 {{7, 1}, {7, 2}, {7, 4}, {7, 90}, {7, kHighest}});
    }
  }
  for (uint32_t table = 0; table < 4; ++table) {
    const std::string index(1, letter(table)), element(1, type(table));
    module.add(index + element + index + "_", params(3).op(Op::TableFill, table), {{1, 0, 2}, {5, 0, 0}, {6, 0, 1}, {0, 0, kHighest}});
    for (uint32_t from = table / 2 * 2; from < table / 2 * 2 + 2; ++from) {
      const char count = letter(table) == 'l' && letter(from) == 'l' ? 'l' : 'i';
      module.add(index + letter(from) + count + "_", params(3).op(Op::TableCopy, table, from),
                 {{0, 1, 3}, {1, 0, 3}, {4, 0, 3}, {0, 4, 3}, {5, 5, 0}});
    }
    if (table < 2)
      module.add(index + "ii_", params(3).op(Op::TableInit, passive, table), {{0, 1, 2}, {0, 2, 2}, {5, 0, 2}});
    module.add(element + index + "_" + index, params(2).op(Op::TableGrow, table), {{0, 1}, {0, 0}, {0, kHighest}, {0, 2}});
  }
  module.add("_", code().op(Op::ElemDrop, passive), {{}});
  module.add("iii_", params(3).op(Op::TableInit, passive, 0), {{0, 0, 0}, {0, 0, 1}});
  return module.program("table instructions");
}

Program trapping_numbers() {
  CaseModule module;
  const std::vector<Op> unary = {
#define OP(...)
#define OP_UNARY_TRAP(Name, ...) Op::Name,
#include "engine/wasm/opcodes.def"
  };
  const std::vector<Op> binary = {
#define OP(...)
#define OP_BINARY_TRAP(Name, ...) Op::Name,
#include "engine/wasm/opcodes.def"
  };
  for (const Op op : unary) {
    const bool is_single = wasm::info(op).signature[0] == 'f';
    std::vector<CaseModule::Arguments> calls;
    for (const double number : {3.75, -0.5, 1e30, -1e30, std::bit_cast<double>(0x7FF8000000000000)})
      calls.push_back({is_single ? std::bit_cast<uint32_t>(static_cast<float>(number)) : std::bit_cast<uint64_t>(number)});
    module.add(wasm::info(op).signature, params(1).op(op), calls);
  }
  for (const Op op : binary) {
    const uint64_t lowest = wasm::info(op).signature[0] == 'i' ? 0x80000000 : uint64_t{1} << 63;
    const uint64_t minus_one = wasm::info(op).signature[0] == 'i' ? kHighest : ~uint64_t{0};
    module.add(wasm::info(op).signature, params(2).op(op), {{7, 2}, {7, 0}, {lowest, minus_one}});
  }
  return module.program("numbers that trap");
}

// Everything that computes values from values, once or twice.
std::vector<Program> pure_instructions() {
  std::vector<CaseModule> modules;
  size_t rows = 0;
  for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
    const auto op = static_cast<Op>(i);
    const wasm::OpInfo& row = wasm::info(op);
    const bool is_pure = row.category == wasm::Category::Numeric || row.category == wasm::Category::Vector;
    const bool has_immediate = row.imm == Imm::Lane || row.imm == Imm::Shuffle;
    if (!row.executed || !is_pure || (row.imm != Imm::None && !has_immediate)) continue;
    const size_t count = row.signature.find('_');
    CodeWriter body = params(count).op(op);
    if (row.imm == Imm::Lane) body.u8(1);
    for (uint8_t lane = 0; row.imm == Imm::Shuffle && lane < 16; ++lane) body.u8((lane * 7 + 3) % 32);
    if (rows++ % 50 == 0) modules.emplace_back();
    const CaseModule::Arguments some(count, 0x4009876540123456), others(count, 0x3FF1000040200001);
    modules.back().add(row.signature, body, {some, others});
  }
  std::vector<Program> programs;
  for (const CaseModule& module : modules) programs.push_back(module.program("pure instructions"));
  CaseModule fence;
  CodeWriter body;
  body.op(Op::AtomicFence, 0);
  fence.add("_", body, {{}});
  programs.push_back(fence.program("fence"));
  return programs;
}

}  // namespace

std::vector<Program> access_programs() {
  std::vector<Program> programs = accesses();
  for (Program& program : pure_instructions()) programs.push_back(std::move(program));
  programs.push_back(memory_instructions());
  programs.push_back(table_instructions());
  programs.push_back(trapping_numbers());
  return programs;
}

}  // namespace wasmscope::test
