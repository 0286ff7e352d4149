// SPDX-License-Identifier: Apache-2.0
// Whether the comparison of the tiers finds mistakes of the compiler: one wrong machine instruction for each seed
// (engine/jit/mutation.h). Each run either agrees, since nothing comes of the mistake, or names the
// instruction whose code it is in; or, where it shows only later, the first instant at which it can be seen.
// WASMSCOPE_MUTATIONS says how many seeds, WASMSCOPE_FIRST_MUTATION which is the first; some 40 take a second.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "tests/support/child_process.h"

namespace wasmscope::test {
namespace {

constexpr uint64_t kUsualSeeds = 200;

uint64_t number_from(const char* variable, uint64_t otherwise) {
  const char* const setting = std::getenv(variable);
  return setting != nullptr ? std::strtoull(setting, nullptr, 10) : otherwise;
}

TEST(Mutation, FindsTheInstructionOrAgrees) {
  const uint64_t first = number_from("WASMSCOPE_FIRST_MUTATION", 0), seeds = number_from("WASMSCOPE_MUTATIONS", kUsualSeeds);
  std::map<std::string, uint64_t> count;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    const ChildResult child = run_child({WASMSCOPE_MUTATION_CHILD, std::to_string(seed), "1"}, {.timeout = std::chrono::seconds(60)});
    if (child.out.starts_with("no compiled tier")) GTEST_SKIP() << child.out;
    std::string verdict = child.timed_out ? "hung" : child.signal != 0 ? "crashed" : "failed";
    if (const size_t at = child.out.find("\nverdict "); at != std::string::npos)
      verdict = child.out.substr(at + 9, child.out.find(':', at) - at - 9);
    ++count[verdict];
    if (verdict != "same" && verdict != "exact") std::printf("%s: %s", verdict.c_str(), child.out.c_str());
    EXPECT_NE(verdict, "wrong") << child.out;
    EXPECT_NE(verdict, "tick") << child.out;
    EXPECT_NE(verdict, "failed") << child.out << child.err;
  }
  for (const auto& [verdict, number] : count) std::printf("%-10s %llu\n", verdict.c_str(), static_cast<unsigned long long>(number));
  EXPECT_GT(count["exact"], seeds / 4);
}

}  // namespace
}  // namespace wasmscope::test
