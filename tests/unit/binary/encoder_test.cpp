// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/encoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/text/printer.h"
#include "tests/support/module_builder.h"

namespace wasmscope::binary {
namespace {

namespace fs = std::filesystem;
using test::ByteWriter;
using test::code;
using test::ModuleBuilder;
using wasm::ExternKind;
using wasm::Op;

wasm::Module decode_all(const std::vector<uint8_t>& bytes) {
  auto module = decode(bytes, *wasm::parse_features("all"));
  EXPECT_TRUE(module) << to_report(module.error(), bytes, nullptr);
  return module ? std::move(*module) : wasm::Module{};
}

std::vector<uint8_t> rewrite(const std::vector<uint8_t>& bytes, EncodeForm form = EncodeForm::Kept) {
  return encode(decode_all(bytes), form);
}

std::string print(const std::vector<uint8_t>& bytes) {
  std::string text;
  const auto printed = text::print_module(decode_all(bytes), [&](std::string_view piece) {
    text += piece;
    return true;
  });
  return printed ? text : to_line(printed.error(), nullptr);
}

void expect_kept(const std::vector<uint8_t>& bytes, const std::string& what) {
  EXPECT_TRUE(rewrite(bytes) == bytes) << what;
}

// Type definitions and more that ModuleBuilder takes as bytes.
std::vector<uint8_t> with_type_section(const std::vector<uint8_t>& contents) {
  return ByteWriter().header().section(1, contents).bytes;
}

TEST(Encoder, KeepsTheFilesOfThisRepository) {
  size_t count = 0;
  for (const char* folder : {"assets/samples", "tests/fixtures", "tests/bench/kernels"})
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".wasm") continue;
      const auto bytes = read_file(entry.path().string());
      ASSERT_TRUE(bytes);
      expect_kept(*bytes, entry.path().string());
      const std::vector<uint8_t> canonical = rewrite(*bytes, EncodeForm::Canonical);
      EXPECT_TRUE(rewrite(canonical, EncodeForm::Canonical) == canonical) << entry.path();
      EXPECT_TRUE(rewrite(canonical) == canonical) << entry.path();
      ++count;
    }
  EXPECT_GT(count, 30u);
}

TEST(Encoder, WritesEverySection) {
  ModuleBuilder builder;
  builder.import_func("env", "print", "i_");
  builder.import_item("env", "memory", ExternKind::Memory, {0x01, 0x01, 0x10});
  builder.import_item("env", "table", ExternKind::Table, {0x6F, 0x00, 0x02});
  builder.import_item("env", "global", ExternKind::Global, {0x7E, 0x01});
  builder.import_item("env", "tag", ExternKind::Tag, {0x00, 0x00});
  const uint32_t add = builder.func("ii_i", code().local_get(0).local_get(1).op(Op::I32Add), "llv");
  builder.table(3);
  builder.memory64(5);
  builder.raw_memory({0x09, 0x01, 0x02, 0x00});
  builder.raw_memory({0x03, 0x01, 0x02});
  builder.global('i', wasm::Mutability::Var, code().i32(42));
  builder.tag("i_");
  builder.export_item("add", ExternKind::Func, add);
  builder.start(0);
  builder.elem(code().i32(1), {add, 0});
  builder.raw_elem({0x01, 0x00, 0x01, 0x00});
  builder.raw_elem({0x02, 0x01, 0x41, 0x00, 0x0B, 0x00, 0x01, 0x01});
  builder.raw_elem({0x03, 0x00, 0x00});
  builder.raw_elem({0x04, 0x41, 0x00, 0x0B, 0x01, 0xD2, 0x00, 0x0B});
  builder.raw_elem({0x05, 0x6F, 0x01, 0xD0, 0x6F, 0x0B});
  builder.raw_elem({0x06, 0x00, 0x41, 0x00, 0x0B, 0x6F, 0x01, 0xD0, 0x6F, 0x0B});
  builder.raw_elem({0x07, 0x70, 0x00});
  builder.data(code().i32(8), "hello");
  builder.passive_data("x");
  builder.raw_data({0x02, 0x01, 0x42, 0x00, 0x0B, 0x01, 0x7A});
  builder.custom("producers", {0x00});
  builder.custom("name", ByteWriter().u8(0).u8(2).name("m").u8(1).u8(4).leb(1).leb(1).name("f").bytes);
  builder.custom("anything", {1, 2, 3});
  expect_kept(builder.bytes(), "every section");
}

