// SPDX-License-Identifier: Apache-2.0
#include "engine/text/instruction_format.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/wasm/opcode.h"
#include "tests/support/module_builder.h"

namespace wasmscope::text {
namespace {

using test::ByteWriter;
using wasm::Imm;
using wasm::Op;

// Immediates of the simplest kind for any row of the table: every index 0, every list of one.
void write_immediates(ByteWriter& out, Imm imm) {
  switch (imm) {
    case Imm::None: break;
    case Imm::BlockType: out.u8(0x40); break;
    case Imm::I32:
    case Imm::I64: out.signed_leb(-5); break;
    case Imm::F32: out.little_endian(0x3fc00000, 4); break;
    case Imm::F64: out.little_endian(0x3ff8000000000000, 8); break;
    case Imm::V128:
    case Imm::Shuffle:
      for (int i = 0; i < 16; ++i) out.u8(i);
      break;
    case Imm::LabelTable: out.leb(1).leb(0).leb(0); break;
    case Imm::Types: out.leb(1).u8(0x7f); break;
    case Imm::MemArgLane: out.leb(0).leb(0).u8(0); break;
    case Imm::HeapType: out.u8(0x70); break;
    case Imm::CastFlags: out.u8(0).leb(0).u8(0x6e).u8(0x6c); break;
    case Imm::TryTable: out.u8(0x40).leb(1).u8(2).leb(0); break;
    case Imm::Resume:
    case Imm::ResumeThrowRef: out.leb(0).leb(1).u8(0).leb(0).leb(0); break;
    case Imm::ResumeThrow: out.leb(0).leb(0).leb(1).u8(0).leb(0).leb(0); break;
    case Imm::Fence:
    case Imm::Label:
    case Imm::DelegateLabel:
    case Imm::Func:
    case Imm::Type:
    case Imm::Local:
    case Imm::Global:
    case Imm::Table:
    case Imm::Memory:
    case Imm::Data:
    case Imm::Elem:
    case Imm::Tag:
    case Imm::Lane: out.u8(0); break;
    case Imm::TypeTable:
    case Imm::TableTable:
    case Imm::MemoryMemory:
    case Imm::DataMemory:
    case Imm::ElemTable:
    case Imm::MemArg:
    case Imm::TypeField:
    case Imm::TypeLen:
    case Imm::TypeData:
    case Imm::TypeElem:
    case Imm::TypeType:
    case Imm::ContTag: out.u8(0).u8(0); break;
  }
}

class Formatted {
 public:
  explicit Formatted(const ByteWriter& code) : bytes_(code.bytes) {
    module_.bytes = bytes_;
    module_.types.resize(1);
    module_.types[0].composite = wasm::FuncType{{wasm::kI32}, {wasm::kF64}};
    module_.funcs.resize(2);
    module_.names.funcs.entries = {{0, "zero"}};
    module_.names.locals.entries.push_back({0, {{{1, "count"}}}});
    module_.names.labels.entries.push_back({0, {{{1, "again"}}}});
    module_.names.fields.entries.push_back({0, {{{1, "width"}}}});
  }

  std::vector<std::string> lines() {
    const Identifiers identifiers(module_);
    FunctionFormatter formatter(module_, identifiers, 0);
    binary::InstructionReader reader(module_.bytes, {0, bytes_.size()});
    binary::Instruction instruction;
    std::vector<std::string> lines;
    for (;;) {
      const Result<bool> has = reader.next(instruction);
      if (!has) lines.push_back("malformed");
      if (!has || !*has) return lines;
      TokenList list;
      const std::string indent(formatter.depth_of(instruction), ' ');
      formatter.format(instruction, list);
      tokens.insert(tokens.end(), list.tokens.begin(), list.tokens.end());
      lines.push_back(indent + list.line());
    }
  }

  std::vector<Token> tokens;

