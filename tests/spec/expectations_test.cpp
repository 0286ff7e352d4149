// SPDX-License-Identifier: Apache-2.0
#include "engine/script/expectations.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace wasmscope::script {
namespace {

TEST(Expectations, AcceptFailuresForTheirReason) {
  const Expectations expectations({{"gc/a.wast", 3, "known"}, {"other.wast", 9, "elsewhere"}});
  ScriptReport report;
  report.failures = {{3, "assert_return", "x", "y"}, {4, "assert_return", "x", "y"}};
  expectations.apply("suite/gc/a.wast", report);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].line, 4u);
  ASSERT_EQ(report.skipped.size(), 1u);
  EXPECT_EQ(report.skipped[0].line, 3u);
  EXPECT_EQ(report.skipped[0].reason, "known");
}

TEST(Expectations, FailWhenNothingFails) {
  const Expectations expectations({{"gc/a.wast", 3, "known"}});
  ScriptReport report;
  expectations.apply("gc/a.wast", report);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].line, 3u);
  ScriptReport other;
  expectations.apply("suite/bgc/a.wast", other);
  EXPECT_TRUE(other.failures.empty());
}

TEST(Expectations, AreLinesOfAFile) {
  const std::string path = (std::filesystem::temp_directory_path() / "wasmscope-expectations-test.txt").string();
  std::ofstream(path) << "# comment\n\ngc/a.wast:3  known for long\n";
  const auto read = read_expectations(path);
  ASSERT_TRUE(read);
  ScriptReport report;
  report.failures = {{3, "assert_return", "x", "y"}};
  read->apply("gc/a.wast", report);
  ASSERT_EQ(report.skipped.size(), 1u);
  EXPECT_EQ(report.skipped[0].reason, "known for long");
  for (const char* bad : {"gc/a.wast known\n", "gc/a.wast:x known\n", "gc/a.wast:3\n"}) {
    std::ofstream(path) << bad;
    EXPECT_FALSE(read_expectations(path)) << bad;
  }
  std::filesystem::remove(path);
  EXPECT_FALSE(read_expectations(path));
}

}  // namespace
}  // namespace wasmscope::script
