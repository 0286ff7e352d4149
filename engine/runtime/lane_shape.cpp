// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/lane_shape.h"

#include <cstring>

#include "engine/runtime/value_parser.h"

namespace wasmscope::runtime {
namespace {

constexpr LaneShape kShapes[] = {{"i8x16", wasm::Kind::I32, 8},  {"i16x8", wasm::Kind::I32, 16},
                                 {"i32x4", wasm::Kind::I32, 32}, {"i64x2", wasm::Kind::I64, 64},
                                 {"f32x4", wasm::Kind::F32, 32}, {"f64x2", wasm::Kind::F64, 64}};

}  // namespace

std::span<const LaneShape> all_lane_shapes() { return kShapes; }

const LaneShape* find_lane_shape(std::string_view name) {
  for (const LaneShape& shape : kShapes)
    if (shape.name == name) return &shape;
  return nullptr;
}

std::string to_text(const Value& vector, const LaneShape& shape) {
  std::string text;
  for (uint32_t at = 0; at < 128; at += shape.bits) {
    uint64_t bits = (at < 64 ? vector.bits : vector.high) >> (at % 64);
    if (shape.bits < 32)
      bits = static_cast<uint64_t>(static_cast<int64_t>(bits << (64 - shape.bits)) >> (64 - shape.bits));
    if (shape.bits <= 32) bits &= 0xFFFFFFFF;
    text += (at == 0 ? "" : " ") + to_text(Value{wasm::ValType{shape.kind}, bits, 0});
  }
  return text;
}

std::optional<Value> parse_lanes(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const LaneShape* const shape = find_lane_shape(text.substr(0, colon));
  if (shape == nullptr) return std::nullopt;
  text.remove_prefix(colon + 1);
  const uint32_t lanes = 128 / shape->bits, lane_bytes = shape->bits / 8;
  uint8_t bytes[16];
  uint32_t count = 0;
  for (; count < lanes; ++count) {
    const size_t comma = text.find(',');
    const auto lane = parse_value(wasm::ValType{shape->kind}, text.substr(0, comma));
    if (!lane) return std::nullopt;
    if (shape->bits < 32) {
      // As for whole values: the signed and the unsigned range of the lane.
      const auto number = static_cast<int32_t>(lane->bits);
      if (number < -(1 << (shape->bits - 1)) || number >= 1 << shape->bits) return std::nullopt;
    }
    std::memcpy(bytes + count * lane_bytes, &lane->bits, lane_bytes);
    if (comma == std::string_view::npos) {
      ++count;
      break;
    }
    text.remove_prefix(comma + 1);
    if (count + 1 == lanes) return std::nullopt;
  }
  if (count != 1 && count != lanes) return std::nullopt;
  for (uint32_t i = 1; count == 1 && i < lanes; ++i) std::memcpy(bytes + i * lane_bytes, bytes, lane_bytes);
  Value value = Value::zero(wasm::kV128);
  std::memcpy(&value.bits, bytes, 8);
  std::memcpy(&value.high, bytes + 8, 8);
  return value;
}

}  // namespace wasmscope::runtime