 private:
  std::vector<uint8_t> bytes_;
  wasm::Module module_;
};

std::string line_of(Op op, const std::vector<uint8_t>& immediates) {
  const std::vector<std::string> lines = Formatted(ByteWriter().op(op).raw(immediates)).lines();
  return lines.size() == 1 ? lines[0] : "not one instruction";
}

TEST(InstructionFormatTest, EveryInstructionOfTheTableStartsWithItsText) {
  for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
    const Op op = static_cast<Op>(i);
    ByteWriter code;
    code.op(op);
    write_immediates(code, wasm::info(op).imm);
    const std::vector<std::string> lines = Formatted(code).lines();
    ASSERT_EQ(lines.size(), 1u) << wasm::info(op).name;
    const std::string& text = lines[0];
    EXPECT_TRUE(text == wasm::info(op).text || text.starts_with(std::string(wasm::info(op).text) + " ")) << text;
    EXPECT_FALSE(text.ends_with(' ')) << "'" << text << "'";
    EXPECT_EQ(text.find("  "), std::string::npos) << text;
  }
}

TEST(InstructionFormatTest, ConstantsReadBackAsTheSameBits) {
  EXPECT_EQ(line_of(Op::I32Const, {0x7f}), "i32.const -1");
  EXPECT_EQ(line_of(Op::I64Const, ByteWriter().signed_leb(std::numeric_limits<int64_t>::min()).bytes),
            "i64.const -9223372036854775808");
  EXPECT_EQ(to_text_f32(0x3dcccccd), "0.1");
  EXPECT_EQ(to_text_f32(0x80000000), "-0");
  EXPECT_EQ(to_text_f32(0x00000001), "1e-45");
  EXPECT_EQ(to_text_f32(0x7fc00000), "nan");
  EXPECT_EQ(to_text_f32(0xffc00000), "-nan");
  EXPECT_EQ(to_text_f32(0x7f800001), "nan:0x1");
  EXPECT_EQ(to_text_f32(0x7fe00000), "nan:0x600000");
  EXPECT_EQ(to_text_f64(0xfff0000000000000), "-inf");
  EXPECT_EQ(to_text_f64(0x7fefffffffffffff), "1.7976931348623157e+308");
  EXPECT_EQ(to_text_f64(0x7ff4000000000000), "nan:0x4000000000000");
}

TEST(InstructionFormatTest, MemoryAccessesStateOnlyWhatIsNotUsual) {
  EXPECT_EQ(line_of(Op::I32Load, {2, 0}), "i32.load");
  EXPECT_EQ(line_of(Op::I32Load, {0, 252, 1}), "i32.load offset=252 align=1");
  EXPECT_EQ(line_of(Op::I32Load, {0x42, 3, 8}), "i32.load 3 offset=8");
  EXPECT_EQ(line_of(Op::V128Load8Lane, {0, 4, 7}), "v128.load8_lane offset=4 7");
  EXPECT_EQ(line_of(Op::MemoryCopy, {0, 0}), "memory.copy");
  EXPECT_EQ(line_of(Op::MemoryCopy, {1, 0}), "memory.copy 1 0");
  EXPECT_EQ(line_of(Op::MemoryInit, {5, 0}), "memory.init 5");
  EXPECT_EQ(line_of(Op::MemoryInit, {5, 1}), "memory.init 1 5");
  EXPECT_EQ(line_of(Op::TableInit, {5, 1}), "table.init 1 5");
  EXPECT_EQ(line_of(Op::TableCopy, {2, 1}), "table.copy 2 1");
}

TEST(InstructionFormatTest, CallsNameWhatTheyCall) {
  EXPECT_EQ(line_of(Op::Call, {0}), "call $zero");
  EXPECT_EQ(line_of(Op::Call, {1}), "call 1");
  EXPECT_EQ(line_of(Op::CallIndirect, {0, 0}), "call_indirect (type 0) (param i32) (result f64)");
  EXPECT_EQ(line_of(Op::CallIndirect, {7, 2}), "call_indirect 2 (type 7)");
  EXPECT_EQ(line_of(Op::CallRef, {0}), "call_ref 0");
}

TEST(InstructionFormatTest, ReferencesAndAggregates) {
  EXPECT_EQ(line_of(Op::RefNull, {0x70}), "ref.null func");
  EXPECT_EQ(line_of(Op::RefNull, {0}), "ref.null 0");
  EXPECT_EQ(line_of(Op::RefTest, {0x6b}), "ref.test (ref struct)");
  EXPECT_EQ(line_of(Op::RefTestNull, {0x6b}), "ref.test structref");
  EXPECT_EQ(line_of(Op::RefCastNull, {0}), "ref.cast (ref null 0)");
  EXPECT_EQ(line_of(Op::BrOnCast, {1, 0, 0x6e, 0}), "br_on_cast 0 anyref (ref 0)");
  EXPECT_EQ(line_of(Op::StructGet, {0, 1}), "struct.get 0 $width");
  EXPECT_EQ(line_of(Op::StructGet, {0, 2}), "struct.get 0 2");
  EXPECT_EQ(line_of(Op::ArrayNewFixed, {0, 9}), "array.new_fixed 0 9");
  EXPECT_EQ(line_of(Op::ArrayCopy, {0, 1}), "array.copy 0 1");
  EXPECT_EQ(line_of(Op::SelectTyped, {1, 0x6f}), "select (result externref)");
}

TEST(InstructionFormatTest, HandlersOfExceptionsAndContinuations) {
  EXPECT_EQ(line_of(Op::TryTable, {0x7f, 3, 0, 4, 0, 1, 5, 0, 3, 0}),
            "try_table (;@1;) (result i32) (catch 4 0) (catch_ref 5 0) (catch_all_ref 0)");
  EXPECT_EQ(line_of(Op::Resume, {0, 2, 0, 3, 0, 1, 4}), "resume 0 (on 3 0) (on 4 switch)");
  EXPECT_EQ(line_of(Op::ResumeThrow, {0, 6, 0}), "resume_throw 0 6");
  EXPECT_EQ(line_of(Op::Switch, {0, 2}), "switch 0 2");
}

TEST(InstructionFormatTest, VectorsAreLanes) {
  EXPECT_EQ(line_of(Op::V128Const, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}),
            "v128.const i32x4 0x3020100 0x7060504 0xb0a0908 0xf0e0d0c");
  EXPECT_EQ(line_of(Op::I8x16Shuffle, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 31}),
            "i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31");
}

