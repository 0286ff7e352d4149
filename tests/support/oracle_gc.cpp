// SPDX-License-Identifier: Apache-2.0
// The oracle's objects: a list that only grows, each with the type it was made with and a value per field.
// Types are compared by looking at them, group against group, as the specification's rules are written.
#include <algorithm>

#include "engine/base/try.h"
#include "engine/wasm/limits.h"
#include "tests/support/oracle.h"
#include "tests/support/oracle_simd.h"

namespace wasmscope::test {
namespace {

using wasm::HeapKind;
using wasm::Kind;
using wasm::Op;
using wasm::TrapCode;
using wasm::ValType;

class TypeComparison {
 public:
  explicit TypeComparison(const wasm::Module& module) : module_(module) {}

  bool are_equal(uint32_t a, uint32_t b) const {
    if (a == b) return true;
    const wasm::TypeDef &first = module_.types[a], &second = module_.types[b];
    if (first.rec_size != second.rec_size || a - first.rec_begin != b - second.rec_begin) return false;
    for (uint32_t i = 0; i < first.rec_size; ++i)
      if (!are_equal_within(first.rec_begin + i, second.rec_begin + i, first.rec_begin, second.rec_begin)) return false;
    return true;
  }
  bool is_below(uint32_t sub, uint32_t super) const {
    if (are_equal(sub, super)) return true;
    return std::ranges::any_of(module_.types[sub].supertypes, [&](uint32_t above) { return is_below(above, super); });
  }

