// SPDX-License-Identifier: Apache-2.0
// The syntax of expressions: text to tree. Knows no names and no types. Internal to the expressions' files.
// Nodes are in one vector, children before their parents; nesting is bounded, so that trees may be walked recursively.
#pragma once
#include <vector>

#include "engine/debug/expression.h"

namespace wasmscope::debug {

enum class NodeKind : uint8_t {
  Integer,       // `integer`, `is_negative`; character literals too
  Float,         // `name`: as written, with the sign
  Text,          // `name`: the bytes
  Null,
  Name,          // `name`: of $name or $"odd name"
  Word,          // `name`: a name without $, a type, l2, tick
  Func,          // #42: `integer`
  Unary,         // `op`
  Binary,        // `op`
  Conditional,   // condition ? second : third
  Call,          // callee, arguments
  Index,         // base[index]
  Member,        // base.name; `integer` when `is_number`
};

enum class Operator : uint8_t {
  Negate, Not, Complement,
  Multiply, Divide, DivideUnsigned, Remainder, RemainderUnsigned,
  Add, Subtract,
  ShiftLeft, ShiftRight, ShiftRightUnsigned,
  Less, LessUnsigned, LessEqual, LessEqualUnsigned, Greater, GreaterUnsigned, GreaterEqual, GreaterEqualUnsigned,
  Equal, NotEqual,
  BitAnd, BitXor, BitOr, And, Or,
};
// "+", ">>u"
std::string_view text_of(Operator op);

using NodeIndex = uint32_t;
struct Node {
  NodeKind kind{};
  Operator op{};
  bool is_negative = false;
  bool is_number = false;
  uint32_t begin = 0, end = 0;   // bytes of the text
  uint32_t depth = 1;            // of the tree below
  uint64_t integer = 0;
  std::string name{};
  std::vector<NodeIndex> children;
};

struct Tree {
  std::vector<Node> nodes;
  NodeIndex root = 0;
  const Node& operator[](NodeIndex index) const { return nodes[index]; }
};

inline constexpr uint32_t kMostNesting = 100;
inline constexpr size_t kLongestExpression = 1 << 16;

std::expected<Tree, ExpressionError> parse_expression(std::string_view text);

// The end of the expression that begins at `begin` and is closed by a `}` outside of quotes; npos when none does.
size_t find_closing_brace(std::string_view text, size_t begin);

// The `=` between a place and its new value, outside of quotes; npos when there is none.
size_t find_assignment(std::string_view text);

}  // namespace wasmscope::debug
