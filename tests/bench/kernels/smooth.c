// SPDX-License-Identifier: Apache-2.0
// Vectors of bytes and words: an image made smooth n times over where it is not rough, 16 pixels at a time.
#include "kernel.h"

typedef uint8_t Bytes __attribute__((vector_size(16)));
typedef uint8_t BytesAnywhere __attribute__((vector_size(16), aligned(1)));
typedef uint8_t HalfBytes __attribute__((vector_size(8)));
typedef uint16_t Words __attribute__((vector_size(16)));
enum { WIDTH = 512, HEIGHT = 256, MARGIN = 16, LANES = 16 };
static uint8_t image[HEIGHT + 2][WIDTH + 2 * MARGIN], next[HEIGHT + 2][WIDTH + 2 * MARGIN];

static Bytes at(const uint8_t* from) { return *(const BytesAnywhere*)from; }
static Words low(Bytes x) { return __builtin_convertvector(__builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7), Words); }
static Words high(Bytes x) {
  return __builtin_convertvector(__builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15), Words);
}
static Bytes joined(Words x, Words y) {
  return __builtin_shufflevector(__builtin_convertvector(x, HalfBytes), __builtin_convertvector(y, HalfBytes), 0, 1, 2, 3, 4, 5,
                                 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

static NOINLINE void smooth(void) {
  for (int y = 1; y <= HEIGHT; y++)
    for (int x = MARGIN; x < WIDTH + MARGIN; x += LANES) {
      Words sum_low = {0}, sum_high = {0};
      for (int dy = -1; dy <= 1; dy++) {
        const uint8_t* const row = &image[y + dy][x];
        const Bytes left = at(row - 1), here = at(row), right = at(row + 1);
        const uint16_t weight = dy == 0 ? 1 : 0;
        sum_low += (low(left) + low(right) + (low(here) << 1)) << weight;
        sum_high += (high(left) + high(right) + (high(here) << 1)) << weight;
      }
      const Bytes mean = joined((sum_low + 8) >> 4, (sum_high + 8) >> 4), here = at(&image[y][x]);
      const Bytes difference = __builtin_elementwise_max(mean, here) - __builtin_elementwise_min(mean, here);
      const Bytes is_rough = (Bytes)(difference > 24);
      *(BytesAnywhere*)&next[y][x] = (here & is_rough) | (mean & ~is_rough);
    }
}

int run(int n) {
  uint32_t seed = 1;
  for (int y = 0; y < HEIGHT + 2; y++)
    for (int x = 0; x < WIDTH + 2 * MARGIN; x++) {
      seed = seed * 1664525 + 1013904223;
      image[y][x] = (uint8_t)((x * y >> 6) + (seed >> 27));
    }
  uint32_t hash = 0;
  for (int r = 0; r < n; r++) {
    smooth();
    for (int y = 1; y <= HEIGHT; y++)
      for (int x = MARGIN; x < WIDTH + MARGIN; x += LANES)
        *(BytesAnywhere*)&image[y][x] = (at(&image[y][x]) & 1) + __builtin_elementwise_min(at(&next[y][x]), (Bytes){0} + 254);
    hash = hash * 31 + next[r % HEIGHT + 1][MARGIN + r * 7 % WIDTH];
  }
  for (int y = 1; y <= HEIGHT; y++)
    for (int x = MARGIN; x < WIDTH + MARGIN; x++) hash = hash * 31 + next[y][x];
  return (int)hash;
}
