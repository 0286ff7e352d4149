// SPDX-License-Identifier: Apache-2.0
// How the bytes of a memory are shown: one by one, or several together as a number, in either byte order.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/debug/byte_pattern.h"

namespace wasmscope::ui {

enum class CellKind : uint8_t { Bytes, Hex16, Hex32, Hex64, Pointer, U8, I8, U16, I16, U32, I32, U64, I64, F32, F64 };

struct CellFormat {
  CellKind kind = CellKind::Bytes;
  debug::Endian endian = debug::Endian::Little;
  friend bool operator==(const CellFormat&, const CellFormat&) = default;
};

struct CellKindRow {
  CellKind kind{};
  std::string_view id, title;
  debug::NumberType number{};        // what a changed cell is written as
  bool is_hex = false;
  uint32_t cells = 0;                // the widest text
  uint32_t size_bytes() const { return debug::size_of(number); }
};
std::span<const CellKindRow> cell_kinds();
const CellKindRow& row_of(CellKind kind);

// The cell's size of bytes must be there.
std::string cell_text(CellFormat format, const uint8_t* bytes);
// "i32be": as `set` and `find` call it.
std::string value_type(debug::NumberType number, debug::Endian endian);

}  // namespace wasmscope::ui
