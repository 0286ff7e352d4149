// SPDX-License-Identifier: Apache-2.0
// A cursor over the bytes of a file within a range: integers, names and types of the binary format, with
// errors that say where. https://webassembly.github.io/spec/core/binary/values.html
#pragma once
#include <string_view>

#include "engine/base/leb128.h"
#include "engine/base/try.h"
#include "engine/wasm/error.h"
#include "engine/wasm/module.h"

namespace wasmscope::binary {

class ByteReader {
 public:
  ByteReader(Bytes file, ByteRange range)
      : begin_(file.data()), at_(file.data() + range.begin), end_(file.data() + range.end) {}

  uint64_t offset() const { return static_cast<uint64_t>(at_ - begin_); }
  uint64_t end_offset() const { return static_cast<uint64_t>(end_ - begin_); }
  uint64_t left() const { return static_cast<uint64_t>(end_ - at_); }
  bool is_at_end() const { return at_ == end_; }
  const uint8_t* position() const { return at_; }

  Result<uint8_t> byte() {
    if (at_ == end_) return std::unexpected(end_error());
    return *at_++;
  }
  // Only when left() > 0.
  uint8_t peek() const { return *at_; }
  Result<const uint8_t*> skip(uint64_t count) {
    if (count > left()) return std::unexpected(end_error());
    const uint8_t* from = at_;
    at_ += count;
    return from;
  }
  Result<uint32_t> u32() {
    if (at_ != end_ && *at_ < 0x80) return *at_++;
    return leb<uint32_t>();
  }
  Result<uint64_t> u64() { return leb<uint64_t>(); }
  Result<int32_t> s32() { return leb<int32_t>(); }
  Result<int64_t> s33() { return leb<int64_t, 33>(); }
  Result<int64_t> s64() { return leb<int64_t>(); }
  Result<std::string_view> name();              // length and UTF-8
  Result<wasm::ValType> val_type();
  Result<wasm::ValType> heap_type(bool nullable);   // as the reference type to it

  Error end_error() const { return error_at(ErrorCode::UnexpectedEnd, {offset(), offset()}); }

 private:
  template <class T, int Bits = std::numeric_limits<std::make_unsigned_t<T>>::digits>
  Result<T> leb() {
    T value{};
    const LebStatus status = read_leb<T, Bits>(at_, end_, value);
    if (status != LebStatus::Ok) return std::unexpected(leb_error(status));
    return value;
  }
  Error leb_error(LebStatus status) const;

  const uint8_t* begin_;
  const uint8_t* at_;
  const uint8_t* end_;
};

}  // namespace wasmscope::binary
