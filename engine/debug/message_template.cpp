// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/message_template.h"

#include <algorithm>

#include "engine/base/utf8.h"
#include "engine/debug/expression_tree.h"

namespace wasmscope::debug {

std::expected<MessageTemplate, ExpressionError> MessageTemplate::compile(std::string_view text, const ExpressionScope& scope) {
  MessageTemplate made;
  Part part;
  const auto fail = [](std::string message, size_t at) {
    return std::unexpected(ExpressionError{std::move(message), static_cast<uint32_t>(at), static_cast<uint32_t>(at + 1)});
  };
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c != '{' && c != '}') {
      part.before += c;
      continue;
    }
    if (at + 1 < text.size() && text[at + 1] == c) {
      part.before += c;
      ++at;
      continue;
    }
    if (c == '}') return fail("a `{` is missing before this; write `}}` for a brace", at);
    const size_t begin = at + 1, end = find_closing_brace(text, begin);
    if (end == std::string_view::npos) return fail("a `}` is missing after this; write `{{` for a brace", at);
    auto expression = Expression::compile(text.substr(begin, end - begin), scope);
    if (!expression) {
      ExpressionError error = std::move(expression).error();
      error.begin += static_cast<uint32_t>(begin);
      error.end += static_cast<uint32_t>(begin);
      return std::unexpected(std::move(error));
    }
    part.before = escape_for_display(part.before, SIZE_MAX);
    part.expression = std::move(*expression);
    made.parts_.push_back(std::move(part));
    part = {};
    at = end;
  }
  part.before = escape_for_display(part.before, SIZE_MAX);
  if (!part.before.empty()) made.parts_.push_back(std::move(part));
  return made;
}

std::string MessageTemplate::format(const ExpressionFrame& frame, const symbols::Names& names) const {
  std::string text;
  for (const Part& part : parts_) {
    text += part.before;
    if (!part.expression) continue;
    const auto value = part.expression->evaluate(frame);
    if (!value) {
      text += "<" + value.error().message + ">";
    } else if (value->kind == ExpressionValue::Kind::Text) {
      text += escape_for_display(value->text);
    } else {
      text += *to_text(*value, ValueFormat::Plain, frame, names);
    }
  }
  return text;
}

bool MessageTemplate::reads_operands() const {
  return std::ranges::any_of(parts_, [](const Part& part) { return part.expression && part.expression->reads_operands(); });
}

}  // namespace wasmscope::debug
