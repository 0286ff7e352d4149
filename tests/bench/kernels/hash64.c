// SPDX-License-Identifier: Apache-2.0
// Hashes of a text with 64-bit multiplications and rotations, four lanes at a time, n times.
#include "kernel.h"

static uint64_t text[4096];

static uint64_t rotate(uint64_t x, int by) { return x << by | x >> (64 - by); }
static uint64_t round_of(uint64_t sum, uint64_t word) { return rotate(sum + word * 0xc2b2ae3d27d4eb4fu, 31) * 0x9e3779b185ebca87u; }

static uint64_t hash(uint64_t seed) {
  uint64_t a = seed + 1, b = seed + 2, c = seed, d = seed - 1;
  for (int i = 0; i < 4096; i += 4) {
    a = round_of(a, text[i]);
    b = round_of(b, text[i + 1]);
    c = round_of(c, text[i + 2]);
    d = round_of(d, text[i + 3]);
  }
  uint64_t sum = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
  for (int i = 0; i < 64; i++) {
    sum ^= round_of(0, text[i * 61 & 4095]);
    sum = rotate(sum, 27) * 0x9e3779b185ebca87u + (sum % 1000003u);
  }
  return (sum ^ sum >> 33) * 0xc2b2ae3d27d4eb4fu;
}

int run(int n) {
  uint64_t x = 88172645463325252u;
  for (int i = 0; i < 4096; i++) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    text[i] = x;
  }
  uint64_t sum = 0;
  for (int r = 0; r < n; r++) {
    sum = hash(sum + (uint64_t)r);
    text[sum & 4095] ^= sum;
  }
  return (int)(sum ^ sum >> 32);
}
