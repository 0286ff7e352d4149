// SPDX-License-Identifier: Apache-2.0
#include "engine/script/assertion_count.h"

#include <gtest/gtest.h>

namespace wasmscope::script {
namespace {

TEST(AssertionCount, CountsEachAssertionOnce) {
  EXPECT_EQ(count_assertions(""), 0u);
  EXPECT_EQ(count_assertions("(module)\n(assert_return (invoke \"f\"))\n( assert_trap (invoke \"f\") \"x\")"), 2u);
  EXPECT_EQ(count_assertions("(thread $t (assert_return (invoke \"f\")))"), 1u);
}

TEST(AssertionCount, PassesOverStringsAndComments) {
  EXPECT_EQ(count_assertions("\"(assert_return\" \"\\\"(assert_return\" ;; (assert_return\n(assert_trap"), 1u);
  EXPECT_EQ(count_assertions("(; (; (assert_return ;) (assert_return ;) (assert_return"), 1u);
  EXPECT_EQ(count_assertions("(;;) (assert_return ;; (assert_return"), 1u);
  EXPECT_EQ(count_assertions("\"\\\\\" (assert_return \"unclosed (assert_return"), 1u);
}

}  // namespace
}  // namespace wasmscope::script
