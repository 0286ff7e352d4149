// SPDX-License-Identifier: Apache-2.0
#include "engine/base/leb128.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace wasmscope {
namespace {

template <class T, int Bits = std::numeric_limits<std::make_unsigned_t<T>>::digits>
LebStatus read(std::initializer_list<uint8_t> bytes, T& value, size_t* used = nullptr) {
  const uint8_t* at = bytes.begin();
  const LebStatus status = read_leb<T, Bits>(at, bytes.end(), value);
  if (used != nullptr) *used = static_cast<size_t>(at - bytes.begin());
  return status;
}

TEST(Leb128, ReadsUnsignedIntegers) {
  uint32_t value = 0;
  size_t used = 0;
  EXPECT_EQ(read({0x00}, value, &used), LebStatus::Ok);
  EXPECT_EQ(value, 0u);
  EXPECT_EQ(read({0xE5, 0x8E, 0x26, 0xFF}, value, &used), LebStatus::Ok);
  EXPECT_EQ(value, 624485u);
  EXPECT_EQ(used, 3u);
  EXPECT_EQ(read({0x80, 0x80, 0x80, 0x80, 0x00}, value), LebStatus::Ok);   // padding is allowed
  EXPECT_EQ(value, 0u);
  EXPECT_EQ(read({0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, value), LebStatus::Ok);
  EXPECT_EQ(value, UINT32_MAX);
}

TEST(Leb128, RefusesWhatDoesNotFit) {
  uint32_t value = 7;
  size_t used = 9;
  EXPECT_EQ(read({0xFF, 0xFF, 0xFF, 0xFF, 0x1F}, value, &used), LebStatus::TooLarge);
  EXPECT_EQ(used, 0u);
  EXPECT_EQ(value, 7u);
  EXPECT_EQ(read({0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, value), LebStatus::TooLong);
  EXPECT_EQ(read({0x80, 0x80}, value), LebStatus::UnexpectedEnd);
  EXPECT_EQ(read({}, value), LebStatus::UnexpectedEnd);
}

TEST(Leb128, ReadsSignedIntegers) {
  int32_t narrow = 0;
  EXPECT_EQ(read({0x7F}, narrow), LebStatus::Ok);
  EXPECT_EQ(narrow, -1);
  EXPECT_EQ(read({0x80, 0x80, 0x80, 0x80, 0x78}, narrow), LebStatus::Ok);
  EXPECT_EQ(narrow, INT32_MIN);
  EXPECT_EQ(read({0xFF, 0xFF, 0xFF, 0xFF, 0x07}, narrow), LebStatus::Ok);
  EXPECT_EQ(narrow, INT32_MAX);
  EXPECT_EQ(read({0xFF, 0xFF, 0xFF, 0xFF, 0x4F}, narrow), LebStatus::TooLarge);   // sign bits disagree
  EXPECT_EQ(read({0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, narrow), LebStatus::TooLarge);
  int64_t wide = 0;
  EXPECT_EQ(read({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F}, wide), LebStatus::Ok);
  EXPECT_EQ(wide, INT64_MIN);
  EXPECT_EQ(read({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7E}, wide), LebStatus::TooLarge);
}

TEST(Leb128, ReadsTheThirtyThreeBitsOfBlockTypes) {
  int64_t value = 0;
  EXPECT_EQ((read<int64_t, 33>({0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, value)), LebStatus::Ok);
  EXPECT_EQ(value, int64_t{UINT32_MAX});
  EXPECT_EQ((read<int64_t, 33>({0x40}, value)), LebStatus::Ok);
  EXPECT_EQ(value, -64);
  EXPECT_EQ((read<int64_t, 33>({0xFF, 0xFF, 0xFF, 0xFF, 0x1F}, value)), LebStatus::TooLarge);
}

TEST(Leb128, WritesWhatItReads) {
  for (const int64_t value : {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{63}, int64_t{64}, int64_t{-64}, int64_t{-65},
                              int64_t{INT32_MIN}, INT64_MAX, INT64_MIN}) {
    std::vector<uint8_t> bytes;
    append_signed_leb(bytes, value);
    append_unsigned_leb(bytes, static_cast<uint64_t>(value));
    const uint8_t* at = bytes.data();
    const uint8_t* const end = at + bytes.size();
    int64_t signed_value = 0;
    uint64_t unsigned_value = 0;
    ASSERT_EQ(read_leb(at, end, signed_value), LebStatus::Ok);
    ASSERT_EQ(read_leb(at, end, unsigned_value), LebStatus::Ok);
    EXPECT_EQ(at, end);
    EXPECT_EQ(signed_value, value);
    EXPECT_EQ(unsigned_value, static_cast<uint64_t>(value));
  }
}

}  // namespace
}  // namespace wasmscope
