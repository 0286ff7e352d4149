// SPDX-License-Identifier: Apache-2.0
// i64 arithmetic: a multiplicative hash of a block of words and a xorshift generator, n rounds.
#include "kernel.h"

static uint64_t words[512];

static inline uint64_t mix(uint64_t x) {
  x ^= x >> 31;
  x *= 0x7fb5d329728ea185u;
  x ^= x >> 27;
  x *= 0x81dadef4bc2dd44du;
  return x ^ x >> 33;
}

int run(int n) {
  uint64_t state = 88172645463325252u, hash = 0;
  for (int i = 0; i < 512; i++) words[i] = mix((uint64_t)i);
  for (int r = 0; r < n; r++) {
    for (int i = 0; i < 512; i++) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      hash = (hash << 5 | hash >> 59) ^ mix(words[i] + state);
      words[(state >> 20) & 511] += hash;
    }
    if (hash % 1000003u == 7) hash = state / (hash | 1);
  }
  return (int)(uint32_t)(hash ^ hash >> 32);
}
