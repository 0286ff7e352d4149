// SPDX-License-Identifier: Apache-2.0
// Calls through a table: objects of eight kinds, each updated n times by its kind's function.
#include "kernel.h"

struct Object;
typedef uint32_t (*Update)(struct Object*, uint32_t);
struct Object {
  Update update;
  uint32_t value, step;
};

static uint32_t add(struct Object* o, uint32_t x) { return o->value += x + o->step; }
static uint32_t subtract(struct Object* o, uint32_t x) { return o->value = x - o->value; }
static uint32_t multiply(struct Object* o, uint32_t x) { return o->value = o->value * (x | 1) + o->step; }
static uint32_t exclusive(struct Object* o, uint32_t x) { return o->value ^= x + (o->value >> 3); }
static uint32_t rotate(struct Object* o, uint32_t x) {
  const uint32_t by = (x & 15) + 1;
  return o->value = (o->value << by | o->value >> (32 - by)) + o->step;
}
static uint32_t larger(struct Object* o, uint32_t x) { return o->value = (o->value > x ? o->value : x) - o->step; }
static uint32_t count(struct Object* o, uint32_t x) { return o->value += (x & o->step) != 0; }
static uint32_t halve(struct Object* o, uint32_t x) { return o->value = (o->value >> 1) + (x >> 1); }

static const Update kinds[8] = {add, subtract, multiply, exclusive, rotate, larger, count, halve};
static struct Object objects[1024];

int run(int n) {
  uint32_t seed = 1;
  for (int i = 0; i < 1024; i++) {
    seed = seed * 1664525u + 1013904223u;
    objects[i] = (struct Object){kinds[seed >> 29], seed >> 7, seed >> 20 | 1};
  }
  uint32_t x = 0;
  for (int r = 0; r < n; r++)
    for (int i = 0; i < 1024; i++) x += objects[i].update(&objects[i], x);
  return (int)x;
}
