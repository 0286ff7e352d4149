// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <thread>

#include "engine/base/file.h"
#include "tests/support/debug_session.h"

namespace wasmscope::debug {
namespace {

using test::DebugSession;
using test::fixture;
using test::sample;

// Waits for what the engine thread brings about by itself.
template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 10'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

TEST(Session, BeginsEmptyAndRefusesWhatNeedsAModule) {
  DebugSession session("");
  EXPECT_EQ(session.snapshot()->state, State::Empty);
  for (const char* line : {"run", "stepi", "break x", "bt", "locals", "memory 0", "seek start", "hash", "dis", "info functions"})
    EXPECT_NE(session.fail(line).find("no module is open"), std::string::npos) << line;
  session.fail("nonsense");
  session.run("help");
  session.run("");
}

TEST(Session, LoadsAndSaysWhatRunWouldDo) {
  DebugSession session(sample("crash"));
  EXPECT_EQ(session.snapshot()->state, State::Loaded);
  EXPECT_NE(session.opened.find("`run` calls _start()"), std::string::npos) << session.opened;
  EXPECT_EQ(session.snapshot()->load_fraction, 1);
  EXPECT_NE(DebugSession(sample("tables")).opened.find("apply, answer"), std::string::npos);
}

TEST(Session, KeepsWhatItHasWhenAFileCannotBeOpened) {
  DebugSession session(sample("divide"));
  EXPECT_NE(session.fail("open tests/no_such_file.wasm").find("no such file"), std::string::npos);
  session.fail("open tests");
  EXPECT_EQ(session.snapshot()->loaded->path, sample("divide"));
  session.run("run divide 6 3");
}

TEST(Session, ABrokenModuleShowsButDoesNotRun) {
  std::vector<uint8_t> bytes = *read_file(sample("divide"));
  DebugSession session("");
  const auto open = [&](std::vector<uint8_t> content) {
    session.session.open("broken", std::move(content));
    session.session.wait_until_idle();
    return session.snapshot();
  };
  auto cut = bytes;
  cut.resize(cut.size() / 2);
  EXPECT_TRUE(open(cut)->loaded->error);
  EXPECT_FALSE(open(cut)->loaded->module->sections.empty());
  session.run("info sections");
  session.run("info functions");
  session.run("info module");
  auto invalid = bytes;
  *std::ranges::find(invalid, uint8_t{0x6d}) = 0x7c;   // some instruction or type: whatever it is, it is no longer right
  open(invalid);
  EXPECT_EQ(session.snapshot()->state, State::Loaded);
  if (session.snapshot()->loaded->error) {
    session.fail("run");
    session.fail("break #0");
  }
  EXPECT_FALSE(open({})->loaded->error_report.empty());
  EXPECT_FALSE(open(bytes)->loaded->error);
  session.run("run divide 6 3");
}

TEST(Session, StartStopsBeforeAnythingRuns) {
  DebugSession session(fixture("start_function"));
  session.run("start run");
  EXPECT_EQ(session.snapshot()->reason, StopReason::Entry);
  EXPECT_EQ(session.snapshot()->frames[0].func_name, "begin");
  EXPECT_EQ(session.snapshot()->instant.tick, 1u);
  session.run("finish");
  EXPECT_EQ(session.snapshot()->frames[0].func_name, "initialize");
  session.run("continue");
  EXPECT_EQ(session.snapshot()->results[0].bits, 123u);
}

TEST(Session, ArgumentsAreReadByType) {
  DebugSession session(fixture("control"));
  EXPECT_EQ(session.run("run values -1 -0.5 0x1p3"), "values(-1, -0.5, 0x1p3) returned -1 0.5 4");
  session.fail("run values 1 2");
  session.fail("run values 1 2 x");
  session.fail("run walk 4294967296");
  EXPECT_EQ(session.run("run #1 1"), "#1(1) returned 11");
  EXPECT_NE(session.fail("run nobody").find("walk"), std::string::npos);

  SessionOptions options;
  options.invoke = "walk";
  options.arguments = {"3"};
  DebugSession invoking(fixture("control"), options);
  EXPECT_EQ(invoking.run("run"), "walk(3) returned 106");
}

TEST(Session, StepsIntoOverAndOut) {
  DebugSession session(sample("factorial"));
  session.run("start fac20");
  session.run("stepi");
  session.run("stepi");
  EXPECT_EQ(session.snapshot()->depth, 1u);
  EXPECT_EQ(session.snapshot()->frames[0].func_name, "fac");
  EXPECT_EQ(session.snapshot()->frames[0].locals[0].name, "$n");
  EXPECT_EQ(session.snapshot()->frames[0].locals[0].value, runtime::Value::i64(20));
  session.run("until fac+0x11");
  session.run("nexti");   // the recursive call
  EXPECT_EQ(session.snapshot()->depth, 1u);
  EXPECT_EQ(session.snapshot()->frames[0].operands.back().value, runtime::Value::i64(121645100408832000));
  EXPECT_NE(session.run("finish").find("fac returned 2432902008176640000"), std::string::npos);
  EXPECT_EQ(session.snapshot()->depth, 0u);
  session.run("finish");
  EXPECT_EQ(session.snapshot()->state, State::Ended);
  session.fail("stepi");
}

TEST(Session, CountsOfSteps) {
  DebugSession one(fixture("control")), many(fixture("control"));
  one.run("start walk 5");
  many.run("start walk 5");
  for (int i = 0; i < 30; ++i) one.run("stepi");
  many.run("stepi 30");
  EXPECT_EQ(one.snapshot()->instant, many.snapshot()->instant);
  EXPECT_EQ(one.run("hash"), many.run("hash"));
  many.fail("stepi 0");
  many.fail("stepi x");
  many.fail("stepi 1 2");
}

TEST(Session, FramesAreSelectedAndHaveTheirValues) {
  DebugSession session(fixture("recursion"));
  session.run("break down+0x4");
  session.run("run down 3");
  session.run("disable 1");
  session.run("seek t=4");
  auto snapshot = session.snapshot();
  ASSERT_EQ(snapshot->frames.size(), 4u);
  for (uint32_t i = 0; i < 4; ++i) {
    EXPECT_TRUE(snapshot->frames[i].has_values);
    EXPECT_EQ(snapshot->frames[i].depth, 3 - i);
    EXPECT_EQ(snapshot->frames[i].locals[0].value.bits, i);
  }
  session.run("up");
  EXPECT_EQ(session.snapshot()->selected_frame, 1u);
  session.run("frame 0");
  EXPECT_EQ(session.snapshot()->selected_frame, 3u);
  session.fail("up");
  session.fail("frame 4");
  session.run("frame 3");
  session.fail("down");
}

TEST(Session, DeepStacksAreShownInPart) {
  DebugSession session(fixture("recursion"));
  session.run("run endless");
  const auto snapshot = session.snapshot();
  EXPECT_GT(snapshot->depth, 100'000u);
  EXPECT_EQ(snapshot->frames.size(), kShownFrames);
  EXPECT_TRUE(snapshot->frames[kDetailedFrames - 1].has_values);
  EXPECT_FALSE(snapshot->frames[kDetailedFrames].has_values);
  EXPECT_NE(session.run("bt").find("frames"), std::string::npos);
}

TEST(Session, OutputInputArgumentsAndExitCode) {
  DebugSession wc(fixture("wc"));
  wc.world->input = "one two\nthree\n";
  wc.run("run");
  EXPECT_EQ(wc.snapshot()->state, State::Ended);
  EXPECT_NE(wc.output().find("3"), std::string::npos) << wc.output();

  SessionOptions options;
  options.arguments = {"first", "second"};
  options.env = {{"NAME", "value"}};
  DebugSession arguments(fixture("args_env"), options);
  arguments.run("run");
  EXPECT_NE(arguments.output().find("second"), std::string::npos) << arguments.output();
  EXPECT_NE(arguments.output().find("value"), std::string::npos) << arguments.output();

  DebugSession exits(fixture("exit_code"));
  EXPECT_EQ(exits.run("run"), "the program exited with code 7");
  EXPECT_EQ(exits.snapshot()->reason, StopReason::Exited);
  EXPECT_EQ(exits.snapshot()->exit_code, 7);
}

TEST(Session, MissingImportsPauseAndReturnZeros) {
  DebugSession session(fixture("missing_import"));
  EXPECT_NE(session.run("run direct").find("env.notify () -> ()"), std::string::npos);
  EXPECT_EQ(session.snapshot()->reason, StopReason::MissingImport);
  EXPECT_NE(session.run("continue").find("env.measure (i32, f64) -> (i64)"), std::string::npos);
  EXPECT_EQ(session.run("continue"), "direct() returned 1");
  session.run("run indirect");
  EXPECT_NE(session.snapshot()->message.find("env.measure"), std::string::npos);
  EXPECT_EQ(session.run("continue"), "indirect() returned 0");
}

TEST(Session, SeekGoesBackWithoutPrintingTwice) {
  DebugSession session(sample("crash"));
  session.run("run");
  const std::string printed = session.output();
  const runtime::Instant trap = session.snapshot()->instant;
  const std::string hash = session.run("hash");
  session.run("seek start");
  EXPECT_EQ(session.snapshot()->state, State::Paused);
  EXPECT_EQ(session.snapshot()->reason, StopReason::Seek);
  EXPECT_FALSE(session.snapshot()->trap);
  session.run("seek " + runtime::to_text(trap));
  EXPECT_EQ(session.run("hash"), hash);
  session.run("stepi");
  EXPECT_EQ(session.snapshot()->reason, StopReason::Trap);
  EXPECT_EQ(session.run("hash"), hash);
  EXPECT_EQ(session.output(), printed);
}

TEST(Session, SeekToNowhereStaysWhereItIs) {
  DebugSession session(fixture("control"));
  session.run("start walk 3");
  session.run("seek t=2");
  const runtime::Instant before = session.snapshot()->instant;
  EXPECT_NE(session.fail("seek t=1:0:0x1").find("first one after it is t=1:0:0x87"), std::string::npos);
  EXPECT_NE(session.fail("seek t=999").find("the program ended in tick"), std::string::npos);
  EXPECT_EQ(session.snapshot()->state, State::Paused);
  EXPECT_EQ(session.snapshot()->instant, before);
  session.run("continue");
  EXPECT_EQ(session.snapshot()->results[0].bits, 106u);
  session.fail("seek t=999");
  EXPECT_EQ(session.snapshot()->state, State::Ended);
  EXPECT_EQ(session.snapshot()->results[0].bits, 106u);
  session.run("seek t=1");
  EXPECT_EQ(session.snapshot()->state, State::Paused);
}

TEST(Session, PauseInterruptsAtATick) {
  DebugSession session(fixture("control"));
  session.session.post("run forever");
  ASSERT_TRUE(eventually([&] { return session.snapshot()->state == State::Running; }));
  EXPECT_FALSE(session.session.is_idle());
  session.session.pause();
  session.session.wait_until_idle();
  EXPECT_EQ(session.snapshot()->state, State::Paused);
  EXPECT_EQ(session.snapshot()->reason, StopReason::PauseRequest);
  EXPECT_GT(session.snapshot()->instant.tick, 1u);

  session.session.post("continue");
  session.session.post("pause");
  session.session.wait_until_idle();
  EXPECT_EQ(session.snapshot()->reason, StopReason::PauseRequest);
}

TEST(Session, PauseOfWhatDoesNotRunIsForgotten) {
  DebugSession session(fixture("control"));
  session.session.pause();
  EXPECT_EQ(session.run("run spin 300000"), "spin(300000) returned 300000");
  session.fail("pause");
}

TEST(Session, WhileRunningSomeCommandsWorkAndOthersWait) {
  DebugSession session(fixture("control"));
  session.session.post("run forever");
  ASSERT_TRUE(eventually([&] { return session.snapshot()->state == State::Running; }));
  EXPECT_EQ(session.fail("locals"), "the program is running: pause it first");
  EXPECT_EQ(session.fail("stepi"), "the program is running: pause it first");
  session.fail("nonsense");
  session.run("info breakpoints");
  session.run("help");
  session.run("break forever+0x2");
  session.session.wait_until_idle();
  EXPECT_EQ(session.snapshot()->reason, StopReason::Breakpoint);
  session.run("delete");
  session.session.post("continue");
  ASSERT_TRUE(eventually([&] { return session.snapshot()->state == State::Running; }));
  session.run("kill");
  session.session.wait_until_idle();
  EXPECT_EQ(session.snapshot()->state, State::Loaded);
  session.fail("continue");
}

TEST(Session, RunAndOpenEndWhatRuns) {
  DebugSession session(fixture("control"));
  session.session.post("run forever");
  ASSERT_TRUE(eventually([&] { return session.snapshot()->state == State::Running; }));
  EXPECT_EQ(session.run("run walk 1"), "walk(1) returned 101");
  session.session.post("run forever");
  session.run("open " + sample("factorial"));
  EXPECT_EQ(session.run("run fac20"), "fac20() returned 2432902008176640000");
}

TEST(Session, EndsWhileAProgramRuns) {
  DebugSession session(fixture("control"));
  session.session.post("run forever");
  ASSERT_TRUE(eventually([&] { return session.snapshot()->state == State::Running; }));
}

TEST(Session, MemoryThatIsAskedForIsPictured) {
  DebugSession session(fixture("control"));
  session.run("start walk 1");
  EXPECT_TRUE(session.snapshot()->memories[0].blocks.empty());
  session.session.want_memory(1, {{0, {16, 25}}, {0, {0xFFF0, 0x20000}}, {7, {0, 1}}});
  session.session.wait_until_idle();
  const MemoryPicture picture = session.snapshot()->memories[0];
  EXPECT_EQ(picture.size, 65536u);
  const std::vector<uint8_t> bytes = picture.read(16, 9);
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "wasmscope");
  EXPECT_EQ(picture.read(0xFFFE, 10).size(), 2u);
  EXPECT_EQ(picture.byte(0x2000), std::nullopt);
  EXPECT_EQ(picture.blocks.size(), 2u);
  session.run("stepi");
  EXPECT_EQ(session.snapshot()->memories[0].blocks.at(0), picture.blocks.at(0)) << "unchanged blocks are shared";
}

TEST(Session, WishesAreAnsweredWhileTheProgramRuns) {
  DebugSession session(sample("life"));
  session.session.post("run");
  ASSERT_TRUE(eventually([&] { return session.snapshot()->state == State::Running; }));
  session.session.want_memory(1, {{0, {0, 4096}}});
  EXPECT_TRUE(eventually([&] {
    const auto snapshot = session.snapshot();
    return snapshot->state == State::Running && !snapshot->memories.empty() && !snapshot->memories[0].blocks.empty();
  }));
  const auto first = session.snapshot();
  EXPECT_TRUE(eventually([&] { return session.snapshot()->instant.tick > first->instant.tick; }));
  session.session.pause();
  session.session.wait_until_idle();
}

TEST(Session, TablesShowWhatTheyHold) {
  DebugSession session(sample("tables"));
  session.run("start answer");
  session.session.want_table(0, 3);
  session.session.wait_until_idle();
  const TablePicture table = session.snapshot()->tables[0];
  EXPECT_EQ(table.size, 8u);
  ASSERT_EQ(table.elements.size(), 5u);
  EXPECT_EQ(table.elements[0].text, "negate #3");
  EXPECT_TRUE(table.elements[1].is_null);
}

TEST(Session, StopsAreCountedAndGenerationsAscend) {
  DebugSession session(fixture("control"));
  session.run("start walk 1");
  const auto before = session.snapshot();
  session.run("locals");
  EXPECT_EQ(session.snapshot()->stop_count, before->stop_count);
  session.run("stepi");
  EXPECT_EQ(session.snapshot()->stop_count, before->stop_count + 1);
  EXPECT_GT(session.snapshot()->generation, before->generation);
}

TEST(Session, TooManyCommandsAreRefusedNotLost) {
  DebugSession session(fixture("control"));
  session.session.post("run forever");
  ASSERT_TRUE(eventually([&] { return session.snapshot()->state == State::Running; }));
  for (int i = 0; i < 20'000; ++i) session.session.post("locals");
  session.session.pause();
  session.session.wait_until_idle();
  EXPECT_EQ(session.failures().size(), 20'000u);
}

TEST(Session, EveryListingWorksInEveryState) {
  for (const std::string& file : {sample("crash"), sample("tables"), fixture("control"), fixture("missing_import")}) {
    DebugSession session(file);
    for (const char* start : {"", "start", "continue"}) {
      if (*start != 0) session.session.execute(start);
      for (const char* line : {"where", "bt", "frame", "locals", "stack", "globals", "memory 0", "table", "dis", "dis #9", "trap",
                               "hash", "info breakpoints", "info functions", "info sections", "info imports", "info exports",
                               "info producers", "info module", "help", "help seek"}) {
        EXPECT_FALSE(session.session.execute(line).text.empty()) << file << " " << start << " " << line;
      }
    }
  }
}

}  // namespace
}  // namespace wasmscope::debug
