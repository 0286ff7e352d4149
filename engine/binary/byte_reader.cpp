// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/byte_reader.h"

#include <algorithm>
#include <cstdio>

#include "engine/base/utf8.h"

namespace wasmscope::binary {

Error ByteReader::leb_error(LebStatus status) const {
  const ErrorCode code = status == LebStatus::UnexpectedEnd ? ErrorCode::UnexpectedEnd
                         : status == LebStatus::TooLong     ? ErrorCode::LebTooLong
                                                            : ErrorCode::LebTooLarge;
  return error_at(code, {offset(), std::min(offset() + 10, end_offset())});
}

Result<std::string_view> ByteReader::name() {
  const uint64_t begin = offset();
  TRY_ASSIGN(const uint32_t size, u32());
  if (size > left())
    return std::unexpected(error_at(ErrorCode::UnexpectedEnd, {begin, end_offset()},
                                    "name of " + std::to_string(size) + " bytes, " + std::to_string(left()) + " left"));
  const std::string_view text(reinterpret_cast<const char*>(at_), size);
  if (!is_valid_utf8(text)) return std::unexpected(error_at(ErrorCode::BadUtf8, {offset(), offset() + size}));
  at_ += size;
  return text;
}

Result<wasm::ValType> ByteReader::heap_type(bool nullable) {
  using wasm::HeapKind;
  const uint64_t begin = offset();
  if (left() > 0 && peek() == 0x62) {   // exact
    ++at_;
    TRY_ASSIGN(const uint32_t index, u32());
    wasm::ValType type = wasm::ref_type(index, nullable);
    type.exact = true;
    return type;
  }
  TRY_ASSIGN(const int64_t value, s33());
  if (value >= 0) return wasm::ref_type(static_cast<wasm::TypeIndex>(value), nullable);
  switch (value & 0x7F) {
    case 0x75: return wasm::ref_type(HeapKind::NoCont, nullable);
    case 0x74: return wasm::ref_type(HeapKind::NoExn, nullable);
    case 0x73: return wasm::ref_type(HeapKind::NoFunc, nullable);
    case 0x72: return wasm::ref_type(HeapKind::NoExtern, nullable);
    case 0x71: return wasm::ref_type(HeapKind::None, nullable);
    case 0x70: return wasm::ref_type(HeapKind::Func, nullable);
    case 0x6F: return wasm::ref_type(HeapKind::Extern, nullable);
    case 0x6E: return wasm::ref_type(HeapKind::Any, nullable);
    case 0x6D: return wasm::ref_type(HeapKind::Eq, nullable);
    case 0x6C: return wasm::ref_type(HeapKind::I31, nullable);
    case 0x6B: return wasm::ref_type(HeapKind::Struct, nullable);
    case 0x6A: return wasm::ref_type(HeapKind::Array, nullable);
    case 0x69: return wasm::ref_type(HeapKind::Exn, nullable);
    case 0x68: return wasm::ref_type(HeapKind::Cont, nullable);
    default: return std::unexpected(error_at(ErrorCode::BadType, {begin, offset()}, "heap type"));
  }
}

Result<wasm::ValType> ByteReader::val_type() {
  const uint64_t begin = offset();
  if (is_at_end()) return std::unexpected(end_error());
  switch (peek()) {
    case 0x7F: ++at_; return wasm::kI32;
    case 0x7E: ++at_; return wasm::kI64;
    case 0x7D: ++at_; return wasm::kF32;
    case 0x7C: ++at_; return wasm::kF64;
    case 0x7B: ++at_; return wasm::kV128;
    case 0x63: ++at_; return heap_type(true);
    case 0x64: ++at_; return heap_type(false);
    default: break;
  }
  if (peek() >= 0x68 && peek() <= 0x75) return heap_type(true);   // shorthands of nullable references
  char text[16];
  std::snprintf(text, sizeof text, "0x%02x", peek());
  return std::unexpected(error_at(ErrorCode::BadType, {begin, begin + 1}, text));
}

}  // namespace wasmscope::binary
