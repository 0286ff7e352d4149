// SPDX-License-Identifier: Apache-2.0
#include "ui/model/execution_counts_text.h"

#include <gtest/gtest.h>

namespace wasmscope::ui {
namespace {

TEST(ExecutionCountsText, ReadsTheAnswerOfCoverage) {
  const auto counts = parse_execution_counts("fac #0: 21 calls, 11 of 12 instructions executed\n21  0x3b  local.get 0\n 0  0x3d  0x7 of something\n");
  EXPECT_EQ(counts, (std::map<uint32_t, uint64_t>{{0x3b, 21}, {0x3d, 0}}));
}

TEST(ExecutionCountsText, PassesOverWhatIsNoCount) {
  EXPECT_TRUE(parse_execution_counts("").empty());
  EXPECT_TRUE(parse_execution_counts("interrupted: counted up to tick 7\nx 0x10 nop\n12 0xzz nop\n99999999999999999999999 0x1 nop").empty());
}

}  // namespace
}  // namespace wasmscope::ui
