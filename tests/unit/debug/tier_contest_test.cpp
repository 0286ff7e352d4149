// SPDX-License-Identifier: Apache-2.0
// The comparison of the tiers with second tiers that are wrong in known ways. What it finds in machine code is for
// tests/tiers/mutation_test.cpp.
#include "engine/debug/tier_contest.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/jit/compiled_tier.h"
#include "engine/text/module_file.h"
#include "engine/validate/validate.h"

namespace wasmscope::debug {
namespace {

using Verdict = TierComparison::Verdict;

constexpr std::string_view kProgram = R"((module
  (import "host" "log" (func $log (param i32 f64)))
  (memory 1)
  (global $g (mut i32) (i32.const 1))
  (func $leaf (param $n i32) (result i32)
    (i32.store (i32.const 8) (local.get $n))
    (i32.add (local.get $n) (global.get $g)))
  (func (export "run") (result i32) (local $i i32) (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (call $leaf (local.get $i))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 500))))
    (local.get $sum))
  (func $touched)
  (func (export "tell") (local $i i32)
    (loop $next
      (call $touched)
      (call $log (i32.const 600) (f64.const 0.5))
      (i32.store (i32.const 700) (i32.const 0))
      (i32.store (i32.const 600) (i32.const 700))
      (i32.store (i32.const 604) (i32.const 4))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 500)))))
  (func (export "trap") (unreachable))))";

// Compiles nothing; something else happens to the program where it should be compiled.
class WrongTier final : public interp::Tier {
 public:
  using Mistake = std::function<void(runtime::Func&)>;
  WrongTier(runtime::Store& store, Mistake mistake) : mistake_(std::move(mistake)) {
    trampoline = [](const interp::Cell* ip, uint64_t* fp, uint64_t size, interp::Handler* first, uint8_t* memory, interp::Context* context) {
      first(ip, fp, size, 0, memory, context);
    };
    if (!mistake_) store.memories[0].region.data()[5] = 1;
  }
  interp::CompiledFunc* compile(runtime::Func& func, const interp::Asking&) override {
    if (mistake_) mistake_(func);
    return nullptr;
  }
  void uninstall(runtime::Func&) override {}

 private:
  const Mistake mistake_;
};

TierContest make_contest(std::string_view exported, WrongTier::Mistake mistake, std::string_view program = kProgram) {
  text::ModuleFile file = text::to_module_file({program.begin(), program.end()}, {});
  EXPECT_FALSE(file.error);
  const auto owned = std::make_shared<const std::vector<uint8_t>>(std::move(file.bytes));
  auto decoded = binary::decode(*owned, {});
  EXPECT_TRUE(decoded && validate::validate(*decoded, {}));
  decoded->owned = owned;
  TierContest contest;
  const auto module = std::make_shared<const wasm::Module>(*std::move(decoded));
  contest.program = {module, {}, {{module->find_export(exported)->index, {}}}};
  contest.names = std::make_shared<symbols::Names>(module);
  contest.make_tier = [mistake](runtime::Store& store) { return std::make_unique<WrongTier>(store, mistake); };
  return contest;
}

TEST(TierContest, AgreesWithItself) {
  const ContestResult result = compare_tiers(make_contest("run", [](runtime::Func&) {}));
  EXPECT_EQ(result.comparison.verdict, Verdict::Same) << to_report(result.comparison);
  EXPECT_EQ(result.comparison.end, "returned 125250");
  EXPECT_GT(result.comparison.comparisons, 10u);
  EXPECT_TRUE(result.host.frontier_end);
}

TEST(TierContest, TakesTrapsForEnds) {
  const ContestResult result = compare_tiers(make_contest("trap", [](runtime::Func&) {}));
  EXPECT_EQ(result.comparison.verdict, Verdict::Same);
  EXPECT_EQ(result.comparison.end, "trapped: unreachable");
}

TEST(TierContest, SeesAStateThatIsWrongFromTheStart) {
  const ContestResult result = compare_tiers(make_contest("run", nullptr));
  ASSERT_EQ(result.comparison.verdict, Verdict::Different);
  const TierDifference& difference = *result.comparison.difference;
  EXPECT_FALSE(difference.is_exact);
  ASSERT_EQ(difference.bytes.size(), 1u);
  EXPECT_EQ(difference.bytes[0].begin, 5u);
  EXPECT_EQ(difference.bytes[0].compiled, std::vector<uint8_t>{1});
}

// When the callee could be compiled, a global changes; not when the same is run again.
TEST(TierContest, BoundsWhatHappensOnlyOnce) {
  const ContestResult result = compare_tiers(make_contest("run", [](runtime::Func& func) {
    if (func.index == 1) func.instance->globals[0][0] = 7;
  }));
  ASSERT_EQ(result.comparison.verdict, Verdict::Different);
  const TierDifference& difference = *result.comparison.difference;
  EXPECT_EQ(difference.kind, TierDifference::Kind::State);
  EXPECT_LE(difference.interpreted.at.tick, 65u);
  ASSERT_FALSE(difference.values.empty());
  EXPECT_EQ(difference.values[0].place, DifferingValue::Place::Global) << to_report(result.comparison);
  EXPECT_EQ(difference.values[0].interpreted, "1");
  EXPECT_EQ(difference.values[0].compiled, "7");
}

