// SPDX-License-Identifier: Apache-2.0
// Values of expressions in the selected frame: for `print`, and for whoever watches some at every stop.
#include "engine/debug/debuggee.h"

namespace wasmscope::debug {
namespace {

constexpr size_t kMostExpressions = 256;    // in one snapshot

}  // namespace

std::expected<std::string, ExpressionError> Debuggee::evaluate(const std::string& text, ValueFormat format) const {
  const replay::Timeline& program = *contents();
  const Inspection* const now = inspection();
  const ExpressionScope scope = now != nullptr ? now->expression_scope(selected_depth) : ExpressionScope{module(), names()};
  const ExpressionFrame frame = now != nullptr ? now->expression_frame(selected_depth)
                                               : ExpressionFrame(program.store(), program.instance());
  const auto expression = Expression::compile(text, scope);
  if (!expression) return std::unexpected(expression.error());
  const auto value = expression->evaluate(frame);
  if (!value) return std::unexpected(value.error());
  auto shown = to_text(*value, format, frame, names());
  if (!shown) return std::unexpected(ExpressionError{std::move(shown.error()), 0, 0});
  return *std::move(shown);
}

std::map<std::string, WatchedExpression> Debuggee::picture_expressions() const {
  std::map<std::string, WatchedExpression> pictures;
  for (const auto& [client, texts] : expression_wishes) {
    for (const std::string& text : texts) {
      if (pictures.size() >= kMostExpressions) return pictures;
      if (pictures.contains(text)) continue;
      auto value = evaluate(text, ValueFormat::Plain);
      const bool is_error = !value;
      pictures[text] = {is_error ? std::move(value.error().message) : *std::move(value), is_error};
    }
  }
  return pictures;
}

}  // namespace wasmscope::debug
