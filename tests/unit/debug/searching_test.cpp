// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/debug/byte_pattern.h"
#include "tests/support/debug_session.h"

namespace wasmscope::debug {
namespace {

std::vector<uint8_t> bytes_of(const std::vector<std::string>& words) {
  const auto pattern = parse_byte_pattern(words);
  EXPECT_TRUE(pattern) << words[0];
  return pattern ? pattern->bytes : std::vector<uint8_t>();
}
using Values = std::vector<uint8_t>;

TEST(BytePattern, IsWrittenInManyWays) {
  EXPECT_EQ(bytes_of({"7b22", "61"}), (Values{0x7B, 0x22, 0x61}));
  EXPECT_EQ(bytes_of({"bytes", "00"}), (Values{0}));
  EXPECT_EQ(bytes_of({"u16", "258", "0xffff"}), (Values{2, 1, 0xFF, 0xFF}));
  EXPECT_EQ(bytes_of({"i32be", "-2"}), (Values{0xFF, 0xFF, 0xFF, 0xFE}));
  EXPECT_EQ(bytes_of({"i8", "-128"}), (Values{0x80}));
  EXPECT_EQ(bytes_of({"f32", "1.5"}), (Values{0, 0, 0xC0, 0x3F}));
  EXPECT_EQ(bytes_of({"f64be", "-2"}), (Values{0xC0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(bytes_of({"str", "a\xC3\xA4"}), (Values{'a', 0xC3, 0xA4}));
  const std::vector<std::string> any{"7b", "??", "61"};
  EXPECT_FALSE(parse_byte_pattern(any)->is_exact());
}

TEST(BytePattern, RefusesWhatIsNoValue) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{}, {"7"}, {"xy"}, {"u8", "256"}, {"i8", "-129"}, {"u16", "70000"}, {"f32", "x"}, {"u8"}, {"str", ""}, {"??"}})
    EXPECT_FALSE(parse_byte_pattern(words));
}

TEST(BytePattern, IsFoundWhereverItIs) {
  const Values bytes{0, 1, 2, 1, 2, 3, 0, 0, 1};
  const auto find = [&](const std::vector<std::string>& words, uint64_t from) {
    return find_pattern(bytes, *parse_byte_pattern(words), from, bytes.size());
  };
  EXPECT_EQ(find({"01", "02"}, 0), 1u);
  EXPECT_EQ(find({"01", "02"}, 2), 3u);
  EXPECT_EQ(find({"01", "02"}, 4), bytes.size());
  EXPECT_EQ(find({"01", "??", "03"}, 0), 3u);
  EXPECT_EQ(find({"??", "01"}, 0), 0u);
  EXPECT_EQ(find({"??", "01"}, 8), bytes.size());
  EXPECT_EQ(find({"00", "00"}, 0), 6u);
  EXPECT_EQ(find({"01"}, 8), 8u);
}

TEST(Searching, FindsInAMemoryBeforeAndDuringTheProgram) {
  test::DebugSession session(test::fixture("control"));
  EXPECT_NE(session.run("find str scope").find("1 place in memory 0\n00000014  73 63 6f 70 65"), std::string::npos);
  ASSERT_TRUE(session.snapshot()->search);
  EXPECT_EQ(session.snapshot()->search->hits, std::vector<uint64_t>{20});
  session.run("start walk 1");
  EXPECT_FALSE(session.snapshot()->search);
  EXPECT_NE(session.run("find m0:21 63 ?? 70").find("1 place"), std::string::npos);
  EXPECT_NE(session.run("find m0:22 63 ?? 70").find("does not occur"), std::string::npos);
  EXPECT_NE(session.run("find u8 0").find("more than 10000 places"), std::string::npos);
  EXPECT_TRUE(session.snapshot()->search->has_more);
  session.run("set 16 00");
  EXPECT_FALSE(session.snapshot()->search);
  session.fail("find m1 00");
  session.fail("find");
  session.fail("find u8 x");
}

}  // namespace
}  // namespace wasmscope::debug
