// SPDX-License-Identifier: Apache-2.0
// Byte ranges of a file. Offsets are 64-bit file offsets; a range is half open.
#pragma once
#include <cstdint>
#include <span>

namespace wasmscope {

using Bytes = std::span<const uint8_t>;

struct ByteRange {
  uint64_t begin = 0;
  uint64_t end = 0;

  uint64_t size() const { return end - begin; }
  bool contains(uint64_t offset) const { return offset >= begin && offset < end; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

}  // namespace wasmscope
