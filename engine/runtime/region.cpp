// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/region.h"

#include <algorithm>
#include <cstring>

#include "engine/base/try.h"

namespace wasmscope::runtime {

namespace {

constexpr uint64_t kGuardedReach = (uint64_t{1} << 32) + (uint64_t{1} << 31) + Region::kPageBytes;

}  // namespace

std::optional<Region> Region::create(uint64_t initial_bytes, uint64_t max_bytes, Marks marks, Guard guard, Alignment alignment) {
  const uint64_t pages = (max_bytes + kPageBytes - 1) >> kPageShift;
  const uint64_t mark_bytes = marks == Marks::None ? 0 : ((pages >> kPageShift) + 1) << kPageShift;
  const uint64_t system_page = Reservation::page_bytes();
  std::optional<Reservation> memory;
  if (guard == Guard::Wanted && mark_bytes % system_page == 0 && initial_bytes % system_page == 0)
    memory = Reservation::reserve(mark_bytes + std::max(max_bytes, kGuardedReach));
  const bool is_guarded = memory.has_value();
  const uint64_t boundary = alignment == Alignment::Page ? system_page : uint64_t{1} << 32;
  if (!memory) memory = Reservation::reserve(std::max<uint64_t>(mark_bytes + max_bytes, 1), boundary);
  if (!memory || !memory->commit(mark_bytes + initial_bytes)) return std::nullopt;
  return Region(std::move(*memory), mark_bytes, initial_bytes, max_bytes, is_guarded);
}

void Region::clear_from(uint64_t begin) {
  // Writing so many zeros would take the memory that they stand for.
  constexpr uint64_t kManyZeros = 1 << 20;
  if (begin + kManyZeros < size_) memory_.clear_from(mark_bytes_ + begin);
  else if (begin < size_) std::memset(data() + begin, 0, size_ - begin);
}

void Region::resize(uint64_t new_size) {
  if (new_size < size_ && is_guarded_) memory_.decommit_from(mark_bytes_ + new_size);
  else if (new_size < size_) clear_from(new_size);
  else CHECK(memory_.commit(mark_bytes_ + new_size));
  size_ = new_size;
}

void Region::clear_marks() {
  const uint64_t used = std::min((size_ + kPageBytes - 1) >> kPageShift, mark_bytes_);
  std::memset(data() - used, 0, used);
}

bool Region::grow(uint64_t new_size) {
  if (new_size < size_ || new_size > max_size() || !memory_.commit(mark_bytes_ + new_size)) return false;
  size_ = new_size;
  return true;
}

Region::Image Region::save(uint64_t used) const {
  Image image;
  image.size = size_;
  image.used = used;
  // Trailing zero pages are not kept: most of a fresh memory is untouched, and reading it stays cheap.
  uint64_t end = used;
  while (end > 0 && data()[end - 1] == 0) {
    const uint64_t block = end % 4096 == 0 ? 4096 : end % 4096;
    const uint8_t* begin = data() + end - block;
    const bool is_zero = std::all_of(begin, begin + block, [](uint8_t b) { return b == 0; });
    if (!is_zero) break;
    end -= block;
  }
  image.bytes.assign(data(), data() + end);
  return image;
}

void Region::restore(const Image& image) {
  resize(image.size);
  clear_from(image.bytes.size());
  if (!image.bytes.empty()) std::memcpy(data(), image.bytes.data(), image.bytes.size());
}

}  // namespace wasmscope::runtime
