// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/debug/tier_comparison.h"

namespace wasmscope::debug {
namespace {

TierComparison make_different() {
  TierDifference difference;
  difference.last_same = {12, 0, 0x41c};
  difference.instruction = "i32.rotl";
  difference.before.where = "t=12:0:0x41c  #9 mix +0x1c @0x41c  i32.rotl";
  Frame frame;
  frame.locals = {{"$x", runtime::Value::i32(1)}, {"", runtime::Value::f64(0.5)}};
  frame.operands.push_back({.value = runtime::Value::i32(3)});
  difference.before.frames = {frame};
  difference.interpreted.at = difference.compiled.at = {12, 0, 0x41d};
  difference.interpreted.where = difference.compiled.where = "t=12:0:0x41d  #9 mix +0x1d @0x41d  end";
  difference.values.push_back({.place = DifferingValue::Place::Operand, .name = "operand 0", .interpreted = "-2147483647", .compiled = "1"});
  difference.bytes.push_back({.begin = 0x400, .interpreted = {0xde, 0xad}, .compiled = {0xde, 0}});
  difference.wasm = {{0x41c, "i32.rotl", true}, {0x41d, "end", false}};
  difference.machine = {{0x41c, "i32.rotl d=s9 a=s9 b=0x1", true}, {0x41c, "    0x1c  ror eax, 1", true}};
  TierComparison comparison;
  comparison.verdict = TierComparison::Verdict::Different;
  comparison.difference = std::move(difference);
  return comparison;
}

TEST(TierReport, ShowsBothStatesAndTheCodeOfBoth) {
  EXPECT_EQ(to_report(make_different()), R"(different after `i32.rotl`: other values
  t=12:0:0x41c  #9 mix +0x1c @0x41c  i32.rotl
before, on both tiers
  $x = 1, local 1 = 0.5
  operand 0 = 3
after
  interpreter  t=12:0:0x41d  #9 mix +0x1d @0x41d  end
  compiled     t=12:0:0x41d  #9 mix +0x1d @0x41d  end
             interpreter  compiled
  operand 0  -2147483647  1
  m0:0x400   de ad        de 00
code
=> 0x41c  i32.rotl
   0x41d  end
machine code
=> i32.rotl d=s9 a=s9 b=0x1
=>     0x1c  ror eax, 1
)");
}

TEST(TierReport, SaysWhenStopsHideTheDifference) {
  TierComparison comparison = make_different();
  comparison.difference->is_exact = false;
  comparison.difference->interpreted.at = {13, 0, 0x400};
  comparison.difference->kind = TierDifference::Kind::ControlFlow;
  comparison.difference->functions = {"mix", "run"};
  const std::string report = to_report(comparison);
  EXPECT_TRUE(report.starts_with("different between t=12:0:0x41c and t=13:0:0x400: compiled code goes elsewhere\n")) << report;
  EXPECT_NE(report.find("  functions: mix, run\n"), std::string::npos) << report;
}

TEST(TierReport, SaysSoWhenNothingWasCompared) { EXPECT_EQ(to_report({}), "not compared\n"); }

}  // namespace
}  // namespace wasmscope::debug
