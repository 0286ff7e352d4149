// SPDX-License-Identifier: Apache-2.0
#include "engine/text/lexer.h"

#include <algorithm>
#include <array>

#include "engine/base/utf8.h"

namespace wasmscope::text {
namespace {

enum CharClass : uint8_t { kIdChar = 1, kSpace = 2, kDigit = 4, kLower = 8, kHexDigit = 16, kPunctuation = 32 };

constexpr std::array<uint8_t, 256> make_classes() {
  std::array<uint8_t, 256> classes{};
  for (const char c : std::string_view("!#$%&'*+-./:<=>?@\\^_`|~")) classes[static_cast<uint8_t>(c)] |= kIdChar;
  for (char c = '0'; c <= '9'; ++c) classes[static_cast<uint8_t>(c)] |= kIdChar | kDigit | kHexDigit;
  for (char c = 'a'; c <= 'z'; ++c) classes[static_cast<uint8_t>(c)] |= kIdChar | kLower;
  for (char c = 'A'; c <= 'Z'; ++c) classes[static_cast<uint8_t>(c)] |= kIdChar;
  for (char c = 'a'; c <= 'f'; ++c) classes[static_cast<uint8_t>(c)] |= kHexDigit;
  for (char c = 'A'; c <= 'F'; ++c) classes[static_cast<uint8_t>(c)] |= kHexDigit;
  for (const char c : std::string_view(" \t\n\r")) classes[static_cast<uint8_t>(c)] |= kSpace;
  for (const char c : std::string_view(",;[]{}")) classes[static_cast<uint8_t>(c)] |= kPunctuation;
  return classes;
}
constexpr auto kClasses = make_classes();

bool is_class(char c, uint8_t mask) { return (kClasses[static_cast<uint8_t>(c)] & mask) != 0; }
bool is_newline(char c) { return c == '\n' || c == '\r'; }
bool is_ascii(char c) { return static_cast<uint8_t>(c) < 0x80; }

uint32_t hex_value(char c) { return static_cast<uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10); }

}  // namespace

bool is_known_annotation(std::string_view id) {
  return id == "custom" || id == "name" || id == "metadata.code.branch_hint";
}

