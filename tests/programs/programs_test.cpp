// SPDX-License-Identifier: Apache-2.0
// Compiled C programs of tests/fixtures from start to end against a fake world: what they print, how they exit.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/fake_environment.h"
#include "tests/support/program.h"

namespace wasmscope {
namespace {

constexpr int kTraps = -1;

struct ProgramCase {
  const char* name;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> env;
  int exit_code;              // or kTraps
  const char* errors;         // on stderr
};

void PrintTo(const ProgramCase& program, std::ostream* out) { *out << program.name; }

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int exit_code_of(const runtime::Outcome& outcome) {
  if (const auto* exited = std::get_if<runtime::Exited>(&outcome)) return exited->code;
  if (std::holds_alternative<runtime::Trapped>(outcome)) return kTraps;
  EXPECT_TRUE(std::holds_alternative<runtime::Returned>(outcome)) << "it paused";
  return 0;
}

class ProgramTest : public ::testing::TestWithParam<ProgramCase> {
 protected:
  void run(size_t largest_read) {
    const ProgramCase& program = GetParam();
    const std::string folder = std::string("tests/fixtures/") + program.name + "/";
    auto environment = std::make_shared<test::FakeEnvironment>();
    environment->input = read_text(folder + "stdin.txt");
    environment->largest_read = largest_read;
    host::WasiOptions options{{program.name}, program.env};
    options.arguments.insert(options.arguments.end(), program.arguments.begin(), program.arguments.end());
    test::Program loaded(folder + program.name + ".wasm", options, environment);
    EXPECT_TRUE(loaded.missing().empty());
    const auto result = loaded.call("_start");
    EXPECT_EQ(exit_code_of(result.outcome), program.exit_code);
    EXPECT_EQ(environment->output, read_text(folder + "expected.txt"));
    EXPECT_EQ(environment->errors, program.errors);
  }
};

TEST_P(ProgramTest, PrintsAndExitsAsExpected) { run(SIZE_MAX); }
TEST_P(ProgramTest, DoesSoWhenInputComesByteByByte) { run(1); }

INSTANTIATE_TEST_SUITE_P(Fixtures, ProgramTest,
                         ::testing::Values(ProgramCase{"hello", {}, {}, 0, "this line is on stderr\n"},
                                           ProgramCase{"wc", {}, {}, 0, ""},
                                           ProgramCase{"args_env",
                                                       {"one", "two words", ""},
                                                       {{"NAME", "some value"}, {"OTHER", ""}},
                                                       3,
                                                       ""},
                                           ProgramCase{"clock", {}, {}, 0, ""},
                                           ProgramCase{"exit_code", {}, {}, 7, ""},
                                           ProgramCase{"scan", {}, {}, 0, ""},
                                           ProgramCase{"sort", {}, {}, 0, ""},
                                           ProgramCase{"heap", {}, {}, 0, ""},
                                           ProgramCase{"trap", {}, {}, kTraps, ""},
                                           ProgramCase{"json", {}, {}, 0, ""},
                                           ProgramCase{"vectors", {}, {}, 0, ""}),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace wasmscope
