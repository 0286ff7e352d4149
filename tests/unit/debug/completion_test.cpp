// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/completion.h"

#include "engine/debug/commands.h"
#include "tests/support/debug_session.h"

namespace wasmscope::debug {
namespace {

using Words = std::vector<std::string>;
using test::DebugSession;

TEST(Completion, CompletesCommandsWithoutAModule) {
  const Snapshot nothing;
  EXPECT_EQ(complete("conti", nothing).common(), "continue ");
  EXPECT_EQ(complete("reverse-step", nothing).common(), "reverse-step");
  EXPECT_GT(complete("reverse-step", nothing).candidates.size(), 1u);
  EXPECT_EQ(complete("  wher", nothing).begin, 2u);
  EXPECT_EQ(complete("nonsense", nothing).candidates, Words{});
  EXPECT_EQ(complete("nonsense x", nothing).candidates, Words{});
  EXPECT_EQ(complete("", nothing).candidates.size(), all_commands().size());
  EXPECT_EQ(complete("break x", nothing).candidates, Words{});
  EXPECT_EQ(complete("help undisp", nothing).common(), "undisplay ");
}

TEST(Completion, KnowsFunctionsNamesTopicsAndFiles) {
  DebugSession session(test::fixture("control"));
  session.run("start walk 3");
  const auto snapshot = session.snapshot();
  EXPECT_EQ(complete("break wa", *snapshot).common(), "walk ");
  EXPECT_EQ(complete("b exit:wa", *snapshot).common(), "exit:walk ");
  EXPECT_EQ(complete("until va", *snapshot).common(), "values ");
  EXPECT_EQ(complete("call for", *snapshot).common(), "forever ");
  EXPECT_EQ(complete("print $su", *snapshot).common(), "$sum ");
  EXPECT_EQ(complete("print/x 1 + $su", *snapshot).begin, 12u);
  EXPECT_EQ(complete("print /x i32[$f3", *snapshot).common(), "$f32 ");
  EXPECT_EQ(complete("break walk if $su", *snapshot).common(), "$sum ");
  EXPECT_EQ(complete("print st", *snapshot).common(), "str(");
  EXPECT_EQ(complete("info fu", *snapshot).common(), "functions ");
  EXPECT_EQ(complete("seek en", *snapshot).common(), "end ");
  EXPECT_EQ(complete("open tests/fixt", *snapshot).common(), "tests/fixtures/");
  EXPECT_EQ(complete("open tests/fixtures/control/control.wat", *snapshot).common(), "tests/fixtures/control/control.wat ");
  EXPECT_EQ(complete("open no/such/folder/", *snapshot).candidates, Words{});
}

}  // namespace
}  // namespace wasmscope::debug
