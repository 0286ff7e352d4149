// SPDX-License-Identifier: Apache-2.0
#include "engine/embed/module.h"

#include <gtest/gtest.h>

namespace wasmscope::embed {
namespace {

constexpr const char* kText = R"((module
  (import "env" "log" (func (param i32)))
  (import "env" "memory" (memory 1))
  (@custom "note" "first")
  (@custom "note" "second")
  (func (export "answer") (result i32) (i32.const 42))
  (global (export "g") i32 (i32.const 1))))";

TEST(EmbedModule, SaysWhatItImportsAndExports) {
  const auto module = Engine().compile_text(kText);
  ASSERT_TRUE(module) << to_line(module.error(), nullptr);
  const auto imports = module->imports();
  ASSERT_EQ(imports.size(), 2u);
  EXPECT_EQ(imports[0].module, "env");
  EXPECT_EQ(imports[0].name, "log");
  EXPECT_EQ(imports[0].kind, wasm::ExternKind::Func);
  EXPECT_EQ(wasm::to_text(module->model().func_type(imports[0].index)), "(i32) -> ()");
  EXPECT_EQ(imports[1].kind, wasm::ExternKind::Memory);
  const auto exports = module->exports();
  ASSERT_EQ(exports.size(), 2u);
  EXPECT_EQ(exports[0].name, "answer");
  EXPECT_EQ(exports[0].index, 1u);
  EXPECT_EQ(exports[1].kind, wasm::ExternKind::Global);
  const auto notes = module->custom_sections("note");
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(std::string(notes[1].begin(), notes[1].end()), "second");
  EXPECT_TRUE(module->custom_sections("none").empty());
}

TEST(EmbedModule, ErrorsAreTyped) {
  const auto malformed = Engine().compile({1, 2, 3});
  ASSERT_FALSE(malformed);
  EXPECT_EQ(kind_of(malformed.error().code), ErrorKind::Malformed);
  const auto invalid = Engine().compile_text("(module\n  (func (result i32) (i64.const 1)))");
  ASSERT_FALSE(invalid);
  EXPECT_EQ(invalid.error().code, ErrorCode::TypeMismatch);
  EXPECT_NE(to_line(invalid.error(), nullptr).find("2:"), std::string::npos) << to_line(invalid.error(), nullptr);
  wasm::Features features;
  features.set(wasm::Feature::Gc, false);
  const auto off = Engine(features).compile_text("(module (type (struct)))");
  ASSERT_FALSE(off);
  EXPECT_EQ(off.error().code, ErrorCode::FeatureDisabled);
}

}  // namespace
}  // namespace wasmscope::embed
