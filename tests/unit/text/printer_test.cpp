// SPDX-License-Identifier: Apache-2.0
#include "engine/text/printer.h"

#include <gtest/gtest.h>

#include "engine/binary/decoder.h"
#include "tests/support/module_builder.h"

namespace wasmscope::text {
namespace {

using test::ByteWriter;
using test::ModuleBuilder;
using wasm::ExternKind;
using wasm::Op;

wasm::Features all_features() { return *wasm::parse_features("all"); }

struct Printed {
  std::string text;
  std::optional<Error> error;
};

Printed print(const std::vector<uint8_t>& bytes) {
  const binary::DecodeOutcome decoded = binary::decode_partial(bytes, all_features());
  Printed printed;
  if (decoded.error) printed.text = to_line(*decoded.error, &decoded.module) + "\n";
  const Result<void> result = print_module(decoded.module, [&](std::string_view piece) {
    printed.text += piece;
    return true;
  });
  if (!result) printed.error = result.error();
  return printed;
}

TEST(PrinterTest, EmptyModule) { EXPECT_EQ(print(ModuleBuilder().bytes()).text, "(module\n)\n"); }

TEST(PrinterTest, EverySectionOfTheFirstVersion) {
  ModuleBuilder module;
  module.import_func("env", "print \"it\"", "i_");
  const uint32_t func = module.func("ii_i", test::code().local_get(0), "ilid");
  module.table(2);
  module.memory(1, 3);
  module.global('l', wasm::Mutability::Var, test::code().i64(-1));
  module.export_item("f", ExternKind::Func, func);
  module.export_item("mem", ExternKind::Memory, 0);
  module.start(0);
  module.elem(test::code().i32(0), {func, 0});
  module.data(test::code().i32(8), std::string_view("a\"\\\n\0\xff", 6));
  EXPECT_EQ(print(module.bytes()).text, R"((module
  (type (;0;) (func (param i32)))
  (type (;1;) (func (param i32 i32) (result i32)))
  (import "env" "print \22it\22" (func (;0;) (type 0) (param i32)))
  (table (;0;) 2 funcref)
  (memory (;0;) 1 3)
  (global (;0;) (mut i64) (i64.const -1))
  (export "f" (func 1))
  (export "mem" (memory 0))
  (start 0 (;env.print "it";))
  (elem (;0;) (i32.const 0) func 1 0)
  (func (;1;) (;f;) (type 1) (param i32 i32) (result i32)
    (local i32 i64 i32 f64)
    local.get 0)
  (data (;0;) (i32.const 8) "a\22\5c\0a\00\ff")
)
)");
}

TEST(PrinterTest, LaterTypes) {
  ModuleBuilder module;
  module.raw_type({0x4e, 2,                                              // a group of two
                   0x50, 0, 0x5f, 2,    0x78, 0,    0x63, 1,    1,  // open struct of i8 and mutable (ref null 1)
                   0x4f, 1, 0,    0x5f, 3,    0x78, 0,    0x63, 1, 1, 0x7e, 0});  // final, below it, one field more
  module.raw_type({0x5e, 0x77, 1});
  module.raw_type({0x60, 1, 0x64, 0, 1, 0x6e});
  const std::string text = print(module.bytes()).text;
  EXPECT_NE(text.find("  (rec\n"
                      "    (type (;0;) (sub (struct (field i8) (field (mut (ref null 1))))))\n"
                      "    (type (;1;) (sub final 0 (struct (field i8) (field (mut (ref null 1))) (field i64)))))\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("(array (mut i16))"), std::string::npos) << text;
  EXPECT_NE(text.find("(func (param (ref 0)) (result anyref))"), std::string::npos) << text;
}

TEST(PrinterTest, LaterSegmentsMemoriesAndTags) {
  ModuleBuilder module;
  module.func("_", test::code());
  module.memory64(1);
  module.raw_memory({3, 1, 2});
  module.tag("i_");
  module.raw_elem({3, 0, 1, 0});  // declarative
  module.raw_elem({5, 0x70, 2, 0xd2, 0, 0x0b, 0xd0, 0x70, 0x0b});
  module.passive_data("later");
  module.raw_data({2, 1, 0x41, 1, 0x41, 2, 0x6a, 0x0b, 1, 'x'});
  const std::string text = print(module.bytes()).text;
  for (const char* line :
       {"(memory (;0;) i64 1)\n", "(memory (;1;) 1 2 shared)\n", "(tag (;0;) (type 1) (param i32))\n",
        "(elem (;0;) declare func 0)\n", "(elem (;1;) funcref (ref.func 0) (ref.null func))\n",
        "(data (;0;) \"later\")\n", "(data (;1;) (memory 1) (offset i32.const 1 i32.const 2 i32.add) \"x\")\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
}

TEST(PrinterTest, NamesBecomeIdentifiers) {
  ModuleBuilder module;
  module.func("ii_", test::code().local_get(1).local_set(2), "ii");
  const auto part = [](uint8_t id, const std::vector<uint8_t>& bytes) { return ByteWriter().section(id, bytes).bytes; };
  module.custom("name",
                ByteWriter()
                    .raw(part(0, ByteWriter().name("prog").bytes))
                    .raw(part(1, ByteWriter().leb(1).leb(0).name("main").bytes))
                    .raw(part(2, ByteWriter().leb(1).leb(0).leb(2).leb(1).name("size").leb(2).name("sum").bytes))
                    .bytes);
  EXPECT_EQ(print(module.bytes()).text, R"((module $prog
  (type (;0;) (func (param i32 i32)))
  (func $main (;0;) (type 0) (param i32) (param $size i32)
    (local $sum i32) (local i32)
    local.get $size
    local.set $sum)
)
)");
}

TEST(PrinterTest, BrokenCodeEndsItsFunctionOnly) {
  ModuleBuilder module;
  module.func("_", test::code().op(Op::Nop).bytes_of({0xff}));
  module.func("_", test::code().op(Op::Nop));
  const Printed printed = print(module.bytes());
  ASSERT_TRUE(printed.error);
  EXPECT_EQ(printed.error->code, ErrorCode::BadOpcode);
  EXPECT_EQ(printed.error->func, 0u);
  EXPECT_NE(printed.text.find("    nop\n    ;; malformed at 0x"), std::string::npos) << printed.text;
  EXPECT_NE(printed.text.find("(func (;1;) (type 0)\n    nop)\n)\n"), std::string::npos) << printed.text;
}

TEST(PrinterTest, CodeAfterTheEndOfAFunctionIsAnError) {
  ModuleBuilder module;
  module.func("_", test::code().end().op(Op::Nop));
  const Printed printed = print(module.bytes());
  ASSERT_TRUE(printed.error);
  EXPECT_EQ(printed.error->code, ErrorCode::EndExpected);
}

TEST(PrinterTest, EveryPrefixOfAModulePrintsWithoutACrash) {
  ModuleBuilder module;
  module.import_func("env", "f", "i_l");
  const uint32_t func = module.func("ii_i", test::code().block(Op::Block).op(Op::Br, 0).end().local_get(0), "ilid");
  module.table(2);
  module.memory(1);
  module.global('d', wasm::Mutability::Const, test::code().f64(1));
  module.export_item("f", ExternKind::Func, func);
  module.elem(test::code().i32(0), {func, 0});
  module.data(test::code().i32(8), "data");
  module.custom("name", ByteWriter().section(1, ByteWriter().leb(1).leb(1).name("main").bytes).bytes);
  const std::vector<uint8_t> whole = module.bytes();
  for (size_t size = 0; size <= whole.size(); ++size) {
    std::vector<uint8_t> bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_FALSE(print(bytes).text.empty());
    // And with the next byte changed.
    if (size < whole.size()) {
      bytes = whole;
      bytes[size] ^= 0x55;
      EXPECT_FALSE(print(bytes).text.empty());
    }
  }
}

TEST(PrinterTest, StopsWhenNobodyListens) {
  ModuleBuilder module;
  for (int i = 0; i < 20000; ++i) module.func("ii_i", test::code().local_get(0));
  const std::vector<uint8_t> bytes = module.bytes();
  const Result<wasm::Module> decoded = binary::decode(bytes, all_features());
  ASSERT_TRUE(decoded);
  int pieces = 0;
  EXPECT_TRUE(print_module(*decoded, [&](std::string_view) {
    ++pieces;
    return false;
  }));
  EXPECT_EQ(pieces, 1);
}

TEST(PrinterTest, DeepNestingIsNotIndentedForever) {
  ModuleBuilder module;
  test::CodeWriter code;
  constexpr int kBlocks = 100'000;
  for (int i = 0; i < kBlocks; ++i) code.block(Op::Block);
  for (int i = 0; i < kBlocks; ++i) code.end();
  module.func("_", code);
  const Printed printed = print(module.bytes());
  EXPECT_FALSE(printed.error);
  EXPECT_LT(printed.text.size(), size_t{kBlocks} * 2 * 200);
}

TEST(PrinterTest, FunctionAlone) {
  ModuleBuilder module;
  module.import_func("env", "f", "i_");
  module.func("_", test::code().op(Op::Nop));
  const std::vector<uint8_t> bytes = module.bytes();
  const Result<wasm::Module> decoded = binary::decode(bytes, all_features());
  ASSERT_TRUE(decoded);
  std::string text;
  const TextSink sink = [&](std::string_view piece) {
    text += piece;
    return true;
  };
  ASSERT_TRUE(print_function(*decoded, 0, sink));
  ASSERT_TRUE(print_function(*decoded, 1, sink));
  EXPECT_EQ(text, "  (import \"env\" \"f\" (func (;0;) (type 0) (param i32)))\n  (func (;1;) (type 1)\n    nop)\n");
  const Result<void> missing = print_function(*decoded, 2, sink);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::NoSuchFunction);
}

}  // namespace
}  // namespace wasmscope::text
