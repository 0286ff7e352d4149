// SPDX-License-Identifier: Apache-2.0
// Address space that is reserved at once and made usable bit by bit, so that what lives in it never moves.
// Committed bytes are zero until written. Move only.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace wasmscope {

class Reservation {
 public:
  // Empty when the system has no such range left. Rounded up to whole pages, except for what reserved() says.
  // `alignment`: of its first byte, a power of two of at least a page.
  static std::optional<Reservation> reserve(size_t bytes, size_t alignment = page_bytes());

  Reservation(Reservation&& other) noexcept { swap(other); }
  Reservation& operator=(Reservation&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Reservation();

  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  size_t reserved() const { return reserved_; }
  // Makes the first `new_bytes` usable. Never takes anything back. False when past the end or refused.
  bool commit(size_t new_bytes);
  // Whole pages from `offset` on can be accessed no more; they read as zero when they are committed again.
  void decommit_from(size_t offset);
  static size_t page_bytes();
  // What is committed from `offset` on reads as zero again, and most of it takes no memory until it is written.
  void clear_from(size_t offset);

 private:
  Reservation() = default;
  void swap(Reservation& other) {
    std::swap(data_, other.data_);
    std::swap(reserved_, other.reserved_);
    std::swap(committed_, other.committed_);
  }
  uint8_t* data_ = nullptr;
  size_t reserved_ = 0;
  size_t committed_ = 0;   // whole pages
};

}  // namespace wasmscope
