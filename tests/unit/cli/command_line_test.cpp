// SPDX-License-Identifier: Apache-2.0
// What ends in a message is in tests/golden/cli/usage.txt.
#include "app/cli/command_line.h"

#include <gtest/gtest.h>

namespace wasmscope::app {
namespace {

template <class Options>
Options parse(const std::vector<std::string>& arguments) {
  const Command command = parse_command_line(arguments);
  if (const auto* options = std::get_if<Options>(&command)) return *options;
  const auto* finished = std::get_if<Finished>(&command);
  ADD_FAILURE() << "not the verb expected: " << (finished ? finished->text : "");
  return {};
}

TEST(CommandLineTest, WithoutArgumentsTheWindowOpens) {
  const auto options = parse<GuiOptions>({});
  EXPECT_EQ(options.file, "");
  EXPECT_TRUE(options.args.empty());
}

TEST(CommandLineTest, FileOpensInTheWindow) {
  const auto options = parse<GuiOptions>(
      {"--size", "800x600", "prog.wasm", "--headless", "--screenshot=shot.png", "--", "inspect", "-x", "--"});
  EXPECT_EQ(options.file, "prog.wasm");
  EXPECT_EQ(options.width, 800);
  EXPECT_EQ(options.height, 600);
  EXPECT_TRUE(options.headless);
  EXPECT_EQ(options.screenshot, "shot.png");
  EXPECT_EQ(options.args, (std::vector<std::string>{"inspect", "-x", "--"}));
}

TEST(CommandLineTest, FileMayBeNamedLikeAVerb) { EXPECT_EQ(parse<GuiOptions>({"./run"}).file, "./run"); }

TEST(CommandLineTest, Run) {
  const auto options = parse<RunOptions>({"run", "prog.wasm", "--invoke", "fac", "--env", "A=1", "--env", "B=x=y",
                                          "--tier", "interp", "--stats", "--", "-5", "--invoke"});
  EXPECT_EQ(options.file, "prog.wasm");
  EXPECT_EQ(options.invoke, "fac");
  EXPECT_EQ(options.env, (EnvironmentVariables{{"A", "1"}, {"B", "x=y"}}));
  EXPECT_EQ(options.tier, Tier::Interpreter);
  EXPECT_TRUE(options.stats);
  EXPECT_EQ(options.args, (std::vector<std::string>{"-5", "--invoke"}));
}

TEST(CommandLineTest, EnvironmentVariableDoesNotSwallowTheFile) {
  const auto options = parse<RunOptions>({"run", "--env", "A=1", "prog.wasm"});
  EXPECT_EQ(options.file, "prog.wasm");
  EXPECT_EQ(options.env.size(), 1u);
}

TEST(CommandLineTest, Debug) {
  const auto options = parse<DebugOptions>({"debug", "prog.wasm", "--script", "-"});
  EXPECT_EQ(options.file, "prog.wasm");
  EXPECT_EQ(options.script, "-");
  EXPECT_EQ(parse<DebugOptions>({"debug"}).file, "");
}

TEST(CommandLineTest, Inspect) {
  EXPECT_EQ(parse<InspectOptions>({"inspect", "a.wasm"}).part, InspectPart::Summary);
  EXPECT_EQ(parse<InspectOptions>({"inspect", "--types", "a.wasm"}).part, InspectPart::Types);
  const auto options = parse<InspectOptions>({"inspect", "a.wasm", "--section", "code", "--json"});
  EXPECT_EQ(options.part, InspectPart::Section);
  EXPECT_EQ(options.section, "code");
  EXPECT_EQ(options.form, OutputForm::Json);
}

TEST(CommandLineTest, ValidateTakesSeveralFiles) {
  EXPECT_EQ(parse<ValidateOptions>({"validate", "a", "b", "--", "-c"}).files,
            (std::vector<std::string>{"a", "b", "-c"}));
}

TEST(CommandLineTest, FeaturesAreSwitchedOnAndOff) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"print", "a", "--features", "-gc,wide-arithmetic"},
        {"print", "a", "--features=-gc,+wide-arithmetic"}}) {
    const auto options = parse<PrintOptions>(arguments);
    EXPECT_FALSE(options.features.has(wasm::Feature::Gc));
    EXPECT_TRUE(options.features.has(wasm::Feature::WideArithmetic));
    EXPECT_TRUE(options.features.has(wasm::Feature::Simd));
  }
}

TEST(CommandLineTest, HelpAndVersionEndWithSuccess) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"-h"}, {"--version"}, {"run", "--help"}, {"validate", "-h"}}) {
    const Command command = parse_command_line(arguments);
    const auto* finished = std::get_if<Finished>(&command);
    ASSERT_NE(finished, nullptr) << arguments[0];
    EXPECT_EQ(finished->exit_code, kExitOk);
    EXPECT_TRUE(finished->text.ends_with("\n") && !finished->text.ends_with("\n\n"));
  }
}

}  // namespace
}  // namespace wasmscope::app
