// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/assignment.h"

#include <cstring>

#include "engine/base/try.h"
#include "engine/debug/expression_tree.h"

namespace wasmscope::debug {
namespace {

using wasm::HeapKind;
using wasm::ValType;

// The top of the hierarchy that a type is in: references of different ones are different numbers.
HeapKind top_of(const runtime::CanonicalTypes& types, ValType type) {
  switch (type.heap == HeapKind::Concrete ? types.kind(type.index) : type.heap) {
    case HeapKind::Func:
    case HeapKind::NoFunc: return HeapKind::Func;
    case HeapKind::Extern:
    case HeapKind::NoExtern: return HeapKind::Extern;
    case HeapKind::Exn:
    case HeapKind::NoExn: return HeapKind::Exn;
    case HeapKind::Cont:
    case HeapKind::NoCont: return HeapKind::Cont;
    default: return HeapKind::Any;
  }
}

// What a reference of another type is: "$node 0x44010".
std::string value_text(const ExpressionValue& value, const ExpressionFrame& frame, const symbols::Names& names) {
  return to_text(value, ValueFormat::Plain, frame, names).value_or("something else");
}

ExpressionError moved(ExpressionError error, size_t by) {
  error.begin += static_cast<uint32_t>(by);
  error.end += static_cast<uint32_t>(by);
  return error;
}

std::expected<std::vector<uint8_t>, std::string> bytes_of_text(const ExpressionPlace& place, std::string_view text) {
  if (text.size() != place.bytes)
    return std::unexpected("the place has " + std::to_string(place.bytes) + " bytes, the value " + std::to_string(text.size()));
  return std::vector<uint8_t>(text.begin(), text.end());
}

std::expected<std::vector<uint8_t>, std::string> bytes_of_value(const ExpressionPlace& place, const runtime::Value& value) {
  uint64_t count = place.bytes;
  if (count < 4 && value.type == wasm::kI32) {
    const auto number = static_cast<int32_t>(value.bits);
    const int bits = static_cast<int>(count * 8);
    if (number < -(1 << (bits - 1)) || number >= 1 << bits)
      return std::unexpected(std::to_string(number) + " does not fit " + std::to_string(bits) + " bits");
  }
  const bool is_raw = place.kind == ExpressionPlace::Kind::Memory || place.kind == ExpressionPlace::Kind::Field;
  if (!is_raw) count = value.type.slots() * 8;
  std::vector<uint8_t> bytes(count);
  std::memcpy(bytes.data(), &value.bits, std::min<uint64_t>(count, 8));
  if (count == 16) std::memcpy(bytes.data() + 8, &value.high, 8);
  return bytes;
}

}  // namespace

bool has_type(const runtime::Store& store, uint64_t reference, ValType from, ValType type) {
  if (reference == 0) return type.nullable;
  const runtime::CanonicalTypes& types = store.types;
  const HeapKind top = top_of(types, type);
  if (top_of(types, from) != top) return false;
  const auto is_below = [&](uint32_t found) {
    return found == type.index || (!type.exact && types.is_subtype(found, type.index));
  };
  if (type.heap == top) return true;
  if (top == HeapKind::Func)
    return type.heap == HeapKind::Concrete && reference <= store.funcs.size() && is_below(store.funcs[reference - 1].canonical_type);
  if (top != HeapKind::Any) return false;
  if (runtime::is_i31(reference)) return type.heap == HeapKind::Eq || type.heap == HeapKind::I31;
  if (runtime::is_host(reference) || !store.heap.holds_object(reference)) return false;
  const uint32_t found = store.heap.header(reference).type;
  if ((found & runtime::kExceptionBit) != 0) return false;
  if (type.heap == HeapKind::Concrete) return is_below(found);
  return type.heap == HeapKind::Eq || type.heap == types.kind(found);
}

bool is_assignment(std::string_view text) { return find_assignment(text) != std::string_view::npos; }

std::expected<OwnedValue, ExpressionError> evaluate_as(std::string_view text, std::optional<ValType> wanted,
                                                       std::string_view type_text, const ExpressionScope& scope,
                                                       const ExpressionFrame& frame) {
  TRY_ASSIGN(Expression source, Expression::compile(text, scope, wanted));
  TRY_ASSIGN(const ExpressionValue value, source.evaluate(frame));
  if (!wanted || !wanted->is_ref()) return OwnedValue{std::move(source), value};
  const auto canonical = [&](ValType type) { return runtime::CanonicalTypes::canonical(type, frame.instance().canonical_types); };
  if (has_type(frame.store(), value.value.bits, canonical(value.value.type), canonical(*wanted))) return OwnedValue{std::move(source), value};
  const std::string why = value.value.bits == 0 ? "the place is never null"
                                                : "the place has the type " + std::string(type_text) + ", this is " + value_text(value, frame, scope.names);
  return std::unexpected(ExpressionError{why, 0, static_cast<uint32_t>(text.size())});
}

std::expected<Assignment, ExpressionError> evaluate_assignment(std::string_view text, const ExpressionScope& scope,
                                                               const ExpressionFrame& frame) {
  const size_t equals = find_assignment(text);
  CHECK(equals != std::string_view::npos);
  const std::string_view left = text.substr(0, text.substr(0, equals).find_last_not_of(' ') + 1);
  const auto fail = [](size_t begin, size_t end, std::string message) {
    return std::unexpected(ExpressionError{std::move(message), static_cast<uint32_t>(begin), static_cast<uint32_t>(end)});
  };
  TRY_ASSIGN(Expression target, Expression::compile(left, scope));
  TRY_ASSIGN(const ExpressionPlace place, target.locate(frame));
  if (!place.is_mutable) return fail(0, left.size(), "this is constant");
  const size_t right = std::min(text.find_first_not_of(' ', equals + 1), text.size());
  const auto wanted = place.is_text ? std::nullopt : std::optional(place.type);
  const auto owned = evaluate_as(text.substr(right), wanted, target.type_text(), scope, frame);
  if (!owned) return std::unexpected(moved(owned.error(), right));
  const ExpressionValue* const value = &owned->value;
  if (place.is_text && value->kind == ExpressionValue::Kind::Value) return fail(right, text.size(), "text or bytes are wanted here");
  auto bytes = place.is_text ? bytes_of_text(place, value->text) : bytes_of_value(place, value->value);
  if (!bytes) return fail(right, text.size(), bytes.error());
  return Assignment{place, std::move(*bytes), std::move(target)};
}

}  // namespace wasmscope::debug
