// SPDX-License-Identifier: Apache-2.0
// WebAssembly, slot code and machine code side by side, by mouse and keyboard.
#include <algorithm>

#include "tests/ui/window_fixture.h"

namespace wasmscope {
namespace {

class MachineCodeTest : public test::WindowFixture {
 protected:
  // False where this machine has no compiled tier, which the view then says.
  bool open_columns(int width = 1440, int height = 900) {
    open("assets/samples/crash/crash.wasm", width, height);
    run("key Ctrl+P\ntype #12\nkey Enter\nkey F7\nkey F8\nwait idle");
    if (!app_->session().snapshot()->tiers.why_interpreted.empty()) return false;
    EXPECT_TRUE(has_column("machine"));
    return true;
  }
  bool has_column(const std::string& column) {
    return std::ranges::any_of(screen_->registry().items(), [&](const auto& each) { return each.first.starts_with("code/" + column + "/row/"); });
  }
  // The row whose text has this in it.
  std::string find_row(const std::string& column, const std::string& part) {
    for (const auto& [tag, item] : screen_->registry().items())
      if (tag.starts_with("code/" + column + "/row/") && item.value.find(part) != std::string::npos) return tag;
    ADD_FAILURE() << part;
    return {};
  }
};

constexpr const char* kNoTier = "this machine has no compiled tier";

TEST_F(MachineCodeTest, ShowsThreeColumns) {
  if (!open_columns()) GTEST_SKIP() << kNoTier;
  EXPECT_TRUE(shows("slot code"));
  EXPECT_TRUE(shows("machine code"));
  EXPECT_TRUE(shows("folded"));
  EXPECT_TRUE(value("code/slots/row/0").starts_with("enter"));
  run("key F7");
  EXPECT_FALSE(has_column("machine"));
}

TEST_F(MachineCodeTest, WhatIsSelectedInOneIsMarkedInTheOthers) {
  if (!open_columns()) GTEST_SKIP() << kNoTier;
  run("click " + find_row("machine", "imul") + "\nwait idle");
  const std::string product = find_row("slots", "i32.mul");
  EXPECT_TRUE(value(product).starts_with("marked "));
  EXPECT_TRUE(value("code/places").starts_with("0x599 | ")) << value("code/places");
  EXPECT_NE(value("code/places").find("local 3 in "), std::string::npos);
  EXPECT_NE(value("code/places").find("operand 1: 0xa"), std::string::npos);
  // And the other way.
  run("key Ctrl+P\ntype @0x57b\nkey Enter\nwait idle\nclick code/row/0x57b\nwait idle");
  EXPECT_TRUE(value(find_row("slots", "i32.eq s8, 0x2c")).starts_with("marked "));
  EXPECT_TRUE(value(find_row("machine", "0x2c")).starts_with("marked "));
  // Under the mouse.
  run("hover " + product + "\nwait idle");
  EXPECT_TRUE(value("code/places").starts_with("0x599 | "));
}

TEST_F(MachineCodeTest, TheKeyboardGoesThroughAllColumns) {
  if (!open_columns()) GTEST_SKIP() << kNoTier;
  run("click code/row/0x57b\nhover code/places\nkey Right\nkey Down\nwait idle");
  EXPECT_TRUE(value("code/places").starts_with("0x583 | ")) << value("code/places");
  run("key Right\nkey Down\nkey Down\nwait idle");
  EXPECT_TRUE(value("code/places").starts_with("0x58b | ")) << value("code/places");
  run("key Left\nkey Left\nkey Up\nwait idle");
  EXPECT_TRUE(value("code/places").starts_with("0x58b | ") || value("code/places").starts_with("0x583 | "));
}

TEST_F(MachineCodeTest, AStopIsPatchedOverTheCode) {
  if (!open_columns()) GTEST_SKIP() << kNoTier;
  run("break @0x599\nwait idle");
  EXPECT_TRUE(has(find_row("machine", "int3 over ")));
}

TEST_F(MachineCodeTest, ASmallWindowHasTwoColumns) {
  if (!open_columns(1024, 640)) GTEST_SKIP() << kNoTier;
  EXPECT_TRUE(has_column("slots"));
  EXPECT_FALSE(has("panel/functions"));
  run("key F8\nwait idle");
  EXPECT_FALSE(has_column("slots"));
  EXPECT_TRUE(has_column("machine"));
  EXPECT_TRUE(has("panel/functions"));
}

TEST_F(MachineCodeTest, CountsStandBesideTheInstructions) {
  open("assets/samples/factorial/factorial.wasm");
  run("run fac 5\nwait stopped\nclick functions/row/0\nwait idle");
  std::string row;
  for (const auto& [tag, item] : screen_->registry().items())
    if (tag.starts_with("code/row/") && row.empty()) row = tag;
  run("click " + row + " right\nclick code/menu/count\nwait idle");
  const std::string count = value("code/count/" + row.substr(row.rfind('/') + 1));
  EXPECT_TRUE(count.ends_with("\u00d7")) << count;
  EXPECT_NE(count, "0\u00d7");
}

TEST_F(MachineCodeTest, AnImportHasNone) {
  open("assets/samples/crash/crash.wasm");
  run("key F7\nkey Ctrl+P\ntype #1\nkey Enter\nwait idle\nsee imported");
}

}  // namespace
}  // namespace wasmscope
