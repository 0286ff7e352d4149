// SPDX-License-Identifier: Apache-2.0
// Value types as bytes. Shared by the decoder, the instruction reader and local_runs().
// https://webassembly.github.io/spec/core/binary/types.html
#pragma once
#include <optional>
#include <vector>

#include "engine/base/leb128.h"
#include "engine/wasm/types.h"

namespace wasmscope::wasm {

enum class TypeStatus : uint8_t { Ok, Malformed, UnexpectedEnd, LebTooLong, LebTooLarge };

// On success `at` is moved behind the type; otherwise it stays at its begin. Indices are not checked.
TypeStatus read_value_type(const uint8_t*& at, const uint8_t* end, ValType& type);
// A heap type, as the nullable or non-nullable reference to it.
TypeStatus read_heap_type(const uint8_t*& at, const uint8_t* end, bool nullable, ValType& type);

// "i32", "funcref" and the like, from their only byte.
constexpr std::optional<ValType> short_value_type(uint8_t code) {
  switch (code) {
    case 0x7F: return kI32;
    case 0x7E: return kI64;
    case 0x7D: return kF32;
    case 0x7C: return kF64;
    case 0x7B: return kV128;
    case 0x75: return ref_type(HeapKind::NoCont, true);
    case 0x74: return ref_type(HeapKind::NoExn, true);
    case 0x73: return ref_type(HeapKind::NoFunc, true);
    case 0x72: return ref_type(HeapKind::NoExtern, true);
    case 0x71: return ref_type(HeapKind::None, true);
    case 0x70: return kFuncRef;
    case 0x6F: return kExternRef;
    case 0x6E: return ref_type(HeapKind::Any, true);
    case 0x6D: return ref_type(HeapKind::Eq, true);
    case 0x6C: return ref_type(HeapKind::I31, true);
    case 0x6B: return ref_type(HeapKind::Struct, true);
    case 0x6A: return ref_type(HeapKind::Array, true);
    case 0x69: return ref_type(HeapKind::Exn, true);
    case 0x68: return ref_type(HeapKind::Cont, true);
    default: return std::nullopt;
  }
}

// The byte of an abstract heap type, which as a value type is the nullable reference to it.
constexpr uint8_t code_of(HeapKind heap) {
  for (uint8_t code = 0x68; code <= 0x75; ++code)
    if (const auto type = short_value_type(code); type && type->heap == heap) return code;
  return 0;
}

// The shortest form of a type.
void append_value_type(std::vector<uint8_t>& out, ValType type);
void append_heap_type(std::vector<uint8_t>& out, ValType reference);

}  // namespace wasmscope::wasm
