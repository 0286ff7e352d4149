// SPDX-License-Identifier: Apache-2.0
#include "ui/model/comparison_view.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace wasmscope::ui {
namespace {

using debug::TierComparison;
using debug::TierDifference;

TEST(ComparisonView, SaysWhatIsKnown) {
  EXPECT_EQ(comparison_state(nullptr).text, "not compared");
  TierComparison comparison;
  comparison.same_up_to = {5, 0, 0x10};
  comparison.verdict = TierComparison::Verdict::Stopped;
  EXPECT_EQ(comparison_state(&comparison).text, "= same state up to t=5:0:0x10");
  EXPECT_EQ(comparison_state(&comparison).tone, ComparisonTone::Same);
  comparison.verdict = TierComparison::Verdict::Failed;
  comparison.message = "a host call is missing";
  EXPECT_EQ(comparison_state(&comparison).text, "not compared: a host call is missing");
}

TEST(ComparisonView, NamesTheTier) {
  debug::TierPicture tiers;
  tiers.chosen = debug::Tier::Interpreter;
  EXPECT_EQ(tier_text(tiers), "interpreter");
  tiers.chosen = debug::Tier::Auto;
  EXPECT_EQ(tier_text(tiers), "auto");
  auto funcs = std::make_shared<std::vector<debug::FuncTier>>();
  funcs->push_back({3, debug::FuncTier::Code::Interpreted, 0, 1});
  funcs->push_back({4, debug::FuncTier::Code::CompiledWithStops, 260, 1});
  tiers.funcs = funcs;
  tiers.compiled = 1;
  EXPECT_EQ(tier_text(tiers), "auto, 1 compiled");
  EXPECT_EQ(func_tier_text(tiers, 3), "interpreted");
  EXPECT_EQ(func_tier_text(tiers, 4), "compiled with stops");
  EXPECT_EQ(func_tier_text(tiers, 5), "not called yet");
  tiers.why_interpreted = "no such processor";
  EXPECT_EQ(tier_text(tiers), "interpreter");
}

TEST(ComparisonView, TellsWhereCodeWentElsewhere) {
  TierDifference difference;
  difference.kind = TierDifference::Kind::ControlFlow;
  difference.instruction = "br_if";
  difference.pc = 0x20;
  difference.func_name = "f";
  difference.interpreted.where = "t=2:0:0x24";
  difference.compiled.where = "t=2:0:0x30";
  const DifferenceCard card = difference_card(difference);
  EXPECT_EQ(card.title, "Compiled code goes elsewhere after br_if at 0x20 in f");
  EXPECT_EQ(card.sentence, "interpreter t=2:0:0x24; compiled t=2:0:0x30");
  difference.is_exact = false;
  difference.last_same = {2, 0, 0x20};
  difference.interpreted.at = {3, 0, 0x24};
  EXPECT_EQ(difference_card(difference).title, "Compiled code goes elsewhere between t=2:0:0x20 and t=3:0:0x24");
}

TEST(ComparisonView, PutsBytesAndCodeSideBySide) {
  TierDifference difference;
  difference.bytes.push_back({debug::DifferingBytes::Where::Memory, 1, 0x10, std::vector<uint8_t>(9, 1), std::vector<uint8_t>(9, 1)});
  difference.bytes[0].compiled[8] = 2;
  difference.wasm = {{0x20, "i32.add", true}};
  difference.machine = {{0, "entry", false}, {0x20, "add eax, 7", true}};
  const std::vector<ComparedRow> rows = compared_rows(difference);
  const auto row = [&](std::string_view name) { return *std::ranges::find(rows, name, &ComparedRow::name); };
  EXPECT_FALSE(row("m1:0x10").is_marked);
  EXPECT_TRUE(row("m1:0x18").is_marked);
  EXPECT_EQ(row("m1:0x18").interpreted, "01");
  EXPECT_EQ(row("m1:0x18").compiled, "02");
  const ComparedRow &first = rows[rows.size() - 2], &last = rows.back();
  EXPECT_TRUE(first.is_marked && !first.is_compiled_marked);
  EXPECT_EQ(first.interpreted, "i32.add");
  EXPECT_EQ(first.compiled, "entry");
  EXPECT_TRUE(!last.is_marked && last.is_compiled_marked);
  EXPECT_EQ(last.compiled, "add eax, 7");
}

}  // namespace
}  // namespace wasmscope::ui
