// SPDX-License-Identifier: Apache-2.0
#include "ui/model/number_text.h"

#include <gtest/gtest.h>

namespace wasmscope::ui {
namespace {

TEST(NumberText, GroupsDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1 000");
  EXPECT_EQ(grouped(UINT64_MAX), "18 446 744 073 709 551 615");
  EXPECT_EQ(grouped_signed(-8192), "-8 192");
  EXPECT_EQ(grouped_signed(INT64_MIN), "-9 223 372 036 854 775 808");
}

TEST(NumberText, Hex) {
  EXPECT_EQ(hex(0), "0x0");
  EXPECT_EQ(hex(0xa41c), "0xa41c");
  EXPECT_EQ(hex_digits(0x1ff40, 8), "0001ff40");
}

TEST(NumberText, Sizes) {
  EXPECT_EQ(byte_size(212), "212 B");
  EXPECT_EQ(byte_size(5120), "5.0 K");
  EXPECT_EQ(byte_size(1024 * 1024 - 1), "1.0 M");
  EXPECT_EQ(byte_size_long(131072), "128 KiB");
}

}  // namespace
}  // namespace wasmscope::ui
