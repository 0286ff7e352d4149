// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/decoder.h"
#include "engine/debug/inspection.h"
#include "engine/text/parser.h"
#include "engine/validate/validate.h"
#include "tests/support/debug_session.h"

namespace wasmscope::debug {
namespace {

using test::DebugSession;
using test::fixture;
using test::sample;

struct Case {
  std::string file, run;
  wasm::TrapCode code;
  std::vector<std::string> said;   // each somewhere in the explanation
};

class TrapExplanationTest : public ::testing::TestWithParam<Case> {};

TEST_P(TrapExplanationTest, ShowsTheValuesThatWereThere) {
  DebugSession session(GetParam().file);
  const std::string text = session.run("run " + GetParam().run);
  const auto snapshot = session.snapshot();
  ASSERT_EQ(snapshot->reason, StopReason::Trap);
  ASSERT_TRUE(snapshot->trap);
  EXPECT_EQ(snapshot->trap->code, GetParam().code);
  for (const std::string& part : GetParam().said) EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
  EXPECT_FALSE(snapshot->trap->lines.empty());
}

using wasm::TrapCode;
INSTANTIATE_TEST_SUITE_P(Traps, TrapExplanationTest, ::testing::Values(
  Case{fixture("traps"), "unreachable", TrapCode::Unreachable, {"unreachable at 0x"}},
  Case{fixture("traps"), "load_past_the_end 1", TrapCode::OutOfBoundsMemory, {"0x1 (local $base) + offset 0xfffc = 0xfffd, 8 bytes", "1 page", "only 3 of its 8"}},
  Case{fixture("traps"), "load_past_the_end -1", TrapCode::OutOfBoundsMemory, {"= 0x10000fffb"}},
  Case{fixture("traps"), "store_partly_outside 0xfff7 1", TrapCode::OutOfBoundsMemory, {"0xfff7 (local $base) + offset 0x8 = 0xffff", "only 1 of its 8"}},
  Case{fixture("traps"), "fill 300", TrapCode::OutOfBoundsMemory, {"fills from 0xff00 (constant), 300 bytes"}},
  Case{fixture("traps"), "copy 0xfff8", TrapCode::OutOfBoundsMemory, {"copies from 0xfff8 (local $from), 16 bytes"}},
  Case{fixture("traps"), "init 5", TrapCode::OutOfBoundsMemory, {"reads 5 bytes at 0x2 (constant) of data segment 0 $text, which has 6"}},
  Case{fixture("traps"), "init_dropped", TrapCode::OutOfBoundsMemory, {"data segment 0 $text was dropped"}},
  Case{fixture("traps"), "table_get 4", TrapCode::OutOfBoundsTable, {"index 4 (local $index)", "table 0 has 4 elements"}},
  Case{fixture("traps"), "table_init", TrapCode::OutOfBoundsTable, {"elements from 3 (constant), 2 of them", "element segment 0 has 1 element"}},
  Case{fixture("traps"), "truncate nan", TrapCode::InvalidConversionToInteger, {"i32.trunc_f64_s of nan (local $x)"}},
  Case{fixture("traps"), "truncate 1e10", TrapCode::IntegerOverflow, {"of 1e+10"}},
  Case{fixture("traps"), "remainder 5", TrapCode::IntegerDivideByZero, {"5 (local $x) by 0 (constant)"}},
  Case{sample("divide"), "overflow", TrapCode::IntegerOverflow, {"-2147483648 (local $dividend) by -1 (local $divisor)"}},
  Case{sample("tables"), "wrong_type", TrapCode::IndirectCallTypeMismatch, {"expected (i32, i32) -> (i32)", "found    (i32) -> (i32): negate #3"}},
  Case{sample("tables"), "empty_entry", TrapCode::UninitializedElement, {"index 5 (local $operation) of table 0, which has 8", "null"}},
  Case{sample("tables"), "past_the_end", TrapCode::UndefinedElement, {"index 8 (local $operation) of table 0, which has 8"}},
  Case{fixture("objects"), "null_field null", TrapCode::NullStruct, {"(local $node) of type (ref null $node) is null", "field 0 $value of $node"}},
  Case{fixture("objects"), "null_array", TrapCode::NullArray, {"(local $letters)", "never set"}},
  Case{fixture("objects"), "null_number", TrapCode::NullI31, {"(constant) of type i31ref is null"}},
  Case{fixture("objects"), "past_the_end 7", TrapCode::OutOfBoundsArray, {"index 7 (local $at)", "$letters[3]", "has 3 elements"}},
  Case{fixture("objects"), "fill_past_the_end", TrapCode::OutOfBoundsArray, {"fills from 2 (constant), 2 elements"}},
  Case{fixture("objects"), "bad_cast", TrapCode::CastFailure, {"it has the type $node", "wanted           $leaf"}},
  Case{fixture("objects"), "too_large", TrapCode::ObjectTooLarge, {"2 147 483 647 elements of $points", "1 073 741 824"}},
  Case{fixture("objects"), "keep", TrapCode::HeapExhausted, {"1 000 000 elements of $letters", "bytes remain in use"}},
  Case{fixture("recursion"), "endless", TrapCode::CallStackExhausted, {"cycle: is_even #0 -> is_odd #1 -> is_even #0, 131 072 times", "first called from ask #2"}}),
  [](const auto& instance) {
    std::string name = instance.param.run;
    for (char& c : name)
      if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
  });

TEST(TrapExplanation, OfTheCrashSampleHasTheAddressForTheMemoryView) {
  DebugSession session(sample("crash"));
  session.run("run");
  const auto snapshot = session.snapshot();
  ASSERT_TRUE(snapshot->trap);
  ASSERT_TRUE(snapshot->trap->access);
  EXPECT_EQ(snapshot->trap->access->begin, 0x20000u);
  EXPECT_EQ(snapshot->trap->access->bytes, 1u);
  EXPECT_EQ(snapshot->trap->access->bytes_past_end, 1u);
  EXPECT_EQ(snapshot->depth, 11u);
  EXPECT_EQ(snapshot->frames[0].func_name, "parse_number");
  EXPECT_NE(session.output().find("Cedar Point"), std::string::npos);
}

TEST(TrapExplanation, OfAHostsFailureHasWhatItWasGiven) {
  auto parsed = text::parse_module(R"((module
    (import "env" "read" (func $read (param i32 i64)))
    (func (export "f") (param $handle i32) (call $read (local.get $handle) (i64.const 12)))))", wasm::Features());
  ASSERT_TRUE(parsed);
  const auto bytes = std::make_shared<const std::vector<uint8_t>>(std::move(parsed->bytes));
  wasm::Module decoded = *binary::decode(*bytes, wasm::Features());
  decoded.owned = bytes;
  const auto module = std::make_shared<const wasm::Module>(std::move(decoded));
  ASSERT_TRUE(validate::validate(*module, wasm::Features()));
  runtime::Imports imports;
  imports.add({"env", "read", module->func_type(0), [](runtime::HostCall& call) { call.trap("the disk is on fire\x1b[2J"); }});
  auto timeline = *replay::Timeline::create(module, imports, {{module->find_export("f")->index, {runtime::Value::i32(7)}}});
  timeline->start();
  const runtime::Outcome outcome = timeline->run({});
  const symbols::Names names(module);
  ASSERT_TRUE(std::holds_alternative<runtime::Trapped>(outcome));
  const TrapExplanation why = explain_trap(Inspection(*timeline, names), std::get<runtime::Trapped>(outcome));
  EXPECT_EQ(why.title, "host error");
  EXPECT_EQ(why.all_lines(), (std::vector<std::string>{"the disk is on fire\\u{1b}[2J", "the host function is read #0 (i32, i64) -> ()",
                                                       "argument 0: 7 (local $handle)", "argument 1: 12 (constant)"}));
  ASSERT_EQ(why.operands.size(), 2U);
  EXPECT_EQ(why.operands[0].origin, "local $handle");
}

// The same numbers as the sentences, for the window.
TEST(TrapExplanation, IsDataToo) {
  DebugSession session(fixture("traps"));
  session.run("run store_partly_outside 0xfff7 1");
  const TrapExplanation why = *session.snapshot()->trap;
  ASSERT_TRUE(why.access);
  EXPECT_EQ(why.access->base, 0xFFF7U);
  EXPECT_EQ(why.access->offset, 8U);
  EXPECT_EQ(why.access->begin, 0xFFFFU);
  EXPECT_EQ(why.access->bytes_past_end, 7U);
  ASSERT_EQ(why.operands.size(), 2U);
  EXPECT_EQ(why.operands[0].name, "base address");
  EXPECT_EQ(why.operands[0].value, "0xfff7");
  EXPECT_EQ(why.suspect.local, 0U);
  EXPECT_FALSE(why.last_write);
}

TEST(TrapExplanation, OfCallsWithoutEndHasTheCycle) {
  DebugSession session(fixture("recursion"));
  session.run("run endless");
  const TrapExplanation why = *session.snapshot()->trap;
  ASSERT_TRUE(why.cycle);
  EXPECT_EQ(why.cycle->functions, (std::vector<std::string>{"is_even #0", "is_odd #1"}));
  EXPECT_EQ(why.cycle->rounds, 131'072U);
}

TEST(TrapExplanation, OfAnAssertionLeadsToItsCondition) {
  DebugSession session(fixture("c_traps"));
  session.run("run withdraw 10 20");
  const auto snapshot = session.snapshot();
  ASSERT_TRUE(snapshot->trap && snapshot->trap->cause);
  EXPECT_EQ(snapshot->loaded->names->func(snapshot->trap->cause->func), "require");
}

TEST(TrapExplanation, OfAWildLoadSaysWhereItWasLoadedFrom) {
  DebugSession session(fixture("c_traps"));
  session.run("run operate 2");
  const TrapExplanation why = *session.snapshot()->trap;
  ASSERT_TRUE(why.suspect.bytes);
  EXPECT_EQ(why.suspect.bytes->count, 4U);
  EXPECT_EQ(why.expected, "(i32, i32) -> (i32)");
  EXPECT_EQ(why.found.substr(0, 23), "(i32) -> (i32): negate ");
}

TEST(TrapExplanation, OfAnInstantiationNamesTheSegment) {
  DebugSession session(fixture("segment_too_far"));
  session.session.execute("run");
  const auto snapshot = session.snapshot();
  ASSERT_EQ(snapshot->state, State::Ended) << snapshot->message;
  ASSERT_TRUE(snapshot->trap);
  EXPECT_NE(snapshot->trap->where.find("segment at 0x"), std::string::npos);
  EXPECT_TRUE(snapshot->frames.empty());
  session.fail("bt");
  session.fail("seek start");
}

}  // namespace
}  // namespace wasmscope::debug
