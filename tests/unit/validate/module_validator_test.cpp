// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/module_validator.h"

#include <gtest/gtest.h>

#include "tests/unit/validate/test_module.h"

namespace wasmscope::test {
namespace {

using wasm::Op;
using wasm::SectionId;

ByteWriter i32_expr(uint8_t value) { return w().op(Op::I32Const).u8(value).op(Op::End); }
TestModule with(SectionId section, const ByteWriter& item) {
  TestModule module;
  module.type("", "").type("i", "i").func(0, w().op(Op::End)).func(1, w().op(Op::LocalGet).u8(0).op(Op::End));
  return module.add(section, item);
}
ByteWriter export_item(std::string_view name, uint8_t kind, uint32_t index) {
  return w().name(name).u8(kind).leb(index);
}

TEST(ModuleValidator, Exports) {
  EXPECT_EQ(verdict(check(with(SectionId::Export, export_item("a", 0, 1)))), "valid");
  EXPECT_EQ(verdict(check(with(SectionId::Export, export_item("a", 0, 2)))), "unknown function: 2");
  EXPECT_EQ(verdict(check(with(SectionId::Export, export_item("a", 1, 0)))), "unknown table: 0");
  EXPECT_EQ(verdict(check(with(SectionId::Export, export_item("a", 2, 0)))), "unknown memory: 0");
  EXPECT_EQ(verdict(check(with(SectionId::Export, export_item("a", 3, 0)))), "unknown global: 0");
  EXPECT_EQ(verdict(check(with(SectionId::Export, export_item("a", 4, 0)))), "unknown tag: 0");
  EXPECT_EQ(
      verdict(check(with(SectionId::Export, export_item("a", 0, 0)).add(SectionId::Export, export_item("a", 0, 1)))),
      "duplicate export name: a");
}

TEST(ModuleValidator, Start) {
  EXPECT_EQ(verdict(check(with(SectionId::Start, w().u8(0)))), "valid");
  EXPECT_EQ(verdict(check(with(SectionId::Start, w().u8(1)))),
            "start function must have type () -> (): (i32) -> (i32)");
  EXPECT_EQ(verdict(check(with(SectionId::Start, w().u8(7)))), "unknown function: 7");
}

TEST(ModuleValidator, Limits) {
  EXPECT_EQ(verdict(check(with(SectionId::Memory, w().u8(1).u8(2).u8(1)))),
            "size minimum must not be greater than maximum: 2 > 1");
  EXPECT_EQ(verdict(check(with(SectionId::Memory, w().u8(0).leb(65'537)))),
            "memory size is too large: at most 65536 pages");
  EXPECT_EQ(verdict(check(with(SectionId::Memory, w().u8(4).leb(65'537)))), "valid");
  EXPECT_EQ(verdict(check(with(SectionId::Table, w().u8(0x70).u8(1).u8(2).u8(1)))),
            "size minimum must not be greater than maximum: 2 > 1");
  EXPECT_EQ(verdict(check(with(SectionId::Table, w().u8(0x64).u8(0x70).u8(0).u8(0)))),
            "type has no default value: type mismatch: (ref func) elements need an initial value");
}

TEST(ModuleValidator, ConstantExpressions) {
  const auto global = [](const ByteWriter& init) {
    return verdict(check(with(SectionId::Global, w().u8(0x7F).u8(0).raw(i32_expr(1).bytes))
                             .add(SectionId::Global, w().u8(0x7F).u8(1).raw(init.bytes))));
  };
  EXPECT_EQ(global(i32_expr(0)), "valid");
  EXPECT_EQ(global(w().op(Op::GlobalGet).u8(0).op(Op::End)), "valid");
  EXPECT_EQ(global(w().op(Op::GlobalGet).u8(1).op(Op::End)), "unknown global: 1");
  EXPECT_EQ(global(w().op(Op::I32Const).u8(0).op(Op::GlobalGet).u8(0).op(Op::I32Add).op(Op::End)), "valid");
  EXPECT_EQ(global(w().op(Op::I32Const).u8(0).op(Op::I32Clz).op(Op::End)),
            "constant expression required: i32.clz is not constant");
  EXPECT_EQ(global(w().op(Op::F32Const).little_endian(0, 4).op(Op::End)), "type mismatch: expected i32, found f32");
  EXPECT_EQ(global(w().op(Op::End)), "type mismatch: expected i32, found nothing");
}

TEST(ModuleValidator, Segments) {
  EXPECT_EQ(verdict(check(with(SectionId::Data, w().u8(0).raw(i32_expr(0).bytes).u8(0)))), "unknown memory: 0");
  EXPECT_EQ(verdict(check(with(SectionId::Data, w().u8(0).raw(i32_expr(0).bytes).u8(0)).memory())), "valid");
  EXPECT_EQ(verdict(check(with(SectionId::Elem, w().u8(0).raw(i32_expr(0).bytes).u8(1).u8(0)))), "unknown table: 0");
  EXPECT_EQ(verdict(check(with(SectionId::Elem, w().u8(0).raw(i32_expr(0).bytes).u8(1).u8(0)).table())), "valid");
  EXPECT_EQ(verdict(check(with(SectionId::Elem, w().u8(0).raw(i32_expr(0).bytes).u8(1).u8(2)).table())),
            "unknown function: 2");
}

TEST(ModuleValidator, SegmentsDeclareFunctions) {
  TestModule module;
  module.type("", "r").func(0, w().op(Op::RefFunc).u8(0).op(Op::End)).add(SectionId::Elem, w().u8(3).u8(0).u8(1).u8(0));
  EXPECT_EQ(verdict(check(module)), "valid");
}

TEST(ModuleValidator, FeaturesOfModules) {
  const auto features = [](std::string_view list) { return wasm::parse_features(list).value(); };
  const TestModule two = with(SectionId::Memory, w().u8(0).u8(0)).memory();
  EXPECT_EQ(verdict(check(two)), "valid");
  EXPECT_EQ(verdict(check(two, features("default,-multi-memory"))), "multiple memories");
  EXPECT_EQ(check(with(SectionId::Memory, w().u8(4).u8(0)), features("default,-memory64")).error().code,
            ErrorCode::FeatureDisabled);
  TestModule pair;
  pair.type("", "ii");
  EXPECT_EQ(verdict(check(pair)), "valid");
  EXPECT_EQ(check(pair, features("none")).error().code, ErrorCode::FeatureDisabled);
}

}  // namespace
}  // namespace wasmscope::test
