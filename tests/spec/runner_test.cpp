// SPDX-License-Identifier: Apache-2.0
// That the runner of scripts notices what is wrong: self_test/claims.wast has right claims to line 28 and wrong
// ones from line 30.
#include "engine/script/script_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "engine/base/file.h"

namespace wasmscope::script {
namespace {

using ::testing::HasSubstr;

ScriptReport run(std::string_view source, const RunnerOptions& options = {}) { return run_script(source, options); }

std::string read_claims() {
  const auto file = read_file("tests/spec/self_test/claims.wast");
  EXPECT_TRUE(file);
  return file ? std::string(file->begin(), file->end()) : std::string();
}

const Failure* failure_at(const ScriptReport& report, uint32_t line) {
  for (const Failure& failure : report.failures)
    if (failure.line == line) return &failure;
  return nullptr;
}

TEST(ScriptRunner, ReportsEveryWrongClaimAndNoOther) {
  const ScriptReport report = run(read_claims());
  std::set<uint32_t> lines;
  for (const Failure& failure : report.failures) {
    EXPECT_TRUE(lines.insert(failure.line).second) << failure.line << " " << failure.got;
    EXPECT_GE(failure.line, 30u) << failure.expected << failure.got;
  }
  EXPECT_EQ(lines.size(), 30u);
  EXPECT_EQ(report.passed, 8u);
  EXPECT_EQ(report.judged, report.assertions);
  EXPECT_EQ(report.skipped.size(), 0u);
}

TEST(ScriptRunner, SaysWhatItExpectedAndGot) {
  const ScriptReport report = run(read_claims());
  ASSERT_NE(failure_at(report, 31), nullptr);
  EXPECT_EQ(failure_at(report, 31)->command, "assert_return");
  EXPECT_EQ(failure_at(report, 31)->expected, "\"answer\": i32 43");
  EXPECT_EQ(failure_at(report, 31)->got, "i32 42");
  ASSERT_NE(failure_at(report, 43), nullptr);
  EXPECT_EQ(failure_at(report, 43)->expected, "\"divide\": the trap \"unreachable\"");
  EXPECT_EQ(failure_at(report, 43)->got, "the trap \"integer divide by zero\"");
}

TEST(ScriptRunner, NoticesWhatTheReaderLost) {
  const ScriptReport report = run("(module (func (export \"f\")))\n(thread $t (assert_return (invoke \"f\")))");
  ASSERT_EQ(report.failures.size(), 1u) << "the thread is never waited for";
  EXPECT_EQ(report.failures[0].command, "script");
  EXPECT_EQ(report.assertions, 1u);
}

TEST(ScriptRunner, NeedsAScript) {
  const ScriptReport report = run("(module) (assert_return (invoke");
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_THAT(report.failures[0].got, HasSubstr("unexpected token"));
}

TEST(ScriptRunner, SkipsWhatIsNotExecutedAndSaysSo) {
  RunnerOptions options;
  options.features = *wasm::parse_features("all");
  const ScriptReport report =
      run("(module (type $f (func)) (type $c (cont $f)) (elem declare func $g) (func $g)\n"
          "  (func (export \"f\") (drop (cont.new $c (ref.func $g)))))\n"
          "(assert_return (invoke \"f\"))",
          options);
  EXPECT_TRUE(report.failures.empty()) << report.failures[0].got;
  EXPECT_EQ(report.passed, 0u);
  ASSERT_EQ(report.skipped.size(), 1u);
  EXPECT_EQ(report.skipped[0].line, 3u);
}

TEST(ScriptRunner, LinksInstancesByTheNamesTheyAreRegisteredUnder) {
  const ScriptReport report =
      run("(module definition $counter (global $g (mut i32) (i32.const 0))\n"
          "  (func (export \"next\") (result i32)\n"
          "    (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))\n"
          "(module instance $a $counter) (module instance $b $counter)\n"
          "(register \"a\" $a)\n"
          "(module (import \"a\" \"next\" (func $next (result i32)))\n"
          "  (func (export \"twice\") (result i32) (drop (call $next)) (call $next)))\n"
          "(assert_return (invoke \"twice\") (i32.const 2))\n"
          "(assert_return (invoke $a \"next\") (i32.const 3))\n"
          "(assert_return (invoke $b \"next\") (i32.const 1))");
  EXPECT_TRUE(report.failures.empty()) << report.failures[0].got;
  EXPECT_EQ(report.passed, 3u);
}

TEST(ScriptRunner, LetsThreadsTakeTurns) {
  RunnerOptions options;
  options.features = *wasm::parse_features("all");
  const ScriptReport report =
      run("(module $m (memory (export \"m\") 1 1 shared))\n"
          "(thread $wait (shared (module $m)) (register \"m\" $m)\n"
          "  (module (import \"m\" \"m\" (memory 1 1 shared))\n"
          "    (func (export \"f\") (result i32) (loop (br_if 0 (i32.eqz (i32.load (i32.const 0))))) (i32.const 1)))\n"
          "  (assert_return (invoke \"f\") (i32.const 1)))\n"
          "(thread $set (shared (module $m)) (register \"m\" $m)\n"
          "  (module (import \"m\" \"m\" (memory 1 1 shared))\n"
          "    (func (export \"f\") (i32.store (i32.const 0) (i32.const 1))))\n"
          "  (assert_return (invoke \"f\")))\n"
          "(wait $wait) (wait $set)",
          options);
  EXPECT_TRUE(report.failures.empty()) << report.failures[0].got;
  EXPECT_EQ(report.passed, 2u);
}

TEST(ScriptRunner, ComparesModulesAfterARoundTrip) {
  RunnerOptions options;
  options.checks_round_trip = true;
  const ScriptReport report =
      run("(module $m (func $f (param $x i32) (result i32) (local.get $x)) (export \"f\" (func $f)))\n"
          "(assert_return (invoke \"f\" (i32.const 3)) (i32.const 3))",
          options);
  EXPECT_TRUE(report.failures.empty()) << report.failures[0].got;
  EXPECT_EQ(report.passed, 1u);
}

}  // namespace
}  // namespace wasmscope::script
