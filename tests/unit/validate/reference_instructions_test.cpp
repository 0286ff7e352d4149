// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/validate/test_module.h"

namespace wasmscope::test {
namespace {

using wasm::Op;
using wasm::SectionId;

constexpr uint8_t kI32 = 0x7F, kI8 = 0x78, kStruct = 0x5F, kArray = 0x5E, kFunc = 0x60, kConst = 0, kVar = 1;
constexpr uint8_t kRef = 0x64, kRefNull = 0x63, kAny = 0x6E, kEq = 0x6D, kFuncHeap = 0x70, kEmpty = 0x40;

// Types: 0 struct {i32, mutable i8}, 1 array of mutable i32, 2 array of i8,
// 3 (ref null 0, ref null 1, anyref) -> (), of which the function is one.
std::string verdict_of(const ByteWriter& body) {
  TestModule module;
  module.add(SectionId::Type, w().u8(kStruct).u8(2).u8(kI32).u8(kConst).u8(kI8).u8(kVar))
      .add(SectionId::Type, w().u8(kArray).u8(kI32).u8(kVar))
      .add(SectionId::Type, w().u8(kArray).u8(kI8).u8(kConst))
      .add(SectionId::Type, w().u8(kFunc).u8(3).u8(kRefNull).u8(0).u8(kRefNull).u8(1).u8(kAny).u8(0))
      .func(3, w().raw(body.bytes).op(Op::End));
  return verdict(check(module));
}
ByteWriter local(uint8_t index) { return w().op(Op::LocalGet).u8(index); }
ByteWriter number() { return w().op(Op::I32Const).u8(0); }

TEST(ReferenceInstructions, Structs) {
  EXPECT_EQ(verdict_of(number().raw(number().bytes).op(Op::StructNew).u8(0).op(Op::Drop)), "valid");
  EXPECT_EQ(verdict_of(number().op(Op::StructNew).u8(0).op(Op::Drop)), "type mismatch: expected i32, found nothing");
  EXPECT_EQ(verdict_of(number().op(Op::StructNew).u8(1)), "type mismatch: type 1 is not a struct");
  EXPECT_EQ(verdict_of(local(0).op(Op::StructGet).u8(0).u8(0).op(Op::Drop)), "valid");
  EXPECT_EQ(verdict_of(local(0).op(Op::StructGet).u8(0).u8(1).op(Op::Drop)), "type mismatch: the field is packed");
  EXPECT_EQ(verdict_of(local(0).op(Op::StructGetS).u8(0).u8(1).op(Op::Drop)), "valid");
  EXPECT_EQ(verdict_of(local(0).op(Op::StructGet).u8(0).u8(2).op(Op::Drop)), "unknown field: 2");
  EXPECT_EQ(verdict_of(local(0).raw(number().bytes).op(Op::StructSet).u8(0).u8(0)), "immutable field: 0");
  EXPECT_EQ(verdict_of(local(0).raw(number().bytes).op(Op::StructSet).u8(0).u8(1)), "valid");
  EXPECT_EQ(verdict_of(local(1).op(Op::StructGet).u8(0).u8(0).op(Op::Drop)),
            "type mismatch: expected (ref null $0), found (ref null $1)");
}

TEST(ReferenceInstructions, Arrays) {
  EXPECT_EQ(verdict_of(number().op(Op::ArrayNewDefault).u8(1).op(Op::ArrayLen).op(Op::Drop)), "valid");
  EXPECT_EQ(verdict_of(number().raw(number().bytes).op(Op::ArrayNewFixed).u8(1).u8(2).op(Op::Drop)), "valid");
  EXPECT_EQ(verdict_of(number().op(Op::ArrayNewFixed).u8(1).u8(2)), "type mismatch: expected i32, found nothing");
  EXPECT_EQ(verdict_of(local(1).raw(number().bytes).op(Op::ArrayGet).u8(1).op(Op::Drop)), "valid");
  EXPECT_EQ(verdict_of(local(1).raw(number().bytes).op(Op::ArrayGetU).u8(1).op(Op::Drop)),
            "type mismatch: the elements are not packed");
  EXPECT_EQ(verdict_of(w().op(Op::Unreachable).op(Op::ArraySet).u8(2)), "immutable field: the array's elements");
  EXPECT_EQ(verdict_of(w().op(Op::Unreachable).op(Op::ArrayCopy).u8(1).u8(2)),
            "type mismatch: array types do not match");
  EXPECT_EQ(verdict_of(w().op(Op::Unreachable).op(Op::ArrayNewFixed).u8(1).leb(10'001)),
            "implementation limit exceeded: 10001 elements");
}

TEST(ReferenceInstructions, Casts) {
  EXPECT_EQ(verdict_of(local(2).op(Op::RefCast).u8(0).op(Op::StructGet).u8(0).u8(0).op(Op::Drop)), "valid");
  EXPECT_EQ(verdict_of(local(2).op(Op::RefTest).u8(kEq).op(Op::Drop)), "valid");
  EXPECT_EQ(verdict_of(local(2).op(Op::RefTest).u8(kFuncHeap).op(Op::Drop)),
            "type mismatch: expected funcref, found anyref");
  // br_on_cast 0 anyref (ref 0), in a block that hands the struct on
  const auto cast = [](uint8_t target) {
    return w()
        .op(Op::Block)
        .u8(kRef)
        .u8(0)
        .raw(local(2).bytes)
        .op(Op::BrOnCast)
        .u8(1)
        .u8(0)
        .u8(kAny)
        .u8(target)
        .op(Op::Drop)
        .op(Op::Return)
        .op(Op::End)
        .op(Op::Drop);
  };
  EXPECT_EQ(verdict_of(cast(0)), "valid");
  EXPECT_EQ(verdict_of(cast(1)), "type mismatch: expected (ref $0), found (ref $1)");
  EXPECT_EQ(verdict_of(cast(kFuncHeap)), "type mismatch: expected anyref, found (ref func)");
}

TEST(ReferenceInstructions, Nulls) {
  EXPECT_EQ(verdict_of(local(0).op(Op::RefAsNonNull).op(Op::RefIsNull).op(Op::Drop)), "valid");
  EXPECT_EQ(verdict_of(number().op(Op::RefIsNull)), "type mismatch: expected a reference, found i32");
  EXPECT_EQ(verdict_of(local(0).op(Op::BrOnNull).u8(0).op(Op::Drop)), "valid");
  EXPECT_EQ(verdict_of(local(0).op(Op::BrOnNonNull).u8(0)), "type mismatch: the label does not take a reference last");
  EXPECT_EQ(verdict_of(w().op(Op::Unreachable).op(Op::RefAsNonNull).op(Op::I32Eqz).op(Op::Drop)),
            "type mismatch: expected i32, found any reference");
  EXPECT_EQ(
      verdict_of(
          w().op(Op::Block).u8(kEmpty).op(Op::End).raw(local(0).bytes).raw(local(1).bytes).op(Op::RefEq).op(Op::Drop)),
      "valid");
}

}  // namespace
}  // namespace wasmscope::test
