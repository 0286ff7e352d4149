// SPDX-License-Identifier: Apache-2.0
#include "engine/base/utf8.h"

#include <gtest/gtest.h>

namespace wasmscope {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, AcceptsWellFormedText) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("plain"));
  EXPECT_TRUE(is_valid_utf8("\u00e4\u20ac\U0001F600"));
  EXPECT_TRUE(is_valid_utf8("\0"sv));
  EXPECT_TRUE(is_valid_utf8("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"));
}

TEST(Utf8, RefusesEverythingElse) {
  EXPECT_FALSE(is_valid_utf8("\x80"));                  // a trailing byte alone
  EXPECT_FALSE(is_valid_utf8("\xC3"));                  // cut
  EXPECT_FALSE(is_valid_utf8("\xE2\x82"));
  EXPECT_FALSE(is_valid_utf8("\xC0\x80"));              // overlong
  EXPECT_FALSE(is_valid_utf8("\xE0\x9F\xBF"));
  EXPECT_FALSE(is_valid_utf8("\xF0\x8F\xBF\xBF"));
  EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));          // a surrogate
  EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));      // above U+10FFFF
  EXPECT_FALSE(is_valid_utf8("\xF5\x80\x80\x80"));
  EXPECT_FALSE(is_valid_utf8("\xFF"));
  EXPECT_FALSE(
      is_valid_utf8("\xC3"
                    "a"));
}

TEST(Utf8, WritesCodePoints) {
  for (const uint32_t code_point : {0x24u, 0xE4u, 0x20ACu, 0x10FFFFu}) {
    std::string text;
    append_utf8(text, code_point);
    EXPECT_EQ(first_code_point(text).value, code_point);
    EXPECT_EQ(first_code_point(text).length, text.size());
  }
}

TEST(EscapeForDisplay, KeepsReadableText) {
  EXPECT_EQ(escape_for_display("std::vec<T> \u00e4\u20ac \u4e2d"), "std::vec<T> \u00e4\u20ac \u4e2d");
}

TEST(EscapeForDisplay, ShowsWhatCannotBeSeen) {
  EXPECT_EQ(escape_for_display("a\nb\x1b[31m\x7f"), "a\\u{a}b\\u{1b}[31m\\u{7f}");
  EXPECT_EQ(escape_for_display("\0"sv), "\\u{0}");
  EXPECT_EQ(escape_for_display("\u200e\u200f\u202a\u202e\u2066\u2069"),
            "\\u{200e}\\u{200f}\\u{202a}\\u{202e}\\u{2066}\\u{2069}");
  EXPECT_EQ(escape_for_display("\u00ad\u200b\ufeff\ufe0f"), "\\u{ad}\\u{200b}\\u{feff}\\u{fe0f}");
  EXPECT_EQ(escape_for_display("\U0001F600\U000E0041"), "\\u{1f600}\\u{e0041}");
}

TEST(EscapeForDisplay, ShowsBytesThatAreNotText) {
  EXPECT_EQ(escape_for_display("a\xFF\xC3z"), "a\\ff\\c3z");
  EXPECT_EQ(escape_for_display("\xE2\x82"), "\\e2\\82");
}

TEST(EscapeForDisplay, CutsLongText) {
  EXPECT_EQ(escape_for_display("abcdef", 3), "abc\u2026");
  EXPECT_EQ(escape_for_display("abc", 3), "abc");
  EXPECT_EQ(escape_for_display(std::string(100000, 'x')).size(), 200 + 3u);
}

}  // namespace
}  // namespace wasmscope
