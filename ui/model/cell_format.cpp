// SPDX-License-Identifier: Apache-2.0
#include "ui/model/cell_format.h"

#include <array>
#include <bit>

#include "engine/base/try.h"
#include "ui/model/number_text.h"
#include "ui/model/value_text.h"

namespace wasmscope::ui {
namespace {

using debug::NumberType;

constexpr auto kKinds = std::to_array<CellKindRow>({
    {CellKind::Bytes, "bytes", "bytes", NumberType::U8, true, 2},
    {CellKind::Hex16, "x16", "16-bit hex", NumberType::U16, true, 4},
    {CellKind::Hex32, "x32", "32-bit hex", NumberType::U32, true, 8},
    {CellKind::Hex64, "x64", "64-bit hex", NumberType::U64, true, 16},
    {CellKind::Pointer, "pointer", "pointer", NumberType::U32, true, 8},
    {CellKind::U8, "u8", "u8", NumberType::U8, false, 3},
    {CellKind::I8, "i8", "i8", NumberType::I8, false, 4},
    {CellKind::U16, "u16", "u16", NumberType::U16, false, 5},
    {CellKind::I16, "i16", "i16", NumberType::I16, false, 6},
    {CellKind::U32, "u32", "u32", NumberType::U32, false, 10},
    {CellKind::I32, "i32", "i32", NumberType::I32, false, 11},
    {CellKind::U64, "u64", "u64", NumberType::U64, false, 20},
    {CellKind::I64, "i64", "i64", NumberType::I64, false, 20},
    {CellKind::F32, "f32", "f32", NumberType::F32, false, 15},
    {CellKind::F64, "f64", "f64", NumberType::F64, false, 24},
});

}  // namespace

std::span<const CellKindRow> cell_kinds() { return kKinds; }

const CellKindRow& row_of(CellKind kind) {
  const CellKindRow& row = kKinds[static_cast<size_t>(kind)];
  CHECK(row.kind == kind);
  return row;
}

std::string cell_text(CellFormat format, const uint8_t* bytes) {
  const CellKindRow& row = row_of(format.kind);
  const uint64_t bits = debug::read_number(row.number, format.endian, bytes);
  if (row.is_hex) return hex_digits(bits, static_cast<int>(row.cells));
  switch (row.number) {
    case NumberType::F32: return float_text(std::bit_cast<float>(static_cast<uint32_t>(bits)));
    case NumberType::F64: return float_text(std::bit_cast<double>(bits));
    default: return debug::number_text(row.number, bits);
  }
}

std::string value_type(debug::NumberType number, debug::Endian endian) {
  const bool has_order = endian == debug::Endian::Big && debug::size_of(number) > 1;
  return std::string(debug::name_of(number)) + (has_order ? "be" : "");
}

}  // namespace wasmscope::ui
