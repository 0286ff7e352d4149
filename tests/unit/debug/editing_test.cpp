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
