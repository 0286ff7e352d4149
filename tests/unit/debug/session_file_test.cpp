// SPDX-License-Identifier: Apache-2.0
// What one session leaves to the next one.
#include "engine/debug/session_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/base/file.h"
#include "tests/support/debug_session.h"
#include "tests/support/random_program.h"

namespace wasmscope::debug {
namespace {

namespace fs = std::filesystem;
using test::DebugSession;

class SessionFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "wasmscope-session-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  SessionOptions options() const {
    SessionOptions options;
    options.state_folder = path("state");
    return options;
  }
  void write_module(const std::string& text) const { std::ofstream(path("m.wat")) << text; }
  // The only file with that end.
  std::string find(const std::string& end) const {
    for (const auto& each : fs::directory_iterator(path("state")))
      if (each.path().string().ends_with(end)) return each.path().string();
    return {};
  }
  static std::string read(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  fs::path folder_;
};

constexpr char kFirst[] = R"((module (memory 1) (global $g (export "g") (mut i32) (i32.const 0))
  (func $one (export "one") (param $x i32) (result i32) local.get $x i32.const 1 i32.add)
  (func $two (export "two") (param $x i32) (result i32) local.get $x i32.const 100000 i32.mul nop)
  (func $gone (export "gone") nop nop)))";
// Functions in another order, with other code; one is gone.
constexpr char kSecond[] = R"((module (memory 1) (global $g (export "g") (mut i32) (i32.const 0))
  (func $new (export "new") nop)
  (func $two (export "two") (param $x i32) (result i32) local.get $x i32.const 1 i32.mul)
  (func $one (export "one") (param $y i32) (result i32) local.get $y i32.const 100000 i32.add)))";

TEST_F(SessionFiles, AreReadAgainWithTheSameModule) {
  write_module(kFirst);
  {
    DebugSession session(path("m.wat"), options());
    EXPECT_EQ(session.opened.find("last session"), std::string::npos);
    session.run("break one if $x == 3");
    session.run("break two+0x2");
    session.run("tbreak one");
    session.run("dprintf gone \"here \\ {$g} \"");
    session.run("break exit:two");
    session.run("break op:i32.mul");
    session.run("watch $g");
    session.run("awatch i32[0x10]");
    session.run("ignore 2 5");
    session.run("disable 5");
    session.run("start one 1");
    session.run("watch $x");
  }
  DebugSession session(path("m.wat"), options());
  EXPECT_NE(session.opened.find("\n7 breakpoints of the last session"), std::string::npos) << session.opened;
  const std::string list = session.run("info breakpoints");
  EXPECT_NE(list.find("if $x == 3"), std::string::npos) << list;
  EXPECT_NE(list.find("ignores 5 hits"), std::string::npos) << list;
  EXPECT_NE(list.find("logs \"here \\ {$g} \""), std::string::npos) << list;
  EXPECT_NE(list.find("off  end of #1 two"), std::string::npos) << list;
  EXPECT_NE(list.find("every i32.mul"), std::string::npos) << list;
  EXPECT_NE(list.find("changes of $g"), std::string::npos) << list;
  EXPECT_NE(list.find("reads and writes of i32[0x10]"), std::string::npos) << list;
  session.run("run one 3");
  EXPECT_EQ(session.snapshot()->reason, StopReason::Breakpoint);
}

TEST_F(SessionFiles, FollowFunctionsOfAModuleThatHasChanged) {
  write_module(kFirst);
  {
    DebugSession session(path("m.wat"), options());
    session.run("break one+0x2");
    session.run("break two+0x7");
    session.run("break one if $x == 3");
    session.run("break gone");
    session.run("watch u8[5]");
    session.run("break op:nop");
  }
  write_module(kSecond);
  DebugSession session(path("m.wat"), options());
  const std::string expected =
      "\nthe module has changed; 5 breakpoints of the last session\n"
      "  breakpoint 1: one was #0, is #2\n"
      "  breakpoint 2: moved from +0x7 to the instruction at +0x5\n"
      "  breakpoint 3: one was #0, is #2, switched off, since its condition `$x == 3` means nothing there now\n"
      "  lost: gone: there is no function gone any more";
  EXPECT_NE(session.opened.find(expected), std::string::npos) << session.opened;
  session.run("run one 1");
  EXPECT_EQ(session.snapshot()->reason, StopReason::Breakpoint);
}

TEST_F(SessionFiles, ThatAreBrokenAreKeptAside) {
  write_module(kFirst);
  { DebugSession(path("m.wat"), options()).run("break one"); }
  const std::string file = find(".session");
  const std::string good = read(file);
  EXPECT_TRUE(parse_kept_session(good).has_value());
  for (const std::string& bad : {std::string("nonsense\n"), good + "point", good + "point code\n", std::string("\xff\xfe\n"), std::string(), good.substr(0, good.size() - 4)}) {
    std::ofstream(file, std::ios::binary) << bad;
    DebugSession session(path("m.wat"), options());
    EXPECT_NE(session.opened.find("not what this debugger writes"), std::string::npos) << session.opened;
    EXPECT_EQ(read(file + ".bad"), bad);
    EXPECT_EQ(session.run("info breakpoints"), "there are no breakpoints");
    fs::remove(file + ".bad");
  }
}

TEST_F(SessionFiles, SurviveAFolderThatCannotBeWritten) {
  write_module(kFirst);
  std::ofstream(path("state")) << "a file";
  DebugSession session(path("m.wat"), options());
  session.run("break one");
  EXPECT_NE(session.output().find("breakpoints are not kept: "), std::string::npos);
}

TEST_F(SessionFiles, AreWrittenAtEveryChangeAndOnlyThen) {
  write_module(kFirst);
  DebugSession session(path("m.wat"), options());
  EXPECT_FALSE(fs::exists(path("state"))) << "nothing to keep yet";
  session.run("break one");
  const std::string one = read(find(".session"));
  EXPECT_NE(one.find("\"one\""), std::string::npos);
  session.run("delete");
  EXPECT_EQ(read(find(".session")).find("point"), std::string::npos);
}

// Whatever is in a file: it is read or refused, and what is read is written as it was.
TEST_F(SessionFiles, OfAnyBytesAreReadOrRefused) {
  KeptSession session{"0123", "/a \"b\"\\c", {{StopKind::Code, WatchMode::Change, true, 3, 28, "#1", "one", "one+0x1c", "a \"b\"", "c\\"}}};
  const std::string good = to_text(session);
  ASSERT_TRUE(parse_kept_session(good).has_value());
  EXPECT_EQ(to_text(*parse_kept_session(good)), good);
  test::RandomNumbers random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = good;
    for (uint64_t changes = 1 + random.below(4); changes > 0; --changes) text[random.below(text.size())] = static_cast<char>(random.below(256));
    if (random.chance(20)) text.resize(random.below(text.size()));
    const auto read = parse_kept_session(text);
    EXPECT_TRUE(!read || parse_kept_session(to_text(*read)).has_value()) << text;
  }
}

}  // namespace
}  // namespace wasmscope::debug
