// SPDX-License-Identifier: Apache-2.0
#include "ui/model/fuzzy.h"

#include <gtest/gtest.h>

namespace wasmscope::ui {
namespace {

TEST(Fuzzy, NeedsAllCharactersInOrder) {
  EXPECT_TRUE(fuzzy_score("pn", "parse_number"));
  EXPECT_TRUE(fuzzy_score("PARSE", "parse_number"));
  EXPECT_FALSE(fuzzy_score("np", "pn"));
  EXPECT_FALSE(fuzzy_score("parse_numbers", "parse_number"));
  EXPECT_EQ(fuzzy_score("", "anything"), 0);
}

TEST(Fuzzy, PrefersStartsOfWordsAndWholeNames) {
  EXPECT_GT(fuzzy_score("pn", "parse_number"), fuzzy_score("pn", "spinner"));
  EXPECT_GT(fuzzy_score("free", "free"), fuzzy_score("free", "free_list"));
  EXPECT_GT(fuzzy_score("num", "number"), fuzzy_score("num", "nonuniform"));
}

}  // namespace
}  // namespace wasmscope::ui
