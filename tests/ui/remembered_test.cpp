// SPDX-License-Identifier: Apache-2.0
#include "ui/model/remembered.h"

#include <gtest/gtest.h>

namespace wasmscope::ui {
namespace {

TEST(Remembered, ReadsWhatItWrites) {
  Remembered remembered;
  remembered.is_light = true;
  remembered.scale = 1.25;
  remembered.wide_layout = "h(50,t(code),t(memory))";
  remembered.recent = {{"/programs/a b.wasm", 12, 99, false}};
  const auto again = parse_remembered(to_text(remembered));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_light);
  EXPECT_EQ(again->scale, 1.25);
  EXPECT_EQ(again->wide_layout, remembered.wide_layout);
  ASSERT_EQ(again->recent.size(), 1u);
  EXPECT_EQ(again->recent[0].path, "/programs/a b.wasm");
  EXPECT_EQ(again->recent[0].size_bytes, 12u);
  EXPECT_EQ(again->recent[0].opened_at_s, 99);
}

TEST(Remembered, RefusesBrokenFiles) {
  const std::string first = "wasmscope window 1\n";
  EXPECT_TRUE(parse_remembered(first));
  for (const std::string& text :
       {std::string(), std::string("wasmscope window 2\n"), first + "theme blue\n", first + "scale nan\n",
        first + "scale 0\n", first + "wide t(\n", first + "recent 1 2 relative\n", first + "recent x 2 /a\n",
        first + "theme light", first + "nonsense\n", first + "\n", std::string(100, '\0')})
    EXPECT_FALSE(parse_remembered(text)) << text;
}

TEST(Remembered, KeepsTheLatestFilesOnce) {
  std::vector<RecentFile> recent;
  for (int i = 0; i < 20; ++i) add_recent(recent, {"/" + std::to_string(i), 1, i, false});
  add_recent(recent, {"/15", 2, 30, false});
  add_recent(recent, {"/a\nb", 2, 31, false});
  ASSERT_EQ(recent.size(), 8u);
  EXPECT_EQ(recent[0].path, "/15");
  EXPECT_EQ(recent[1].path, "/19");
}

}  // namespace
}  // namespace wasmscope::ui
