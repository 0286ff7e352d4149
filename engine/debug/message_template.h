// SPDX-License-Identifier: Apache-2.0
// Messages with expressions in them, for log points: "i is {$i}, text {str($p)}". `{{` and `}}` are braces.
#pragma once
#include <vector>

#include "engine/debug/expression.h"

namespace wasmscope::debug {

class MessageTemplate {
 public:
  static std::expected<MessageTemplate, ExpressionError> compile(std::string_view text, const ExpressionScope& scope);

  // Where an expression has no value, the reason stands between angle brackets. Texts are without their quotes.
  std::string format(const ExpressionFrame& frame, const symbols::Names& names) const;
  bool reads_operands() const;

 private:
  struct Part {
    std::string before;                     // escaped
    std::optional<Expression> expression;   // behind it
  };
  std::vector<Part> parts_;
};

}  // namespace wasmscope::debug
