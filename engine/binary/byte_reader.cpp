// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/byte_reader.h"

#include <algorithm>

#include "engine/base/utf8.h"
#include "engine/wasm/limits.h"

namespace wasmscope::binary {

Error ByteReader::error_here(ErrorCode code, std::string detail) const {
  return error_at(code, {offset(), offset() + (at_end() ? 0 : 1)}, std::move(detail));
}
Error ByteReader::error_before(ErrorCode code, std::string detail) const {
  return error_at(code, {offset() - 1, offset()}, std::move(detail));
}

Error ByteReader::error_of(LebStatus status) const {
  switch (status) {
    case LebStatus::TooLong:
      return error_at(ErrorCode::LebTooLong, {offset(), offset() + std::min<uint64_t>(left(), 10)});
    case LebStatus::TooLarge:
      return error_at(ErrorCode::LebTooLarge, {offset(), offset() + std::min<uint64_t>(left(), 10)});
    default: return error_at(ErrorCode::UnexpectedEnd, {offset(), offset() + left()});
  }
}

Result<uint8_t> ByteReader::byte() {
  if (at_end()) return std::unexpected(error_here(ErrorCode::UnexpectedEnd));
  return *at_++;
}

Result<uint32_t> ByteReader::count(uint64_t most, std::string_view what) {
  const uint64_t begin = offset();
  TRY_ASSIGN(const uint32_t count, u32());
  if (count > left())
    return std::unexpected(error_at(
        ErrorCode::UnexpectedEnd, range_from(begin),
        std::to_string(count) + " " + std::string(what) + " announced, " + std::to_string(left()) + " bytes left"));
  if (count > most)
    return std::unexpected(
        error_at(ErrorCode::LimitExceeded, range_from(begin),
                 std::to_string(count) + " " + std::string(what) + ", at most " + std::to_string(most)));
  return count;
}

Result<ByteRange> ByteReader::bytes(uint64_t count) {
  if (count > left())
    return std::unexpected(error_at(ErrorCode::UnexpectedEnd, {offset(), offset() + left()},
                                    std::to_string(count) + " bytes expected, " + std::to_string(left()) + " left"));
  const uint64_t begin = offset();
  at_ += count;
  return range_from(begin);
}

Result<std::string_view> ByteReader::name() {
  const uint64_t begin = offset();
  TRY_ASSIGN(const uint32_t size, u32());
  TRY_ASSIGN(const ByteRange range, bytes(size));
  if (size > wasm::kMaxNameBytes)
    return std::unexpected(
        error_at(ErrorCode::LimitExceeded, range_from(begin), "name of " + std::to_string(size) + " bytes"));
  const std::string_view text(reinterpret_cast<const char*>(base_ + range.begin), size);
  if (!is_valid_utf8(text)) return std::unexpected(error_at(ErrorCode::BadUtf8, range));
  return text;
}

Result<wasm::ValType> ByteReader::value_type() {
  wasm::ValType type;
  switch (wasm::read_value_type(at_, end_, type)) {
    case wasm::TypeStatus::Ok: return type;
    case wasm::TypeStatus::UnexpectedEnd: return std::unexpected(error_here(ErrorCode::UnexpectedEnd));
    case wasm::TypeStatus::LebTooLong: return std::unexpected(error_here(ErrorCode::LebTooLong));
    case wasm::TypeStatus::LebTooLarge: return std::unexpected(error_here(ErrorCode::LebTooLarge));
    case wasm::TypeStatus::Malformed: break;
  }
  return std::unexpected(error_here(ErrorCode::BadType, "not a value type"));
}

Result<wasm::ValType> ByteReader::reference_type() {
  const uint64_t begin = offset();
  TRY_ASSIGN(const wasm::ValType type, value_type());
  if (!type.is_ref()) return std::unexpected(error_at(ErrorCode::BadType, range_from(begin), "not a reference type"));
  return type;
}

}  // namespace wasmscope::binary
