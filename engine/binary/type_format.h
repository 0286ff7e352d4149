// SPDX-License-Identifier: Apache-2.0
// The bytes that begin type definitions and imports, as the decoder reads and the encoder writes them.
// Internal to binary/.
// https://webassembly.github.io/spec/core/binary/types.html
#pragma once
#include <cstdint>

namespace wasmscope::binary {

enum TypeCode : uint8_t {
  kDescribes = 0x4C,
  kDescriptor = 0x4D,
  kRec = 0x4E,
  kSubFinal = 0x4F,
  kSub = 0x50,
  kCont = 0x5D,
  kArray = 0x5E,
  kStruct = 0x5F,
  kFunc = 0x60,
  kI16 = 0x77,
  kI8 = 0x78,
};

// The kind of an import of a function of exactly the type; other kinds are wasm::ExternKind.
inline constexpr uint8_t kExactFunc = 0x20;

// Bits of the flags of limits.
enum LimitsFlag : uint8_t { kHasMax = 1, kShared = 2, kIs64 = 4, kHasPageSize = 8 };

// Bits of the flags of an element segment.
enum ElemFlag : uint8_t { kNotActive = 1, kExplicit = 2, kExprs = 4 };

// Before the type of a table that has an initial value; a zero byte follows.
inline constexpr uint8_t kTableHasInit = 0x40;

}  // namespace wasmscope::binary
