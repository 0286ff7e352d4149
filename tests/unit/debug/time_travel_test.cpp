// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/support/debug_session.h"

namespace wasmscope::debug {
namespace {

using test::DebugSession;

std::string fixture(const std::string& name) { return "tests/fixtures/" + name + "/" + name + ".wasm"; }

// A long past, and a search through it that finds nothing.
class LongPast : public ::testing::Test {
 protected:
  LongPast() : session(fixture("control")) {
    session.run("break op:unreachable");
    session.run("start spin 40000000");
    session.run("continue");
    end = session.snapshot()->time->frontier;
  }
  DebugSession session;
  runtime::Instant end;
};

TEST_F(LongPast, ASearchThroughItCanBeInterrupted) {
  const uint64_t id = session.session.post("reverse-continue");
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  session.session.pause();
  session.session.wait_until_idle();
  EXPECT_GT(id, 0u);
  // Either it was faster, and stands at the beginning, or it stands where it was.
  const auto snapshot = session.snapshot();
  if (snapshot->state == State::Ended) {
    EXPECT_EQ(snapshot->time->frontier, end);
  } else {
    EXPECT_EQ(snapshot->instant.tick, 1u);
  }
}

TEST_F(LongPast, CommandsWaitForASearchThroughIt) {
  session.session.post("reverse-continue");
  const Session::Reply reply = session.session.execute("break #0+0x4");
  EXPECT_TRUE(reply.ok) << reply.text;
  session.session.wait_until_idle();
  EXPECT_EQ(session.snapshot()->instant.tick, 1u);
  EXPECT_EQ(session.snapshot()->breakpoints.size(), 2u);
}

TEST_F(LongPast, EndingTheProgramEndsASearchThroughIt) {
  session.session.post("reverse-continue");
  session.session.post("kill");
  session.session.wait_until_idle();
  EXPECT_EQ(session.snapshot()->state, State::Loaded);
}

TEST(TimeTravel, TheSnapshotSaysWhereInTimeTheProgramIs) {
  DebugSession session("assets/samples/crash/crash.wasm");
  session.run("run");
  EXPECT_FALSE(session.snapshot()->time->is_past);
  EXPECT_TRUE(session.snapshot()->time->has_ended);
  EXPECT_GT(session.snapshot()->time->marks.size(), 0u);
  session.run("seek t=500");
  EXPECT_TRUE(session.snapshot()->time->is_past);
  session.run("set 0x100 7b");
  EXPECT_FALSE(session.snapshot()->time->is_past);
  EXPECT_EQ(session.snapshot()->time->frontier.tick, 500u);
  session.run("undo");
  EXPECT_EQ(session.snapshot()->instant.tick, 500u);
}

// Whoever steps by hand sees the same.
TEST(TimeTravel, AVisitorSeesWhatASnapshotShows) {
  DebugSession session("assets/samples/crash/crash.wasm");
  session.run("start");
  session.run("stepi 3000");
  for (int i = 0; i < 300; ++i) {
    const auto before = session.snapshot();
    const Frame& frame = before->frames[0];
    session.session.visit(1, [&](const Session::Visit& visit) {
      EXPECT_EQ(visit.instant, before->instant);
      EXPECT_EQ(visit.func, frame.func);
      EXPECT_EQ(visit.locals.size(), frame.locals.size());
      EXPECT_EQ(visit.operands.size(), frame.operands.size());
      for (size_t k = 0; k < frame.locals.size(); ++k) EXPECT_EQ(visit.locals[k].bits, frame.locals[k].value.bits);
      for (size_t k = 0; k < frame.operands.size(); ++k) EXPECT_EQ(visit.operands[k].bits, frame.operands[k].value.bits);
      return true;
    });
    if (testing::Test::HasFailure()) return;
  }
}

// The counts and the hits of a run forwards are the same when it is made again.
TEST(TimeTravel, WatchpointsHitInTheSameOrderBothWays) {
  DebugSession session("assets/samples/crash/crash.wasm");
  session.run("start");
  session.run("wwatch $__stack_pointer");
  std::vector<runtime::Instant> forwards;
  while (session.snapshot()->state == State::Paused && forwards.size() < 200) {
    session.run("continue");
    if (session.snapshot()->state == State::Paused) forwards.push_back(session.snapshot()->instant);
  }
  ASSERT_GT(forwards.size(), 20u);
  // Backwards it stands at the write, forwards behind it.
  for (size_t i = forwards.size(); i-- > 0;) {
    session.run("reverse-continue");
    const runtime::Instant at = session.snapshot()->instant;
    EXPECT_LT(at, forwards[i]);
    if (i > 0) {
      EXPECT_LT(forwards[i - 1], at);
    }
  }
  session.run("reverse-continue");
  EXPECT_EQ(session.snapshot()->instant.tick, 1u);
}

}  // namespace
}  // namespace wasmscope::debug
