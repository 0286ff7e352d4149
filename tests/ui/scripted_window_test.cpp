// SPDX-License-Identifier: Apache-2.0
// The window as a person uses it: clicks and keys in, what is on the screen out.
#include "tests/ui/window_fixture.h"

namespace wasmscope {
namespace {

using WindowTest = test::WindowFixture;

constexpr const char* kCrash = "assets/samples/crash/crash.wasm";

TEST_F(WindowTest, StartPageOffersSamples) {
  open();
  run("see Drop a .wasm file here\nexpect toolbar/run disabled\nclick start/sample/factorial\nwait idle");
  EXPECT_EQ(value("toolbar/state"), "PAUSED");
  EXPECT_TRUE(shows("i64.const 20"));
}

TEST_F(WindowTest, ASampleThatTrapsExplainsItself) {
  open(kCrash);
  run("key F5\nwait stopped\nexpect toolbar/state TRAPPED\nexpect code/trap_card ~out of bounds memory access\n"
      "see i32.load8_u\nclick trap/show_memory\nexpect panel/memory keys\nsee past end");
}

TEST_F(WindowTest, TheCardOfATrapLeadsToItsCause) {
  open("tests/fixtures/c_traps/c_traps.wasm");
  run("run withdraw 10 20\nwait stopped\nexpect code/trap_card ~unreachable\nsee there is not enough money\n"
      "click trap/show_cause\nsee require #25\nclick trap/show_place\nsee abort #33");
}

TEST_F(WindowTest, TheCardOfATrapLeadsToWhereAValueComesFrom) {
  open("tests/fixtures/c_traps/c_traps.wasm");
  run("run operate 2\nwait stopped\nsee read address 0x\nclick trap/show_origin\nsee i32.load offset=4");
}

TEST_F(WindowTest, TheCardOfATrapLeadsToTheLastWrite) {
  open(kCrash);
  run("key F5\nwait stopped\nclick trap/who\nwait idle\nsee last write: t=\nclick trap/last_write\nwait idle\n"
      "expect toolbar/state PAST\nsee parse_number");
}

TEST_F(WindowTest, StepsAndMarksWhatChanged) {
  open();
  run("open-sample factorial\nkey F11\nkey F11\nexpect toolbar/state PAUSED\nsee fac #0");
  EXPECT_EQ(value("locals/row/0"), "0x0000000000000014");
  run("key Shift+F11\nexpect toolbar/state PAUSED\nsee fac_of_20");
}

TEST_F(WindowTest, BreakpointsFollowTheGutter) {
  open();
  run("open-sample factorial\nclick functions/row/0\nwait idle");
  std::string first;
  for (const auto& [tag, item] : screen_->registry().items())
    if (tag.starts_with("code/gutter/") && first.empty()) first = tag;
  ASSERT_FALSE(first.empty());
  run("click " + first + "\nwait idle\nexpect " + first +
      " breakpoint\nclick tab/breakpoints\nsee fac\n"
      "key F5\nwait stopped\nexpect toolbar/state PAUSED\nexpect breakpoints/row/1 1\nclick " +
      first + "\nwait idle");
  EXPECT_EQ(value(first), "");
}

TEST_F(WindowTest, ARightClickOnCodeOffersWhatCanBeDoneThere) {
  open();
  run("open-sample factorial\nclick functions/row/0\nwait idle");
  std::string row;
  for (const auto& [tag, item] : screen_->registry().items())
    if (tag.starts_with("code/row/") && row.empty()) row = tag;
  ASSERT_FALSE(row.empty());
  const std::string pc = row.substr(row.rfind('/') + 1);
  const std::string gutter = "code/gutter/" + pc;
  run("click " + row + " right\nclick code/menu/break\nwait idle\nexpect " + gutter + " breakpoint\nclick " + row +
      " right\nsee Delete breakpoint\nclick code/menu/break\nwait idle");
  EXPECT_EQ(value(gutter), "");
  EXPECT_FALSE(has("code/menu/break"));
  run("click " + row + " right\nclick code/menu/copy_offset");
  EXPECT_EQ(std::string(ImGui::GetClipboardText()).substr(0, 2), "0x");
  run("click " + row +
      " right\nexpect code/menu/until enabled\nclick code/menu/until\nwait stopped\n"
      "expect toolbar/state PAUSED\nexpect " +
      row +
      " current\n"
      "click " +
      row + " right\nclick code/menu/bytes\nexpect panel/raw_bytes keys\nkey Alt+Left\nexpect panel/code keys");
}

TEST_F(WindowTest, ARightClickOnMemoryCopiesAndFollows) {
  open(kCrash);
  run("click tab/memory\nkey Ctrl+Home\nwait idle\nclick memory/row/0x0 right\nwait idle\n"
      "expect memory/menu/copy_hex enabled\nclick memory/menu/copy_hex");
  EXPECT_EQ(std::string(ImGui::GetClipboardText()).size(), 2u);
  run("click memory/row/0x0 right\nexpect memory/menu/follow enabled\nclick memory/menu/follow\nwait idle\n"
      "expect panel/memory keys\nkey Alt+Left");
}

TEST_F(WindowTest, FilterFindsFunctions) {
  open(kCrash);
  run("click functions/filter\ntype parse_n\nsee parse_number");
  EXPECT_EQ(value("functions/rows"), "1");
}

TEST_F(WindowTest, PaletteGoesToFunctionsAndRunsCommands) {
  open(kCrash);
  run("key Ctrl+P\ntype parse_nu\nexpect palette/item/0 parse_number\nkey Enter\nsee parse_number #12\n"
      "key Ctrl+Shift+P\ntype contin\nkey Enter\nwait stopped\nexpect toolbar/state TRAPPED");
  EXPECT_FALSE(has("palette/query"));
}

TEST_F(WindowTest, ALibraryAsksWhatToRun) {
  open("assets/samples/factorial/factorial.wasm");
  run("expect toolbar/state READY\nexpect status ~fac\nclick functions/row/0\nkey F5\nexpect palette/query ~>run "
      "fac\ntype 5\n"
      "key Enter\nwait stopped\nsee fac(5) = 120");
}

TEST_F(WindowTest, EscapeClosesThePalette) {
  open(kCrash);
  run("key Ctrl+P\nexpect palette/query ~\nkey Esc");
  EXPECT_FALSE(has("palette/query"));
}

TEST_F(WindowTest, ConsoleSpeaksTheTerminalsLanguage) {
  open(kCrash);
  run("click console/input\ntype break parse_array\nkey Enter\nwait idle\nclick tab/breakpoints\nsee parse_array\n"
      "click tab/console\nclick console/input\ntype nonsense\nkey Enter\nwait idle\nexpect status ~nonsense");
}

TEST_F(WindowTest, ADoubleClickOnAReferenceShowsTheObject) {
  open("tests/fixtures/objects/objects.wasm");
  run("click console/input\ntype run bad_cast\nkey Enter\nwait stopped\nexpect locals/row/0 ~$node\n"
      "click locals/row/0 double\nwait idle\nsee $value\nsee (ref null $node)");
}

TEST_F(WindowTest, ADoubleClickOnAVectorShowsItsLanes) {
  open("tests/fixtures/vectors/vectors.wasm");
  run("break times_row\nrun\nwait stopped\nexpect locals/row/0 0x0000000000000000_000000003f800000\n"
      "hover locals/row/0\nsee f64x2\n"
      "click locals/row/0 double\nwait idle\nexpect locals/row/0 ~0 0 -128 63\nsee i8x16");
  for (int i = 0; i < 4; ++i) run("key Enter\nwait idle");
  EXPECT_EQ(value("locals/row/0"), "1 0 0 0");
  run("key Enter\nkey Enter\nwait idle\nexpect locals/row/0 ~0x0000");
}

TEST_F(WindowTest, ProgramOutputShowsInTheConsole) {
  open();
  run("open-sample wordcount\nkey F5\nwait stopped\nsee the\nexpect toolbar/state RETURNED");
}

TEST_F(WindowTest, FramesCanBeSelected) {
  open(kCrash);
  run("key F5\nwait stopped\nclick call_stack/row/1\nwait idle\nsee parse_value #8\nkey Ctrl+Up\nwait idle\nsee "
      "parse_array #11\n"
      "key F4\nsee parse_array");
}

TEST_F(WindowTest, GoesBackAndForthBetweenPlaces) {
  open(kCrash);
  run("key Ctrl+P\ntype #11\nkey Enter\nsee parse_array #11\nkey Ctrl+P\ntype #12\nkey Enter\nsee parse_number #12\n"
      "key Alt+Left\nsee parse_array #11\nkey Alt+Right\nsee parse_number #12\n"
      "click menu/Go\nclick menu/back\nsee parse_array #11\n"
      "key Ctrl+P\ntype m0:0x100\nkey Enter\nexpect panel/memory keys\n"
      "key Alt+Left\nexpect panel/code keys\nsee parse_array #11\nkey Alt+Right\nexpect panel/memory keys\n"
      "key Ctrl+Shift+P\ntype back\nkey Enter\nexpect panel/code keys");
}

TEST_F(WindowTest, FramesLookedAtAreInTheHistory) {
  open(kCrash);
  run("key F5\nwait stopped\nsee parse_array #11\nclick call_stack/row/1\nwait idle\nsee parse_value #8\n"
      "key Alt+Left\nsee parse_array #11");
}

TEST_F(WindowTest, SplittersAndTabsCanBeDragged) {
  open(kCrash);
  const ui::Item* panel = screen_->registry().find("panel/functions");
  ASSERT_NE(panel, nullptr);
  const float width = panel->max.x - panel->min.x;
  run("drag split/0 80 0");
  panel = screen_->registry().find("panel/functions");
  EXPECT_NEAR(panel->max.x - panel->min.x, width + 80, 3);
  run("drag tab/globals -400 300\nexpect tab/globals open\nexpect tab/watches open");
  run("click menu/View\nclick menu/reset_layout");
  EXPECT_EQ(value("tab/globals"), "");
}

TEST_F(WindowTest, HexViewReachesTheLastByte) {
  open(kCrash);
  run("click tab/memory\nkey Ctrl+End\nsee 0001fff0\nsee past end\nkey Ctrl+Home\nsee 00000000");
  EXPECT_EQ(value("memory"), "0x0");
}

TEST_F(WindowTest, SectionsLeadToRawBytes) {
  open(kCrash);
  run("click sections/row/0\nexpect panel/raw_bytes keys\nsee in type");
}

TEST_F(WindowTest, ABrokenFileShowsWhereItIsBroken) {
  open();
  run("drop assets/samples.def");
  EXPECT_TRUE(shows("INVALID") || has("start/failure"));
}

// The automatic start cannot be done, which is no news: opening said what can be run.
TEST_F(WindowTest, AModuleWithNothingToRunByItselfSaysSoOnce) {
  open();
  run("drop tests/fixtures/results/results.wasm\nwait idle\nexpect console/row/0 ~`run NAME [ARG...]` calls one of");
  EXPECT_FALSE(has("console/row/1"));
}

TEST_F(WindowTest, ARunningProgramCanBePaused) {
  open();
  run("open-sample life\nkey F5\nkey F6\nwait stopped\nexpect toolbar/state PAUSED");
}

TEST_F(WindowTest, FindsTextInTheFunctionShown) {
  open(kCrash);
  run("key Ctrl+P\ntype #12\nkey Enter\nclick tab/code\nkey Ctrl+F\ntype LOAD8\nkey Enter\n"
      "expect code/find/state ~F3 next\nsee i32.load8_u\nkey F3\nkey Shift+F3\n"
      "key Ctrl+A\ntype nowhere\nkey Enter\nexpect code/find/state ~not in this function\nkey Esc");
  EXPECT_FALSE(has("code/find"));
}

TEST_F(WindowTest, FindsNamesStringsAndCodeOfTheWholeModule) {
  open(kCrash);
  run("key Ctrl+Shift+F\nexpect panel/search keys\ntype PARSE_NUMBER\nkey Enter\nwait idle\n"
      "expect search/row/0 parse_number\nclick search/row/0\nexpect panel/code keys\nsee parse_number #12\n"
      "key Ctrl+Shift+F\nclick search/scope\nclick search/scope/code\nkey Ctrl+A\ntype i32.load8_u\nkey Enter\n"
      "wait idle\nexpect search/row/0 ~i32.load8_u\nkey F3\nexpect panel/code keys\n"
      "key Ctrl+Shift+F\nclick search/scope\nclick search/scope/strings\nkey Ctrl+A\ntype {\nkey Enter\nwait idle\n"
      "expect search/state ~found");
}

TEST_F(WindowTest, AFrameThatIsClickedIsTheOneSelected) {
  open(kCrash);
  run("key F5\nwait stopped\nclick call_stack/row/1\nwait idle");
  const debug::Snapshot& snapshot = *app_->session().snapshot();
  EXPECT_EQ(snapshot.selected_frame, 1u);
  EXPECT_GT(snapshot.depth, 2u);
}

TEST_F(WindowTest, APinnedViewStaysWhereItIs) {
  open(kCrash);
  run("key Ctrl+P\ntype #12\nkey Enter\nsee parse_number #12\nclick tab/code right\nclick tab_menu/pin\n"
      "expect tab/code pinned\nbreak parse_array\nkey F5\nwait stopped\nexpect toolbar/position ~\n"
      "see parse_number #12\nclick tab/code right\nclick tab_menu/pin\nexpect tab/code open\nsee parse_array #11\n"
      "click tab/code right\nclick tab_menu/pin\nkey F4\nexpect tab/code open");
}

}  // namespace
}  // namespace wasmscope
