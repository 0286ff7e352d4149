// SPDX-License-Identifier: Apache-2.0
// f32 arithmetic with square roots and divisions: 24 bodies under gravity, n steps.
#include "kernel.h"

enum { kBodies = 24 };
static struct {
  float x, y, z, vx, vy, vz, mass;
} bodies[kBodies];

int run(int n) {
  for (int i = 0; i < kBodies; i++) {
    bodies[i].x = (float)(i * 37 % 24) - 12.0f;
    bodies[i].y = (float)(i * 17 % 24) - 12.0f;
    bodies[i].z = (float)(i * 11 % 24) - 12.0f;
    bodies[i].vx = bodies[i].vy = bodies[i].vz = 0;
    bodies[i].mass = 0.5f + (float)(i % 5);
  }
  for (int step = 0; step < n; step++) {
    for (int i = 0; i < kBodies; i++)
      for (int j = i + 1; j < kBodies; j++) {
        const float dx = bodies[j].x - bodies[i].x, dy = bodies[j].y - bodies[i].y, dz = bodies[j].z - bodies[i].z;
        const float square = dx * dx + dy * dy + dz * dz + 0.25f;
        const float pull = 0.01f / (square * __builtin_sqrtf(square));
        const float mi = bodies[i].mass * pull, mj = bodies[j].mass * pull;
        bodies[i].vx += dx * mj;
        bodies[i].vy += dy * mj;
        bodies[i].vz += dz * mj;
        bodies[j].vx -= dx * mi;
        bodies[j].vy -= dy * mi;
        bodies[j].vz -= dz * mi;
      }
    for (int i = 0; i < kBodies; i++) {
      bodies[i].x += bodies[i].vx * 0.01f;
      bodies[i].y += bodies[i].vy * 0.01f;
      bodies[i].z += bodies[i].vz * 0.01f;
    }
  }
  uint32_t sum = 0;
  for (int i = 0; i < kBodies; i++) {
    union {
      float value;
      uint32_t bits;
    } x = {bodies[i].x}, v = {bodies[i].vz};
    sum = sum * 31 + (x.bits ^ v.bits << 1);
  }
  return (int)sum;
}
