// SPDX-License-Identifier: Apache-2.0
// Byte loads and stores over four megabytes: the sieve of Eratosthenes, n times.
#include "kernel.h"

enum { N = 4 * 1024 * 1024 };
static uint8_t is_prime[N];

int run(int n) {
  uint32_t count = 0;
  for (int r = 0; r < n; r++) {
    for (int i = 0; i < N; i++) is_prime[i] = 1;
    is_prime[0] = is_prime[1] = 0;
    for (uint32_t i = 2; i * i < N; i++)
      if (is_prime[i])
        for (uint32_t j = i * i; j < N; j += i) is_prime[j] = 0;
    for (int i = 0; i < N; i++) count += is_prime[i];
    count = count * 3 + (uint32_t)r;
  }
  return (int)count;
}