 private:
  bool are_equal_within(uint32_t a, uint32_t b, uint32_t a_group, uint32_t b_group) const {
    const wasm::TypeDef &first = module_.types[a], &second = module_.types[b];
    if (first.is_final != second.is_final || first.supertypes.size() != second.supertypes.size()) return false;
    for (size_t i = 0; i < first.supertypes.size(); ++i)
      if (!refer_equally(first.supertypes[i], second.supertypes[i], a_group, b_group)) return false;
    const auto same = [&](ValType x, ValType y) {
      if (!x.is_ref() || x.heap != HeapKind::Concrete || !y.is_ref() || y.heap != HeapKind::Concrete) return x == y;
      return x.nullable == y.nullable && refer_equally(x.index, y.index, a_group, b_group);
    };
    const auto same_field = [&](const wasm::FieldType& x, const wasm::FieldType& y) {
      return x.packed == y.packed && x.mutability == y.mutability && same(x.type, y.type);
    };
    if (first.composite.index() != second.composite.index()) return false;
    if (const auto* x = std::get_if<wasm::StructType>(&first.composite))
      return std::ranges::equal(x->fields, std::get<wasm::StructType>(second.composite).fields, same_field);
    if (const auto* x = std::get_if<wasm::ArrayType>(&first.composite))
      return same_field(x->element, std::get<wasm::ArrayType>(second.composite).element);
    const auto &x = std::get<wasm::FuncType>(first.composite), &y = std::get<wasm::FuncType>(second.composite);
    return std::ranges::equal(x.params, y.params, same) && std::ranges::equal(x.results, y.results, same);
  }
  // Inside the own group the position counts, outside of it the type.
  bool refer_equally(uint32_t x, uint32_t y, uint32_t a_group, uint32_t b_group) const {
    const bool x_inside = x >= a_group && x < a_group + module_.types[a_group].rec_size;
    const bool y_inside = y >= b_group && y < b_group + module_.types[b_group].rec_size;
    if (x_inside || y_inside) return x_inside && y_inside && x - a_group == y - b_group;
    return are_equal(x, y);
  }
  const wasm::Module& module_;
};

Value stored(const wasm::FieldType& field, Value value) {
  if (field.packed == wasm::Packed::I8) value.bits &= 0xFF;
  if (field.packed == wasm::Packed::I16) value.bits &= 0xFFFF;
  value.type = field.packed == wasm::Packed::None ? field.type : wasm::kI32;
  return value;
}
Value read_back(const wasm::FieldType& field, Value value, bool is_signed) {
  const uint64_t sign = field.packed == wasm::Packed::I8 ? 0x80 : field.packed == wasm::Packed::I16 ? 0x8000 : 0;
  if (is_signed && (value.bits & sign) != 0) value.bits = (value.bits | ~(sign * 2 - 1)) & 0xFFFFFFFF;
  return value;
}
uint64_t width_of(const wasm::FieldType& field) {
  if (field.packed != wasm::Packed::None) return field.packed == wasm::Packed::I8 ? 1 : 2;
  return field.type == wasm::kI32 || field.type == wasm::kF32 ? 4 : field.type == wasm::kV128 ? 16 : 8;
}

bool exceeds(uint64_t begin, uint64_t count, uint64_t size) { return begin > size || count > size - begin; }

}  // namespace

const wasm::FieldType& Oracle::field_of(uint64_t type, uint64_t field) const {
  const wasm::CompType& composite = module_->types[type].composite;
  if (const auto* array = std::get_if<wasm::ArrayType>(&composite)) return array->element;
  return std::get<wasm::StructType>(composite).fields[field];
}

Value Oracle::make_object(uint64_t type, std::vector<Value> values) {
  for (size_t i = 0; i < values.size(); ++i) values[i] = stored(field_of(type, i), values[i]);
  objects.push_back({static_cast<uint32_t>(type), std::move(values)});
  return {wasm::ref_type(static_cast<uint32_t>(type), false), kOracleObject | (objects.size() - 1), 0};
}

std::vector<Value> Oracle::default_values(uint64_t type, size_t count) const {
  std::vector<Value> values;
  for (size_t i = 0; i < count; ++i) values.push_back(Value::zero(field_of(type, i).type));
  return values;
}

bool Oracle::has_type(uint64_t reference, ValType type) const {
  if (reference == 0) return type.nullable;
  const bool is_made = (reference & kOracleObject) != 0, is_number = (reference & kOracleI31) != 0;
  const TypeComparison types(*module_);
  switch (type.heap) {
    case HeapKind::Any:
    case HeapKind::Extern:
    case HeapKind::Func: return true;
    case HeapKind::Eq: return is_made || is_number;
    case HeapKind::I31: return is_number;
    case HeapKind::Struct:
    case HeapKind::Array: {
      if (!is_made) return false;
      const auto& composite = module_->types[object_at(reference).type].composite;
      return std::holds_alternative<wasm::StructType>(composite) == (type.heap == HeapKind::Struct);
    }
    case HeapKind::Concrete:
      if (std::holds_alternative<wasm::FuncType>(module_->types[type.index].composite))
        return types.is_below(module_->funcs[reference - 1].type, type.index);
      return is_made && types.is_below(object_at(reference).type, type.index);
    default: return false;
  }
}

Value Oracle::data_value(const wasm::FieldType& field, uint64_t at) const {
  std::array<uint8_t, 16> bytes{};
  for (uint64_t i = 0; i < width_of(field); ++i) bytes[i] = module_->bytes[at + i];
  Value value = vector_of(bytes);
  value.type = field.packed == wasm::Packed::None ? field.type : wasm::kI32;
  return value;
}

// Pops nothing when it traps. `true` for what it does not know.
bool Oracle::act_on_objects(const OracleInstruction& in) {
  auto& operands = frames.back().operands;
  const auto take = [&](size_t count) {
    std::vector<Value> values(operands.end() - static_cast<ptrdiff_t>(count), operands.end());
    operands.resize(operands.size() - count);
    return values;
  };
  switch (in.op) {
    case Op::StructNew: {
      const size_t count = std::get<wasm::StructType>(module_->types[in.a].composite).fields.size();
      push(make_object(in.a, take(count)));
      return true;
    }
    case Op::StructNewDefault: {
      const size_t count = std::get<wasm::StructType>(module_->types[in.a].composite).fields.size();
      push(make_object(in.a, default_values(in.a, count)));
      return true;
    }
    case Op::StructGet:
    case Op::StructGetS:
    case Op::StructGetU: {
      if (peek(0) == 0) return fail(TrapCode::NullStruct);
      const Value value = object_at(pop().bits).values[in.b];
      push(read_back(field_of(in.a, in.b), value, in.op == Op::StructGetS));
      return true;
    }
    case Op::StructSet: {
      if (peek(1) == 0) return fail(TrapCode::NullStruct);
      const Value value = pop();
      object_at(pop().bits).values[in.b] = stored(field_of(in.a, in.b), value);
      return true;
    }
    case Op::RefEq: {
      const std::vector<Value> both = take(2);
      push(Value::i32(both[0].bits == both[1].bits));
      return true;
    }
    case Op::RefTest:
    case Op::RefTestNull: push(Value::i32(has_type(pop().bits, in.type))); return true;
    case Op::RefCast:
    case Op::RefCastNull:
      if (!has_type(peek(0), in.type)) return fail(TrapCode::CastFailure);
      operands.back().type = in.type;
      return true;
    case Op::BrOnCast:
    case Op::BrOnCastFail:
      if (has_type(peek(0), in.type) == (in.op == Op::BrOnCast)) branch(static_cast<uint32_t>(in.a));
      return true;
    case Op::AnyConvertExtern:
    case Op::ExternConvertAny:
      operands.back().type = wasm::ref_type(in.op == Op::AnyConvertExtern ? HeapKind::Any : HeapKind::Extern, true);
      return true;
    case Op::RefI31: {
      const uint64_t bits = pop().bits & 0x7FFFFFFF;
      push({wasm::ref_type(HeapKind::I31, false), kOracleI31 | bits, 0});
      return true;
    }
    case Op::I31GetS:
    case Op::I31GetU: {
      if (peek(0) == 0) return fail(TrapCode::NullI31);
      uint64_t bits = pop().bits & 0x7FFFFFFF;
      if (in.op == Op::I31GetS && (bits & 0x40000000) != 0) bits |= 0x80000000;
      push(Value::i32(bits));
      return true;
    }
    default: return act_on_arrays(in);
  }
}

bool Oracle::act_on_arrays(const OracleInstruction& in) {
  // Operands from the top of the stack, the reference last, as the instructions have them.
  const auto operand = [&](size_t from_top) {
    const auto& operands = frames.back().operands;
    return operands[operands.size() - 1 - from_top];
  };
  const auto is_too_large = [&](uint64_t type, uint64_t count) {
    return 8 + count * width_of(field_of(type, 0)) > wasm::kMaxHeapBytes;
  };
  const auto drop = [&](size_t count) {
    for (size_t i = 0; i < count; ++i) pop();
  };
  const uint64_t top = frames.back().operands.empty() ? 0 : peek(0);
  switch (in.op) {
    case Op::ArrayNew: {
      if (is_too_large(in.a, top)) return fail(TrapCode::ObjectTooLarge);
      const Value value = operand(1);
      drop(2);
      push(make_object(in.a, std::vector<Value>(top, value)));
      return true;
    }
    case Op::ArrayNewDefault:
      if (is_too_large(in.a, top)) return fail(TrapCode::ObjectTooLarge);
      drop(1);
      push(make_object(in.a, default_values(in.a, top)));
      return true;
    case Op::ArrayNewFixed: {
      auto& operands = frames.back().operands;
      std::vector<Value> values(operands.end() - static_cast<ptrdiff_t>(in.b), operands.end());
      operands.resize(operands.size() - in.b);
      push(make_object(in.a, std::move(values)));
      return true;
    }
    case Op::ArrayNewData:
    case Op::ArrayNewElem: {
      std::vector<Value> values;
      if (const TrapCode code = segment_values(in, peek(1), top, values); code != TrapCode::None) return fail(code);
      drop(2);
      push(make_object(in.a, std::move(values)));
      return true;
    }
    case Op::ArrayGet:
    case Op::ArrayGetS:
    case Op::ArrayGetU: {
      if (peek(1) == 0) return fail(TrapCode::NullArray);
      const std::vector<Value>& values = object_at(peek(1)).values;
      if (top >= values.size()) return fail(TrapCode::OutOfBoundsArray);
      const Value value = values[top];
      drop(2);
      push(read_back(field_of(in.a, 0), value, in.op == Op::ArrayGetS));
      return true;
    }
    case Op::ArraySet: {
      if (peek(2) == 0) return fail(TrapCode::NullArray);
      std::vector<Value>& values = object_at(peek(2)).values;
      if (peek(1) >= values.size()) return fail(TrapCode::OutOfBoundsArray);
      values[peek(1)] = stored(field_of(in.a, 0), operand(0));
      drop(3);
      return true;
    }
    case Op::ArrayLen: {
      if (top == 0) return fail(TrapCode::NullArray);
      const size_t length = object_at(top).values.size();
      drop(1);
      push(Value::i32(length));
      return true;
    }
    case Op::ArrayFill: {
      if (peek(3) == 0) return fail(TrapCode::NullArray);
      std::vector<Value>& values = object_at(peek(3)).values;
      if (exceeds(peek(2), top, values.size())) return fail(TrapCode::OutOfBoundsArray);
      for (uint64_t i = 0; i < top; ++i) values[peek(2) + i] = stored(field_of(in.a, 0), operand(1));
      drop(4);
      return true;
    }
    case Op::ArrayCopy: {
      if (peek(4) == 0 || peek(2) == 0) return fail(TrapCode::NullArray);
      const std::vector<Value> source = object_at(peek(2)).values;
      std::vector<Value>& target = object_at(peek(4)).values;
      if (exceeds(peek(3), top, target.size()) || exceeds(peek(1), top, source.size()))
        return fail(TrapCode::OutOfBoundsArray);
      for (uint64_t i = 0; i < top; ++i) target[peek(3) + i] = source[peek(1) + i];
      drop(5);
      return true;
    }
    case Op::ArrayInitData:
    case Op::ArrayInitElem: {
      if (peek(3) == 0) return fail(TrapCode::NullArray);
      std::vector<Value>& target = object_at(peek(3)).values;
      if (exceeds(peek(2), top, target.size())) return fail(TrapCode::OutOfBoundsArray);
      std::vector<Value> values;
      if (const TrapCode code = segment_values(in, peek(1), top, values); code != TrapCode::None) return fail(code);
      for (uint64_t i = 0; i < top; ++i) target[peek(2) + i] = stored(field_of(in.a, 0), values[i]);
      drop(4);
      return true;
    }
    default: return fail(TrapCode::NotExecuted);
  }
}

TrapCode Oracle::segment_values(const OracleInstruction& in, uint64_t from, uint64_t count, std::vector<Value>& out) {
  const wasm::FieldType& element = field_of(in.a, 0);
  if (in.op == Op::ArrayNewData || in.op == Op::ArrayInitData) {
    const ByteRange bytes = module_->datas[in.b].bytes;
    const uint64_t width = width_of(element);
    if (exceeds(from, count * width, dropped_datas[in.b] ? 0 : bytes.size())) return TrapCode::OutOfBoundsMemory;
    for (uint64_t i = 0; i < count; ++i) out.push_back(data_value(element, bytes.begin + from + i * width));
  } else {
    const std::vector<uint64_t> values = dropped_elems[in.b] ? std::vector<uint64_t>{} : segment_elements(in.b);
    if (exceeds(from, count, values.size())) return TrapCode::OutOfBoundsTable;
    for (uint64_t i = 0; i < count; ++i) out.push_back({element.type, values[from + i], 0});
  }
  return TrapCode::None;
}

}  // namespace wasmscope::test
