// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/expression_terms.h"

#include <algorithm>
#include <bit>

#include "engine/base/try.h"
#include "engine/debug/expression_names.h"
#include "engine/text/numbers.h"

namespace wasmscope::debug {
namespace {

constexpr Scalar kScalars[] = {
    {"i8", TypeKind::I32, false, 1, Code::ReadS8},   {"u8", TypeKind::I32, false, 1, Code::ReadU8},
    {"i16", TypeKind::I32, false, 2, Code::ReadS16}, {"u16", TypeKind::I32, false, 2, Code::ReadU16},
    {"i32", TypeKind::I32, false, 4, Code::Read32},  {"u32", TypeKind::I32, true, 4, Code::Read32},
    {"i64", TypeKind::I64, false, 8, Code::Read64},  {"u64", TypeKind::I64, true, 8, Code::Read64},
    {"f32", TypeKind::F32, false, 4, Code::Read32},  {"f64", TypeKind::F64, false, 8, Code::Read64},
    {"v128", TypeKind::V128, false, 16, Code::Read128}};

constexpr ExpressionType kBoolean{.kind = TypeKind::I32};

std::string_view prefix(TypeKind kind) {
  switch (kind) {
    case TypeKind::I32: return "i32.";
    case TypeKind::I64: return "i64.";
    case TypeKind::F32: return "f32.";
    case TypeKind::F64: return "f64.";
    default: return "";
  }
}

bool is_comparison(Operator op) { return op >= Operator::Less && op <= Operator::NotEqual; }
bool is_shift(Operator op) {
  return op == Operator::ShiftLeft || op == Operator::ShiftRight || op == Operator::ShiftRightUnsigned;
}
bool is_bitwise(Operator op) { return op >= Operator::BitAnd && op <= Operator::BitOr; }
bool wants_integers(Operator op) {
  return is_bitwise(op) || op == Operator::Remainder || op == Operator::RemainderUnsigned ||
         op == Operator::DivideUnsigned || op == Operator::LessUnsigned || op == Operator::LessEqualUnsigned ||
         op == Operator::GreaterUnsigned || op == Operator::GreaterEqualUnsigned;
}

// The instruction's name after the type: "div_s".
std::string operation_name(Operator op, const ExpressionType& type) {
  const std::string_view sign = is_float(type.kind) ? "" : type.is_unsigned ? "_u" : "_s";
  switch (op) {
    case Operator::Multiply: return "mul";
    case Operator::Divide: return "div" + std::string(sign);
    case Operator::DivideUnsigned: return "div_u";
    case Operator::Remainder: return "rem" + std::string(sign);
    case Operator::RemainderUnsigned: return "rem_u";
    case Operator::Add: return "add";
    case Operator::Subtract: return "sub";
    case Operator::ShiftLeft: return "shl";
    case Operator::ShiftRight: return "shr" + std::string(sign);
    case Operator::ShiftRightUnsigned: return "shr_u";
    case Operator::Less: return "lt" + std::string(sign);
    case Operator::LessUnsigned: return "lt_u";
    case Operator::LessEqual: return "le" + std::string(sign);
    case Operator::LessEqualUnsigned: return "le_u";
    case Operator::Greater: return "gt" + std::string(sign);
    case Operator::GreaterUnsigned: return "gt_u";
    case Operator::GreaterEqual: return "ge" + std::string(sign);
    case Operator::GreaterEqualUnsigned: return "ge_u";
    case Operator::Equal: return "eq";
    case Operator::NotEqual: return "ne";
    case Operator::BitAnd: return "and";
    case Operator::BitXor: return "xor";
    case Operator::BitOr: return "or";
    default: return "";
  }
}

std::string in_quotes(Operator op) { return "`" + std::string(text_of(op)) + "`"; }

}  // namespace

const Scalar* find_scalar(std::string_view name) {
  const auto* const found = std::ranges::find(kScalars, name, &Scalar::name);
  return found == std::end(kScalars) ? nullptr : found;
}
bool is_integer(TypeKind kind) { return kind == TypeKind::I32 || kind == TypeKind::I64; }
bool is_float(TypeKind kind) { return kind == TypeKind::F32 || kind == TypeKind::F64; }
bool is_untyped(TypeKind kind) { return kind == TypeKind::Integer || kind == TypeKind::Real; }
bool is_number(TypeKind kind) { return is_integer(kind) || is_float(kind) || is_untyped(kind); }

wasm::ValType value_type(const ExpressionType& type) {
  switch (type.kind) {
    case TypeKind::I32: return wasm::kI32;
    case TypeKind::I64: return wasm::kI64;
    case TypeKind::F32: return wasm::kF32;
    case TypeKind::F64: return wasm::kF64;
    case TypeKind::V128: return wasm::kV128;
    case TypeKind::Ref: return type.reference;
    case TypeKind::Null: return wasm::ref_type(wasm::HeapKind::None, true);
    default: return wasm::kBottom;
  }
}

std::string to_text(const ExpressionType& type, const symbols::Names& names) {
  switch (type.kind) {
    case TypeKind::Integer:
    case TypeKind::Real: return "a number";
    case TypeKind::I32: return type.is_unsigned ? "u32" : "i32";
    case TypeKind::I64: return type.is_unsigned ? "u64" : "i64";
    case TypeKind::F32: return "f32";
    case TypeKind::F64: return "f64";
    case TypeKind::V128: return "v128";
    case TypeKind::Null: return "null";
    case TypeKind::Text: return type.is_bytes ? "bytes" : "text";
    case TypeKind::Memory: return "a memory";
    case TypeKind::Table: return "a table";
    case TypeKind::Cell: return "a type";
    case TypeKind::Ref: break;
  }
  if (type.reference.heap != wasm::HeapKind::Concrete) return wasm::to_text(type.reference);
  return std::string("(ref ") + (type.reference.nullable ? "null " : "") + type_name(names, type.reference.index) + ")";
}

TermIndex Terms::add(Code code, ExpressionType type, std::initializer_list<TermIndex> children, uint64_t imm) {
  Term term{.code = code, .type = type, .imm = imm};
  for (const TermIndex child : children) {
    const Term& part = terms_[child];
    term.begin = term.count == 0 ? part.begin : std::min(term.begin, part.begin);
    term.end = std::max(term.end, part.end);
    term.children[term.count++] = child;
  }
  terms_.push_back(std::move(term));
  return static_cast<TermIndex>(terms_.size() - 1);
}

TermIndex Terms::at(TermIndex term, const Node& node) {
  terms_[term].begin = node.begin;
  terms_[term].end = node.end;
  return term;
}

TermIndex Terms::constant(ExpressionType type, uint64_t bits, TermIndex like) {
  const TermIndex term = add(Code::Constant, type, {}, bits);
  terms_[term].begin = terms_[like].begin;
  terms_[term].end = terms_[like].end;
  return term;
}

std::unexpected<ExpressionError> Terms::fail(TermIndex term, std::string message) const {
  return std::unexpected(ExpressionError{std::move(message), terms_[term].begin, terms_[term].end});
}

TermIndex Terms::instruction(std::string_view name, const ExpressionType& operands, ExpressionType result,
                             std::initializer_list<TermIndex> children) {
  const wasm::Op op = wasm::op_from_text(std::string(prefix(operands.kind)) + std::string(name));
  CHECK(op != wasm::Op::Count_);
  return add(code_of(op), result, children);
}

MaybeTerm Terms::convert(TermIndex term, std::string_view instruction, const ExpressionType& result) {
  const wasm::Op op = wasm::op_from_text(instruction);
  CHECK(op != wasm::Op::Count_);
  return add(code_of(op), result, {term});
}

MaybeTerm Terms::typed_literal(TermIndex index, const ExpressionType& type) {
  if (!is_number(type.kind)) return fail(index, "a number is no " + to_text(type, names_));
  const Term term = terms_[index];
  switch (term.kind) {
    case NodeKind::Integer: {
      const uint64_t bits = term.is_negative ? uint64_t{0} - term.imm : term.imm;
      if (is_float(type.kind)) {
        // Rounded once: from the number, not from another float.
        const auto magnitude = type.kind == TypeKind::F32 ? uint64_t{std::bit_cast<uint32_t>(static_cast<float>(term.imm))}
                                                          : std::bit_cast<uint64_t>(static_cast<double>(term.imm));
        const uint64_t sign = type.kind == TypeKind::F32 ? uint64_t{1} << 31 : uint64_t{1} << 63;
        return constant(type, term.is_negative ? magnitude | sign : magnitude, index);
      }
      const bool fits = type.kind == TypeKind::I64 ||
                        (term.is_negative ? term.imm <= uint64_t{1} << 31 : term.imm <= UINT32_MAX);
      if (!fits) return fail(index, "the number does not fit 32 bits: write i64(...) around the other operand");
      return constant(type, type.kind == TypeKind::I32 ? static_cast<uint32_t>(bits) : bits, index);
    }
    case NodeKind::Float: {
      if (!is_float(type.kind))
        return fail(index, "a number with a fraction is no " + to_text(type, names_) + ": write f64(...) around the other operand");
      uint64_t bits = 0;
      if (type.kind == TypeKind::F32) {
        const auto number = text::parse_f32(term.literal);
        if (!number.is_ok()) return fail(index, "the number does not fit an f32");
        bits = number.value;
      } else {
        const auto number = text::parse_f64(term.literal);
        if (!number.is_ok()) return fail(index, "the number does not fit an f64");
        bits = number.value;
      }
      return constant(type, bits, index);
    }
    case NodeKind::Unary: {
      TRY_ASSIGN(const TermIndex operand, to_type(term.children[0], type));
      return unary(term.op, operand);
    }
    case NodeKind::Conditional: {
      TRY_ASSIGN(const TermIndex second, to_type(term.children[1], type));
      TRY_ASSIGN(const TermIndex third, to_type(term.children[2], type));
      return conditional(term.children[0], second, third);
    }
    default: {
      TRY_ASSIGN(const TermIndex left, to_type(term.children[0], type));
      if (is_shift(term.op)) return shift(term.op, left, term.children[1]);
      TRY_ASSIGN(const TermIndex right, to_type(term.children[1], type));
      return binary(term.op, left, right);
    }
  }
}

MaybeTerm Terms::with_type(TermIndex term) {
  const TypeKind kind = terms_[term].type.kind;
  if (kind == TypeKind::Real) return to_type(term, {.kind = TypeKind::F64});
  if (kind != TypeKind::Integer) return term;
  const auto fits_signed = [this](const auto& self, TermIndex each) -> bool {
    const Term& part = terms_[each];
    if (part.kind == NodeKind::Integer) return part.imm < (uint64_t{1} << 31) + (part.is_negative ? 1 : 0);
    // The condition of a ?: and the count of a shift have types of their own.
    const bool is_first_only = part.kind == NodeKind::Binary && is_shift(part.op);
    for (uint8_t i = part.kind == NodeKind::Conditional ? 1 : 0; i < (is_first_only ? 1 : part.count); ++i)
      if (!self(self, part.children[i])) return false;
    return true;
  };
  return to_type(term, {.kind = fits_signed(fits_signed, term) ? TypeKind::I32 : TypeKind::I64});
}

MaybeTerm Terms::to_type(TermIndex term, const ExpressionType& type) {
  const ExpressionType from = terms_[term].type;
  if (is_untyped(from.kind)) return typed_literal(term, type);
  if (from.kind == type.kind && from.kind != TypeKind::Ref) return term;
  if (from.kind == TypeKind::I32 && type.kind == TypeKind::I64)
    return convert(term, from.is_unsigned ? "i64.extend_i32_u" : "i64.extend_i32_s", {.kind = TypeKind::I64, .is_unsigned = from.is_unsigned});
  if (from.kind == TypeKind::F32 && type.kind == TypeKind::F64) return convert(term, "f64.promote_f32", {.kind = TypeKind::F64});
  const std::string wanted = to_text(type, names_);
  if (is_number(from.kind) && is_number(type.kind))
    return fail(term, "this is an " + type_text(term) + ", an " + wanted + " is wanted: write " + wanted + "(...)");
  return fail(term, "this is " + type_text(term) + ", but " + wanted + " is wanted");
}

MaybeTerm Terms::to_address(TermIndex term) {
  TypeKind kind = terms_[term].type.kind;
  if (kind == TypeKind::Integer) return to_type(term, {.kind = TypeKind::I64, .is_unsigned = true});
  if (is_integer(kind)) return term;
  return fail(term, "this is " + type_text(term) + ", but an integer is wanted");
}

std::expected<ExpressionType, ExpressionError> Terms::common_type(TermIndex left, TermIndex right) const {
  const ExpressionType a = terms_[left].type, b = terms_[right].type;
  if (is_untyped(a.kind) && is_untyped(b.kind)) return a.kind == TypeKind::Real ? a : b;
  if (is_untyped(a.kind)) return ExpressionType{.kind = b.kind, .is_unsigned = b.is_unsigned};
  if (is_untyped(b.kind) || a.kind == b.kind)
    return ExpressionType{.kind = a.kind, .is_unsigned = a.is_unsigned || (a.kind == b.kind && b.is_unsigned)};
  if (is_integer(a.kind) && is_integer(b.kind)) return ExpressionType{.kind = TypeKind::I64, .is_unsigned = a.kind == TypeKind::I64 ? a.is_unsigned : b.is_unsigned};
  if (is_float(a.kind) && is_float(b.kind)) return ExpressionType{.kind = TypeKind::F64};
  const TermIndex integer = is_integer(a.kind) ? left : right;
  return fail(integer, "integers and floats do not mix: write f64(...) around this " + type_text(integer));
}

MaybeTerm Terms::unary(Operator op, TermIndex operand) {
  const ExpressionType type = terms_[operand].type;
  if (op == Operator::Not) {
    TRY_ASSIGN(const TermIndex condition, to_condition(operand));
    const TermIndex result = add(Code::IsZero, kBoolean, {condition});
    terms_[result].is_zero_or_one = true;
    return result;
  }
  const bool is_allowed = is_number(type.kind) && (op == Operator::Negate || (!is_float(type.kind) && type.kind != TypeKind::Real));
  if (!is_allowed) return fail(operand, in_quotes(op) + " is not for " + type_text(operand));
  if (is_untyped(type.kind)) {
    const TermIndex term = add(Code::FirstOwn, type, {operand});
    terms_[term].kind = NodeKind::Unary;
    terms_[term].op = op;
    return term;
  }
  const ExpressionType plain{.kind = type.kind, .is_unsigned = type.is_unsigned};
  if (is_float(type.kind)) return instruction("neg", plain, plain, {operand});
  if (op == Operator::Negate) return instruction("sub", plain, plain, {constant(plain, 0, operand), operand});
  return instruction("xor", plain, plain, {operand, constant(plain, type.kind == TypeKind::I32 ? UINT32_MAX : UINT64_MAX, operand)});
}

MaybeTerm Terms::binary(Operator op, TermIndex left, TermIndex right) {
  if (op == Operator::And || op == Operator::Or) return logical(op, left, right);
  if (is_comparison(op)) return comparison(op, left, right);
  for (const TermIndex each : {left, right})
    if (!is_number(terms_[each].type.kind)) return fail(each, in_quotes(op) + " is not for " + type_text(each));
  if (is_shift(op)) return shift(op, left, right);
  TRY_ASSIGN(const ExpressionType type, common_type(left, right));
  if (is_untyped(type.kind)) {
    const TermIndex term = add(Code::FirstOwn, type, {left, right});
    terms_[term].kind = NodeKind::Binary;
    terms_[term].op = op;
    if (type.kind == TypeKind::Real && wants_integers(op)) return fail(term, in_quotes(op) + " is for integers only");
    return term;
  }
  return arithmetic(op, type, left, right);
}

MaybeTerm Terms::arithmetic(Operator op, const ExpressionType& type, TermIndex left, TermIndex right) {
  TRY_ASSIGN(const TermIndex a, to_type(left, type));
  TRY_ASSIGN(const TermIndex b, to_type(right, type));
  if (is_float(type.kind) && wants_integers(op))
    return fail(left, in_quotes(op) + " is for integers only, this is " + to_text(type, names_));
  return instruction(operation_name(op, type), type, type, {a, b});
}

// The count is of the type of what is shifted, whatever its own.
MaybeTerm Terms::shift(Operator op, TermIndex left, TermIndex right) {
  const ExpressionType from = terms_[left].type;
  if (from.kind == TypeKind::Real || is_float(from.kind)) return fail(left, in_quotes(op) + " is for integers only");
  if (is_untyped(from.kind)) {
    const TermIndex term = add(Code::FirstOwn, from, {left, right});
    terms_[term].kind = NodeKind::Binary;
    terms_[term].op = op;
    return term;
  }
  const ExpressionType type{.kind = from.kind, .is_unsigned = from.is_unsigned};
  MaybeTerm count = right;
  if (type.kind == TypeKind::I32 && terms_[right].type.kind == TypeKind::I64)
    count = convert(right, "i32.wrap_i64", type);
  else
    count = to_type(right, type);
  if (!count) return count;
  return instruction(operation_name(op, type), type, type, {left, *count});
}

MaybeTerm Terms::comparison(Operator op, TermIndex left, TermIndex right) {
  const TypeKind a = terms_[left].type.kind, b = terms_[right].type.kind;
  const bool is_equality = op == Operator::Equal || op == Operator::NotEqual;
  TermIndex result = 0;
  if (is_number(a) && is_number(b)) {
    TRY_ASSIGN(ExpressionType type, common_type(left, right));
    if (is_untyped(type.kind)) {
      // The larger one of their own types, so that both fit.
      TRY_ASSIGN(const TermIndex own_left, with_type(left));
      TRY_ASSIGN(const TermIndex own_right, with_type(right));
      type = terms_[terms_[own_left].type.kind == TypeKind::I32 ? own_right : own_left].type;
      if (is_float(terms_[own_right].type.kind)) type = terms_[own_right].type;
    }
    if (is_float(type.kind) && wants_integers(op))
      return fail(left, in_quotes(op) + " is for integers only, this is " + to_text(type, names_));
    TRY_ASSIGN(const TermIndex first, to_type(left, type));
    TRY_ASSIGN(const TermIndex second, to_type(right, type));
    result = instruction(operation_name(op, type), type, kBoolean, {first, second});
  } else {
    const bool are_references = (a == TypeKind::Ref || a == TypeKind::Null) && (b == TypeKind::Ref || b == TypeKind::Null);
    const bool is_same = a == b && (a == TypeKind::Text || a == TypeKind::V128);
    if (!is_equality || (!are_references && !is_same))
      return fail(right, in_quotes(op) + " does not compare " + type_text(left) + " with " + type_text(right));
    if (are_references)
      result = instruction(op == Operator::Equal ? "eq" : "ne", {.kind = TypeKind::I64}, kBoolean, {left, right});
    else
      result = add(a == TypeKind::Text ? Code::TextEqual : Code::VectorEqual, kBoolean, {left, right});
    if (is_same && op == Operator::NotEqual) result = add(Code::IsZero, kBoolean, {result});
  }
  terms_[result].is_zero_or_one = true;
  return result;
}

MaybeTerm Terms::logical(Operator op, TermIndex left, TermIndex right) {
  TRY_ASSIGN(const TermIndex a, to_condition(left));
  TRY_ASSIGN(const TermIndex b, to_condition(right));
  const TermIndex result = add(op == Operator::And ? Code::And : Code::Or, kBoolean, {a, b});
  terms_[result].is_zero_or_one = true;
  return result;
}

MaybeTerm Terms::to_condition(TermIndex term) {
  TRY_ASSIGN(const TermIndex typed, with_type(term));
  const ExpressionType type = terms_[typed].type;
  if (is_integer(type.kind) || type.kind == TypeKind::Ref || type.kind == TypeKind::Null) return typed;
  if (!is_float(type.kind)) return fail(term, "this is " + type_text(term) + ", neither true nor false");
  const TermIndex result = instruction("ne", type, kBoolean, {typed, constant({.kind = type.kind}, 0, typed)});
  terms_[result].is_zero_or_one = true;
  return result;
}

MaybeTerm Terms::conditional(TermIndex condition, TermIndex second, TermIndex third) {
  TRY_ASSIGN(const TermIndex test, to_condition(condition));
  const ExpressionType a = terms_[second].type, b = terms_[third].type;
  ExpressionType type = a;
  if (is_number(a.kind) && is_number(b.kind)) {
    TRY_ASSIGN(type, common_type(second, third));
    if (is_untyped(type.kind)) {
      const TermIndex term = add(Code::FirstOwn, type, {test, second, third});
      terms_[term].kind = NodeKind::Conditional;
      return term;
    }
    TRY_ASSIGN(const TermIndex first_arm, to_type(second, type));
    TRY_ASSIGN(const TermIndex second_arm, to_type(third, type));
    return add(Code::If, type, {test, first_arm, second_arm});
  }
  const bool are_references = (a.kind == TypeKind::Ref || a.kind == TypeKind::Null) && (b.kind == TypeKind::Ref || b.kind == TypeKind::Null);
  if (are_references) {
    if (a.kind == TypeKind::Null) type = b;
    if (a.kind == TypeKind::Ref && b.kind == TypeKind::Ref && a.reference != b.reference)
      return fail(third, "the two values are of different types: " + type_text(second) + " and " + type_text(third));
  } else if (a.kind != b.kind || (a.kind != TypeKind::V128 && a.kind != TypeKind::Text)) {
    return fail(third, "the two values are of different types: " + type_text(second) + " and " + type_text(third));
  }
  return add(Code::If, type, {test, second, third});
}

MaybeTerm Terms::cast(const Scalar& to, TermIndex term) {
  ExpressionType from = terms_[term].type;
  const ExpressionType wanted{.kind = to.kind, .is_unsigned = to.is_unsigned};
  if (to.kind == TypeKind::V128) return fail(term, "nothing is converted to v128");
  if (from.kind == TypeKind::Ref && to.kind == TypeKind::I32)
    return add(to.is_unsigned ? Code::I31Unsigned : Code::I31Signed, wanted, {term});
  if (!is_number(from.kind)) return fail(term, type_text(term) + " is not converted to " + std::string(to.name));
  if (is_untyped(from.kind)) {
    const bool takes_type = is_float(to.kind) || (to.kind == TypeKind::I64 && from.kind == TypeKind::Integer);
    TRY_ASSIGN(term, takes_type ? to_type(term, wanted) : with_type(term));
    from = terms_[term].type;
  }
  // An i32 without a sign keeps its value as an i64.
  const bool is_widened_unsigned = to.is_unsigned || (from.kind == TypeKind::I32 && from.is_unsigned);
  std::string name;
  if (is_float(to.kind)) {
    if (from.kind == to.kind) return add(Code::Same, wanted, {term});
    if (is_integer(from.kind))
      name = std::string(prefix(to.kind)) + "convert_" + (from.kind == TypeKind::I32 ? "i32" : "i64") + (from.is_unsigned ? "_u" : "_s");
    else
      name = to.kind == TypeKind::F32 ? "f32.demote_f64" : "f64.promote_f32";
    return convert(term, name, wanted);
  }
  if (is_float(from.kind))
    name = std::string(prefix(to.kind)) + "trunc_" + (from.kind == TypeKind::F32 ? "f32" : "f64") + (to.is_unsigned ? "_u" : "_s");
  else if (from.kind == TypeKind::I64 && to.kind == TypeKind::I32)
    name = "i32.wrap_i64";
  else if (from.kind == TypeKind::I32 && to.kind == TypeKind::I64)
    name = is_widened_unsigned ? "i64.extend_i32_u" : "i64.extend_i32_s";
  TermIndex result = term;
  if (!name.empty()) {
    TRY_ASSIGN(result, convert(term, name, wanted));
  }
  // Narrow ones: the low bits, with their sign or without.
  if (to.read == Code::ReadS8 || to.read == Code::ReadS16)
    return add(code_of(to.bytes == 1 ? wasm::Op::I32Extend8S : wasm::Op::I32Extend16S), wanted, {result});
  if (to.read == Code::ReadU8 || to.read == Code::ReadU16)
    return instruction("and", wanted, wanted, {result, constant(wanted, to.bytes == 1 ? 0xFF : 0xFFFF, result)});
  return add(Code::Same, wanted, {result});
}

}  // namespace wasmscope::debug
