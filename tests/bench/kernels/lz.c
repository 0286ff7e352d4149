// SPDX-License-Identifier: Apache-2.0
// Byte work with hard branches: 64 KiB of made-up text is packed by an LZ77 coder with hash chains and
// unpacked again, n times.
#include "kernel.h"

enum { kSize = 1 << 16, kHashBits = 13, kWindow = 1 << 15, kMinMatch = 4, kMaxMatch = 255 + kMinMatch, kChain = 12 };
static uint8_t text[kSize + 8], unpacked[kSize + 8], packed[kSize * 2];
static int32_t head[1 << kHashBits], previous[kWindow];

static void write_text(uint32_t seed) {
  static const char* const words[16] = {"stack", "module", "of ",    "the ",  "table", "memory", "a ",   "branch",
                                        "loop ", "call",   "value ", "and ",  "trap",  "local ", "i32.", "offset"};
  int at = 0;
  while (at < kSize) {
    seed = seed * 1103515245u + 12345u;
    for (const char* p = words[seed >> 28]; *p && at < kSize; p++) text[at++] = (uint8_t)*p;
    if ((seed >> 20 & 7) == 0 && at < kSize) text[at++] = (uint8_t)('0' + (seed >> 12) % 10);
  }
}

static uint32_t hash(const uint8_t* p) {
  const uint32_t x = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
  return x * 2654435761u >> (32 - kHashBits);
}

static void insert(int at) {
  const uint32_t h = hash(text + at);
  previous[at & (kWindow - 1)] = head[h];
  head[h] = at;
}

// Groups of eight items under a byte of flags: a literal byte, or a distance in two bytes and a length.
static NOINLINE int pack(void) {
  for (int i = 0; i < 1 << kHashBits; i++) head[i] = -1;
  int out = 0, flags_at = 0, bit = 8;
  for (int at = 0; at < kSize;) {
    if (bit == 8) {
      flags_at = out++;
      packed[flags_at] = 0;
      bit = 0;
    }
    int best = 0, distance = 0;
    if (at + kMinMatch <= kSize) {
      const int limit = kSize - at < kMaxMatch ? kSize - at : kMaxMatch;
      int candidate = head[hash(text + at)];
      for (int tries = 0; tries < kChain && candidate >= 0 && at - candidate < kWindow; tries++) {
        int length = 0;
        while (length < limit && text[candidate + length] == text[at + length]) length++;
        if (length > best) {
          best = length;
          distance = at - candidate;
        }
        candidate = previous[candidate & (kWindow - 1)];
      }
    }
    if (best < kMinMatch) {
      packed[out++] = text[at];
      best = 1;
    } else {
      packed[flags_at] |= (uint8_t)(1 << bit);
      packed[out++] = (uint8_t)distance;
      packed[out++] = (uint8_t)(distance >> 8);
      packed[out++] = (uint8_t)(best - kMinMatch);
    }
    bit++;
    for (const int end = at + best; at < end; at++)
      if (at + kMinMatch <= kSize) insert(at);
  }
  return out;
}

static NOINLINE int unpack(int size) {
  int out = 0;
  for (int in = 0; in < size;) {
    const int flags = packed[in++];
    for (int bit = 0; bit < 8 && in < size; bit++) {
      if ((flags >> bit & 1) == 0) {
        unpacked[out++] = packed[in++];
        continue;
      }
      const int distance = packed[in] | packed[in + 1] << 8, length = packed[in + 2] + kMinMatch;
      in += 3;
      for (int i = 0; i < length; i++, out++) unpacked[out] = unpacked[out - distance];
    }
  }
  return out;
}

int run(int n) {
  uint32_t sum = 0;
  for (int r = 0; r < n; r++) {
    write_text((uint32_t)r + 1);
    const int size = pack();
    if (unpack(size) != kSize) return -1;
    for (int i = 0; i < kSize; i++)
      if (text[i] != unpacked[i]) return -2;
    for (int i = 0; i < size; i++) sum = sum * 31 + packed[i];
    sum += (uint32_t)size;
  }
  return (int)sum;
}
