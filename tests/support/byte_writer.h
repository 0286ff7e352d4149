// SPDX-License-Identifier: Apache-2.0
// Writes the primitives of the binary format.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/wasm/opcode.h"

namespace wasmscope::test {

struct ByteWriter {
  std::vector<uint8_t> bytes;

  ByteWriter& u8(uint64_t value) {
    bytes.push_back(static_cast<uint8_t>(value));
    return *this;
  }
  ByteWriter& leb(uint64_t value) {
    for (; value >= 0x80; value >>= 7) u8((value & 0x7F) | 0x80);
    return u8(value);
  }
  ByteWriter& signed_leb(int64_t value) {
    while (value < -64 || value > 63) {
      u8((static_cast<uint64_t>(value) & 0x7F) | 0x80);
      value >>= 7;
    }
    return u8(static_cast<uint64_t>(value) & 0x7F);
  }
  ByteWriter& little_endian(uint64_t value, int count) {
    for (int i = 0; i < count; ++i) u8(value >> (8 * i));
    return *this;
  }
  ByteWriter& raw(const std::vector<uint8_t>& other) {
    bytes.insert(bytes.end(), other.begin(), other.end());
    return *this;
  }
  ByteWriter& name(std::string_view text) {
    leb(text.size());
    bytes.insert(bytes.end(), text.begin(), text.end());
    return *this;
  }
  ByteWriter& op(wasm::Op op) {
    const wasm::OpInfo& row = wasm::info(op);
    if (row.prefix == 0) return u8(row.code);
    return u8(row.prefix).leb(row.code);
  }
  // A part with its size in front: a section after its id, a function body.
  ByteWriter& sized(const std::vector<uint8_t>& content) { return leb(content.size()).raw(content); }
  ByteWriter& section(uint8_t id, const std::vector<uint8_t>& content) { return u8(id).sized(content); }
  ByteWriter& header() { return raw({0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00}); }
  // The constant instruction of a type letter (i l f d v); `high`: the upper half of a v128.
  ByteWriter& constant(char letter, uint64_t bits, uint64_t high = 0) {
    switch (letter) {
      case 'i': return op(wasm::Op::I32Const).signed_leb(static_cast<int32_t>(bits));
      case 'l': return op(wasm::Op::I64Const).signed_leb(static_cast<int64_t>(bits));
      case 'f': return op(wasm::Op::F32Const).little_endian(bits, 4);
      case 'v': return op(wasm::Op::V128Const).little_endian(bits, 8).little_endian(high, 8);
      default: return op(wasm::Op::F64Const).little_endian(bits, 8);
    }
  }
};

// Letters of types: i l f d v as in signatures, r funcref, x externref, e exnref.
inline uint8_t type_code(char letter) {
  switch (letter) {
    case 'i': return 0x7F;
    case 'l': return 0x7E;
    case 'f': return 0x7D;
    case 'd': return 0x7C;
    case 'v': return 0x7B;
    case 'r': return 0x70;
    case 'e': return 0x69;
    default: return 0x6F;
  }
}

}  // namespace wasmscope::test
