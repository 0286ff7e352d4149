// SPDX-License-Identifier: Apache-2.0
#include "engine/base/os/reservation.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "engine/base/try.h"

namespace wasmscope {
namespace {

size_t to_whole_pages(size_t bytes) {
  const size_t page = Reservation::page_bytes();
  return (bytes + page - 1) / page * page;
}

}  // namespace

size_t Reservation::page_bytes() {
  static const auto bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

std::optional<Reservation> Reservation::reserve(size_t bytes, size_t alignment) {
  constexpr size_t kMost = size_t{1} << 46;
  if (bytes == 0 || bytes > kMost) return std::nullopt;
  // More than is wanted, and what is too much is given back.
  const size_t wanted = to_whole_pages(bytes), mapped = wanted + alignment - page_bytes();
  void* const range = mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (range == MAP_FAILED) return std::nullopt;
  auto* const begin = static_cast<uint8_t*>(range);
  const size_t before = -reinterpret_cast<uintptr_t>(begin) & (alignment - 1), behind = mapped - before - wanted;
  if (before != 0) munmap(begin, before);
  if (behind != 0) munmap(begin + before + wanted, behind);
  Reservation reservation;
  reservation.data_ = begin + before;
  reservation.reserved_ = bytes;
  return reservation;
}

Reservation::~Reservation() {
  if (data_ != nullptr) munmap(data_, to_whole_pages(reserved_));
}

bool Reservation::commit(size_t new_bytes) {
  if (new_bytes > reserved_) return false;
  const size_t wanted = to_whole_pages(new_bytes);
  if (wanted <= committed_) return true;
  if (mprotect(data_ + committed_, wanted - committed_, PROT_READ | PROT_WRITE) != 0) return false;
  committed_ = wanted;
  return true;
}

void Reservation::clear_from(size_t offset) {
  const size_t whole = to_whole_pages(offset);
  std::memset(data_ + offset, 0, std::min(whole, committed_) - std::min(offset, committed_));
  if (whole < committed_) CHECK(madvise(data_ + whole, committed_ - whole, MADV_DONTNEED) == 0);
}

void Reservation::decommit_from(size_t offset) {
  const size_t begin = to_whole_pages(offset);
  if (committed_ <= begin) return;
  // A fresh mapping over the old one gives the pages back and forgets their contents.
  void* data = mmap(data_ + begin, committed_ - begin, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  CHECK(data == data_ + begin);
  committed_ = begin;
}

}  // namespace wasmscope
