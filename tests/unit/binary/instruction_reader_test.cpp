// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/instruction_reader.h"

#include <gtest/gtest.h>

#include "tests/support/module_builder.h"

namespace wasmscope::binary {
namespace {

using test::code;
using test::CodeWriter;
using wasm::Imm;
using wasm::Op;

// The first instruction. Both with and without bytes behind it, because the short way needs a few.
Instruction read(const std::vector<uint8_t>& bytes) {
  Instruction tight, roomy;
  InstructionReader reader(bytes, {0, bytes.size()});
  const auto result = reader.next(tight);
  EXPECT_TRUE(result && *result) << (result ? "" : to_line(result.error(), nullptr));
  std::vector<uint8_t> longer = bytes;
  longer.insert(longer.end(), 8, uint8_t{0xFF});
  InstructionReader roomy_reader(longer, {0, bytes.size()});
  const auto roomy_result = roomy_reader.next(roomy);
  EXPECT_TRUE(roomy_result && *roomy_result);
  EXPECT_EQ(tight.op, roomy.op);
  EXPECT_EQ(tight.length, roomy.length);
  const Imm imm = wasm::info(tight.op).imm;
  if (imm == Imm::I32 || imm == Imm::I64) {
    EXPECT_EQ(tight.bits, roomy.bits);
  } else if (imm == Imm::MemArg) {
    EXPECT_EQ(tight.memarg.offset, roomy.memarg.offset);
    EXPECT_EQ(tight.memarg.align, roomy.memarg.align);
  } else if (imm == Imm::Label || imm == Imm::Local) {
    EXPECT_EQ(tight.index, roomy.index);
  } else if (imm == Imm::BlockType) {
    EXPECT_EQ(tight.block.form, roomy.block.form);
  }
  return tight;
}

Error error_of(const std::vector<uint8_t>& bytes) {
  Instruction instruction;
  InstructionReader reader(bytes, {0, bytes.size()});
  const auto result = reader.next(instruction);
  EXPECT_FALSE(result);
  EXPECT_EQ(reader.offset(), 0u);
  return result ? Error{} : result.error();
}

TEST(InstructionReader, ReadsConstants) {
  EXPECT_EQ(read({0x41, 0x7F}).bits, 0xFFFFFFFFu);
  EXPECT_EQ(read({0x41, 0x3F}).bits, 63u);
  EXPECT_EQ(read({0x41, 0x80, 0x80, 0x80, 0x80, 0x78}).bits, 0x80000000u);
  EXPECT_EQ(read({0x42, 0x7F}).bits, UINT64_MAX);
  EXPECT_EQ(read({0x42, 0xFF, 0x00}).bits, 127u);
  EXPECT_EQ(read(code().f32(0x7F800001).bytes).bits, 0x7F800001u);
  EXPECT_EQ(read(code().f64(0x123456789ABCDEF0).bytes).bits, 0x123456789ABCDEF0u);
  std::vector<uint8_t> vector = {0xFD, 0x0C};
  for (uint8_t i = 0; i < 16; ++i) vector.push_back(i);
  EXPECT_EQ(read(vector).length, 18u);
}

TEST(InstructionReader, ReadsIndices) {
  EXPECT_EQ(read({0x20, 0x05}).index, 5u);
  EXPECT_EQ(read({0x10, 0xE5, 0x8E, 0x26}).index, 624485u);
  const Instruction call = read({0x11, 0x02, 0x81, 0x01});
  EXPECT_EQ(call.index, 2u);
  EXPECT_EQ(call.index2, 129u);
  const Instruction copy = read({0xFC, 0x0A, 0x01, 0x02});
  EXPECT_EQ(copy.op, Op::MemoryCopy);
  EXPECT_EQ(copy.index, 1u);
  EXPECT_EQ(copy.index2, 2u);
}

TEST(InstructionReader, ReadsMemoryArguments) {
  const Instruction load = read({0x28, 0x02, 0x08});
  EXPECT_EQ(load.memarg.align, 2u);
  EXPECT_EQ(load.memarg.offset, 8u);
  const Instruction far = read({0x28, 0x02, 0x80, 0x80, 0x04});
  EXPECT_EQ(far.memarg.offset, 65536u);
  const Instruction other = read({0x36, 0x42, 0x03, 0x10});
  EXPECT_EQ(other.memarg.align, 2u);
  EXPECT_EQ(other.memarg.memory, 3u);
  EXPECT_EQ(other.memarg.offset, 16u);
  const Instruction lane = read({0xFD, 0x54, 0x00, 0x01, 0x0F});
  EXPECT_EQ(lane.op, Op::V128Load8Lane);
  EXPECT_EQ(lane.lane, 15);
}

TEST(InstructionReader, ReadsBlockTypes) {
  EXPECT_EQ(read({0x02, 0x40}).block.form, BlockType::Form::Empty);
  const Instruction value = read({0x03, 0x7E});
  EXPECT_EQ(value.block.form, BlockType::Form::Value);
  EXPECT_EQ(value.block.value, wasm::kI64);
  EXPECT_EQ(read({0x04, 0x64, 0x70}).block.value, wasm::ref_type(wasm::HeapKind::Func, false));
  const Instruction type = read({0x02, 0x80, 0x01});
  EXPECT_EQ(type.block.form, BlockType::Form::Type);
  EXPECT_EQ(type.block.type, 128u);
}

TEST(InstructionReader, WalksLists) {
  const std::vector<uint8_t> table = {0x0E, 0x02, 0x00, 0x80, 0x01, 0x07};
  const Instruction br_table = read(table);
  EXPECT_EQ(br_table.count, 2u);
  LabelReader labels(table, br_table);
  EXPECT_EQ(labels.next(), 0u);
  EXPECT_EQ(labels.next(), 128u);
  EXPECT_EQ(labels.next(), 7u);
  EXPECT_EQ(labels.next(), std::nullopt);

  const std::vector<uint8_t> select = {0x1C, 0x01, 0x6F};
  TypeReader types(select, read(select));
  EXPECT_EQ(types.next(), wasm::kExternRef);
  EXPECT_EQ(types.next(), std::nullopt);

  const std::vector<uint8_t> try_table = {0x1F, 0x40, 0x02, 0x01, 0x05, 0x06, 0x02, 0x07};
  CatchReader catches(try_table, read(try_table));
  const auto first = catches.next(), second = catches.next();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->kind, CatchClause::Kind::CatchRef);
  EXPECT_EQ(first->tag, 5u);
  EXPECT_EQ(first->label, 6u);
  EXPECT_EQ(second->kind, CatchClause::Kind::CatchAll);
  EXPECT_EQ(second->label, 7u);
  EXPECT_FALSE(catches.next());
}

TEST(InstructionReader, ReadsReferenceTypes) {
  EXPECT_EQ(read({0xD0, 0x70}).type, wasm::kFuncRef);
  EXPECT_EQ(read({0xFB, 0x14, 0x6C}).type, wasm::ref_type(wasm::HeapKind::I31, false));
  EXPECT_EQ(read({0xFB, 0x15, 0x03}).type, wasm::ref_type(wasm::TypeIndex{3}, true));
  const Instruction cast = read({0xFB, 0x18, 0x01, 0x04, 0x6E, 0x6B});
  EXPECT_EQ(cast.index, 4u);
  EXPECT_EQ(cast.type2, wasm::ref_type(wasm::HeapKind::Any, true));
  EXPECT_EQ(cast.type, wasm::ref_type(wasm::HeapKind::Struct, false));
}

TEST(InstructionReader, StopsAtTheEndOfItsRange) {
  const std::vector<uint8_t> bytes = {0x01, 0x20, 0x00, 0x01, 0x01, 0x01};
  InstructionReader reader(bytes, {0, 2});
  Instruction instruction;
  EXPECT_TRUE(*reader.next(instruction));
  EXPECT_EQ(reader.next(instruction).error().code, ErrorCode::UnexpectedEnd);   // its index is outside
  InstructionReader empty(bytes, {3, 3});
  EXPECT_FALSE(*empty.next(instruction));
}

TEST(InstructionReader, SaysWhatIsMalformed) {
  const Error unknown = error_of({0xFC, 0x99, 0x01});
  EXPECT_EQ(unknown.code, ErrorCode::BadOpcode);
  EXPECT_EQ(unknown.detail, "fc 99");
  EXPECT_EQ(unknown.range, (ByteRange{0, 2}));
  EXPECT_EQ(error_of({0xFF}).code, ErrorCode::BadOpcode);
  EXPECT_EQ(error_of({0x16, 0x00, 0x00, 0x00}).code, ErrorCode::BadOpcode);
  EXPECT_EQ(error_of({0x20}).code, ErrorCode::UnexpectedEnd);
  EXPECT_EQ(error_of({0x20, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00}).code, ErrorCode::LebTooLong);
  EXPECT_EQ(error_of({0x41, 0xFF, 0xFF, 0xFF, 0xFF, 0x4F}).code, ErrorCode::LebTooLarge);
  const Error memarg = error_of({0x28, 0x80, 0x01, 0x00});
  EXPECT_EQ(memarg.code, ErrorCode::BadMemArg);
  EXPECT_EQ(memarg.range, (ByteRange{1, 2}));
  EXPECT_EQ(error_of({0x02, 0x79}).code, ErrorCode::BadBlockType);
  EXPECT_EQ(error_of({0x1F, 0x40, 0x01, 0x04, 0x00}).code, ErrorCode::BadCatch);
  EXPECT_EQ(error_of({0xFE, 0x03, 0x01}).code, ErrorCode::ZeroByteExpected);
  EXPECT_EQ(error_of({0xFB, 0x18, 0x04, 0x00, 0x6E, 0x6E}).code, ErrorCode::BadImmediate);
  // A count is not believed.
  EXPECT_EQ(error_of({0x0E, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x00}).code, ErrorCode::UnexpectedEnd);
}

// Every row of the table with zero bytes for immediates: it must be read as itself, and never past its end.
TEST(InstructionReader, KnowsEveryInstruction) {
  for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
    const Op op = static_cast<Op>(i);
    CodeWriter writer;
    writer.op(op);
    const wasm::Imm imm = wasm::info(op).imm;
    if (imm == Imm::BlockType || imm == Imm::TryTable) writer.u8(0x40);
    const size_t fixed = writer.bytes.size();
    for (int zeros = 0; zeros < 20; ++zeros) writer.u8(0);
    Instruction instruction;
    InstructionReader reader(writer.bytes, {0, writer.bytes.size()});
    const auto result = reader.next(instruction);
    ASSERT_TRUE(result && *result) << wasm::info(op).name;
    EXPECT_EQ(instruction.op, op);
    EXPECT_GE(instruction.length, fixed);
    // One byte less than it needs is not enough, wherever the range ends.
    InstructionReader cut(writer.bytes, {0, uint64_t{instruction.length} - 1});
    Instruction partial;
    const auto cut_result = cut.next(partial);
    if (instruction.length > 1) {
      EXPECT_FALSE(cut_result) << wasm::info(op).name;
    }
  }
}

}  // namespace
}  // namespace wasmscope::binary
