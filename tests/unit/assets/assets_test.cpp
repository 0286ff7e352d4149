// SPDX-License-Identifier: Apache-2.0
#include "assets/assets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace wasmscope::assets {
namespace {

using testing::ElementsAre;

std::vector<uint8_t> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Assets, carry_the_sample_modules_as_they_are_on_disk) {
  ASSERT_FALSE(samples().empty());
  for (const Sample& sample : samples()) {
    const std::string name(sample.name);
    EXPECT_TRUE(std::ranges::equal(sample.bytes, read_file("assets/samples/" + name + "/" + name + ".wasm"))) << name;
    ASSERT_GE(sample.bytes.size(), 8u) << name;
    EXPECT_THAT(sample.bytes.first(4), ElementsAre(0, 'a', 's', 'm')) << name;
  }
}

TEST(Assets, say_something_different_about_each_sample) {
  std::set<std::string_view> names, summaries;
  for (const Sample& sample : samples()) {
    EXPECT_TRUE(names.insert(sample.name).second) << sample.name;
    EXPECT_TRUE(summaries.insert(sample.summary).second) << sample.summary;
    EXPECT_FALSE(sample.entry.empty()) << sample.name;
  }
}

TEST(Assets, find_a_sample_by_its_name) {
  ASSERT_NE(find_sample("crash"), nullptr);
  EXPECT_TRUE(find_sample("crash")->traps);
  EXPECT_EQ(find_sample("no such sample"), nullptr);
}

TEST(Assets, carry_a_truetype_font) {
  ASSERT_GT(mono_font().size(), 100'000u);
  EXPECT_THAT(mono_font().first(4), ElementsAre(0, 1, 0, 0));
}

}  // namespace
}  // namespace wasmscope::assets
