// SPDX-License-Identifier: Apache-2.0
// Expressions with types: what the compiler makes of a tree before it writes instructions. A term is typed when it
// is made, but for literals and arithmetic of them, which take the type that the context wants. Conversions are terms
// of their own. Internal to the expressions' files.
#pragma once
#include <array>

#include "engine/debug/expression_code.h"
#include "engine/debug/expression_tree.h"

namespace wasmscope::debug {

using TermIndex = uint32_t;
using MaybeTerm = std::expected<TermIndex, ExpressionError>;

struct Term {
  Code code{};
  ExpressionType type{};
  uint32_t begin = 0, end = 0;
  uint64_t imm = 0;
  uint16_t width = 0;                  // MemoryPointer: bytes
  uint8_t count = 0;                   // of children
  std::array<TermIndex, 3> children{};
  bool is_zero_or_one = false;
  std::optional<PlaceForm> place{};
  // Without a type:
  NodeKind kind{};                     // Integer, Float, Unary, Binary or Conditional
  Operator op{};
  bool is_negative = false;
  std::string literal{};               // Float
};

// A type that a memory can be read as, or a number converted to.
struct Scalar {
  std::string_view name;
  TypeKind kind{};
  bool is_unsigned = false;
  uint8_t bytes = 0;
  Code read{};
};
const Scalar* find_scalar(std::string_view name);   // null: no such
bool is_integer(TypeKind kind);       // I32, I64
bool is_float(TypeKind kind);
bool is_number(TypeKind kind);        // also those that have no type yet
bool is_untyped(TypeKind kind);
wasm::ValType value_type(const ExpressionType& type);

class Terms {
 public:
  explicit Terms(const symbols::Names& names) : names_(names) {}

  Term& operator[](TermIndex index) { return terms_[index]; }
  const Term& operator[](TermIndex index) const { return terms_[index]; }
  // Of the range of the text that the parts have, until it is set.
  TermIndex add(Code code, ExpressionType type, std::initializer_list<TermIndex> children = {}, uint64_t imm = 0);
  TermIndex at(TermIndex term, const Node& node);
  TermIndex constant(ExpressionType type, uint64_t bits, TermIndex like);
  std::unexpected<ExpressionError> fail(TermIndex term, std::string message) const;
  std::string type_text(TermIndex term) const { return to_text(terms_[term].type, names_); }

  // The term as a value of the type: a literal takes it, an i32 is widened to an i64, an f32 to an f64. Nothing else
  // is converted: that would need a cast.
  MaybeTerm to_type(TermIndex term, const ExpressionType& type);
  // A literal without a type gets the one it has by itself.
  MaybeTerm with_type(TermIndex term);
  // What both operands of an arithmetic operator become.
  std::expected<ExpressionType, ExpressionError> common_type(TermIndex left, TermIndex right) const;
  // The address type of memories and tables: any integer, as it is, without a sign.
  MaybeTerm to_address(TermIndex term);

  MaybeTerm unary(Operator op, TermIndex operand);
  MaybeTerm binary(Operator op, TermIndex left, TermIndex right);
  MaybeTerm conditional(TermIndex condition, TermIndex second, TermIndex third);
  // Something that a jump can test: not 0 is true.
  MaybeTerm to_condition(TermIndex term);
  MaybeTerm cast(const Scalar& to, TermIndex term);
  // The numeric instruction of the type: "popcnt" of i32 is i32.popcnt.
  TermIndex instruction(std::string_view name, const ExpressionType& operands, ExpressionType result,
                        std::initializer_list<TermIndex> children);

 private:
  MaybeTerm typed_literal(TermIndex term, const ExpressionType& type);
  MaybeTerm arithmetic(Operator op, const ExpressionType& type, TermIndex left, TermIndex right);
  MaybeTerm comparison(Operator op, TermIndex left, TermIndex right);
  MaybeTerm shift(Operator op, TermIndex left, TermIndex right);
  MaybeTerm logical(Operator op, TermIndex left, TermIndex right);
  MaybeTerm convert(TermIndex term, std::string_view instruction, const ExpressionType& result);

  std::vector<Term> terms_;
  const symbols::Names& names_;
};

}  // namespace wasmscope::debug
