// SPDX-License-Identifier: Apache-2.0
// Reads the primitive values of the binary format from a range of a file. Every error says where it is; after
// an error the reader stands before the value that could not be read. Internal to binary/.
// https://webassembly.github.io/spec/core/binary/values.html
#pragma once
#include <string_view>

#include "engine/base/leb128.h"
#include "engine/base/try.h"
#include "engine/wasm/error.h"
#include "engine/wasm/type_codes.h"

namespace wasmscope::binary {

class ByteReader {
 public:
  ByteReader(Bytes file, ByteRange range)
      : base_(file.data()), at_(file.data() + range.begin), end_(file.data() + range.end) {}

  uint64_t offset() const { return static_cast<uint64_t>(at_ - base_); }
  uint64_t left() const { return static_cast<uint64_t>(end_ - at_); }
  bool at_end() const { return at_ == end_; }
  ByteRange range_from(uint64_t begin) const { return {begin, offset()}; }
  void skip_to(uint64_t offset) { at_ = base_ + offset; }
  uint8_t peek() const { return *at_; }   // not at the end

  Result<uint8_t> byte();
  Result<uint32_t> u32() { return leb<uint32_t, 32>(); }
  Result<uint64_t> u64() { return leb<uint64_t, 64>(); }
  // The number of items to come, each of at least one byte.
  Result<uint32_t> count(uint64_t most, std::string_view what);
  Result<ByteRange> bytes(uint64_t count);
  Result<std::string_view> name();         // valid UTF-8
  Result<wasm::ValType> value_type();
  Result<wasm::ValType> reference_type();

  // The byte before the current offset, or the next one: where errors about one byte point.
  Error error_here(ErrorCode code, std::string detail = {}) const;
  Error error_before(ErrorCode code, std::string detail = {}) const;

 private:
  template <class T, int Bits>
  Result<T> leb() {
    T value{};
    const LebStatus status = read_leb<T, Bits>(at_, end_, value);
    if (status != LebStatus::Ok) return std::unexpected(error_of(status));
    return value;
  }
  Error error_of(LebStatus status) const;

  const uint8_t* base_;
  const uint8_t* at_;
  const uint8_t* end_;
};

}  // namespace wasmscope::binary
