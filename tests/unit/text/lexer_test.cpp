// SPDX-License-Identifier: Apache-2.0
#include "engine/text/lexer.h"

#include <gtest/gtest.h>

#include <string>

namespace wasmscope::text {
namespace {

// One letter per lexeme: ( ) k n i s a r, then . for the end or ! and the error's text.
std::string shape(std::string_view source) {
  Lexer lexer(source);
  std::string letters;
  while (true) {
    const Lexeme lexeme = lexer.next();
    switch (lexeme.kind) {
      case LexemeKind::End: return letters + ".";
      case LexemeKind::LeftParen: letters += '('; break;
      case LexemeKind::RightParen: letters += ')'; break;
      case LexemeKind::Keyword: letters += 'k'; break;
      case LexemeKind::Number: letters += 'n'; break;
      case LexemeKind::Id: letters += 'i'; break;
      case LexemeKind::String: letters += 's'; break;
      case LexemeKind::Annotation: letters += 'a'; break;
      case LexemeKind::Reserved: letters += 'r'; break;
      case LexemeKind::Error:
        return letters + "!" + std::string(text_of(lexeme.code)) + " " + std::to_string(lexeme.begin);
    }
  }
}

TEST(Lexer, SplitsWords) {
  EXPECT_EQ(shape("(module $m (func i32.const -1 \"x\"))"), "(ki(kkns)).");
  EXPECT_EQ(shape("offset=4 nan:0x1 +inf $\"a b\" $a'b"), "kknii.");
  EXPECT_EQ(shape("(a)(b)"), "(k)(k).");
  EXPECT_EQ(shape(""), ".");
  EXPECT_EQ(shape(" \t\r\n"), ".");
}

TEST(Lexer, KeepsWhatIsReserved) {
  EXPECT_EQ(shape("A .x , ; [ } \"a\"\"b\" a\"b\" $\"a\"b \"a\"$b 1\"x\""), "rrrrrrrrrrr.");
}

TEST(Lexer, SkipsComments) {
  EXPECT_EQ(shape("a;;b\nc"), "kk.");
  EXPECT_EQ(shape("a;;b\rc"), "kk.");
  EXPECT_EQ(shape("a(;b(;c;)d;)e ;; \xc3\xa9"), "kk.");
  EXPECT_EQ(shape("(;;)(;);)(;(;;);)x"), "k.");
  EXPECT_EQ(shape("a (; (; ;)"), "k!unclosed comment 2");
  EXPECT_EQ(shape(";; \xff"), "!malformed UTF-8 encoding 3");
}

TEST(Lexer, NestsCommentsWithoutRecursion) {
  std::string deep;
  for (int i = 0; i < 1'000'000; ++i) deep += "(;";
  for (int i = 0; i < 1'000'000; ++i) deep += ";)";
  EXPECT_EQ(shape(deep + "x"), "k.");
}

TEST(Lexer, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(shape("a \x01"), "k!illegal character 2");
  EXPECT_EQ(shape("a \xc3\xa9"), "k!illegal character 2");
  EXPECT_EQ(shape("a \xc3("), "k!malformed UTF-8 encoding 2");
  EXPECT_EQ(shape("\"a"), "!unclosed string 0");
  EXPECT_EQ(shape("\"a\nb\""), "!unclosed string 0");
  EXPECT_EQ(shape("\"a\\q\""), "!illegal escape 2");
  EXPECT_EQ(shape("\"a\\u{d800}\""), "!illegal escape 2");
  EXPECT_EQ(shape("\"a\\u{110000}\""), "!illegal escape 2");
  EXPECT_EQ(shape("\"\\u{}\""), "!illegal escape 1");
  EXPECT_EQ(shape("\"\\u{1__2}\""), "!illegal escape 1");
  EXPECT_EQ(shape("\"\\4"), "!illegal escape 1");
  EXPECT_EQ(shape("\"\x7f\""), "!illegal character 1");
  EXPECT_EQ(shape("$"), "!empty identifier 0");
  EXPECT_EQ(shape("$\"\""), "!empty identifier 0");
  EXPECT_EQ(shape("$\"\\ff\""), "!malformed UTF-8 encoding 0");
  EXPECT_EQ(shape("(@)"), "!empty annotation id 0");
  EXPECT_EQ(shape("(@\"\")"), "!empty annotation id 0");
}

TEST(Lexer, DecodesStrings) {
  EXPECT_EQ(decode_string(R"("plain")"), "plain");
  EXPECT_EQ(decode_string(R"("\t\n\r\"\'\\\41\u{20_ac}z")"), "\t\n\r\"'\\A\xe2\x82\xacz");
  EXPECT_EQ(decode_string("\"\\00\\ff\""), std::string("\0\xff", 2));
  EXPECT_EQ(decode_id("$\"a b\""), "a b");
  EXPECT_EQ(decode_id("$ab"), "ab");
  EXPECT_EQ(decode_id("(@custom"), "custom");
}

TEST(Cursor, SkipsAnnotationsThatMeanNothingHere) {
  Cursor cursor("(@a , (b) [\"]\") ((@x) module (@name \"n\") )");
  EXPECT_TRUE(cursor.is_list("module"));
  EXPECT_TRUE(cursor.accept_list("module"));
  EXPECT_TRUE(cursor.accept(LexemeKind::RightParen));
  EXPECT_TRUE(cursor.is_end());
}

TEST(Cursor, DeliversKnownAnnotations) {
  Cursor cursor("module (@name \"n\") (@\"custom\" \"x\")", Cursor::Annotations::Deliver);
  cursor.advance();
  EXPECT_TRUE(cursor.is(LexemeKind::Annotation));
  ASSERT_TRUE(cursor.skip_list());
  EXPECT_EQ(decode_id(cursor.text()), "custom");
  ASSERT_TRUE(cursor.skip_list());
  EXPECT_TRUE(cursor.is_end());
}

TEST(Cursor, SkipsListsOfAnyDepth) {
  std::string deep(1'000'000, '(');
  deep.append(1'000'000, ')');
  deep += "x";
  Cursor cursor(deep);
  ASSERT_TRUE(cursor.skip_list());
  EXPECT_TRUE(cursor.is_keyword("x"));
}

TEST(Cursor, ReportsPlacesWithAnExcerpt) {
  Cursor cursor("(module\n\t(func \xc3\xa9))");
  cursor.advance();
  cursor.advance();
  cursor.advance();
  cursor.advance();
  const Error error = cursor.unexpected();
  EXPECT_EQ(error.line, 2u);
  EXPECT_EQ(error.column, 8u);
  EXPECT_EQ(to_report(error, {}, nullptr), "malformed at 2:8: illegal character\n   (func \xc3\xa9))\n         ^\n");
  EXPECT_EQ(to_line(Cursor("]").unexpected(), nullptr), "malformed at 1:1: unknown operator: `]`");
  EXPECT_EQ(to_line(Cursor("x").expect_string().error(), nullptr),
            "malformed at 1:1: unexpected token: expected a string, found `x`");
  EXPECT_EQ(to_line(Cursor("(x").skip_list().error(), nullptr),
            "malformed at 1:3: unexpected token: expected `)`, found the end of the text");
  EXPECT_EQ(to_line(Cursor("(@x (y)").unexpected(), nullptr), "malformed at 1:1: unclosed annotation");
}

TEST(Source, CountsLinesHoweverTheyEnd) {
  const std::string_view source = "a\r\nb\rc\nd";
  EXPECT_EQ(place_at(source, 3).line, 2u);
  EXPECT_EQ(place_at(source, 5).line, 3u);
  EXPECT_EQ(place_at(source, 7).line, 4u);
  EXPECT_EQ(place_at(source, 7).column, 1u);
  EXPECT_EQ(place_at("\xc3\xa9x", 2).column, 2u);
}

}  // namespace
}  // namespace wasmscope::text
