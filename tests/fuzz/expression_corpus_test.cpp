// SPDX-License-Identifier: Apache-2.0
// The target for expressions over its corpus. Mutations are in tests/unit/debug/expression_test.cpp.
#include <gtest/gtest.h>

#include <filesystem>

#include "engine/base/file.h"
#include "tests/fuzz/targets.h"

namespace wasmscope::fuzz {
namespace {

TEST(FuzzExpression, AcceptsItsCorpus) {
  tally() = {};
  for (const auto& entry : std::filesystem::directory_iterator("tests/fuzz/corpus/expression"))
    fuzz_expression(*read_file(entry.path().string()));
  EXPECT_GT(tally().inputs, 0u);
  EXPECT_GT(tally().executed, tally().inputs / 2);
}

}  // namespace
}  // namespace wasmscope::fuzz