TEST(InstructionFormatTest, BlocksIndentAndLabelsAreNamedOrNumbered) {
  Formatted code(test::code()
                     .block(Op::Block)
                     .local_get(1)
                     .block(Op::Loop, 'i')
                     .op(Op::BrIf, 0)
                     .op(Op::Br, 1)
                     .op(Op::Br, 2)
                     .op(Op::Br, 9)
                     .end()
                     .block(Op::If)
                     .op(Op::Else)
                     .op(Op::BrTable, 1)
                     .bytes_of({0, 1})
                     .end()
                     .end()
                     .end());
  EXPECT_EQ(code.lines(), (std::vector<std::string>{
                              "block (;@1;)",
                              " local.get $count",
                              " loop $again (result i32)",
                              "  br_if $again",
                              "  br 1 (;@1;)",
                              "  br 2",
                              "  br 9",
                              " end (;@2;)",
                              " if (;@3;)",
                              " else (;@3;)",
                              "  br_table 0 (;@3;) 1 (;@1;)",
                              " end (;@3;)",
                              "end (;@1;)",
                              "end",
                          }));
}

TEST(InstructionFormatTest, TokensPointToWhatTheyStandFor) {
  Formatted code(test::code().block(Op::Block).op(Op::Br, 0).op(Op::Call, 1).local_get(1).end().end());
  code.lines();
  const auto has = [&](const char* text, Target target) {
    for (const Token& token : code.tokens)
      if (token.text == text && token.target == target) return true;
    return false;
  };
  EXPECT_TRUE(has("0", {Target::Kind::Block, 0}));
  EXPECT_TRUE(has("1", {Target::Kind::Func, 1}));
  EXPECT_TRUE(has("$count", {Target::Kind::Local, 1}));
}

TEST(InstructionFormatTest, OneInstructionAloneHasNoBlockNumbers) {
  wasm::Module module;
  const std::vector<uint8_t> bytes = ByteWriter().op(Op::Loop).u8(0x7f).bytes;
  module.bytes = bytes;
  const Identifiers identifiers(module);
  binary::InstructionReader reader(module.bytes, {0, bytes.size()});
  binary::Instruction instruction;
  ASSERT_TRUE(reader.next(instruction));
  EXPECT_EQ(format_instruction(module, identifiers, 0, instruction).line(), "loop (result i32)");
}

}  // namespace
}  // namespace wasmscope::text