TEST(Encoder, WritesEveryKindOfType) {
  expect_kept(with_type_section({0x05,                                                // five groups
                                 0x60, 0x02, 0x7F, 0x7B, 0x01, 0x6F,                  // func
                                 0x50, 0x00, 0x5F, 0x02, 0x78, 0x01, 0x77, 0x00,      // open struct of i8, i16
                                 0x4F, 0x01, 0x01, 0x5F, 0x02, 0x78, 0x01, 0x77, 0x00,  // its final subtype
                                 0x4E, 0x02, 0x5E, 0x63, 0x04, 0x01, 0x5E, 0x64, 0x03, 0x00,  // two arrays
                                 0x5D, 0x00}),                                        // continuation
              "types");
  expect_kept(with_type_section({0x01, 0x4E, 0x03,                                   // one group of three
                                 0x4D, 0x01, 0x5F, 0x00,                             // with a descriptor
                                 0x4C, 0x00, 0x4D, 0x02, 0x5F, 0x00,                 // which has one, too
                                 0x4C, 0x01, 0x5F, 0x01, 0x63, 0x62, 0x00, 0x00}),   // with an exact reference
              "descriptors");
  for (uint8_t reference = 0x68; reference <= 0x75; ++reference) {
    expect_kept(with_type_section({0x01, 0x60, 0x01, reference, 0x00}), "short reference");
    expect_kept(with_type_section({0x01, 0x60, 0x01, 0x64, reference, 0x00}), "reference that is not null");
  }
  expect_kept(ByteWriter().header().section(1, {1, 0x60, 0, 0}).section(2, {1, 0, 0, 0x20, 0}).bytes, "exact import");
}

TEST(Encoder, KeepsCustomSectionsAndEmptySectionsInTheirPlaces) {
  const std::vector<uint8_t> first = {1, 'a', 9}, second = {1, 'b'}, third = {1, 'a', 8, 7};
  const std::vector<uint8_t> bytes = ByteWriter()
                                         .header()
                                         .section(0, first)
                                         .section(1, {1, 0x60, 0, 0})
                                         .section(0, second)
                                         .section(0, third)
                                         .section(3, {0})
                                         .section(7, {0})
                                         .section(0, first)
                                         .bytes;
  expect_kept(bytes, "custom sections");
  EXPECT_EQ(rewrite(bytes, EncodeForm::Canonical), ByteWriter()
                                                       .header()
                                                       .section(0, first)
                                                       .section(1, {1, 0x60, 0, 0})
                                                       .section(0, second)
                                                       .section(0, third)
                                                       .section(0, first)
                                                       .bytes);
}

TEST(Encoder, GivesOneFormToAllFilesThatMeanTheSame) {
  ModuleBuilder builder;
  builder.memory(1);
  // i32.const 1 with padding, in two groups of locals of a type and one of none.
  builder.raw_func(builder.type("_i"), {0x03, 0x01, 0x7F, 0x01, 0x7F, 0x00, 0x7E, 0x41, 0x81, 0x80, 0x00, 0x0B});
  builder.data(code().i32(0), "unused");
  ModuleBuilder shorter;
  shorter.memory(1);
  shorter.func("_i", code().i32(1), "ii");
  shorter.data(code().i32(0), "unused");
  const std::vector<uint8_t> canonical = rewrite(shorter.bytes(), EncodeForm::Canonical);
  EXPECT_EQ(rewrite(builder.bytes(), EncodeForm::Canonical), canonical);
  EXPECT_LT(canonical.size(), shorter.bytes().size()) << "the data count is not needed";
  EXPECT_FALSE(decode_all(canonical).data_count);
  EXPECT_EQ(print(canonical), print(shorter.bytes()));

  shorter.func("_", code().op(Op::DataDrop, 0));
  EXPECT_EQ(decode_all(rewrite(shorter.bytes(), EncodeForm::Canonical)).data_count, 1u);
}

TEST(Encoder, RewritesEveryInstruction) {
  test::CodeWriter body;
  body.block(Op::Block).block(Op::Loop, 'i').block_typed(Op::If, 200);
  body.op(Op::BrTable).leb(2).leb(0).leb(300).leb(1);
  body.op(Op::CallIndirect, 1, 2).op(Op::SelectTyped).leb(1).u8(0x7B);
  body.op(Op::I32Load, 2, 5).op(Op::I64Store).leb(0x43).leb(1).leb(uint64_t{1} << 40);
  body.i32(-1).i64(INT64_MIN).f32(0x7FC00001).f64(0x8000000000000000);
  body.op(Op::V128Const).raw(std::vector<uint8_t>(16, 7)).op(Op::I8x16Shuffle).raw(std::vector<uint8_t>(16, 3));
  body.op(Op::RefNull).u8(0x70).op(Op::RefTest).signed_leb(100).op(Op::RefCastNull).u8(0x62).leb(3);
  body.op(Op::TryTable).u8(0x40).leb(3).u8(0).leb(1).leb(2).u8(2).leb(9).u8(3).leb(1);
  body.op(Op::BrOnCast).u8(3).leb(1).u8(0x6E).signed_leb(64);
  body.op(Op::Resume).leb(1).leb(2).u8(0).leb(1).leb(2).u8(1).leb(5);
  body.op(Op::ResumeThrow).leb(1).leb(2).leb(0);
  body.op(Op::ArrayNewFixed, 1, 2);
  body.op(Op::MemoryCopy, 1, 2).op(Op::AtomicFence).u8(0).op(Op::I8x16ExtractLaneS).u8(15);
  ModuleBuilder module;
  module.func("_", body);
  const std::vector<uint8_t> bytes = module.bytes(), again = rewrite(bytes, EncodeForm::Canonical);
  const auto differ = std::ranges::mismatch(bytes, again);
  EXPECT_TRUE(again == bytes) << "differs at " << differ.in1 - bytes.begin() << " of " << bytes.size();
}

}  // namespace
}  // namespace wasmscope::binary
