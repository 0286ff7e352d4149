// SPDX-License-Identifier: Apache-2.0
#include "ui/model/linked_code.h"

#include <gtest/gtest.h>

namespace wasmscope::ui {
namespace {

using debug::CodeMap;
constexpr uint32_t kNone = LinkedCode::kNone;

// local.get 0, i32.const 7, i32.add, local.set 1, block, unreachable code, end: an addition of two operations.
std::shared_ptr<const debug::CodePicture> addition() {
  auto code = std::make_shared<debug::CodePicture>();
  CodeMap& map = code->map;
  map.rows = {{10, true, 1}, {12, true, 1}, {14, true, 1}, {15, true, 2}, {17, true, kNone}, {19, false, kNone}, {20, true, 3}};
  map.operations = {{0, "enter", false, 0, 2}, {14, "s4 = s1", false, 2, 2}, {14, "s5 = i32.add s1, 7", false, 2, 4}, {20, "return", false, 4, 5}};
  map.instructions = {{0, "lea", 0, false}, {4, "ja", 0, false}, {8, "mov", 2, false}, {10, "add", 2, false}, {13, "ret", 3, false}, {14, "call", 0, true}, {19, "jmp", kNone, true}};
  map.points.resize(4);
  map.points[1] = {{{"esi", 0}}, {{wasm::ValType{wasm::Kind::I32}, lower::Place::Local, 0, 0, 0}, {wasm::ValType{wasm::Kind::I32}, lower::Place::Const, 0, 0, 7}}, 2};
  map.locals = {{wasm::ValType{wasm::Kind::I32}, 0}, {wasm::ValType{wasm::Kind::I32}, 7}};
  return code;
}

TEST(LinkedCode, OperationsOfOneInstructionAreOneGroup) {
  const LinkedCode linked(addition());
  EXPECT_EQ(linked.group(CodeColumn::Slots, 1), linked.group(CodeColumn::Slots, 2));
  const uint32_t group = linked.group(CodeColumn::Wasm, 2);
  EXPECT_EQ(linked.group(CodeColumn::Machine, 3), group);
  EXPECT_EQ(linked.pc_of(group), 14u);
  const LinkedCode::Range wasm = linked.rows_of(CodeColumn::Wasm, group), slots = linked.rows_of(CodeColumn::Slots, group),
                          machine = linked.rows_of(CodeColumn::Machine, group);
  EXPECT_EQ(std::pair(wasm.first, wasm.end), std::pair(size_t{0}, size_t{4}));
  EXPECT_EQ(std::pair(slots.first, slots.end), std::pair(size_t{1}, size_t{3}));
  EXPECT_EQ(std::pair(machine.first, machine.end), std::pair(size_t{2}, size_t{4}));
}

TEST(LinkedCode, SaysHowEachInstructionIsCarriedOut) {
  const LinkedCode linked(addition());
  EXPECT_EQ(linked.share(0), LinkedCode::Share::Folded);
  EXPECT_EQ(linked.share(2), LinkedCode::Share::Own);
  EXPECT_EQ(linked.share(3), LinkedCode::Share::Folded);
  EXPECT_EQ(linked.share(4), LinkedCode::Share::Nothing);
  EXPECT_EQ(linked.share(5), LinkedCode::Share::Unreachable);
  EXPECT_EQ(linked.group(CodeColumn::Wasm, 4), kNone);
}

TEST(LinkedCode, FindsWhatIsBeside) {
  const LinkedCode linked(addition());
  EXPECT_EQ(linked.row_beside(CodeColumn::Wasm, 2, CodeColumn::Machine), 2u);
  EXPECT_EQ(linked.row_beside(CodeColumn::Wasm, 5, CodeColumn::Machine), 2u);   // the last before it
  EXPECT_EQ(linked.row_beside(CodeColumn::Machine, 4, CodeColumn::Wasm), 6u);
  EXPECT_EQ(linked.row_beside(CodeColumn::Machine, 0, CodeColumn::Wasm), std::nullopt);   // the entry
  EXPECT_EQ(linked.first_out_of_line(), 5u);
  EXPECT_EQ(linked.group(CodeColumn::Machine, 5), linked.group(CodeColumn::Slots, 0));
}

TEST(LinkedCode, TellsPlaces) {
  const LinkedCode linked(addition());
  EXPECT_EQ(linked.locals_text(1), "local 0: esi; 1 in the frame");
  EXPECT_EQ(linked.operands_text(1), "operand 0: local 0 in esi, operand 1: 0x7");
  EXPECT_EQ(linked.locals_text(3), "all locals are in the frame");
  EXPECT_EQ(linked.operands_text(kNone), "");
}

}  // namespace
}  // namespace wasmscope::ui
