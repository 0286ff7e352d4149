// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/commands.h"

#include <gtest/gtest.h>

#include "engine/debug/carry_out.h"

namespace wasmscope::debug {
namespace {

TEST(Commands, AreFoundByNameShortNameAndBeginning) {
  for (const CommandInfo& command : all_commands()) {
    EXPECT_EQ(find_command(command.name), &command);
    if (!command.short_name.empty()) {
      EXPECT_EQ(find_command(command.short_name), &command);
    }
    EXPECT_FALSE(command.help.empty());
    EXPECT_EQ(&info(command.command), &command);
  }
  ASSERT_NE(find_command("cont"), nullptr);
  EXPECT_EQ(find_command("cont")->command, Command::Continue);
  EXPECT_EQ(find_command("st"), nullptr);   // start, stepi, step, stack
  EXPECT_EQ(find_command(""), nullptr);
  EXPECT_EQ(find_command("xyzzy"), nullptr);
}

TEST(Commands, LinesAreSplitIntoWords) {
  const auto line = parse_command_line("  break\t#42+0x1c  # the loop");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->info->command, Command::Break);
  EXPECT_EQ(line->arguments, Arguments{"#42+0x1c"});
  EXPECT_EQ(parse_command_line("")->info, nullptr);
  EXPECT_EQ(parse_command_line("# nothing")->info, nullptr);
  EXPECT_FALSE(parse_command_line("open \"half"));
}

TEST(Commands, QuotedWordsHoldAnything) {
  const std::string path = "a \"b\" \\c\\ d";
  const auto line = parse_command_line("open " + quote(path));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->arguments, Arguments{path});
  EXPECT_EQ(parse_command_line("open \"\"")->arguments, Arguments{""});
}

TEST(Commands, UnknownOnesSayWhatWasMeant) {
  EXPECT_EQ(parse_command_line("xyzzy").error(), "unknown command `xyzzy`: try `help`");
  EXPECT_NE(parse_command_line("st").error().find("start, stepi, step, step-until, stack"), std::string::npos);
  EXPECT_EQ(parse_command_line("a\x1b[2J").error(), "unknown command `a\\u{1b}[2J`: try `help`");
}

}  // namespace
}  // namespace wasmscope::debug
