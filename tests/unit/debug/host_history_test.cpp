// SPDX-License-Identifier: Apache-2.0
// Changes in the past, and what the program reads and writes afterwards.
#include "tests/support/debug_session.h"

namespace wasmscope::debug {
namespace {

using test::DebugSession;

// Copies its input to its output, four bytes at a time, and closes its output.
constexpr std::string_view kCopy = R"((module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 64))
    loop $again
      (i32.store (i32.const 4) (i32.const 4))
      (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (i32.store (i32.const 4) (i32.load (i32.const 8)))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
      (br_if $again (i32.load (i32.const 8)))
    end
    (drop (call $close (i32.const 1)))
    (drop (call $close (i32.const 0)))))
)";

void open(DebugSession& session) {
  session.world->input = "abcdefghijkl";
  session.session.open("copy", {kCopy.begin(), kCopy.end()});
  session.session.wait_until_idle();
}

TEST(HostHistory, GivesTheSameInputAgainAndOpensWhatWasClosed) {
  DebugSession session("");
  open(session);
  session.run("run");
  EXPECT_EQ(session.output(), "abcdefghijkl");
  session.run("seek t=2");
  const std::string answer = session.run("set 0x100 ff");
  EXPECT_EQ(answer,
            "m0:0x100: 00 -> ff\n"
            "the recording after this instant is given up: 2 ticks, 8 host calls; 8 bytes of output that were printed stay printed");
  session.run("continue");
  EXPECT_EQ(session.output(), "abcdefghijklefghijkl");
  session.run("undo");
  EXPECT_EQ(session.snapshot()->message, "went back to take back a change");
  session.run("continue");
  EXPECT_EQ(session.output(), "abcdefghijklefghijklefghijkl");
  session.run("seek t=3");
  session.run("set u8[0x101] = 7");
  session.run("continue");
  EXPECT_EQ(session.output(), "abcdefghijklefghijklefghijklijkl");
}

TEST(HostHistory, KeepsWhatWasChangedInTheReadBytes) {
  DebugSession session("");
  open(session);
  session.run("start");
  session.run("next-call 2");   // before the first write
  EXPECT_EQ(session.run("set bytes(64, 4) = \"ABCD\"").substr(0, 14), "bytes(64, 4): ");
  session.run("continue");
  EXPECT_EQ(session.output(), "ABCDefghijkl");
  session.run("seek end");
  session.run("undo");
  session.run("continue");
  EXPECT_EQ(session.output(), "ABCDefghijklabcdefghijkl");
  session.run("seek t=2");
  session.run("redo");
  session.run("continue");
  EXPECT_EQ(session.output(), "ABCDefghijklabcdefghijklABCDefghijkl");
}

TEST(HostHistory, OfTheNextProgramBeginsWhereTheInputStands) {
  DebugSession session("");
  open(session);
  session.run("start");
  session.run("next-call 2");
  session.run("run");
  EXPECT_EQ(session.output(), "efghijkl");
}

TEST(Redo, MakesTheChangeAgainOnlyInTheSameState) {
  DebugSession session(test::fixture("control"));
  session.run("start walk 3");
  session.fail("redo");
  session.run("set $n = 5");
  session.run("set $sum = 10");
  session.run("undo");
  session.run("undo");
  EXPECT_EQ(session.run("print $n * 100 + $sum"), "300");
  session.run("redo");
  session.run("redo");
  EXPECT_EQ(session.run("print $n * 100 + $sum"), "510");
  session.fail("redo");
  session.run("undo");
  session.run("continue");
  EXPECT_NE(session.run("redo").find("=> ") , 0u);
  EXPECT_EQ(session.run("print $n * 100 + $sum"), "510");
}

}  // namespace
}  // namespace wasmscope::debug
