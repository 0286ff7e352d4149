// SPDX-License-Identifier: Apache-2.0
// Calls through tables with many signatures: a program of small steps, each a function of a type of its own, n times.
#include "kernel.h"

typedef uint32_t (*Nothing)(void);
typedef uint32_t (*Word)(uint32_t);
typedef uint32_t (*Words)(uint32_t, uint32_t, uint32_t);
typedef uint64_t (*Long)(uint64_t, uint32_t);
typedef double (*Real)(double, double);
typedef float (*Single)(float, uint32_t);
typedef void (*Action)(uint32_t*, uint32_t);
typedef uint32_t (*Many)(uint32_t, uint64_t, double, uint32_t, float, uint32_t);

static uint32_t counter;
static uint32_t next_count(void) { return ++counter; }
static uint32_t last_count(void) { return counter; }
static uint32_t scramble(uint32_t x) { return (x ^ x >> 15) * 0x2c1b3c6du; }
static uint32_t turn(uint32_t x) { return x << 7 | x >> 25; }
static uint32_t choose(uint32_t a, uint32_t b, uint32_t c) { return (a & b) ^ (~a & c); }
static uint32_t majority(uint32_t a, uint32_t b, uint32_t c) { return (a & b) ^ (a & c) ^ (b & c); }
static uint64_t widen(uint64_t x, uint32_t y) { return x * 0x9e3779b97f4a7c15u + y; }
static uint64_t fold(uint64_t x, uint32_t y) { return (x ^ x >> 29) + ((uint64_t)y << 11); }
static double blend(double a, double b) { return a * 0.75 + b * 0.25; }
static double spread(double a, double b) { return a < b ? b - a : a - b; }
static float soften(float x, uint32_t y) { return x * 0.5f + (float)(y & 255); }
static float harden(float x, uint32_t y) { return x - (float)(y & 63) * 0.25f; }
static void put(uint32_t* at, uint32_t x) { *at += x; }
static void mark(uint32_t* at, uint32_t x) { *at ^= x >> 3; }
static uint32_t gather(uint32_t a, uint64_t b, double c, uint32_t d, float e, uint32_t f) {
  return a + (uint32_t)b + (uint32_t)(int32_t)c + d * 3 + (uint32_t)(int32_t)e + (f >> 1);
}
static uint32_t mingle(uint32_t a, uint64_t b, double c, uint32_t d, float e, uint32_t f) {
  return (a ^ (uint32_t)(b >> 32)) + (c > 100.0 ? d : f) + (uint32_t)(e > 50.0f);
}

static volatile Nothing nothings[2] = {next_count, last_count};
static volatile Word words[2] = {scramble, turn};
static volatile Words triples[2] = {choose, majority};
static volatile Long longs[2] = {widen, fold};
static volatile Real reals[2] = {blend, spread};
static volatile Single singles[2] = {soften, harden};
static volatile Action actions[2] = {put, mark};
static volatile Many manies[2] = {gather, mingle};

int run(int n) {
  uint32_t cells[16] = {0}, x = 1, y = 2, z = 3;
  uint64_t wide = 5;
  double real = 7.0;
  float single = 11.0f;
  counter = 0;
  for (int i = 0; i < n; i++) {
    const unsigned which = (unsigned)i >> 2 & 1;
    x += nothings[which]();
    y = words[which](x ^ y);
    z = triples[which](x, y, z) + y;
    wide = longs[which](wide, z);
    real = reals[which](real, (double)(z & 1023));
    single = singles[which](single, y);
    actions[which](&cells[i & 15], x);
    x = manies[which](x, wide, real, z, single, y);
  }
  for (int i = 0; i < 16; i++) x = x * 31 + cells[i];
  return (int)(x ^ y ^ (uint32_t)wide);
}
