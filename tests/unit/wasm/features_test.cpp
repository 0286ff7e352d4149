// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/features.h"

#include <gtest/gtest.h>

namespace wasmscope::wasm {
namespace {

TEST(Features, DefaultsAreThoseOfTheTable) {
  const Features features;
  EXPECT_TRUE(features.has(Feature::Gc));
  EXPECT_FALSE(features.has(Feature::StackSwitching));
  EXPECT_EQ(features, *parse_features(""));
  EXPECT_EQ(features, *parse_features("all,default"));
}

TEST(Features, ListsSwitchOnAndOff) {
  const auto features = parse_features("-gc,wide-arithmetic,+stack-switching,");
  ASSERT_TRUE(features);
  EXPECT_FALSE(features->has(Feature::Gc));
  EXPECT_TRUE(features->has(Feature::WideArithmetic));
  EXPECT_TRUE(features->has(Feature::StackSwitching));
  EXPECT_TRUE(features->has(Feature::Simd));
}

TEST(Features, NoneIsTheFirstVersion) {
  const auto features = parse_features("none,simd");
  ASSERT_TRUE(features);
  EXPECT_TRUE(features->has(Feature::Mvp));
  EXPECT_TRUE(features->has(Feature::Simd));
  EXPECT_FALSE(features->has(Feature::SignExtension));
}

TEST(Features, UnknownOnesAreErrors) {
  EXPECT_EQ(parse_features("garbage\x1b").error().detail, "unknown feature garbage\\u{1b}");
  EXPECT_EQ(parse_features("-mvp").error().code, ErrorCode::BadArgument);
}

}  // namespace
}  // namespace wasmscope::wasm
