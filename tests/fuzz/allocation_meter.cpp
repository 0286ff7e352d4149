// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/allocation_meter.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

size_t held_bytes = 0, peak_held_bytes = 0;

void* allocate(size_t size) {
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  held_bytes += malloc_usable_size(memory);
  peak_held_bytes = std::max(peak_held_bytes, held_bytes);
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

AllocationMeter::AllocationMeter() : at_start_(held_bytes) { peak_held_bytes = held_bytes; }
size_t AllocationMeter::peak_bytes() const { return peak_held_bytes - at_start_; }

}  // namespace wasmscope::test
