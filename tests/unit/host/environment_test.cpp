// SPDX-License-Identifier: Apache-2.0
#include "engine/host/environment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace wasmscope::host {
namespace {

TEST(SystemEnvironmentTest, MonotonicTimeDoesNotGoBackAndSleepingPassesIt) {
  const auto environment = system_environment();
  const uint64_t before = environment->monotonic_ns();
  environment->sleep_ns(1'000'000);
  EXPECT_GE(environment->monotonic_ns(), before + 1'000'000);
  EXPECT_GT(environment->realtime_ns(), 1'500'000'000ull * 1'000'000'000);
}

TEST(SystemEnvironmentTest, RandomBytesDiffer) {
  const auto environment = system_environment();
  std::array<uint8_t, 67> a{}, b{};
  environment->random(a);
  environment->random(b);
  EXPECT_NE(a, b);
  EXPECT_LT(std::count(a.begin(), a.end(), 0), 20);
}

}  // namespace
}  // namespace wasmscope::host
