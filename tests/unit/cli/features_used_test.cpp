// SPDX-License-Identifier: Apache-2.0
#include "app/cli/features_used.h"

#include <gtest/gtest.h>

#include "engine/binary/decoder.h"
#include "tests/support/module_builder.h"

namespace wasmscope::app {
namespace {

using wasm::Op;
using Flags = std::vector<std::string_view>;

Flags used_by(const test::ModuleBuilder& module) {
  const std::vector<uint8_t> bytes = module.bytes();
  const binary::DecodeOutcome decoded = binary::decode_partial(bytes, *wasm::parse_features("all"));
  EXPECT_FALSE(decoded.error);
  return flags_of(features_used(decoded.module));
}

TEST(FeaturesUsedTest, PlainModuleNeedsNone) {
  test::ModuleBuilder module;
  module.func("i_i", test::code().local_get(0));
  module.table(1);
  module.memory(1);
  module.data(test::code().i32(0), "");
  EXPECT_EQ(used_by(module).front(), "mvp");
}

TEST(FeaturesUsedTest, InstructionsTypesAndImmediatesCount) {
  test::ModuleBuilder module;
  module.func("_", test::code().i32(0).op(Op::I32Extend8S).op(Op::Drop));
  module.func("_ii", test::code().i32(0).i32(0));
  module.func("r_", test::code(), "v");
  module.memory64(1);
  EXPECT_EQ(used_by(module), (Flags{"mvp", "sign-extension", "multi-value", "reference-types", "simd", "memory64"}));
}

TEST(FeaturesUsedTest, ArithmeticInConstantExpressions) {
  test::ModuleBuilder module;
  module.global('i', wasm::Mutability::Const, test::code().i32(1).i32(2).op(Op::I32Add));
  EXPECT_EQ(used_by(module), (Flags{"mvp", "extended-const"}));
}

TEST(FeaturesUsedTest, ExportedMutableGlobal) {
  test::ModuleBuilder module;
  const uint32_t global = module.global('i', wasm::Mutability::Var, test::code().i32(1));
  EXPECT_EQ(used_by(module), (Flags{"mvp"}));
  module.export_item("g", wasm::ExternKind::Global, global);
  EXPECT_EQ(used_by(module), (Flags{"mvp", "mutable-globals"}));
}

}  // namespace
}  // namespace wasmscope::app
