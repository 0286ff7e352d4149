// SPDX-License-Identifier: Apache-2.0
#include "engine/text/source.h"

#include <algorithm>

#include "engine/base/utf8.h"

namespace wasmscope::text {
namespace {

// Of a long line only this much around the place is shown.
constexpr size_t kExcerptBefore = 60, kExcerptAfter = 40;

bool is_continuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

// Shown as the text has it, but with nothing that moves the cursor or the columns.
std::string to_columns(std::string_view text, size_t& columns) {
  std::string shown;
  columns = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    const size_t length = std::max<size_t>(point.length, 1);
    const std::string_view piece = text.substr(0, length);
    // Escapes are wider than one column, and so are marks that show nothing: both become one sign.
    shown += piece == "\t" ? " " : point.length != 0 && escape_for_display(piece) == piece ? std::string(piece) : "?";
    ++columns;
    text.remove_prefix(length);
  }
  return shown;
}

}  // namespace

TextPlace place_at(std::string_view source, uint64_t offset) {
  offset = std::min<uint64_t>(offset, source.size());
  TextPlace place;
  uint64_t line_begin = 0;
  for (uint64_t i = 0; i < offset; ++i) {
    if (source[i] != '\n' && (source[i] != '\r' || source.substr(i).starts_with("\r\n"))) continue;
    ++place.line;
    line_begin = i + 1;
  }
  for (uint64_t i = line_begin; i < offset; ++i) place.column += !is_continuation(source[i]);
  return place;
}

void set_place(Error& error, std::string_view source, ByteRange range) {
  const TextPlace place = place_at(source, range.begin);
  error.line = place.line;
  error.column = place.column;
  const size_t begin = std::min<size_t>(range.begin, source.size());
  size_t line_begin = begin, line_end = begin;
  const auto is_newline = [&](size_t i) { return source[i] == '\n' || source[i] == '\r'; };
  while (line_begin > 0 && !is_newline(line_begin - 1) && begin - line_begin < kExcerptBefore) --line_begin;
  while (line_begin < begin && is_continuation(source[line_begin])) ++line_begin;
  while (line_end < source.size() && !is_newline(line_end) && line_end - begin < kExcerptAfter) ++line_end;
  while (line_end > begin && line_end < source.size() && is_continuation(source[line_end])) --line_end;
  const size_t marked_end = std::clamp<size_t>(range.end, begin, line_end);
  size_t before = 0, marked = 0, after = 0;
  error.excerpt = to_columns(source.substr(line_begin, begin - line_begin), before);
  error.excerpt += to_columns(source.substr(begin, marked_end - begin), marked);
  error.excerpt += to_columns(source.substr(marked_end, line_end - marked_end), after);
  error.excerpt += '\n' + std::string(before, ' ') + '^' + std::string(marked > 1 ? marked - 1 : 0, '~');
}

Error error_in(std::string_view source, ErrorCode code, ByteRange range, std::string detail) {
  Error result = error(code, std::move(detail));
  set_place(result, source, range);
  return result;
}

}  // namespace wasmscope::text