Lexeme Lexer::make(LexemeKind kind, size_t begin) {
  return {kind, {}, static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
}

Lexeme Lexer::fail(ErrorCode code, size_t begin, size_t end) {
  at_ = source_.size();
  return {LexemeKind::Error, code, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
}

bool Lexer::skip_block_comment(Lexeme& error) {
  const size_t begin = at_;
  at_ += 2;
  for (size_t depth = 1; depth > 0;) {
    const size_t left = source_.size() - at_;
    if (left == 0) {
      error = fail(ErrorCode::UnclosedComment, begin, begin + 2);
      return false;
    }
    const char c = source_[at_];
    if (c == '(' && left > 1 && source_[at_ + 1] == ';') {
      ++depth;
      at_ += 2;
    } else if (c == ';' && left > 1 && source_[at_ + 1] == ')') {
      --depth;
      at_ += 2;
    } else if (is_ascii(c)) {
      ++at_;
    } else if (const CodePoint point = first_code_point(source_.substr(at_)); point.length != 0) {
      at_ += point.length;
    } else {
      error = fail(ErrorCode::BadUtf8, at_, at_ + 1);
      return false;
    }
  }
  return true;
}

bool Lexer::skip_space(Lexeme& error) {
  while (at_ < source_.size()) {
    const char c = source_[at_];
    if (is_class(c, kSpace)) {
      ++at_;
    } else if (c == ';' && at_ + 1 < source_.size() && source_[at_ + 1] == ';') {
      while (at_ < source_.size() && !is_newline(source_[at_])) {
        const CodePoint point = is_ascii(source_[at_]) ? CodePoint{0, 1} : first_code_point(source_.substr(at_));
        if (point.length == 0) {
          error = fail(ErrorCode::BadUtf8, at_, at_ + 1);
          return false;
        }
        at_ += point.length;
      }
    } else if (c == '(' && at_ + 1 < source_.size() && source_[at_ + 1] == ';') {
      if (!skip_block_comment(error)) return false;
    } else {
      break;
    }
  }
  return true;
}

bool Lexer::skip_string(Lexeme& error) {
  const size_t begin = at_++;
  while (true) {
    if (at_ >= source_.size()) {
      error = fail(ErrorCode::UnclosedString, begin, begin + 1);
      return false;
    }
    const char c = source_[at_];
    if (c == '"') {
      ++at_;
      return true;
    }
    if (c == '\\') {
      const size_t escape = at_;
      const char kind = at_ + 1 < source_.size() ? source_[at_ + 1] : '\0';
      bool is_valid = false;
      if (std::string_view("tnr\"'\\").find(kind) != std::string_view::npos && kind != '\0') {
        at_ += 2;
        is_valid = true;
      } else if (kind == 'u') {
        at_ += 2;
        uint32_t value = 0;
        bool is_number = at_ < source_.size() && source_[at_] == '{';
        ++at_;
        size_t digits = 0;
        bool after_underscore = true;   // one may not come first
        for (; is_number && at_ < source_.size() && source_[at_] != '}'; ++at_) {
          const char digit = source_[at_];
          if (digit == '_') {
            is_number = !after_underscore;
            after_underscore = true;
            continue;
          }
          after_underscore = false;
          is_number = is_class(digit, kHexDigit);
          if (is_number && value < 0x110000) value = value * 16 + hex_value(digit);
          ++digits;
        }
        is_valid = is_number && digits > 0 && !after_underscore && at_ < source_.size() && value < 0x110000 &&
                   (value < 0xD800 || value >= 0xE000);
        ++at_;
      } else if (at_ + 2 < source_.size() && is_class(kind, kHexDigit) && is_class(source_[at_ + 2], kHexDigit)) {
        at_ += 3;
        is_valid = true;
      }
      if (!is_valid) {
        error = fail(ErrorCode::IllegalEscape, escape, escape + 2);
        return false;
      }
    } else if (is_newline(c)) {
      error = fail(ErrorCode::UnclosedString, begin, at_);
      return false;
    } else if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) {
      error = fail(ErrorCode::IllegalCharacter, at_, at_ + 1);
      return false;
    } else if (is_ascii(c)) {
      ++at_;
    } else {
      const CodePoint point = first_code_point(source_.substr(at_));
      if (point.length == 0) {
        error = fail(ErrorCode::BadUtf8, at_, at_ + 1);
        return false;
      }
      at_ += point.length;
    }
  }
}

Lexeme Lexer::annotation(size_t begin) {
  at_ = begin + 2;
  if (at_ < source_.size() && source_[at_] == '"') {
    Lexeme error;
    const size_t quote = at_;
    if (!skip_string(error))
      return error.code == ErrorCode::UnclosedString ? fail(ErrorCode::EmptyAnnotationId, begin, begin + 2) : error;
    if (at_ - quote == 2) return fail(ErrorCode::EmptyAnnotationId, begin, at_);
    if (!is_valid_utf8(decode_string(source_.substr(quote, at_ - quote)))) return fail(ErrorCode::BadUtf8, quote, at_);
    return make(LexemeKind::Annotation, begin);
  }
  while (at_ < source_.size() && is_class(source_[at_], kIdChar)) ++at_;
  // Within an annotation such a thing is allowed, so the text goes on behind it.
  if (at_ == begin + 2)
    return {LexemeKind::Error, ErrorCode::EmptyAnnotationId, static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
  return make(LexemeKind::Annotation, begin);
}

// A run of identifier characters and strings without a space between them is one lexeme.
Lexeme Lexer::word(size_t begin) {
  const char first = source_[begin];
  size_t strings = 0;
  while (at_ < source_.size()) {
    if (is_class(source_[at_], kIdChar)) {
      ++at_;
    } else if (source_[at_] == '"') {
      Lexeme error;
      if (!skip_string(error)) return error;
      ++strings;
    } else {
      break;
    }
  }
  if (strings == 0) {
    if (is_class(first, kLower)) return make(LexemeKind::Keyword, begin);
    if (is_class(first, kDigit) || first == '+' || first == '-') return make(LexemeKind::Number, begin);
    if (first == '$')
      return at_ - begin > 1 ? make(LexemeKind::Id, begin) : fail(ErrorCode::EmptyIdentifier, begin, at_);
    return make(LexemeKind::Reserved, begin);
  }
  const bool ends_in_string = source_[at_ - 1] == '"';
  if (strings == 1 && first == '"' && ends_in_string) return make(LexemeKind::String, begin);
  if (strings == 1 && first == '$' && source_[begin + 1] == '"' && ends_in_string) {
    if (at_ - begin == 3) return fail(ErrorCode::EmptyIdentifier, begin, at_);
    if (!is_valid_utf8(decode_string(source_.substr(begin + 1, at_ - begin - 1))))
      return fail(ErrorCode::BadUtf8, begin, at_);
    return make(LexemeKind::Id, begin);
  }
  return make(LexemeKind::Reserved, begin);
}

Lexeme Lexer::next() {
  Lexeme error;
  if (source_.size() > UINT32_MAX) return fail(ErrorCode::LimitExceeded, 0, 1);
  if (!skip_space(error)) return error;
  const size_t begin = at_;
  if (begin >= source_.size()) return make(LexemeKind::End, begin);
  const char c = source_[begin];
  if (c == ')') {
    ++at_;
    return make(LexemeKind::RightParen, begin);
  }
  if (c == '(') {
    ++at_;
    if (at_ < source_.size() && source_[at_] == '@') return annotation(begin);
    return make(LexemeKind::LeftParen, begin);
  }
  if (is_class(c, kIdChar) || c == '"') return word(begin);
  if (is_class(c, kPunctuation)) {
    ++at_;
    return make(LexemeKind::Reserved, begin);
  }
  if (is_ascii(c)) return fail(ErrorCode::IllegalCharacter, begin, begin + 1);
  const CodePoint point = first_code_point(source_.substr(begin));
  if (point.length == 0) return fail(ErrorCode::BadUtf8, begin, begin + 1);
  return fail(ErrorCode::IllegalCharacter, begin, begin + point.length);
}

std::string decode_string(std::string_view quoted) {
  const std::string_view text = quoted.substr(1, quoted.size() - 2);
  std::string bytes;
  bytes.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      const size_t plain_end = std::min(text.find('\\', i), text.size());
      bytes += text.substr(i, plain_end - i);
      i = plain_end;
      continue;
    }
    const char kind = text[i + 1];
    i += 2;
    switch (kind) {
      case 't': bytes += '\t'; break;
      case 'n': bytes += '\n'; break;
      case 'r': bytes += '\r'; break;
      case '"':
      case '\'':
      case '\\': bytes += kind; break;
      case 'u': {
        uint32_t value = 0;
        for (++i; text[i] != '}'; ++i)
          if (text[i] != '_') value = value * 16 + hex_value(text[i]);
        ++i;
        append_utf8(bytes, value);
        break;
      }
      default: bytes += static_cast<char>(hex_value(kind) << 4 | hex_value(text[i++]));
    }
  }
  return bytes;
}

