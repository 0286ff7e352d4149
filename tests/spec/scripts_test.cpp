// SPDX-License-Identifier: Apache-2.0
// The scripts of this repository, one or more for each feature: all of their assertions pass, none is skipped, and
// their modules survive being printed and parsed; every call ends in the same way when it is replayed.
#include <gtest/gtest.h>

#include "engine/base/file.h"
#include "engine/script/script_runner.h"
#include "engine/script/suite.h"

namespace wasmscope::script {
namespace {

TEST(Scripts, Pass) {
  const auto scripts = find_scripts({"tests/spec/scripts"});
  ASSERT_TRUE(scripts);
  uint64_t passed = 0;
  for (const std::string& path : *scripts) {
    const auto file = read_file(path);
    ASSERT_TRUE(file) << path;
    const RunnerOptions options{.features = features_for(path), .checks_round_trip = true, .replays_calls = true};
    const ScriptReport report = run_script({reinterpret_cast<const char*>(file->data()), file->size()}, options);
    for (const Failure& failure : report.failures)
      ADD_FAILURE() << path << ":" << failure.line << ": " << failure.command << ": expected " << failure.expected
                    << ", got " << failure.got;
    EXPECT_EQ(report.skipped.size(), 0u) << path;
    EXPECT_EQ(report.passed, report.assertions) << path;
    EXPECT_GT(report.passed, 0u) << path;
    passed += report.passed;
  }
  EXPECT_GE(passed, 300u);
}

}  // namespace
}  // namespace wasmscope::script
