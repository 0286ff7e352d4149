// SPDX-License-Identifier: Apache-2.0
// What the programs that the tiers are compared on make of the opcode table: every row that is executed acts in one
// of them, and where it can trap traps in one. The oracle alone counts.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "tests/tiers/programs.h"

namespace wasmscope::test {
namespace {

using wasm::Category;
using wasm::Imm;
using wasm::Op;

constexpr uint64_t kMostInstructions = 400'000;

// By itself: limits of stacks and heap, which calls and allocations come to, have tests of their own.
bool can_trap(Op op) {
  switch (op) {
#define OP(...)
#define OP_UNARY_TRAP(Name, ...) case Op::Name:
#define OP_BINARY_TRAP(Name, ...) case Op::Name:
#include "engine/wasm/opcodes.def"
    case Op::Unreachable:
    case Op::Throw:
    case Op::ThrowRef:
    case Op::Rethrow:
    case Op::CallIndirect:
    case Op::ReturnCallIndirect:
    case Op::CallRef:
    case Op::ReturnCallRef:
    case Op::TableGet:
    case Op::TableSet:
    case Op::TableFill:
    case Op::TableCopy:
    case Op::TableInit:
    case Op::MemoryFill:
    case Op::MemoryCopy:
    case Op::MemoryInit:
    case Op::RefAsNonNull:
    case Op::RefCast:
    case Op::RefCastNull:
    case Op::I31GetS:
    case Op::I31GetU:
    case Op::StructGet:
    case Op::StructGetS:
    case Op::StructGetU:
    case Op::StructSet:
    case Op::ArrayNewData:
    case Op::ArrayNewElem:
    case Op::ArrayGet:
    case Op::ArrayGetS:
    case Op::ArrayGetU:
    case Op::ArraySet:
    case Op::ArrayLen:
    case Op::ArrayFill:
    case Op::ArrayCopy:
    case Op::ArrayInitData:
    case Op::ArrayInitElem: return true;
    default: return wasm::info(op).imm == Imm::MemArg || wasm::info(op).imm == Imm::MemArgLane;
  }
}
// What never lets its successor be reached is only ever counted when it does not trap.
bool can_act(Op op) { return op != Op::Unreachable; }

struct Counts {
  std::map<Op, uint64_t> executions, traps;
  std::map<std::string, uint64_t> endings;
  uint64_t instructions = 0, programs = 0;

  void add(const std::vector<Program>& list) {
    for (const Program& program : list) {
      ++programs;
      ASSERT_EQ(check_program(program, [&](Twin& twin, const Invocation& call) { return count(*twin.oracle, call); }), "");
    }
  }
  std::string count(Oracle& oracle, const Invocation& call) {
    oracle.executions.clear();
    oracle.traps.clear();
    oracle.begin(call.func, call.arguments);
    const uint64_t first = oracle.executed;
    while (oracle.executed - first < kMostInstructions && oracle.step()) {}
    instructions += oracle.executed - first;
    for (const auto& [op, times] : oracle.executions) executions[op] += times;
    for (const auto& [op, times] : oracle.traps) traps[op] += times;
    ++endings[oracle.status == OracleStatus::Trapped ? std::string(name_of(oracle.trap))
              : oracle.status == OracleStatus::Ready ? "cut off"
                                                     : "ended"];
    return {};
  }
};

// A line for each feature; with WASMSCOPE_PRINT_OPCODES one for each row.
void print_table(const Counts& counts) {
  const auto times = [](const std::map<Op, uint64_t>& of, Op op) { return of.contains(op) ? of.at(op) : 0; };
  struct Line {
    int rows = 0, executed = 0, trapping = 0, trapped = 0;
  };
  std::map<std::string, Line> lines;
  const bool prints_all = std::getenv("WASMSCOPE_PRINT_OPCODES") != nullptr;
  for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
    const auto op = static_cast<Op>(i);
    const wasm::OpInfo& row = wasm::info(op);
    if (!row.executed) continue;
    Line& line = lines[std::string(wasm::all_features()[static_cast<size_t>(row.feature)].flag)];
    ++line.rows;
    line.executed += times(counts.executions, op) != 0;
    line.trapping += can_trap(op);
    line.trapped += times(counts.traps, op) != 0;
    if (prints_all)
      std::cout << "  " << row.text << ": executed " << times(counts.executions, op) << ", trapped "
                << times(counts.traps, op) << "\n";
  }
  for (const auto& [feature, line] : lines)
    std::cout << "  " << feature << ": " << line.executed << " of " << line.rows << " rows executed, " << line.trapped
              << " of " << line.trapping << " trapped\n";
}

TEST(Coverage, EveryRowActsAndTraps) {
  Counts counts;
  counts.add(sample_programs());
  counts.add(written_programs());
  counts.add(access_programs());
  const uint64_t first_random = counts.instructions;
  std::vector<Program> random;
  for (const uint64_t seed : random_seeds()) random.push_back(random_program(seed));
  for (const uint64_t seed : random_seeds()) random.push_back(object_program(seed));
  counts.add(random);

  std::string never_executed, never_trapped;
  for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
    const auto op = static_cast<Op>(i);
    if (!wasm::info(op).executed) continue;
    if (can_act(op) && !counts.executions.contains(op)) never_executed += " " + std::string(wasm::info(op).name);
    if (can_trap(op) && !counts.traps.contains(op)) never_trapped += " " + std::string(wasm::info(op).name);
  }
  std::cout << counts.programs << " programs, " << counts.instructions << " instructions, of these "
            << counts.instructions - first_random << " of random ones\n";
  print_table(counts);
  for (const auto& [how, count] : counts.endings) std::cout << "  " << count << " " << how << "\n";
  EXPECT_EQ(never_executed, "");
  EXPECT_EQ(never_trapped, "");
}

}  // namespace
}  // namespace wasmscope::test
