// SPDX-License-Identifier: Apache-2.0
#include "engine/base/os/reservation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace wasmscope {
namespace {

TEST(Reservation, GrowsInPlaceWithZeros) {
  auto memory = Reservation::reserve(size_t{4} << 30);
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->reserved(), size_t{4} << 30);
  uint8_t* const data = memory->data();
  ASSERT_TRUE(memory->commit(1));
  data[0] = 7;
  ASSERT_TRUE(memory->commit(1 << 20));
  EXPECT_EQ(memory->data(), data);
  EXPECT_EQ(data[0], 7);
  EXPECT_EQ(data[(1 << 20) - 1], 0);
  ASSERT_TRUE(memory->commit(100));   // never takes back
  data[(1 << 20) - 1] = 1;
}

TEST(Reservation, StopsAtItsEnd) {
  auto memory = Reservation::reserve(10000);
  ASSERT_TRUE(memory);
  EXPECT_TRUE(memory->commit(10000));
  EXPECT_FALSE(memory->commit(10001));
}

TEST(Reservation, RefusesWhatNoAddressSpaceHolds) {
  EXPECT_FALSE(Reservation::reserve(SIZE_MAX));
  EXPECT_FALSE(Reservation::reserve(0));
}

TEST(Reservation, ForgetsWhatItDecommits) {
  auto memory = Reservation::reserve(1 << 20);
  ASSERT_TRUE(memory && memory->commit(1 << 20));
  memory->data()[5000] = 1;
  memory->decommit_from(0);
  ASSERT_TRUE(memory->commit(1 << 20));
  EXPECT_EQ(memory->data()[5000], 0);
}

TEST(Reservation, ClearsFromAnOffsetOn) {
  auto memory = Reservation::reserve(1 << 20);
  ASSERT_TRUE(memory && memory->commit(1 << 18));
  std::fill_n(memory->data(), 1 << 18, uint8_t{7});
  memory->clear_from(5000);
  EXPECT_EQ(memory->data()[4999], 7);
  for (const size_t at : {5000, 8191, 8192, 100'000, (1 << 18) - 1}) EXPECT_EQ(memory->data()[at], 0) << at;
  memory->data()[100'000] = 1;   // still usable
  memory->clear_from(1 << 18);
  EXPECT_EQ(memory->data()[100'000], 1);
}

TEST(Reservation, MovesWithItsOwner) {
  auto first = Reservation::reserve(1 << 16);
  ASSERT_TRUE(first && first->commit(1 << 16));
  first->data()[3] = 9;
  const Reservation second = std::move(*first);
  EXPECT_EQ(second.data()[3], 9);
}

}  // namespace
}  // namespace wasmscope
