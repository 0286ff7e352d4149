// SPDX-License-Identifier: Apache-2.0
#include "tests/support/debug_session.h"

namespace wasmscope::debug {
namespace {

using test::DebugSession;
using test::fixture;
using test::sample;

TEST(Breakpoints, StopBeforeTheInstructionAndCountEachArrivalOnce) {
  DebugSession session(fixture("control"));
  session.run("break walk+0x1b");
  session.run("run walk 3");
  for (uint64_t hit = 1; hit <= 3; ++hit) {
    const auto snapshot = session.snapshot();
    ASSERT_EQ(snapshot->reason, StopReason::Breakpoint);
    EXPECT_EQ(snapshot->breakpoints[0].hits, hit);
    EXPECT_EQ(snapshot->instant.tick, hit);
    EXPECT_EQ(snapshot->frames[0].locals[0].value.bits, 4 - hit);   // $n, not decremented yet
    session.run("continue");
  }
  EXPECT_EQ(session.snapshot()->state, State::Ended);
  EXPECT_EQ(session.snapshot()->results[0].bits, 106u);
}

TEST(Breakpoints, SteppingOntoOneCountsAndLeavingItDoesNotStopAgain) {
  DebugSession session(fixture("control"));
  session.run("break walk+0x3");
  session.run("start walk 1");
  session.run("stepi");
  EXPECT_EQ(session.snapshot()->reason, StopReason::Breakpoint);
  EXPECT_EQ(session.snapshot()->breakpoints[0].hits, 1u);
  session.run("continue");
  EXPECT_EQ(session.snapshot()->state, State::Ended);
  EXPECT_EQ(session.snapshot()->breakpoints[0].hits, 1u);
}

TEST(Breakpoints, StopInsideCallsThatAreSteppedOver) {
  DebugSession session(sample("tables"));
  session.run("break multiply");
  session.run("start answer");
  session.run("nexti 20");
  EXPECT_EQ(session.snapshot()->frames[0].func_name, "multiply");
  EXPECT_EQ(session.snapshot()->depth, 2u);
}

TEST(Breakpoints, AtTheFirstInstructionStopTheRunThere) {
  DebugSession session(sample("factorial"));
  session.run("break fac_loop");
  session.run("run fac_loop 3");
  EXPECT_EQ(session.snapshot()->reason, StopReason::Breakpoint);
  EXPECT_EQ(session.snapshot()->instant.tick, 1u);
}

TEST(Breakpoints, OfRecursiveFunctionsStopInEachFrame) {
  DebugSession session(fixture("recursion"));
  session.run("break down");
  session.run("run down 3");
  for (uint32_t depth = 0; depth <= 3; ++depth) {
    EXPECT_EQ(session.snapshot()->depth, depth);
    session.run("continue");
  }
  EXPECT_EQ(session.snapshot()->state, State::Ended);
}

TEST(Breakpoints, CanBeSwitchedOffAndDeleted) {
  DebugSession session(fixture("control"));
  session.run("break walk+0x1b");
  session.run("break walk+0x14");
  session.run("disable 1");
  session.run("run walk 2");
  EXPECT_EQ(session.snapshot()->frames[0].pc, session.snapshot()->breakpoints[1].pc);
  session.run("enable 1");
  session.run("continue");
  EXPECT_EQ(session.snapshot()->frames[0].pc, session.snapshot()->breakpoints[0].pc);
  session.run("delete 1 2");
  EXPECT_TRUE(session.snapshot()->breakpoints.empty());
  session.run("continue");
  EXPECT_EQ(session.snapshot()->state, State::Ended);
  session.fail("delete 7");
  session.fail("disable x");
}

TEST(Breakpoints, SurviveANewRunAndAreNotSetTwice) {
  DebugSession session(fixture("control"));
  session.run("break walk+0x14");
  EXPECT_NE(session.run("break @0x9b").find("already"), std::string::npos);
  session.run("run walk 2");
  session.run("run walk 2");
  EXPECT_EQ(session.snapshot()->reason, StopReason::Breakpoint);
  EXPECT_EQ(session.snapshot()->breakpoints[0].hits, 1u);
}

TEST(Breakpoints, OnImportsStopAtTheirCallsAndUnreachableCodeSaysWhy) {
  DebugSession session(fixture("missing_import"));
  session.run("break #0");
  const Breakpoint on_import = session.snapshot()->breakpoints[0];
  EXPECT_EQ(on_import.kind, StopKind::Import);
  session.run("run direct");   // calls another one first
  EXPECT_EQ(session.snapshot()->reason, StopReason::MissingImport);
  session.run("continue");
  EXPECT_EQ(session.snapshot()->reason, StopReason::Breakpoint);
  DebugSession other(fixture("control"));
  other.run("break walk+0x10");
  EXPECT_TRUE(other.snapshot()->breakpoints[0].resolved);
  EXPECT_NE(other.snapshot()->breakpoints[0].note, "");
}

TEST(Breakpoints, OnWhatTrapsOrIsMissingCountOnce) {
  DebugSession traps(fixture("traps"));
  traps.run("break unreachable");
  traps.run("run unreachable");
  EXPECT_EQ(traps.snapshot()->reason, StopReason::Breakpoint);
  traps.run("continue");
  EXPECT_EQ(traps.snapshot()->reason, StopReason::Trap);
  EXPECT_EQ(traps.snapshot()->breakpoints[0].hits, 1u);

  DebugSession missing(fixture("missing_import"));
  missing.run("break direct");
  missing.run("run direct");
  missing.run("continue");
  EXPECT_EQ(missing.snapshot()->reason, StopReason::MissingImport);
  EXPECT_EQ(missing.snapshot()->breakpoints[0].hits, 1u);
}

TEST(Breakpoints, AreReachedInTheMiddleOfALongRun) {
  DebugSession session(fixture("control"));
  session.run("break spin+0x2");
  session.run("run spin 5");
  EXPECT_EQ(session.snapshot()->breakpoints[0].hits, 1u);
  for (int i = 0; i < 5; ++i) session.run("continue");
  EXPECT_EQ(session.snapshot()->state, State::Ended);
  EXPECT_EQ(session.snapshot()->breakpoints[0].hits, 5u);
  // A loop's first instruction is where chunks of a run end, too: still every arrival counts once.
  session.run("delete");
  session.run("start spin 3000000");
  session.run("seek t=2999990");
  session.run("break spin+0x2");
  for (int i = 0; i < 11; ++i) session.run("continue");
  EXPECT_EQ(session.snapshot()->state, State::Ended);
  EXPECT_EQ(session.snapshot()->breakpoints[0].hits, 10u);
}

TEST(Breakpoints, BelongToTheirModule) {
  DebugSession session(fixture("control"));
  session.run("break walk");
  session.run("open " + sample("factorial"));
  EXPECT_TRUE(session.snapshot()->breakpoints.empty());
}

}  // namespace
}  // namespace wasmscope::debug