std::string decode_id(std::string_view text) {
  text.remove_prefix(text.starts_with("(@") ? 2 : 1);
  return text.starts_with('"') ? decode_string(text) : std::string(text);
}

Cursor::Cursor(std::string_view source, Annotations annotations) : lexer_(source), annotations_(annotations) {
  current_ = next_delivered();
  ahead_ = next_delivered();
}

Lexeme Cursor::next_delivered() {
  while (true) {
    const Lexeme lexeme = lexer_.next();
    if (lexeme.kind != LexemeKind::Annotation) return lexeme;
    if (annotations_ == Annotations::Deliver && is_known_annotation(decode_id(text_of(lexeme)))) return lexeme;
    for (size_t depth = 1; depth > 0;) {
      const Lexeme inner = lexer_.next();
      const bool is_open = inner.kind == LexemeKind::LeftParen || inner.kind == LexemeKind::Annotation ||
                           (inner.kind == LexemeKind::Error && inner.code == ErrorCode::EmptyAnnotationId);
      if (inner.kind == LexemeKind::Error && !is_open) return inner;
      if (inner.kind == LexemeKind::End)
        return {LexemeKind::Error, ErrorCode::UnclosedAnnotation, lexeme.begin, lexeme.end};
      if (is_open) ++depth;
      if (inner.kind == LexemeKind::RightParen) --depth;
    }
  }
}

