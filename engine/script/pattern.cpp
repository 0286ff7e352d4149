// SPDX-License-Identifier: Apache-2.0
#include "engine/script/pattern.h"

#include <algorithm>

#include "engine/runtime/heap.h"

namespace wasmscope::script {
namespace {

using text::ScriptValue;
using wasm::HeapKind;

// The top of the hierarchy that a reference type belongs to.
HeapKind top_of(const runtime::Store& store, wasm::ValType type) {
  switch (type.heap == HeapKind::Concrete ? store.types.kind(type.index) : type.heap) {
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

HeapKind object_kind(const runtime::Store& store, uint64_t reference) {
  const uint32_t type = store.heap.header(reference).type;
  return (type & runtime::kExceptionBit) != 0 ? HeapKind::Exn : store.types.kind(type);
}

bool matches_reference(HeapKind wanted, const runtime::Value& value, const runtime::Store& store) {
  if (value.bits == 0) return false;
  const HeapKind top = top_of(store, value.type);
  const bool is_object = top == HeapKind::Any && runtime::is_object(value.bits);
  const bool is_i31 = top == HeapKind::Any && runtime::is_i31(value.bits);
  switch (wanted) {
    case HeapKind::Struct:
    case HeapKind::Array: return is_object && object_kind(store, value.bits) == wanted;
    case HeapKind::I31: return is_i31;
    case HeapKind::Eq: return is_i31 || is_object;
    default: return top == wanted;
  }
}

bool matches_lane(const ScriptValue::Lane& lane, uint64_t bits, uint32_t width) {
  const uint64_t quiet = width == 32 ? 0x7FC00000 : 0x7FF8000000000000;
  const uint64_t sign = uint64_t{1} << (width - 1);
  switch (lane.match) {
    case ScriptValue::Match::Bits: return bits == lane.bits;
    case ScriptValue::Match::CanonicalNan: return (bits & ~sign) == quiet;
    case ScriptValue::Match::ArithmeticNan: return (bits & quiet) == quiet;
  }
  return false;
}

bool matches_vector(const ScriptValue& pattern, const runtime::Value& value) {
  uint32_t at = 0;
  for (const ScriptValue::Lane& lane : pattern.lanes) {
    uint64_t bits = (at < 64 ? value.bits : value.high) >> at % 64;
    if (pattern.lane_bits < 64) bits &= (uint64_t{1} << pattern.lane_bits) - 1;
    if (!matches_lane(lane, bits, pattern.lane_bits)) return false;
    at += pattern.lane_bits;
  }
  return true;
}

std::string text_of_lane(const ScriptValue::Lane& lane, wasm::ValType type) {
  switch (lane.match) {
    case ScriptValue::Match::CanonicalNan: return "nan:canonical";
    case ScriptValue::Match::ArithmeticNan: return "nan:arithmetic";
    case ScriptValue::Match::Bits: break;
  }
  return runtime::to_text(runtime::Value{type, lane.bits, 0});
}

wasm::ValType lane_type(const ScriptValue& value) {
  if (value.has_float_lanes) return value.lane_bits == 32 ? wasm::kF32 : wasm::kF64;
  return value.lane_bits == 64 ? wasm::kI64 : wasm::kI32;
}

std::string text_of(const ScriptValue& value) {
  switch (value.kind) {
    case ScriptValue::Kind::Number: return wasm::to_text(value.type) + " " + text_of_lane(value.lanes[0], value.type);
    case ScriptValue::Kind::Vector: {
      std::string text = "v128";
      for (const ScriptValue::Lane& lane : value.lanes) text += " " + text_of_lane(lane, lane_type(value));
      return text;
    }
    case ScriptValue::Kind::Null: return "null";
    case ScriptValue::Kind::Host: return "host " + std::to_string(value.host);
    case ScriptValue::Kind::NonNull: return "any " + wasm::to_text(value.type);
    case ScriptValue::Kind::Either: {
      std::string text;
      for (const ScriptValue& alternative : value.alternatives)
        text += (text.empty() ? "" : " or ") + text_of(alternative);
      return text;
    }
  }
  return {};
}

}  // namespace

bool is_argument_for(const ScriptValue& value, wasm::ValType param) {
  return value.kind != ScriptValue::Kind::NonNull && value.kind != ScriptValue::Kind::Either &&
         value.type.kind == param.kind;
}

runtime::Value to_argument(const ScriptValue& value, wasm::ValType param) {
  runtime::Value argument{param, 0, 0};
  if (value.kind == ScriptValue::Kind::Host)
    return runtime::Value::host_reference(param, static_cast<uint32_t>(value.host));
  const uint32_t width = value.kind == ScriptValue::Kind::Vector ? value.lane_bits : 64;
  uint32_t at = 0;
  for (const ScriptValue::Lane& lane : value.lanes) {
    (at < 64 ? argument.bits : argument.high) |= lane.bits << at % 64;
    at += width;
  }
  return argument;
}

bool matches(const ScriptValue& pattern, const runtime::Value& value, const runtime::Store& store) {
  if (pattern.kind == ScriptValue::Kind::Either)
    return std::ranges::any_of(pattern.alternatives,
                               [&](const ScriptValue& alternative) { return matches(alternative, value, store); });
  if (pattern.type.kind != value.type.kind) return false;
  switch (pattern.kind) {
    case ScriptValue::Kind::Number:
      return matches_lane(pattern.lanes[0], value.bits, pattern.type.kind == wasm::Kind::F32 ? 32 : 64);
    case ScriptValue::Kind::Vector: return matches_vector(pattern, value);
    case ScriptValue::Kind::Null:
      return value.bits == 0 && (!pattern.has_type || top_of(store, pattern.type) == top_of(store, value.type));
    case ScriptValue::Kind::Host: {
      const uint64_t bits = runtime::Value::host_reference(pattern.type, static_cast<uint32_t>(pattern.host)).bits;
      return value.bits == bits && top_of(store, value.type) == pattern.type.heap;
    }
    case ScriptValue::Kind::NonNull: return matches_reference(pattern.type.heap, value, store);
    case ScriptValue::Kind::Either: break;
  }
  return false;
}

std::string to_text(const std::vector<ScriptValue>& patterns) {
  std::string text;
  for (const ScriptValue& pattern : patterns) text += (text.empty() ? "" : ", ") + text_of(pattern);
  return text.empty() ? "no results" : text;
}

std::string to_text(const std::vector<runtime::Value>& values) {
  std::string text;
  for (const runtime::Value& value : values)
    text += (text.empty() ? "" : ", ") + wasm::to_text(value.type) + " " + runtime::to_text(value);
  return text.empty() ? "no results" : text;
}

}  // namespace wasmscope::script
