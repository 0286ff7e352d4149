// SPDX-License-Identifier: Apache-2.0
// What every kernel shares: it exports run(i32) -> i32, a checksum of the work done `n` times over.
// Built without a libc (KERNEL_FREESTANDING), with one, or natively; the checksum is the same in all of them.
#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(__wasm__)
#define KERNEL_EXPORT __attribute__((export_name("run")))
#else
#define KERNEL_EXPORT
#endif
#define NOINLINE __attribute__((noinline))

KERNEL_EXPORT int run(int n);

#if defined(KERNEL_FREESTANDING)
// Volatile, or the compiler recognises the loops and replaces them by calls of these very functions.
void* memset(void* destination, int value, size_t count) {
  volatile char* to = destination;
  while (count--) *to++ = (char)value;
  return destination;
}
void* memcpy(void* destination, const void* source, size_t count) {
  volatile char* to = destination;
  const char* from = source;
  while (count--) *to++ = *from++;
  return destination;
}
#endif
