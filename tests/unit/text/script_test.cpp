// SPDX-License-Identifier: Apache-2.0
#include "engine/text/script.h"

#include <gtest/gtest.h>

namespace wasmscope::text {
namespace {

using Kind = ScriptCommand::Kind;
using ValueKind = ScriptValue::Kind;

std::vector<ScriptCommand> read(std::string_view source) {
  auto commands = read_script(source);
  EXPECT_TRUE(commands) << to_line(commands.error(), nullptr);
  return commands ? std::move(*commands) : std::vector<ScriptCommand>{};
}

TEST(Script, KeepsModulesOfEveryForm) {
  const auto commands = read(
      "(module $m (func (export \"(;\")))\n"
      "(module binary \"\\00asm\" \"\\01\\00\\00\\00\")\n\n"
      "(module $q quote \"(func\" \" $f)\")\n"
      "(module definition $d (memory 1))\r\n"
      "(module instance $i $d)");
  ASSERT_EQ(commands.size(), 5u);
  EXPECT_EQ(commands[0].id, "$m");
  EXPECT_EQ(commands[0].module.source, "(module $m (func (export \"(;\")))");
  EXPECT_EQ(commands[1].line, 2u);
  EXPECT_EQ(commands[1].module.form, ScriptModule::Form::Binary);
  EXPECT_EQ(commands[1].module.contents, std::string("\0asm\1\0\0\0", 8));
  EXPECT_EQ(commands[2].line, 4u);
  EXPECT_EQ(commands[2].module.contents, "(func $f)");
  EXPECT_TRUE(commands[3].module.is_definition);
  EXPECT_EQ(commands[3].module.source, "(memory 1)");
  EXPECT_EQ(commands[4].kind, Kind::Instance);
  EXPECT_EQ(commands[4].line, 6u);
  EXPECT_EQ(commands[4].id, "$i");
  EXPECT_EQ(commands[4].target, "$d");
}

TEST(Script, TakesAFileOfFieldsAsAModule) {
  const auto commands = read("(func) ;; nothing\n (memory 0)");
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(commands[0].module.source, "(func) ;; nothing\n (memory 0)");
  EXPECT_TRUE(read(" ;; empty").empty());
}

TEST(Script, ReadsAssertionsWithTheirOperands) {
  const auto commands = read(
      "(assert_return (invoke $m \"f\" (i32.const -1) (f32.const 0x1p-1)) (i64.const 0xffff_ffff_ffff_ffff))\n"
      "(assert_return (get \"g\"))\n"
      "(assert_trap (invoke \"f\") \"unreachable\")\n"
      "(assert_trap (module (func)) \"out of bounds\")\n"
      "(assert_malformed (module quote \"(\") \"unexpected token\")\n"
      "(assert_exception (invoke \"throw\"))\n"
      "(register \"M\" $m)\n"
      "(invoke \"f\")");
  ASSERT_EQ(commands.size(), 8u);
  EXPECT_EQ(commands[0].kind, Kind::AssertReturn);
  EXPECT_EQ(commands[0].action.module, "$m");
  EXPECT_EQ(commands[0].action.field, "f");
  ASSERT_EQ(commands[0].action.arguments.size(), 2u);
  EXPECT_EQ(commands[0].action.arguments[0].lanes[0].bits, 0xFFFFFFFFu);
  EXPECT_EQ(commands[0].action.arguments[1].lanes[0].bits, 0x3F000000u);
  EXPECT_EQ(commands[0].expected[0].lanes[0].bits, UINT64_MAX);
  EXPECT_EQ(commands[1].action.kind, ScriptAction::Kind::Read);
  EXPECT_EQ(commands[2].text, "unreachable");
  EXPECT_TRUE(commands[3].has_module);
  EXPECT_EQ(commands[4].module.form, ScriptModule::Form::Quote);
  EXPECT_EQ(commands[5].kind, Kind::AssertException);
  EXPECT_EQ(commands[6].text, "M");
  EXPECT_EQ(commands[6].target, "$m");
  EXPECT_FALSE(commands[7].is_assertion());
}

TEST(Script, ReadsPatternsOfResults) {
  const auto commands = read(
      "(assert_return (invoke \"f\") (f64.const nan:canonical) (f32.const nan:arithmetic) (ref.null) (ref.null func)\n"
      "  (ref.extern 3) (ref.host 4) (ref.func) (ref.func 7) (ref.i31)\n"
      "  (v128.const i16x8 0 1 2 3 4 5 6 -1) (v128.const f64x2 nan:canonical 1)\n"
      "  (either (i32.const 1) (either (i32.const 2) (i32.const 3))))");
  ASSERT_EQ(commands.size(), 1u);
  const auto& expected = commands[0].expected;
  ASSERT_EQ(expected.size(), 12u);
  EXPECT_EQ(expected[0].lanes[0].match, ScriptValue::Match::CanonicalNan);
  EXPECT_EQ(expected[1].lanes[0].match, ScriptValue::Match::ArithmeticNan);
  EXPECT_EQ(expected[2].kind, ValueKind::Null);
  EXPECT_FALSE(expected[2].has_type);
  EXPECT_EQ(expected[3].type.heap, wasm::HeapKind::Func);
  EXPECT_EQ(expected[4].kind, ValueKind::Host);
  EXPECT_EQ(expected[4].host, 3u);
  EXPECT_EQ(expected[5].type.heap, wasm::HeapKind::Any);
  EXPECT_EQ(expected[6].kind, ValueKind::NonNull);
  EXPECT_EQ(expected[7].kind, ValueKind::NonNull);
  EXPECT_EQ(expected[8].type.heap, wasm::HeapKind::I31);
  EXPECT_EQ(expected[9].lane_bits, 16u);
  EXPECT_EQ(expected[9].lanes[7].bits, 0xFFFFu);
  EXPECT_TRUE(expected[10].has_float_lanes);
  ASSERT_EQ(expected[11].alternatives.size(), 2u);
  EXPECT_EQ(expected[11].alternatives[1].alternatives[1].lanes[0].bits, 3u);
}

TEST(Script, ReadsThreads) {
  const auto commands = read(
      "(thread $t (shared (module $a)) (shared (module $b))\n (register \"m\" $a)\n (assert_return (invoke \"f\")))\n"
      "(wait $t)");
  ASSERT_EQ(commands.size(), 2u);
  EXPECT_EQ(commands[0].id, "$t");
  EXPECT_EQ(commands[0].shared, (std::vector<std::string_view>{"$a", "$b"}));
  ASSERT_EQ(commands[0].commands.size(), 2u);
  EXPECT_EQ(commands[0].commands[1].line, 3u);
  EXPECT_EQ(commands[1].target, "$t");
}

TEST(Script, SaysWhatIsNoScript) {
  const auto error_of = [](std::string_view source) {
    const auto commands = read_script(source);
    EXPECT_FALSE(commands) << source;
    return commands ? ErrorCode::NoModule : commands.error().code;
  };
  EXPECT_EQ(error_of("module"), ErrorCode::UnexpectedToken);
  EXPECT_EQ(error_of("(module)\n(assert_nothing)"), ErrorCode::UnexpectedToken);
  EXPECT_EQ(error_of("(module"), ErrorCode::UnexpectedToken);
  EXPECT_EQ(error_of("(invoke \"f\" (i32.const 4294967296))"), ErrorCode::ConstantOutOfRange);
  EXPECT_EQ(error_of("(invoke \"f\" (i32.const f))"), ErrorCode::UnexpectedToken);
  EXPECT_EQ(error_of("(invoke \"f\" (v128.const i32x4 0))"), ErrorCode::UnexpectedToken);
  EXPECT_EQ(error_of("(module binary \"\\zz\")"), ErrorCode::IllegalEscape);
  std::string nested = "(assert_return (invoke \"f\") ";
  for (int i = 0; i < 100000; ++i) nested += "(either ";
  EXPECT_EQ(error_of(nested), ErrorCode::LimitExceeded);
}

}  // namespace
}  // namespace wasmscope::text
