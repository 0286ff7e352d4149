// SPDX-License-Identifier: Apache-2.0
#include "ui/model/layout.h"

#include <gtest/gtest.h>

namespace wasmscope::ui {
namespace {

Layout layout_of(std::string_view text) {
  auto layout = Layout::parse(text);
  EXPECT_TRUE(layout) << text;
  return layout.value_or(Layout());
}

TEST(Layout, ReadsAndWritesTheSameText) {
  for (const char* text : {"t(code)", "t(code*,memory)", "h(17.5,t(functions),v(58,t(code,raw*),t(memory)))"})
    EXPECT_EQ(layout_of(text).to_text(), text);
}

TEST(Layout, RefusesBrokenText) {
  for (const char* text : {"", "t()", "t(a", "h(50,t(a))", "h(x,t(a),t(b))", "h(0,t(a),t(b))", "h(100,t(a),t(b))",
                           "t(a)t(b)", "t(a,a)", "h(50,t(a),t(a))", "q(a)", "t(*)"})
    EXPECT_FALSE(Layout::parse(text)) << text;
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "h(50,t(x" + std::to_string(i) + "),";
  EXPECT_FALSE(Layout::parse(deep));
}

TEST(Layout, MovesATabIntoAnotherTile) {
  Layout layout = layout_of("h(50,t(a*,b),t(c))");
  layout.move_tab("a", layout.tile_of("c"), Dock::Tab);
  EXPECT_EQ(layout.to_text(), "h(50,t(b),t(c,a*))");
}

TEST(Layout, SplitsATile) {
  const struct {
    Dock dock;
    const char* text;
  } cases[] = {{Dock::Left, "h(50,t(b),h(50,t(a),t(c)))"},
               {Dock::Right, "h(50,t(b),h(50,t(c),t(a)))"},
               {Dock::Top, "h(50,t(b),v(50,t(a),t(c)))"},
               {Dock::Bottom, "h(50,t(b),v(50,t(c),t(a)))"}};
  for (const auto& [dock, text] : cases) {
    Layout layout = layout_of("h(50,t(a*,b),t(c))");
    layout.move_tab("a", layout.tile_of("c"), dock);
    EXPECT_EQ(layout.to_text(), text);
  }
}

TEST(Layout, RemovesATileThatBecameEmpty) {
  Layout layout = layout_of("h(50,t(a),v(50,t(b),t(c)))");
  layout.move_tab("b", layout.tile_of("c"), Dock::Tab);
  EXPECT_EQ(layout.to_text(), "h(50,t(a),t(c,b*))");
  layout.close_tab("a");
  EXPECT_EQ(layout.to_text(), "t(c,b*)");
  EXPECT_EQ(layout.tiles().size(), 1u);
}

TEST(Layout, SplittingATileByItsOwnTabKeepsBoth) {
  Layout layout = layout_of("t(a*,b)");
  layout.move_tab("a", Layout::kRoot, Dock::Right);
  EXPECT_EQ(layout.to_text(), "h(50,t(b),t(a))");
  layout.move_tab("a", layout.tile_of("a"), Dock::Left);
  EXPECT_EQ(layout.to_text(), "h(50,t(b),t(a))");
}

TEST(Layout, OpensAndActivatesTabs) {
  Layout layout = layout_of("h(50,t(a*,b),t(c))");
  EXPECT_TRUE(layout.activate("b"));
  EXPECT_FALSE(layout.activate("d"));
  layout.open_tab("d", layout.tile_of("c"));
  EXPECT_EQ(layout.to_text(), "h(50,t(a,b*),t(c,d*))");
}

TEST(Layout, SharesStayWithinReach) {
  Layout layout = layout_of("h(50,t(a),t(b))");
  layout.set_share(Layout::kRoot, -3);
  EXPECT_GT(layout.node(Layout::kRoot).share, 0);
  layout.set_share(Layout::kRoot, 7);
  EXPECT_LT(layout.node(Layout::kRoot).share, 1);
}

}  // namespace
}  // namespace wasmscope::ui
