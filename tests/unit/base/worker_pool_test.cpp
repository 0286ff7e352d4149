// SPDX-License-Identifier: Apache-2.0
#include "engine/base/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace wasmscope {
namespace {

using Verdict = WorkerPool::Verdict;

void nap() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

class WorkerPoolTest : public testing::TestWithParam<uint32_t> {};

TEST_P(WorkerPoolTest, DoesEveryPieceOnce) {
  constexpr uint32_t kPieces = 10'000;
  const WorkerPool pool(GetParam());
  std::vector<std::atomic<int>> times(kPieces);
  std::vector<uint32_t> by_worker(pool.threads());   // not atomic: a worker is never called twice at a time
  uint32_t last_done = 0;
  const Verdict verdict = pool.run(
      kPieces,
      [&](uint32_t worker, uint32_t piece) {
        ++times[piece];
        ++by_worker[worker];
        return Verdict::GoOn;
      },
      [&](uint32_t done) {
        EXPECT_GE(done, last_done);
        last_done = done;
        return Verdict::GoOn;
      });
  EXPECT_EQ(verdict, Verdict::GoOn);
  EXPECT_LE(last_done, kPieces);
  for (const auto& count : times) EXPECT_EQ(count, 1);
  uint32_t sum = 0;
  for (const uint32_t count : by_worker) sum += count;
  EXPECT_EQ(sum, kPieces);
}

TEST_P(WorkerPoolTest, LeavesNothingOutBeforeThePieceThatStops) {
  constexpr uint32_t kPieces = 5'000, kStops = 1'234;
  const WorkerPool pool(GetParam());
  std::vector<std::atomic<int>> times(kPieces);
  const Verdict verdict = pool.run(
      kPieces,
      [&](uint32_t, uint32_t piece) {
        ++times[piece];
        if (piece > kStops) nap();   // the one that stops needs time to be heard
        return piece == kStops ? Verdict::Stop : Verdict::GoOn;
      },
      [](uint32_t) { return Verdict::GoOn; });
  EXPECT_EQ(verdict, Verdict::Stop);
  for (uint32_t piece = 0; piece <= kStops; ++piece) EXPECT_EQ(times[piece], 1) << piece;
  EXPECT_EQ(times[kPieces - 1], 0);
}

TEST_P(WorkerPoolTest, StopsWhenProgressSaysSo) {
  const WorkerPool pool(GetParam());
  std::atomic<uint32_t> begun = 0;
  const Verdict verdict = pool.run(
      1'000'000,
      [&](uint32_t worker, uint32_t) {
        ++begun;
        if (worker != 0) nap();
        return Verdict::GoOn;
      },
      [](uint32_t done) { return done < 100 ? Verdict::GoOn : Verdict::Stop; });
  EXPECT_EQ(verdict, Verdict::Stop);
  EXPECT_GE(begun, 100u);
  EXPECT_LT(begun, 1'000'000u);
}

TEST_P(WorkerPoolTest, HasNothingToDo) {
  const auto fail = [](auto...) {
    ADD_FAILURE();
    return Verdict::Stop;
  };
  EXPECT_EQ(WorkerPool(GetParam()).run(0, fail, fail), Verdict::GoOn);
}

INSTANTIATE_TEST_SUITE_P(Threads, WorkerPoolTest, testing::Values(1, 2, 8), testing::PrintToStringParamName());

}  // namespace
}  // namespace wasmscope
