// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/opcode.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace wasmscope::wasm {
namespace {

TEST(Opcodes, AreFoundByCodeAndText) {
  std::map<std::string_view, int> rows_of_text;
  for (uint16_t i = 0; i < kOpCount; ++i) {
    const Op op = static_cast<Op>(i);
    const OpInfo& row = info(op);
    EXPECT_EQ(op_from_code(row.prefix, row.code), op) << row.text;
    const Op by_text = op_from_text(row.text);
    ASSERT_NE(by_text, Op::Count_) << row.text;
    EXPECT_EQ(info(by_text).text, row.text);
    ++rows_of_text[row.text];
  }
  // Keywords whose immediates make the difference.
  const std::set<std::string_view> shared = {"select", "ref.test", "ref.cast", "ref.cast_desc_eq"};
  for (const auto& [text, rows] : rows_of_text) EXPECT_EQ(rows, shared.contains(text) ? 2 : 1) << text;
}

TEST(Opcodes, OthersAreNotFound) {
  EXPECT_EQ(op_from_code(0, 0xFF), Op::Count_);
  EXPECT_EQ(op_from_code(0xFC, 18), Op::Count_);
  EXPECT_EQ(op_from_code(0xFD, 0x9A), Op::Count_);
  EXPECT_EQ(op_from_code(0xFD, UINT32_MAX), Op::Count_);
  EXPECT_EQ(op_from_text("i32.frob"), Op::Count_);
  EXPECT_EQ(op_from_text(""), Op::Count_);
}

TEST(Opcodes, HaveWhatPeopleRead) {
  for (const OpInfo& row : all_ops()) {
    EXPECT_GT(row.tip.size(), 10u) << row.text;
    EXPECT_EQ(row.tip.back(), '.') << row.text;
    EXPECT_FALSE(stack_effect(op_from_code(row.prefix, row.code)).empty()) << row.text;
  }
  EXPECT_EQ(stack_effect(Op::I32Add), "[i32 i32] -> [i32]");
  EXPECT_EQ(stack_effect(Op::Nop), "[] -> []");
  EXPECT_EQ(stack_effect(Op::I64Load8U), "[addr] -> [i64]");
  EXPECT_EQ(stack_effect(Op::Select), "[t t i32] -> [t]");
}

TEST(Opcodes, CodesMatchTheSpecification) {
  EXPECT_EQ(op_from_code(0, 0x6A), Op::I32Add);
  EXPECT_EQ(op_from_code(0, 0x45), Op::I32Eqz);
  EXPECT_EQ(op_from_code(0, 0x66), Op::F64Ge);
  EXPECT_EQ(op_from_code(0, 0xA6), Op::F64Copysign);
  EXPECT_EQ(op_from_code(0, 0xBF), Op::F64ReinterpretI64);
  EXPECT_EQ(op_from_code(0, 0xC4), Op::I64Extend32S);
  EXPECT_EQ(op_from_code(0xFC, 10), Op::MemoryCopy);
  EXPECT_EQ(op_from_code(0xFC, 7), Op::I64TruncSatF64U);
  EXPECT_EQ(op_from_code(0xFD, 0x0C), Op::V128Const);
  EXPECT_EQ(op_from_code(0xFD, 255), Op::F64x2ConvertLowI32x4U);
  EXPECT_EQ(op_from_code(0xFE, 0x4E), Op::I64AtomicRmw32CmpxchgU);
  EXPECT_EQ(op_from_code(0xFB, 30), Op::I31GetU);
}

TEST(Opcodes, LoadsAndStoresSayTheirWidth) {
  for (const OpInfo& row : all_ops()) {
    const bool accesses = row.imm == Imm::MemArg || row.imm == Imm::MemArgLane;
    EXPECT_EQ(row.width != 0, accesses) << row.text;
    EXPECT_EQ(row.width & (row.width - 1), 0) << row.text;
    if (accesses) {
      EXPECT_EQ(row.signature.front(), 'a') << row.text;
    }
  }
}

}  // namespace
}  // namespace wasmscope::wasm
