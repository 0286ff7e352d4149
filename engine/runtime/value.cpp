// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/value.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "engine/runtime/outcome.h"

namespace wasmscope::runtime {
namespace {

template <class F, class U>
std::string float_text(F value, U bits, int mantissa_bits) {
  const U mantissa = bits & ((U{1} << mantissa_bits) - 1);
  if (std::isnan(value)) {
    std::string text = std::signbit(value) ? "-nan" : "nan";
    if (mantissa != U{1} << (mantissa_bits - 1)) {
      char payload[32];
      std::snprintf(payload, sizeof payload, ":0x%llx", static_cast<unsigned long long>(mantissa));
      text += payload;
    }
    return text;
  }
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return std::string(buffer, end);
}

std::string reference_text(const Value& value) {
  if (value.bits == 0) return "null";
  if (is_host(value.bits)) return "host " + std::to_string(static_cast<uint32_t>(value.bits));
  if (is_i31(value.bits)) {
    const uint32_t bits = static_cast<uint32_t>(value.bits) << 1;
    return "i31 " + std::to_string(static_cast<int32_t>(bits) >> 1);
  }
  const wasm::HeapKind heap = value.type.heap;
  if (heap == wasm::HeapKind::Func || heap == wasm::HeapKind::NoFunc) return "func #" + std::to_string(value.bits - 1);
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "object 0x%llx", static_cast<unsigned long long>(value.bits));
  return buffer;
}

}  // namespace

std::string to_text(const Value& value) {
  using wasm::Kind;
  switch (value.type.kind) {
    case Kind::I32: return std::to_string(static_cast<int32_t>(value.bits));
    case Kind::I64: return std::to_string(static_cast<int64_t>(value.bits));
    case Kind::F32: {
      const auto bits = static_cast<uint32_t>(value.bits);
      return float_text(std::bit_cast<float>(bits), bits, 23);
    }
    case Kind::F64: return float_text(std::bit_cast<double>(value.bits), value.bits, 52);
    case Kind::V128: {
      char buffer[64];
      std::snprintf(buffer, sizeof buffer, "0x%016llx%016llx", static_cast<unsigned long long>(value.high),
                    static_cast<unsigned long long>(value.bits));
      return buffer;
    }
    case Kind::Ref: return reference_text(value);
    case Kind::Bottom: break;
  }
  return "?";
}

std::string to_text(const Instant& instant) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "t=%llu:%u:0x%x", static_cast<unsigned long long>(instant.tick), instant.depth,
                instant.pc);
  return buffer;
}

}  // namespace wasmscope::runtime
