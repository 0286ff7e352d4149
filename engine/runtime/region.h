// SPDX-License-Identifier: Apache-2.0
// All mutable state of a program lives in regions: byte ranges that never move, hold no native pointer,
// and can be saved and restored as a whole. Address space is reserved for the largest size at creation
// and committed as the region grows. Used from the engine thread only.
//
// A region may have marks: a byte for each page of kPageBytes that says whether somebody has written to it since the
// marks were cleared. They lie below the first byte, downwards, so that who has the base and an address needs nothing
// else:
//   ... mark of page 1 | mark of page 0 | byte 0, byte 1, ...
// An access that begins in one page and ends in the next marks the first one only, and compiled code marks once for
// stores near one another: a page may have changed, anywhere, when its mark or the one before is set.
//
// Behind a guarded region is so much address space that cannot be accessed that a base and an index of 32 bits and a
// displacement of 31 reach nothing else: compiled code need not check them (engine/base/os/guarded_code.h). Its size is
// always a multiple of the system's pages.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/os/reservation.h"

namespace wasmscope::runtime {

class Region {
 public:
  static constexpr int kPageShift = 12;
  static constexpr uint64_t kPageBytes = uint64_t{1} << kPageShift;
  enum class Marks : uint8_t { None, Pages };
  enum class Guard : uint8_t { None, Wanted };
  enum class Alignment : uint8_t { Page, FourGigabytes };   // of the first byte, where there are no marks

  // Empty when the address space or the first bytes cannot be had. A guard that cannot be had is left out.
  static std::optional<Region> create(uint64_t initial_bytes, uint64_t max_bytes, Marks marks = Marks::None,
                                      Guard guard = Guard::None, Alignment alignment = Alignment::Page);

  uint8_t* data() { return memory_.data() + mark_bytes_; }
  const uint8_t* data() const { return memory_.data() + mark_bytes_; }
  uint64_t size() const { return size_; }
  const uint64_t* size_place() const { return &size_; }   // for compiled code
  uint64_t max_size() const { return max_size_; }
  Bytes bytes() const { return {data(), size_}; }

  bool is_guarded() const { return is_guarded_; }
  bool has_marks() const { return mark_bytes_ != 0; }
  // Of a region with marks: what a store to `address` does besides.
  static void mark(uint8_t* base, uint64_t address) { base[static_cast<int64_t>(~(address >> kPageShift))] = 1; }
  void mark(uint64_t begin, uint64_t count) {
    for (uint64_t page = begin >> kPageShift; count != 0 && page <= (begin + count - 1) >> kPageShift; ++page)
      data()[static_cast<int64_t>(~page)] = 1;
  }
  bool is_marked(uint64_t page) const { return data()[static_cast<int64_t>(~page)] != 0; }
  void clear_marks();

  // New bytes are zero. False when past the reservation or the system refuses; nothing changes then.
  bool grow(uint64_t new_size);

  // To any size up to the reservation: what is cut off reads as zero when it returns. The system must not refuse.
  void resize(uint64_t new_size);
  // Everything from there on reads as zero.
  void clear_from(uint64_t begin);

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
  Region(Reservation memory, uint64_t mark_bytes, uint64_t size, uint64_t max_size, bool is_guarded)
      : memory_(std::move(memory)), mark_bytes_(mark_bytes), size_(size), max_size_(max_size), is_guarded_(is_guarded) {}
  Reservation memory_;
  uint64_t mark_bytes_;
  uint64_t size_;
  uint64_t max_size_;
  bool is_guarded_;
};

}  // namespace wasmscope::runtime
