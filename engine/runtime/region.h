// SPDX-License-Identifier: Apache-2.0
// All mutable state of a program lives in regions: byte ranges that never move, hold no native pointer,
// and can be saved and restored as a whole. Address space is reserved for the largest size at creation
// and committed as the region grows. Used from the engine thread only.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/os/reservation.h"

namespace wasmscope::runtime {

class Region {
 public:
  // Empty when the address space or the first bytes cannot be had.
  static std::optional<Region> create(uint64_t initial_bytes, uint64_t max_bytes);

  uint8_t* data() { return memory_.data(); }
  const uint8_t* data() const { return memory_.data(); }
  uint64_t size() const { return size_; }
  uint64_t max_size() const { return memory_.reserved(); }
  Bytes bytes() const { return {data(), size_}; }

  // New bytes are zero. False when past the reservation or the system refuses; nothing changes then.
  bool grow(uint64_t new_size);

  // The first `used` bytes as a copy, trailing zeros left out; restoring also brings the size back.
  struct Image {
    uint64_t size = 0;
    uint64_t used = 0;
    std::vector<uint8_t> bytes;
  };
  Image save(uint64_t used) const;
  Image save() const { return save(size_); }
  void restore(const Image& image);

 private:
  Region(Reservation memory, uint64_t size) : memory_(std::move(memory)), size_(size) {}
  Reservation memory_;
  uint64_t size_;
};

}  // namespace wasmscope::runtime
