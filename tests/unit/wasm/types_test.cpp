// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <initializer_list>

#include "engine/wasm/limits.h"
#include "engine/wasm/traps.h"
#include "engine/wasm/type_codes.h"

namespace wasmscope::wasm {
namespace {

TypeStatus read(std::initializer_list<uint8_t> bytes, ValType& type) {
  const uint8_t* at = bytes.begin();
  return read_value_type(at, bytes.end(), type);
}

TEST(Types, AreWrittenAsInTheTextFormat) {
  EXPECT_EQ(to_text(kI32), "i32");
  EXPECT_EQ(to_text(kV128), "v128");
  EXPECT_EQ(to_text(kFuncRef), "funcref");
  EXPECT_EQ(to_text(ref_type(HeapKind::Func, false)), "(ref func)");
  EXPECT_EQ(to_text(ref_type(HeapKind::NoExn, true)), "nullexnref");
  EXPECT_EQ(to_text(ref_type(TypeIndex{3}, true)), "(ref null $3)");
  EXPECT_EQ(to_text(FuncType{{kI32, kI64}, {}}), "(i32, i64) -> ()");
  EXPECT_EQ(
      to_text(CompType(StructType{{{kI32, Packed::I8, Mutability::Var}, {kF64, Packed::None, Mutability::Const}}})),
      "struct {(mut i8), f64}");
  EXPECT_EQ(to_text(CompType(ArrayType{{kExternRef, Packed::None, Mutability::Const}})), "array externref");
}

TEST(Types, AreReadFromBytes) {
  ValType type;
  EXPECT_EQ(read({0x7F}, type), TypeStatus::Ok);
  EXPECT_EQ(type, kI32);
  EXPECT_EQ(read({0x63, 0x70}, type), TypeStatus::Ok);
  EXPECT_EQ(type, kFuncRef);
  EXPECT_EQ(read({0x64, 0x80, 0x01}, type), TypeStatus::Ok);
  EXPECT_EQ(type, ref_type(TypeIndex{128}, false));
  EXPECT_EQ(read({0x63, 0x62, 0x05}, type), TypeStatus::Ok);
  EXPECT_TRUE(type.exact && type.nullable && type.index == 5);
  EXPECT_EQ(read({0x40}, type), TypeStatus::Malformed);
  EXPECT_EQ(read({0x64, 0x7F}, type), TypeStatus::Malformed);
  EXPECT_EQ(read({0x64}, type), TypeStatus::UnexpectedEnd);
  EXPECT_EQ(read({}, type), TypeStatus::UnexpectedEnd);
  EXPECT_EQ(read({0x64, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F}, type), TypeStatus::LebTooLarge);
}

TEST(Traps, SpeakLikeTheTestsOfTheSpecification) {
  EXPECT_EQ(text_of(TrapCode::IntegerDivideByZero), "integer divide by zero");
  EXPECT_EQ(name_of(TrapCode::OutOfBoundsMemory), "OutOfBoundsMemory");
  EXPECT_FALSE(explanation_of(TrapCode::NotExecuted).empty());
}

TEST(Limits, AreListed) {
  EXPECT_EQ(kMaxLocals, 50'000u);
  bool found = false;
  for (const LimitInfo& limit : all_limits()) found |= limit.name == "MaxCallDepth" && limit.value == 262'144;
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace wasmscope::wasm
