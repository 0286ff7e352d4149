// SPDX-License-Identifier: Apache-2.0
#include "engine/script/suite.h"

#include <gtest/gtest.h>

namespace wasmscope::script {
namespace {

using wasm::Feature;

TEST(Suite, TakesFeaturesFromTheFolder) {
  const wasm::Features base = features_for("suite/spec/i32.wast");
  EXPECT_TRUE(base.has(Feature::Gc));
  EXPECT_TRUE(base.has(Feature::Memory64));
  EXPECT_FALSE(base.has(Feature::Threads));
  EXPECT_FALSE(base.has(Feature::LegacyExceptions));
  EXPECT_FALSE(base.has(Feature::StackSwitching));
  EXPECT_EQ(features_for("i32.wast"), base);
  EXPECT_TRUE(features_for("proposals/threads/threads/atomic.wast").has(Feature::Threads));
  EXPECT_TRUE(features_for("a/custom-descriptors/exact.wast").has(Feature::CustomDescriptors));
  EXPECT_FALSE(features_for("a/my-threads/b.wast").has(Feature::Threads));
}

TEST(Suite, FindsScriptsInOrder) {
  const auto scripts = find_scripts({"tests/spec/self_test"});
  ASSERT_TRUE(scripts);
  EXPECT_EQ(*scripts, (std::vector<std::string>{"tests/spec/self_test/claims.wast"}));
  EXPECT_EQ(find_scripts({"anything"})->size(), 1u) << "whether a file can be read is seen later";
  EXPECT_FALSE(find_scripts({"tests/lint"})) << "a folder without scripts is a mistake";
}

}  // namespace
}  // namespace wasmscope::script
