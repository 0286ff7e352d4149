// SPDX-License-Identifier: Apache-2.0
// The comparison of the tiers in the window, with results made up for it: the tiers agree, as far as anybody knows.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/gui/headless_screen.h"
#include "engine/base/file.h"
#include "engine/debug/tier_comparison.h"
#include "tests/ui/loaded_module.h"
#include "ui/shell/shell.h"
#include "ui/widgets/screen_text.h"

namespace wasmscope {
namespace {

using debug::TierComparison;

class MadeUpSession final : public ui::SessionPort {
 public:
  MadeUpSession() {
    auto file = read_file("assets/samples/factorial/factorial.wasm");
    now = std::make_shared<debug::Snapshot>();
    now->loaded = test::load_module(*std::move(file));
    now->state = debug::State::Ended;
  }
  std::shared_ptr<const debug::Snapshot> snapshot() override { return now; }
  std::vector<debug::Event> take_events() override { return {}; }
  uint64_t post(std::string line) override {
    posted.push_back(std::move(line));
    return posted.size();
  }
  bool is_idle() const override { return true; }
  void pause() override { posted.emplace_back("(pause)"); }
  void open_file(const std::string&) override {}
  void open_sample(const std::string&) override {}
  void wake() override {}
  void want_memory(std::vector<debug::Session::MemoryWish>) override {}
  void want_table(wasm::TableIndex, uint64_t) override {}
  void want_expressions(std::vector<std::string>) override {}
  void want_code(wasm::FuncIndex) override {}

  void show(TierComparison comparison) {
    now = std::make_shared<debug::Snapshot>(*now);
    ++now->generation;
    now->comparison = std::make_shared<const TierComparison>(std::move(comparison));
  }

  std::shared_ptr<debug::Snapshot> now;
  std::vector<std::string> posted;
};

TierComparison different() {
  TierComparison comparison;
  comparison.verdict = TierComparison::Verdict::Different;
  comparison.same_up_to = {11, 1, 0x40};
  comparison.comparisons = 12;
  debug::TierDifference& difference = comparison.difference.emplace();
  difference.kind = debug::TierDifference::Kind::State;
  difference.last_same = {12, 1, 0x48};
  difference.func = 0;
  difference.pc = 0x48;
  difference.func_name = "fac";
  difference.instruction = "i64.mul";
  difference.interpreted.at = difference.compiled.at = {12, 1, 0x4a};
  difference.interpreted.where = difference.compiled.where = "#0 fac +0x9";
  difference.values.push_back({debug::DifferingValue::Place::Operand, 0, 0, 0, "operand 0", "24", "25", false});
  difference.bytes.push_back({debug::DifferingBytes::Where::Memory, 0, 0x100, {1, 2, 3}, {1, 2, 4}});
  difference.wasm = {{0x46, "local.get $n", false}, {0x48, "i64.mul", true}};
  difference.machine = {{0x48, "imul rsi, rdi", true}};
  return comparison;
}

class ComparePanelTest : public testing::Test {
 protected:
  ComparePanelTest() {
    screen_.registry().enable();
    draw();
    click("tab/compare");
  }
  void draw() {
    for (int frame = 0; frame < 4; ++frame) screen_.draw_frame([this](const ui::UiContext& ui) { shell_.draw(ui); });
  }
  void click(const std::string& tag) {
    const ui::Item* const item = screen_.registry().find(tag);
    ASSERT_NE(item, nullptr) << tag;
    const ImVec2 at = item->center();
    screen_.input().push(ui::mouse_move_event(at.x, at.y));
    screen_.input().push(ui::mouse_button_event(0, true));
    screen_.input().push(ui::mouse_button_event(0, false));
    while (!screen_.input().is_empty()) draw();
    draw();
  }
  std::string value(const std::string& tag) {
    const ui::Item* const item = screen_.registry().find(tag);
    return item == nullptr ? "(nothing)" : item->value;
  }
  bool shows(std::string_view words) {
    return ui::ScreenText::read(*ImGui::GetDrawData(), *ImGui::GetIO().Fonts).contains(words, screen_.cell());
  }

  app::HeadlessScreen screen_{1440, 900, 1};
  MadeUpSession session_;
  ui::Shell shell_{session_};
};

TEST_F(ComparePanelTest, AsksForAComparison) {
  EXPECT_EQ(value("compare/state"), "not compared");
  EXPECT_NE(value("status/tiers").find("not compared"), std::string::npos);
  click("compare/start");
  EXPECT_EQ(session_.posted, std::vector<std::string>{"compare"});
}

TEST_F(ComparePanelTest, ShowsHowFarItIsAndCanBeCancelled) {
  TierComparison running;
  running.verdict = TierComparison::Verdict::Running;
  running.same_up_to = {4000, 1, 0x40};
  running.fraction = 0.4;
  session_.show(running);
  draw();
  EXPECT_NE(value("status/tiers").find("comparing: same state up to t=4000"), std::string::npos);
  click("compare/cancel");
  EXPECT_EQ(session_.posted, std::vector<std::string>{"(pause)"});
}

TEST_F(ComparePanelTest, SaysThatTheTiersAgree) {
  TierComparison same;
  same.verdict = TierComparison::Verdict::Same;
  same.same_up_to = {70, 0, 0x50};
  same.end = "returned 120";
  session_.show(same);
  draw();
  EXPECT_EQ(value("compare/state"), "= same state up to t=70:0:0x50");
  EXPECT_NE(value("status/tiers").find("= same state up to t=70"), std::string::npos);
  EXPECT_TRUE(shows("returned 120"));
}

TEST_F(ComparePanelTest, ShowsTheFirstDifferenceOnACard) {
  session_.show(different());
  draw();
  EXPECT_NE(value("status/tiers").find("\u2260 at t=12:1:0x4a"), std::string::npos);
  EXPECT_EQ(value("compare/card"), "The states differ after i64.mul at 0x48 in fac");
  EXPECT_TRUE(shows("operand 0: interpreter 24, compiled 25; 1 more"));
  EXPECT_TRUE(shows("01 02 04"));
  EXPECT_TRUE(shows("imul rsi, rdi"));
  click("compare/show_code");
  EXPECT_EQ(value("panel/code"), "keys");
  EXPECT_EQ(shell_.focus().pc, 0x48u);
}

TEST_F(ComparePanelTest, CopiesTheReport) {
  session_.show(different());
  draw();
  click("compare/copy");
  EXPECT_NE(std::string(ImGui::GetClipboardText()).find("i64.mul"), std::string::npos);
}

}  // namespace
}  // namespace wasmscope
