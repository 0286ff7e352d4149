// SPDX-License-Identifier: Apache-2.0
// The command that evaluates an expression.
#include "engine/debug/carry_out.h"

namespace wasmscope::debug {

template <>
Answer carry_out<Command::Print>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.empty()) return wrong_usage(Command::Print);
  auto format = std::optional(ValueFormat::Plain);
  if (arguments.front().starts_with('/')) {
    if (arguments.size() == 1) return wrong_usage(Command::Print);
    format = parse_value_format(std::string_view(arguments.front()).substr(1));
    if (!format) return std::unexpected("there is no such format; there are /x (hexadecimal) /d (signed) /u (unsigned) /t (binary) /f (float) /c (character) /s (text)");
  }
  if (debuggee.contents() == nullptr) return refuse(debuggee.loaded() == nullptr ? ErrorCode::NoModule : ErrorCode::NotRunning);
  const replay::Timeline& program = *debuggee.contents();
  const Inspection* const now = debuggee.inspection();
  const uint32_t depth = debuggee.selected_depth;
  const ExpressionScope scope = now != nullptr ? now->expression_scope(depth) : ExpressionScope{debuggee.module(), debuggee.names()};
  const ExpressionFrame frame = now != nullptr ? now->expression_frame(depth) : ExpressionFrame(program.store(), program.instance());
  const std::string& text = arguments.back();
  const auto expression = Expression::compile(text, scope);
  if (!expression) return std::unexpected(to_text(expression.error(), text));
  const auto value = expression->evaluate(frame);
  if (!value) return std::unexpected(to_text(value.error(), text));
  return to_text(*value, *format, frame, debuggee.names());
}

}  // namespace wasmscope::debug
