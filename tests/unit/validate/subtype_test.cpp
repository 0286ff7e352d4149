// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/subtype.h"

#include <gtest/gtest.h>

#include "tests/unit/validate/test_module.h"

namespace wasmscope::test {
namespace {

using validate::TypeRelations;
using wasm::HeapKind;
using wasm::SectionId;

constexpr uint8_t kSub = 0x50, kRec = 0x4E, kStruct = 0x5F, kI32 = 0x7F, kConst = 0, kRefNull = 0x63;

// 0: struct {}, 1 below 0: struct {i32}, 2 below 1: struct {i32 i32}, 3: struct {} again,
// 4 5: a pair that refers to each other, 6 7: the same pair again, 8: () -> ()
std::vector<uint8_t> sample() {
  const ByteWriter empty = w().u8(kSub).u8(0).u8(kStruct).u8(0);
  const ByteWriter pair =
      w().u8(kRec).u8(2).u8(kStruct).u8(1).u8(kRefNull).u8(5).u8(kConst).u8(kStruct).u8(1).u8(kRefNull).u8(4).u8(
          kConst);
  const ByteWriter again =
      w().u8(kRec).u8(2).u8(kStruct).u8(1).u8(kRefNull).u8(7).u8(kConst).u8(kStruct).u8(1).u8(kRefNull).u8(6).u8(
          kConst);
  TestModule module;
  module.add(SectionId::Type, empty)
      .add(SectionId::Type, w().u8(kSub).u8(1).u8(0).u8(kStruct).u8(1).u8(kI32).u8(kConst))
      .add(SectionId::Type, w().u8(kSub).u8(1).u8(1).u8(kStruct).u8(2).u8(kI32).u8(kConst).u8(kI32).u8(kConst))
      .add(SectionId::Type, empty)
      .add(SectionId::Type, pair)
      .add(SectionId::Type, again)
      .type("", "");
  return module.bytes();
}

class Subtype : public testing::Test {
 protected:
  const std::vector<uint8_t> bytes = sample();
  const wasm::Module module = binary::decode(bytes, {}).value();
  const TypeRelations relations{module};

  bool is_sub(wasm::ValType sub, wasm::ValType super) const { return relations.is_subtype(sub, super); }
};

TEST_F(Subtype, TheSampleIsValid) { EXPECT_EQ(verdict(check(bytes)), "valid"); }

TEST_F(Subtype, EqualGroupsAreEqualTypes) {
  EXPECT_EQ(relations.canonical(0), relations.canonical(3));
  EXPECT_EQ(relations.canonical(4), relations.canonical(6));
  EXPECT_EQ(relations.canonical(5), relations.canonical(7));
  EXPECT_NE(relations.canonical(4), relations.canonical(5));
  EXPECT_NE(relations.canonical(0), relations.canonical(1));
}

TEST_F(Subtype, CanonicalNumbersAreSharedByModules) {
  validate::CanonicalTypes types;
  EXPECT_EQ(types.add(module), types.add(module));
}

TEST_F(Subtype, DeclaredSupertypes) {
  EXPECT_TRUE(relations.is_subtype(2u, 0u));
  EXPECT_TRUE(relations.is_subtype(2u, 3u));
  EXPECT_FALSE(relations.is_subtype(0u, 2u));
  EXPECT_TRUE(is_sub(wasm::ref_type(2, false), wasm::ref_type(1, true)));
  EXPECT_FALSE(is_sub(wasm::ref_type(2, true), wasm::ref_type(1, false)));
}

TEST_F(Subtype, AbstractTypes) {
  const auto ref = [](HeapKind heap) { return wasm::ref_type(heap, true); };
  EXPECT_TRUE(is_sub(ref(HeapKind::I31), ref(HeapKind::Eq)));
  EXPECT_TRUE(is_sub(ref(HeapKind::None), ref(HeapKind::Array)));
  EXPECT_TRUE(is_sub(ref(HeapKind::None), wasm::ref_type(0, true)));
  EXPECT_FALSE(is_sub(ref(HeapKind::None), wasm::ref_type(8, true)));
  EXPECT_TRUE(is_sub(ref(HeapKind::NoFunc), wasm::ref_type(8, true)));
  EXPECT_TRUE(is_sub(wasm::ref_type(8, true), wasm::kFuncRef));
  EXPECT_TRUE(is_sub(wasm::ref_type(0, true), ref(HeapKind::Struct)));
  EXPECT_FALSE(is_sub(wasm::ref_type(0, true), ref(HeapKind::Array)));
  EXPECT_FALSE(is_sub(ref(HeapKind::Func), ref(HeapKind::Any)));
  EXPECT_FALSE(is_sub(ref(HeapKind::Any), ref(HeapKind::Eq)));
  EXPECT_TRUE(is_sub(wasm::kBottom, wasm::kI32));
  EXPECT_TRUE(is_sub(validate::kBottomRef, wasm::ref_type(0, false)));
  EXPECT_FALSE(is_sub(wasm::kI32, ref(HeapKind::Any)));
}

TEST_F(Subtype, SupertypesAreChecked) {
  const auto below_empty = [](const ByteWriter& super, const ByteWriter& sub) {
    return verdict(check(TestModule().add(SectionId::Type, super).add(SectionId::Type, sub)));
  };
  const ByteWriter final_struct = w().u8(kStruct).u8(0);
  const ByteWriter open_struct = w().u8(kSub).u8(0).u8(kStruct).u8(1).u8(kI32).u8(kConst);
  EXPECT_EQ(below_empty(final_struct, w().u8(kSub).u8(1).u8(0).u8(kStruct).u8(0)),
            "sub type does not match its super type: type 0 is final");
  EXPECT_TRUE(
      below_empty(open_struct, w().u8(kSub).u8(1).u8(0).u8(kStruct).u8(0)).starts_with("sub type does not match"));
  EXPECT_EQ(below_empty(open_struct, w().u8(kSub).u8(1).u8(1).u8(kStruct).u8(0)), "unknown type: 1");
}

}  // namespace
}  // namespace wasmscope::test
