// SPDX-License-Identifier: Apache-2.0
// Splits a text into lexemes: parentheses, keywords, numbers, identifiers, strings and annotations; white space
// and comments are skipped. A lexeme is a kind and a range of the text; what is wrong with the text is a lexeme
// too (Error), after which only End follows. Whether a number is well-formed is for numbers.h, since that
// depends on what it is for.
// https://webassembly.github.io/spec/core/text/lexical.html
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/text/source.h"
#include "engine/wasm/error.h"

namespace wasmscope::text {

enum class LexemeKind : uint8_t {
  End,
  LeftParen,
  RightParen,
  Keyword,      // begins with a small letter; includes `inf`, `nan:0x1` and `offset=4`
  Number,       // begins with a digit or a sign
  Id,           // $name or $"name"
  String,
  Annotation,   // "(@id", the parenthesis included
  Reserved,     // what the format keeps for later; allowed inside annotations only
  Error,
};

struct Lexeme {
  LexemeKind kind = LexemeKind::End;
  ErrorCode code{};         // Error only
  uint32_t begin = 0, end = 0;

  ByteRange range() const { return {begin, end}; }
};

// Texts of 4 GiB and more are an error lexeme.
class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Lexeme next();
  std::string_view source() const { return source_; }
  void move_to(uint64_t offset) { at_ = offset; }

 private:
  Lexeme make(LexemeKind kind, size_t begin);
  Lexeme fail(ErrorCode code, size_t begin, size_t end);
  bool skip_space(Lexeme& error);
  bool skip_block_comment(Lexeme& error);
  // Checks the string that begins at `at_` and moves behind it.
  bool skip_string(Lexeme& error);
  Lexeme annotation(size_t begin);
  Lexeme word(size_t begin);

  std::string_view source_;
  size_t at_ = 0;
};

// The bytes that a String lexeme's text, quotes included, stands for.
std::string decode_string(std::string_view quoted);
// The name of an Id or Annotation lexeme: without `$` or `(@`, quotes and escapes resolved.
std::string decode_id(std::string_view text);

// Lexemes with two of lookahead. Annotations are skipped, except those that mean something to this version
// (is_known_annotation): these are delivered where `annotations` says so. Cheap to copy: a copy is a place to
// come back to.
class Cursor {
 public:
  enum class Annotations : uint8_t { Skip, Deliver };
  explicit Cursor(std::string_view source, Annotations annotations = Annotations::Skip);

  const Lexeme& peek() const { return current_; }
  const Lexeme& peek_second() const { return ahead_; }
  std::string_view text() const { return text_of(current_); }
  std::string_view text_of(const Lexeme& lexeme) const {
    return source().substr(lexeme.begin, lexeme.end - lexeme.begin);
  }
  std::string_view source() const { return lexer_.source(); }
  uint64_t offset() const { return current_.begin; }
  // Where the lexeme before the current one ended.
  uint64_t previous_end() const { return previous_end_; }

  bool is_end() const { return current_.kind == LexemeKind::End; }
  bool is(LexemeKind kind) const { return current_.kind == kind; }
  bool is_keyword(std::string_view keyword) const { return is(LexemeKind::Keyword) && text() == keyword; }
  // "(" followed by the keyword
  bool is_list(std::string_view keyword) const {
    return is(LexemeKind::LeftParen) && ahead_.kind == LexemeKind::Keyword && text_of(ahead_) == keyword;
  }

  void advance();
  // To the lexeme that begins at the offset.
  void move_to(uint64_t offset);
  bool accept(LexemeKind kind);
  bool accept_keyword(std::string_view keyword);
  bool accept_list(std::string_view keyword);

  // Each moves behind what it names, or says what is there instead.
  Result<void> expect(LexemeKind kind);
  Result<void> expect_keyword(std::string_view keyword);
  Result<void> expect_list(std::string_view keyword);
  Result<std::string> expect_string();
  // As expect_string, of valid UTF-8.
  Result<std::string> expect_name();
  // From a "(" or an Annotation to behind its ")", whatever is inside; iterative.
  Result<void> skip_list();

  // An error at the current lexeme: what the lexer found wrong there, else "unknown operator" for what is no
  // lexeme of the format, else "unexpected token".
  Error unexpected(std::string_view wanted = {}) const;
  Error fail(ErrorCode code, std::string detail = {}) const {
    return fail_at(current_.range(), code, std::move(detail));
  }
  Error fail_at(ByteRange range, ErrorCode code, std::string detail = {}) const {
    return error_in(source(), code, range, std::move(detail));
  }

 private:
  Lexeme next_delivered();

  Lexer lexer_;
  Annotations annotations_;
  uint32_t previous_end_ = 0;
  Lexeme current_, ahead_;
};

bool is_known_annotation(std::string_view id);

}  // namespace wasmscope::text
