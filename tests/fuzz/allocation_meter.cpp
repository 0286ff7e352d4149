// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/allocation_meter.h"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<size_t> held_bytes = 0, peak_held_bytes = 0;

void* allocate(size_t size) {
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  const size_t added = malloc_usable_size(memory), held = held_bytes.fetch_add(added) + added;
  for (size_t peak = peak_held_bytes; peak < held && !peak_held_bytes.compare_exchange_weak(peak, held);) {}
  return memory;
}
void release(void* memory) {
  if (memory == nullptr) return;
  held_bytes -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

void* operator new(size_t size) { return allocate(size); }
void* operator new[](size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, size_t) noexcept { release(memory); }
void operator delete[](void* memory, size_t) noexcept { release(memory); }

namespace wasmscope::test {

AllocationMeter::AllocationMeter() : at_start_(held_bytes) { peak_held_bytes = at_start_; }
size_t AllocationMeter::peak_bytes() const { return peak_held_bytes - at_start_; }

}  // namespace wasmscope::test
