// SPDX-License-Identifier: Apache-2.0
// Where the fields of a struct and the elements of an array lie in its object on the heap. Every field has its
// natural size and alignment in the order of declaration, so a supertype's layout is the beginning of its
// subtypes' layouts. A reference takes 8 bytes; a v128 takes 16, aligned to 8.
//
//   struct  | type u32 | 0          | field | field | ...
//   array   | type u32 | length u32 | element | element | ...
#pragma once
#include <cstdint>
#include <vector>

#include "engine/wasm/types.h"

namespace wasmscope::wasm {

inline constexpr uint32_t kObjectHeaderBytes = 8;

constexpr uint32_t storage_bytes(const FieldType& field) {
  if (field.packed != Packed::None) return field.packed == Packed::I8 ? 1 : 2;
  switch (field.type.kind) {
    case Kind::I32:
    case Kind::F32: return 4;
    case Kind::V128: return 16;
    default: return 8;
  }
}

struct StructLayout {
  std::vector<uint32_t> offsets;   // by field, from the object's first byte
  uint32_t size_bytes = 0;         // header included, a multiple of 8
};
StructLayout layout_of(const StructType& type);

}  // namespace wasmscope::wasm