void Cursor::advance() {
  previous_end_ = current_.end;
  if (current_.kind == LexemeKind::End || current_.kind == LexemeKind::Error) return;
  current_ = ahead_;
  ahead_ = next_delivered();
}

void Cursor::move_to(uint64_t offset) {
  lexer_.move_to(offset);
  previous_end_ = static_cast<uint32_t>(offset);
  current_ = next_delivered();
  ahead_ = next_delivered();
}

bool Cursor::accept(LexemeKind kind) {
  if (!is(kind)) return false;
  advance();
  return true;
}

bool Cursor::accept_keyword(std::string_view keyword) {
  if (!is_keyword(keyword)) return false;
  advance();
  return true;
}

bool Cursor::accept_list(std::string_view keyword) {
  if (!is_list(keyword)) return false;
  advance();
  advance();
  return true;
}

namespace {

std::string_view description_of(LexemeKind kind) {
  switch (kind) {
    case LexemeKind::End: return "the end of the text";
    case LexemeKind::LeftParen: return "`(`";
    case LexemeKind::RightParen: return "`)`";
    case LexemeKind::Keyword: return "a keyword";
    case LexemeKind::Number: return "a number";
    case LexemeKind::Id: return "an identifier";
    case LexemeKind::String: return "a string";
    case LexemeKind::Annotation: return "an annotation";
    case LexemeKind::Reserved:
    case LexemeKind::Error: break;
  }
  return "something else";
}

}  // namespace

Error Cursor::unexpected(std::string_view wanted) const {
  if (is(LexemeKind::Error)) return fail(current_.code);
  // After a parenthesis it is the next lexeme that tells what the list is.
  if (is(LexemeKind::LeftParen) && (ahead_.kind == LexemeKind::Error || ahead_.kind == LexemeKind::Reserved ||
                                    ahead_.kind == LexemeKind::Annotation)) {
    Cursor inner = *this;
    inner.advance();
    return inner.unexpected(wanted);
  }
  if (is(LexemeKind::Annotation)) return fail(ErrorCode::MisplacedAnnotation, decode_id(text()));
  std::string found(description_of(current_.kind));
  if (current_.kind != LexemeKind::End && current_.kind != LexemeKind::LeftParen &&
      current_.kind != LexemeKind::RightParen)
    found = "`" + escape_for_display(text(), 60) + "`";
  if (is(LexemeKind::Reserved)) return fail(ErrorCode::UnknownOperator, found);
  if (wanted.empty()) return fail(ErrorCode::UnexpectedToken, found);
  return fail(ErrorCode::UnexpectedToken, "expected " + std::string(wanted) + ", found " + found);
}

Result<void> Cursor::expect(LexemeKind kind) {
  if (!is(kind)) return std::unexpected(unexpected(description_of(kind)));
  advance();
  return {};
}

Result<void> Cursor::expect_keyword(std::string_view keyword) {
  if (!is_keyword(keyword)) return std::unexpected(unexpected("`" + std::string(keyword) + "`"));
  advance();
  return {};
}

Result<void> Cursor::expect_list(std::string_view keyword) {
  if (!is_list(keyword)) return std::unexpected(unexpected("`(" + std::string(keyword) + "`"));
  advance();
  advance();
  return {};
}

Result<std::string> Cursor::expect_string() {
  if (!is(LexemeKind::String)) return std::unexpected(unexpected("a string"));
  std::string bytes = decode_string(text());
  advance();
  return bytes;
}

Result<std::string> Cursor::expect_name() {
  if (!is(LexemeKind::String)) return std::unexpected(unexpected("a string"));
  std::string bytes = decode_string(text());
  if (!is_valid_utf8(bytes)) return std::unexpected(fail(ErrorCode::BadUtf8));
  advance();
  return bytes;
}

Result<void> Cursor::skip_list() {
  for (size_t depth = 0;;) {
    switch (current_.kind) {
      case LexemeKind::LeftParen:
      case LexemeKind::Annotation: ++depth; break;
      case LexemeKind::RightParen: --depth; break;
      case LexemeKind::End:
      case LexemeKind::Error: return std::unexpected(unexpected("`)`"));
      default: break;
    }
    advance();
    if (depth == 0) return {};
  }
}

}  // namespace wasmscope::text
