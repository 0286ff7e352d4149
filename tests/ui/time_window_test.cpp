// SPDX-License-Identifier: Apache-2.0
// Moving in time with the window: the strip, the buttons, the keys, and what shows that it is the past.
#include <chrono>
#include <thread>

#include "tests/ui/window_fixture.h"

namespace wasmscope {
namespace {

using TimeWindowTest = test::WindowFixture;

constexpr const char* kCrash = "assets/samples/crash/crash.wasm";

TEST_F(TimeWindowTest, TheStripSaysWhatWillBeThere) {
  open("assets/samples/factorial/factorial.wasm");
  run("expect time empty\nsee the program's past");
}

TEST_F(TimeWindowTest, AClickGoesThereAndTheEndIsOneButtonAway) {
  open(kCrash);
  run("key F5\nwait stopped\nexpect time 110953 of 110953\nclick time\nwait idle\n"
      "expect toolbar/state PAST\nexpect time ~past of 110953\nexpect status ~ticks before the end of the recording\n"
      "see to the end\nclick toolbar/to_end\nwait idle\nexpect toolbar/state TRAPPED\nexpect time 110953 of 110953");
  EXPECT_FALSE(has("toolbar/to_end"));
}

TEST_F(TimeWindowTest, ADragLeadsToWhereItEnds) {
  open(kCrash);
  run("key F5\nwait stopped\ndrag time -400 0\nwait idle\nexpect toolbar/state PAST");
  const uint64_t tick = app_->session().snapshot()->instant.tick;
  EXPECT_GT(tick, 10'000u);
  EXPECT_LT(tick, 50'000u);
}

TEST_F(TimeWindowTest, ZoomsAndPansWithWheelAndKeys) {
  open(kCrash);
  run("key F5\nwait stopped\nexpect time/view 1..110953\nhover time\nwheel 5");
  EXPECT_NE(value("time/view"), "1..110953");
  run("key Ctrl+T\nkey F\nexpect time/view 1..110953\nkey W\nkey W");
  const std::string zoomed = value("time/view");
  EXPECT_NE(zoomed, "1..110953");
  run("key A");
  EXPECT_NE(value("time/view"), zoomed);
  run("key Home\nwait idle\nexpect time/now 1\nexpect toolbar/reverse-stepi disabled\n"
      "key Right\nwait idle\nexpect time/now 2\nkey Left\nwait idle\nexpect time/now 1\n"
      "key End\nwait idle\nexpect toolbar/state TRAPPED\nkey Esc\nexpect panel/code keys");
}

TEST_F(TimeWindowTest, KeysAndButtonsGoBack) {
  open(kCrash);
  run("expect toolbar/reverse-continue disabled\nkey F5\nwait stopped\nexpect toolbar/reverse-stepi enabled\n"
      "key Ctrl+Shift+F11\nwait idle\nexpect toolbar/state PAST\nsee local.tee\n"
      "click toolbar/reverse-nexti\nwait idle\nkey Ctrl+Shift+F12\nwait idle\nsee parse_value #8\n"
      "key Ctrl+Shift+F5\nwait stopped\nexpect time/now 1\nexpect toolbar/reverse-finish disabled");
}

TEST_F(TimeWindowTest, BookmarksAreInThePaletteAndOnTheStrip) {
  open(kCrash);
  run("key F5\nwait stopped\nkey Ctrl+B\nexpect time/bookmark/0 t=110953:11:0x574\nclick time\nwait idle\n"
      "key Ctrl+P\ntype bookm\nexpect palette/item/0 ~bookmark t=110953\nkey Enter\nwait idle\n"
      "expect time/now 110953\nkey Ctrl+B");
  EXPECT_FALSE(has("time/bookmark/0"));
  run("key Ctrl+P\ntype t=500\nkey Enter\nwait idle\nexpect time/now 500");
}

TEST_F(TimeWindowTest, TheStripTellsWhatIsUnderTheMouse) {
  open(kCrash);
  run("key F5\nwait stopped\nhover time\nsee about there in\nsee depth");
}

TEST_F(TimeWindowTest, AnInstantInTheConsoleIsALink) {
  open(kCrash);
  run("key F5\nwait stopped\nclick tab/console\nclick console/input\ntype who l2\nkey Enter\nwait idle");
  std::string link;
  for (const auto& [tag, item] : screen_->registry().items())
    if (tag.starts_with("console/link/") && item.value == "t=110952:11:0x5a1") link = tag;
  ASSERT_FALSE(link.empty());
  run("click " + link + "\nwait idle\nexpect time/now 110952\nexpect toolbar/state PAST");
}

TEST_F(TimeWindowTest, WhoWroteThisAnswersBesideTheValue) {
  open(kCrash);
  run("key F5\nwait stopped\nclick locals/row/2 right\nclick locals/menu/who\nwait idle\nexpect who ~local.set 2\n"
      "click who/go\nwait idle\nexpect time/now 110952");
  EXPECT_FALSE(has("who"));
  run("click locals/row/1\nkey Shift+W\nwait idle\nexpect who ~t=\nkey Esc");
  EXPECT_FALSE(has("who"));
}

TEST_F(TimeWindowTest, MemoryAndGlobalsAreAskedToo) {
  open(kCrash);
  run("key F5\nwait stopped\nclick tab/globals\nclick globals/row/0 right\nclick globals/menu/who\nwait idle\n"
      "expect who ~global.set\nclick who/close\nclick tab/memory\nkey Ctrl+P\ntype m0:0x3fc0\nkey Enter\nwait idle\n"
      "click memory/row/0x3fc0 right\nexpect memory/menu/who enabled\nclick memory/menu/who\nwait idle\nexpect who ~t=\n"
      "click who/writes\nwait idle\nexpect panel/console keys");
}

TEST_F(TimeWindowTest, AValueIsWatchedByMenuAndKey) {
  open(kCrash);
  run("click tab/globals\nclick globals/row/0 right\nclick globals/menu/watch\nwait idle\nclick tab/breakpoints\n"
      "expect breakpoints/row/1/place ~changes of\nkey F5\nwait stopped\nexpect toolbar/state PAUSED\n"
      "expect breakpoints/row/1 1\nkey Ctrl+Shift+F5\nwait stopped\nexpect toolbar/state PAST\n"
      "click tab/locals");
}

TEST_F(TimeWindowTest, AValueIsChangedInPlace) {
  open();
  run("open-sample factorial\nkey F11\nkey F11\nwait idle\nclick locals/row/0 double\nkey Ctrl+A\ntype 5\nkey Enter\nwait idle\n"
      "expect locals/row/0 5\nkey Ctrl+Z\nwait idle\nexpect locals/row/0 0x0000000000000014\n"
      "click locals/row/0\nkey F2\nkey Ctrl+A\ntype nonsense\nkey Enter\nwait idle\nexpect locals/edit/note ~nonsense\n"
      "key Esc");
  EXPECT_FALSE(has("locals/edit"));
  EXPECT_EQ(value("locals/row/0"), "0x0000000000000014");
}

TEST_F(TimeWindowTest, WatchesShowExpressionsAtEveryStop) {
  open();
  run("open-sample factorial\nkey F11\nkey F11\nwait idle\nclick tab/watches\nclick watches/new\ntype l0 * 2\nkey Enter\nwait idle\n"
      "expect watches/row/0 40\nclick watches/new\ntype nonsense\nkey Enter\nwait idle\nexpect watches/row/1 ~nonsense\n"
      "click watches/row/1\nkey Delete\nwait idle");
  EXPECT_FALSE(has("watches/row/1"));
  run("break fac\ncontinue\nwait stopped\nexpect watches/row/0 changed 38\n"
      "click watches/row/0\nkey Enter\nkey Ctrl+A\ntype l0\nkey Enter\nwait idle\nexpect watches/row/0 ~19\n"
      "click tab/locals\nclick locals/row/0\nkey E\nwait idle\nexpect panel/watches keys");
}

TEST_F(TimeWindowTest, BreakpointsAreEditedInPlace) {
  open(kCrash);
  run("click tab/breakpoints\nclick breakpoints/add\ntype parse_value\nkey Enter\nwait idle\n"
      "expect breakpoints/row/1/place ~parse_value\nclick breakpoints/row/1\nkey F2\ntype depth > 5\nkey Enter\nwait idle\n"
      "see if depth > 5\nkey F5\nwait stopped\nexpect toolbar/state PAUSED");
  EXPECT_EQ(app_->session().snapshot()->depth, 6u);
  run("click tab/breakpoints\nclick breakpoints/row/1 right\nclick breakpoints/menu/ignore\nkey Ctrl+A\ntype 3\nkey Enter\n"
      "wait idle\nsee ignores 3\nclick breakpoints/row/1 double\nkey Ctrl+A\ntype l0 +\nkey Enter\nwait idle");
  EXPECT_TRUE(has("breakpoints/failure"));
  run("key Esc\nclick breakpoints/row/1/enabled\nwait idle\nexpect breakpoints/row/1/enabled no\n"
      "click breakpoints/add\ntype op:memory.grow\nkey Enter\nwait idle\nsee every memory.grow");
}

// Whether somebody looked while the program ran makes no difference.
TEST_F(TimeWindowTest, WhatChangedIsSinceTheLastStop) {
  open();
  run("open-sample life\nwait idle");
  run("key F5");
  for (int i = 0; i < 1000 && app_->session().snapshot()->state != debug::State::Running; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    app_->draw_frame();
  }
  ASSERT_EQ(app_->session().snapshot()->state, debug::State::Running);
  app_->draw_frame();
  run("key F6\nwait stopped\nexpect toolbar/state PAUSED\nclick tab/globals\nsee \u25b2");
}

}  // namespace
}  // namespace wasmscope
