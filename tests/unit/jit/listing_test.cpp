// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/listing.h"

#include <algorithm>
#include <cstdio>

#include "tests/unit/jit/compiled_program.h"

namespace wasmscope::jit {
namespace {

class Listing : public testing::Test {
 protected:
  CodeMap map(wasm::FuncIndex func) { return program_.tier->map_code(*program_.instance->funcs[func], {}); }
  // The row of the n-th instruction that begins with this byte.
  const CodeMap::Row& row(const CodeMap& map, uint8_t opcode, int number = 0) {
    for (const CodeMap::Row& each : map.rows)
      if (program_.bytes->at(each.pc) == opcode && number-- == 0) return each;
    ADD_FAILURE();
    return map.rows.front();
  }
  CompiledProgram program_{kSums};
};

std::string hex(uint32_t number) {
  char text[12];
  std::snprintf(text, sizeof text, "0x%x", number);
  return text;
}

constexpr uint8_t kLoop = 0x03, kEnd = 0x0B, kBrIf = 0x0D, kCall = 0x10, kLocalGet = 0x20, kLocalSet = 0x21, kAdd = 0x6A, kSub = 0x6B;

TEST_F(Listing, HasEveryOperationWithItsInstructions) {
  const CodeMap sum = map(1);
  const CodeMap::Row& call = row(sum, kCall);
  // The argument is moved first.
  const CodeMap::Operation& operation = sum.operations[call.operation + 1];
  EXPECT_EQ(sum.operations[call.operation].pc, call.pc);
  EXPECT_EQ(operation.pc, call.pc);
  EXPECT_EQ(operation.text.substr(0, 7), "call #0");
  EXPECT_FALSE(operation.is_interpreted);
  const auto begin = sum.instructions.begin() + operation.first, end = sum.instructions.begin() + operation.end;
  EXPECT_TRUE(std::any_of(begin, end, [](const CodeMap::Instruction& each) { return each.text.starts_with("call "); }));
  const std::string pc = hex(call.pc), next_pc = hex(call.pc + 2);
  EXPECT_TRUE(std::any_of(begin, end, [&](const CodeMap::Instruction& each) { return each.text == "movabs rdx, pcs " + pc + ", " + next_pc; }));
  EXPECT_EQ(sum.operations[0].pc, 0u);
  EXPECT_LT(sum.operations[0].first, sum.operations[0].end);
}

TEST_F(Listing, SaysWhatIsFoldedIntoWhat) {
  const CodeMap twice = map(0);
  const CodeMap::Row& add = row(twice, kAdd);
  EXPECT_FALSE(twice.is_folded(add));
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(twice.is_folded(row(twice, kLocalGet, i)));
    EXPECT_EQ(row(twice, kLocalGet, i).operation, add.operation);
  }
  const CodeMap sum = map(1);
  // The operand below the call's is taken by the addition, and the addition's result is put into the local at once.
  EXPECT_EQ(row(sum, kLocalGet, 0).operation, row(sum, kAdd).operation);
  EXPECT_EQ(row(sum, kLocalSet).operation, row(sum, kAdd).operation);
  EXPECT_TRUE(sum.operations[row(sum, kLoop).operation].text.ends_with(":"));
  EXPECT_FALSE(sum.is_folded(row(sum, kLoop)));
  EXPECT_EQ(row(sum, kEnd).operation, CodeMap::kNone);
  EXPECT_NE(row(sum, kBrIf).operation, CodeMap::kNone);
}

TEST_F(Listing, LinksWhatIsOutOfLine) {
  const CodeMap sum = map(1);
  const auto is_of = [&](uint32_t operation) {
    return std::ranges::any_of(sum.instructions, [&](const CodeMap::Instruction& each) { return each.is_out_of_line && each.operation == operation; });
  };
  EXPECT_TRUE(is_of(row(sum, kBrIf).operation));      // the tick
  EXPECT_TRUE(is_of(0));                              // no room for the frame
  EXPECT_TRUE(is_of(CodeMap::kNone));                 // what all leave through
  // No address of this process.
  for (const CodeMap::Instruction& each : sum.instructions) EXPECT_EQ(each.text.find("0x7f"), std::string::npos) << each.text;
}

TEST_F(Listing, LinksWhereAnAccessGoesOnWhenItFails) {
  CompiledProgram program(R"((module (memory 1) (func (param i32) (result i32) (i32.load (local.get 0)))))");
  const CodeMap map = program.tier->map_code(*program.instance->funcs[0], {});
  const auto load = std::ranges::find_if(map.operations, [](const CodeMap::Operation& each) { return each.text.find("i32.load [s0]") != std::string::npos; });
  ASSERT_NE(load, map.operations.end());
  const auto operation = static_cast<uint32_t>(load - map.operations.begin());
  EXPECT_TRUE(std::ranges::any_of(map.instructions, [&](const CodeMap::Instruction& each) { return each.is_out_of_line && each.operation == operation; }));
}

TEST_F(Listing, SaysWhereLocalsAndOperandsAre) {
  const CodeMap sum = map(1);
  const std::vector<ValuePlace> places = places_at(sum, row(sum, kSub).operation);
  ASSERT_EQ(places.size(), 4u);
  EXPECT_TRUE(places[0].is_local && places[1].is_local);
  EXPECT_FALSE(places[2].is_local);
  // A local that is an operand is where the local is.
  EXPECT_EQ(places[2].text, "local 0 in " + places[0].text);
  EXPECT_EQ(places[3].text, "0x1");
}

TEST_F(Listing, ShowsStopsOverTheSameCode) {
  const CodeMap plain = map(1);
  lower::StopSet stops;
  stops.pcs.insert(row(plain, kLocalSet).pc);
  const CodeMap stopping = program_.tier->map_code(*program_.instance->funcs[1], stops);
  ASSERT_EQ(stopping.instructions.size(), plain.instructions.size());
  const CodeMap::Operation& add = stopping.operations[row(plain, kAdd).operation];   // carries out both
  for (uint32_t i = 0; i < plain.instructions.size(); ++i) {
    EXPECT_EQ(stopping.instructions[i].text, plain.instructions[i].text);
    EXPECT_EQ(stopping.instructions[i].has_stop, i == add.first) << i;
  }
}

TEST_F(Listing, ShowsStopsThatHaveCodeOfTheirOwn) {
  // Nothing is between the end of the block and what jumps behind it.
  CompiledProgram program("(module (func (param i32) (block (br_if 0 (local.get 0)) (global.set 0 (local.get 0))) (global.set 0 (i32.const 5))) (global (mut i32) (i32.const 0)))");
  const CodeMap plain = program.tier->map_code(*program.instance->funcs[0], {});
  const auto end = std::ranges::find_if(plain.rows, [&](const CodeMap::Row& row) { return (*program.bytes)[row.pc] == 0x0B; });
  lower::StopSet stops;
  stops.pcs.insert(end->pc);
  const CodeMap stopping = program.tier->map_code(*program.instance->funcs[0], stops);
  EXPECT_EQ(std::ranges::count(stopping.operations, "stop", &CodeMap::Operation::text), 1);
  EXPECT_TRUE(std::ranges::none_of(stopping.instructions, &CodeMap::Instruction::has_stop));
}

}  // namespace
}  // namespace wasmscope::jit