// A write that goes elsewhere than its mark shows in no page that was written.
TEST(TierContest, FindsWritesThatNobodyMarked) {
  constexpr uint64_t kAddress = 40'000;
  const ContestResult result = compare_tiers(make_contest("run", [](runtime::Func& func) {
    if (func.index == 1) func.instance->memories[0]->region.data()[kAddress] = 1;
  }));
  ASSERT_EQ(result.comparison.verdict, Verdict::Different);
  const TierDifference& difference = *result.comparison.difference;
  EXPECT_LE(difference.interpreted.at.tick, 65u) << to_report(result.comparison);
  EXPECT_NE(difference.func, wasm::kNoIndex);
  ASSERT_EQ(difference.bytes.size(), 1u);
  EXPECT_EQ(difference.bytes[0].begin, kAddress);
}

// What the host is told is compared at each call: here it is overwritten before the states are compared.
TEST(TierContest, ComparesWhatTheHostIsTold) {
  const auto run = [](WrongTier::Mistake mistake) { return compare_tiers(make_contest("tell", std::move(mistake))).comparison; };
  EXPECT_EQ(run([](runtime::Func&) {}).verdict, Verdict::Same);
  const TierComparison comparison = run([](runtime::Func& func) {
    if (func.index == 3) func.instance->memories[0]->region.data()[600] = 1;
  });
  ASSERT_EQ(comparison.verdict, Verdict::Different);
  EXPECT_EQ(comparison.difference->kind, TierDifference::Kind::State);
}

// 0/0 has its sign bit set on x86.
constexpr std::string_view kNans = R"((module
  (memory 1)
  (func (export "often") (result f64) (local $i i32) (local $sum f64)
    (loop $next
      (f64.store (i32.const 8) (f64.div (f64.convert_i32_s (i32.and (local.get $i) (i32.const 15))) (f64.const 0)))
      (local.set $sum (f64.add (local.get $sum) (f64.load (i32.const 8))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100))))
    (local.get $sum))
  (func (export "always") (local $i i32)
    (loop $next
      (f64.store (i32.const 8) (f64.div (f64.const 0) (f64.convert_i32_s (i32.and (local.get $i) (i32.const 0)))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000)))))
  (func (export "never") (result f64) (f64.div (f64.const 1) (f64.const 3)))))";

TierComparison compare_nans(std::string_view exported, jit::NanRule nans) {
  TierContest contest = make_contest(exported, [](runtime::Func&) {}, kNans);
  EXPECT_TRUE(use_compiled_tier(contest, nans));
  return compare_tiers(contest).comparison;
}

TEST(TierContest, TellsBitsOfNansApart) {
  {
    runtime::Store store;
    if (!jit::CompiledTier::create(store)) GTEST_SKIP() << "this machine has no compiled tier";
  }
  const TierComparison canonical = compare_nans("often", jit::NanRule::Canonical);
  EXPECT_EQ(canonical.verdict, Verdict::Same) << to_report(canonical);
  EXPECT_EQ(canonical.nan_differences, 0u);
  const TierComparison often = compare_nans("often", jit::NanRule::AsComputed);
  EXPECT_EQ(often.verdict, Verdict::Same) << to_report(often);
  EXPECT_GE(often.nan_differences, 2u) << to_report(often);   // of seven those still seen where states are compared
  ASSERT_TRUE(often.nan_difference);
  EXPECT_EQ(often.nan_difference->kind, TierDifference::Kind::NanBits);
  EXPECT_EQ(often.nan_difference->instruction, "f64.div");
  EXPECT_FALSE(often.nan_difference->machine.empty());
  EXPECT_EQ(often.end, "returned nan");
  EXPECT_TRUE(often.message.starts_with("same but for bits of NaNs to the end"));
  EXPECT_NE(to_report(often).find("bits of NaNs differ, which they may: "), std::string::npos);
  EXPECT_EQ(compare_nans("always", jit::NanRule::AsComputed).verdict, Verdict::Stopped);
  const TierComparison never = compare_nans("never", jit::NanRule::AsComputed);
  EXPECT_EQ(never.verdict, Verdict::Same);
  EXPECT_EQ(never.nan_differences, 0u);
}

TEST(TierContest, SavesAReproducerThatShowsItAgain) {
  const TierContest contest = make_contest("run", [](runtime::Func& func) {
    if (func.index == 1) func.instance->globals[0][0] = 7;
  });
  const ContestResult result = compare_tiers(contest);
  ASSERT_EQ(result.comparison.verdict, Verdict::Different);
  const std::string path = ::testing::TempDir() + "tier_contest_test.wsrec";
  ASSERT_TRUE(save_reproducer(contest, result.host, path, {.module_name = "m.wasm", .invoked = "run()", .features = {}}));
  const auto file = read_file(path);
  std::remove(path.c_str());
  ASSERT_TRUE(file);
  const auto recording = replay::read_recording(*file);
  ASSERT_TRUE(recording) << to_line(recording.error(), nullptr);
  EXPECT_EQ(recording->module.size(), contest.program.module->bytes.size());
  const auto timeline = replay::open_recording(*recording, contest.program.module, {}, {});
  ASSERT_TRUE(timeline);
  auto again = contest_of(**timeline, contest.names);
  ASSERT_TRUE(again);
  again->make_tier = contest.make_tier;
  const TierComparison comparison = compare_tiers(*again).comparison;
  ASSERT_EQ(comparison.verdict, Verdict::Different) << to_report(comparison);
  EXPECT_EQ(comparison.same_up_to, result.comparison.same_up_to);
}

TEST(TierContest, StopsWhenSomebodyWants) {
  TierContest contest = make_contest("run", [](runtime::Func&) {});
  const std::atomic<bool> flag = true;
  contest.flag = &flag;
  contest.goes_on = [](const TierComparison&) { return false; };
  const ContestResult result = compare_tiers(contest);
  EXPECT_EQ(result.comparison.verdict, Verdict::Stopped) << to_report(result.comparison);
}

}  // namespace
}  // namespace wasmscope::debug
