// SPDX-License-Identifier: Apache-2.0
// Changing memory from outside, and time travel over such changes.
#include <gtest/gtest.h>

#include "tests/support/debug_session.h"

namespace wasmscope::debug {
namespace {

using test::DebugSession;

std::string instant_of(const DebugSession& session) { return runtime::to_text(session.snapshot()->instant); }

TEST(Editing, ChangesBytesAndTakesThemBack) {
  DebugSession session(test::fixture("control"));
  session.run("start walk 1");
  EXPECT_EQ(session.run("set 16 str WASM"), "m0:0x10: 77 61 73 6d -> 57 41 53 4d");
  EXPECT_NE(session.run("memory 16 9").find("|WASMscope|"), std::string::npos);
  ASSERT_EQ(session.snapshot()->edits.size(), 1u);
  EXPECT_EQ(session.snapshot()->edits[0].range, (ByteRange{16, 20}));
  session.run("set m0:0x14 u16be 0x4142");
  EXPECT_NE(session.run("memory 16 9").find("|WASMABope|"), std::string::npos);
  session.run("undo");
  EXPECT_NE(session.run("memory 16 9").find("|WASMscope|"), std::string::npos);
  session.run("undo");
  EXPECT_NE(session.run("memory 16 9").find("|wasmscope|"), std::string::npos);
  session.fail("undo");
  EXPECT_TRUE(session.snapshot()->edits.empty());
}

TEST(Editing, SaysWhatCannotBeDone) {
  DebugSession session(test::fixture("control"));
  session.fail("set 16 41");
  session.run("start walk 1");
  session.fail("set 0xffff 41 42");
  session.fail("set m1:0 41");
  session.fail("set 16 ??");
  session.fail("set 16 u8 256");
  session.fail("set 16 4");
  session.fail("set 16");
}

TEST(Editing, ChangesValuesOfEveryKind) {
  DebugSession session(test::fixture("objects"));
  session.run("break list");
  session.run("run shape");
  EXPECT_EQ(session.run("set $count = 3"), "$count: 2 -> 3");
  session.run("undo");
  EXPECT_EQ(session.run("print $count"), "2");
  session.run("finish");
  EXPECT_EQ(session.run("set $last.value = $last.value + 10"), "$last.value: 1 -> 11");
  EXPECT_NE(session.run("set $last.next.next = $last").find("$last.next.next: $leaf 0x"), std::string::npos);
  EXPECT_EQ(session.run("print $last.next.next == $last"), "1");
  const std::string hash = session.run("hash"), here = instant_of(session);
  session.run("seek start");
  session.run("seek " + here);
  EXPECT_EQ(session.run("hash"), hash) << "made again on the way";
  session.run("undo");
  EXPECT_EQ(session.run("print is($last.next.next, $leaf)"), "1");
}

TEST(Editing, ChangesLocalsOperandsAndGlobals) {
  DebugSession session(test::fixture("control"));
  session.run("start values 5 1.5 2");
  EXPECT_EQ(session.run("set $a = -1"), "$a: 5 -> -1");
  EXPECT_EQ(session.run("set $b = 0.1"), "$b: 1.5 -> 0.1");
  EXPECT_EQ(session.run("set $i64 = $a"), "$i64: 1311768467463790320 -> -1");
  EXPECT_EQ(session.run("set u8[16] = 'x'"), "u8[16]: 119 -> 120");
  EXPECT_EQ(session.run("set bytes(16, 3) = \"abc\""), "bytes(16, 3): 78 61 73 -> 61 62 63");
  EXPECT_EQ(session.run("set l2=0"), "l2: 2 -> 0");
  EXPECT_EQ(session.run("undo"), "a slot of a frame: 00 00 00 00 00 00 00 00 -> 00 00 00 00 00 00 00 40");
  EXPECT_NE(session.fail("set $f64 = 1").find("this is constant"), std::string::npos);
  EXPECT_NE(session.fail("set $a = 1.5").find("a number with a fraction is no i64"), std::string::npos);
  EXPECT_NE(session.fail("set u8[16] = 256").find("256 does not fit 8 bits"), std::string::npos);
  EXPECT_NE(session.fail("set bytes(16, 3) = \"ab\"").find("the place has 3 bytes, the value 2"), std::string::npos);
  EXPECT_NE(session.fail("set bytes(16, 3) = 5").find("text or bytes are wanted here"), std::string::npos);
  EXPECT_NE(session.fail("set $a + 1 = 5").find("kept nowhere"), std::string::npos);
  EXPECT_NE(session.fail("set $a = ").find("a value is missing"), std::string::npos);
  EXPECT_NE(session.fail("set $a == 5").find("usage: set"), std::string::npos);
  session.fail("set #");
  session.run("nexti 5");
  EXPECT_NE(session.fail("set s0 = 1").find("write l0"), std::string::npos);
  EXPECT_NE(session.fail("set s2 = 1.0").find("still local"), std::string::npos);
  EXPECT_NE(session.fail("set s3 = 1.0").find("is a constant of the code"), std::string::npos);
  EXPECT_EQ(session.run("set s1 = 7"), "s1: -0.1 -> 7");
  EXPECT_EQ(session.run("set $a = 9"), "$a: -1 -> 9 (and the operand s0, which is still this local)");
  EXPECT_NE(session.run("continue").find("returned 9 7 "), std::string::npos);
}

TEST(Editing, ChecksReferences) {
  DebugSession session(test::fixture("objects"));
  session.run("break list");
  session.run("run shape");
  session.run("finish");
  EXPECT_NE(session.run("set $things[0] = $last").find("null -> $node"), std::string::npos);
  EXPECT_NE(session.run("set $things[0] = null").find("-> null"), std::string::npos);
  EXPECT_NE(session.fail("set $last = $corners").find("the place has the type (ref null $node)"), std::string::npos);
  EXPECT_NE(session.fail("set $things[0] = $list").find("the place has the type"), std::string::npos) << "a function is no anyref";
  EXPECT_NE(session.fail("set $origin = null").find("this is constant"), std::string::npos);
  EXPECT_NE(session.fail("set $corners = null").find("the place is never null"), std::string::npos);
  EXPECT_NE(session.run("set $corners[0] = null").find("-> null"), std::string::npos);
  EXPECT_NE(session.fail("set $last = 5").find("a number is no"), std::string::npos);
}

// Going back and coming by again finds the change made again; before it nothing is changed.
TEST(Editing, IsPartOfHistory) {
  DebugSession session(test::fixture("control"));
  session.run("start walk 3");
  session.run("stepi 5");
  const std::string first = instant_of(session);
  session.run("set 16 str WASM");
  session.run("stepi 6");
  const std::string second = instant_of(session);
  session.run("set 20 str SCOPE");
  const std::string changed = session.run("hash");
  session.run("stepi 3");
  session.run("seek start");
  EXPECT_TRUE(session.snapshot()->edits.empty());
  EXPECT_NE(session.run("memory 16 9").find("|wasmscope|"), std::string::npos);
  session.run("seek " + first);
  EXPECT_NE(session.run("memory 16 9").find("|WASMscope|"), std::string::npos);
  session.run("seek " + second);
  EXPECT_NE(session.run("memory 16 9").find("|WASMSCOPE|"), std::string::npos);
  EXPECT_EQ(session.run("hash"), changed);
  // Also on the way of a run that stops nowhere near.
  session.run("seek start");
  session.run("continue");
  EXPECT_NE(session.run("memory 16 9").find("|WASMSCOPE|"), std::string::npos);
}

TEST(Editing, UndoGoesBackToWhereTheChangeWasMade) {
  DebugSession session(test::fixture("control"));
  session.run("start walk 3");
  session.run("stepi 4");
  const std::string place = instant_of(session);
  session.run("set 16 00");
  session.run("continue");
  EXPECT_EQ(session.snapshot()->state, State::Ended);
  session.run("undo");
  EXPECT_EQ(session.snapshot()->state, State::Paused);
  EXPECT_EQ(instant_of(session), place);
  EXPECT_NE(session.run("memory 16 9").find("|wasmscope|"), std::string::npos);
}

TEST(Editing, InThePastForgetsTheFuture) {
  DebugSession session(test::fixture("control"));
  session.run("start walk 3");
  session.run("stepi 10");
  const std::string later = instant_of(session);
  session.run("set 16 00");
  session.run("seek start");
  session.run("set 17 00");
  session.run("seek " + later);
  ASSERT_EQ(session.snapshot()->edits.size(), 1u);
  EXPECT_EQ(session.snapshot()->edits[0].range.begin, 17u);
}

TEST(Editing, BreakpointsBeforeAChangeStillStop) {
  DebugSession session(test::sample("crash"));
  session.run("start");
  session.run("break parse_number");
  session.run("continue");
  session.run("continue");
  const std::string place = instant_of(session);
  session.run("set 16 00");
  session.run("seek start");
  session.run("continue");
  EXPECT_EQ(session.snapshot()->reason, StopReason::Breakpoint);
  EXPECT_NE(instant_of(session), place);
  EXPECT_TRUE(session.snapshot()->edits.empty());
  session.run("continue");
  EXPECT_EQ(session.snapshot()->reason, StopReason::Breakpoint);
  EXPECT_EQ(instant_of(session), place);
  EXPECT_EQ(session.snapshot()->edits.size(), 1u);
}

TEST(BeforeTheStart, ContentsAreThoseOfTheInstantiatedModule) {
  DebugSession session(test::fixture("control"));
  EXPECT_TRUE(session.snapshot()->is_before_start);
  ASSERT_EQ(session.snapshot()->memories.size(), 1u);
  EXPECT_NE(session.run("memory 16 9").find("before the start, as instantiated:\n"), std::string::npos);
  session.run("start walk 1");
  EXPECT_FALSE(session.snapshot()->is_before_start);
  session.run("kill");
  EXPECT_TRUE(session.snapshot()->is_before_start);
  EXPECT_EQ(session.snapshot()->memories.size(), 1u);
}

}  // namespace
}  // namespace wasmscope::debug
