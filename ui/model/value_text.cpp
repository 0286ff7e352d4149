// SPDX-License-Identifier: Apache-2.0
#include "ui/model/value_text.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "ui/model/number_text.h"

namespace wasmscope::ui {
namespace {

// Numbers this close to zero are hardly addresses or masks: decimal alone says it all.
constexpr int64_t kPlainBelow = 10;

template <class Float>
std::string shortest(Float value) {
  if (std::isnan(value)) return std::signbit(value) ? "-nan" : "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 64> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  std::string out(text.data(), end);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

bool is_plain(int64_t value) { return value > -kPlainBelow && value < kPlainBelow; }

std::string reference_text(const runtime::Value& value) {
  if (value.bits == 0) return "null";
  if (value.type.heap == wasm::HeapKind::Func) return "func " + std::to_string(value.bits - 1);
  return runtime::to_text(value);
}

}  // namespace

std::string float_text(double value) { return shortest(value); }
std::string float_text(float value) { return shortest(value); }

std::string object_command(uint64_t reference) { return "object " + hex(reference); }

ValueText value_text(const runtime::Value& value, const runtime::LaneShape* shape, const debug::Referent& referent) {
  ValueText text;
  text.type = wasm::to_text(value.type);
  switch (value.type.kind) {
    case wasm::Kind::I32: {
      const auto number = static_cast<int32_t>(value.bits);
      if (is_plain(number)) {
        text.main = std::to_string(number);
      } else {
        text.main = "0x" + hex_digits(static_cast<uint32_t>(value.bits), 8);
        text.other = grouped_signed(number);
      }
      break;
    }
    case wasm::Kind::I64: {
      const auto number = static_cast<int64_t>(value.bits);
      if (is_plain(number)) {
        text.main = std::to_string(number);
      } else {
        text.main = "0x" + hex_digits(value.bits, 16);
        text.other = grouped_signed(number);
      }
      break;
    }
    case wasm::Kind::F32:
      text.main = shortest(std::bit_cast<float>(static_cast<uint32_t>(value.bits)));
      text.other = "0x" + hex_digits(static_cast<uint32_t>(value.bits), 8);
      break;
    case wasm::Kind::F64:
      text.main = shortest(std::bit_cast<double>(value.bits));
      text.other = "0x" + hex_digits(value.bits, 16);
      break;
    case wasm::Kind::V128:
      if (shape != nullptr) {
        text.type = shape->name;
        text.main = to_text(value, *shape);
        break;
      }
      text.main = "0x" + hex_digits(value.high, 16) + "_" + hex_digits(value.bits, 16);
      break;
    case wasm::Kind::Ref: text.main = referent.text.empty() ? reference_text(value) : referent.text; break;
    case wasm::Kind::Bottom: break;
  }
  return text;
}

std::string lanes_text(const runtime::Value& value) {
  if (value.type != wasm::kV128) return "";
  std::string text;
  for (const runtime::LaneShape& shape : runtime::all_lane_shapes())
    text += (text.empty() ? "" : "\n") + std::string(shape.name) + "  " + to_text(value, shape);
  return text;
}

const runtime::LaneShape* next_shape(const runtime::LaneShape* shape) {
  const std::span<const runtime::LaneShape> all = runtime::all_lane_shapes();
  if (shape == nullptr) return all.data();
  return shape == &all.back() ? nullptr : shape + 1;
}

std::string entry_text(const runtime::Value& value) {
  const bool is_number = value.type == wasm::kI32 || value.type == wasm::kI64 || value.type == wasm::kF32 ||
                         value.type == wasm::kF64;
  if (is_number) return runtime::to_text(value);
  return value.type.kind == wasm::Kind::Ref && value.bits == 0 ? "null" : "";
}

std::string short_text(const runtime::Value& value) {
  switch (value.type.kind) {
    case wasm::Kind::I32: {
      const auto number = static_cast<int32_t>(value.bits);
      return number > -4096 && number < 4096 ? grouped_signed(number) : hex(static_cast<uint32_t>(value.bits));
    }
    case wasm::Kind::I64: {
      const auto number = static_cast<int64_t>(value.bits);
      return number > -4096 && number < 4096 ? grouped_signed(number) : hex(value.bits);
    }
    default: return value_text(value).main;
  }
}

}  // namespace wasmscope::ui
