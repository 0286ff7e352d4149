// SPDX-License-Identifier: Apache-2.0
// Signals in f32: a filter of 16 coefficients, two resonators and an envelope over a block of samples, n times.
#include "kernel.h"

enum { kSamples = 1024, kTaps = 16 };
static float input[kSamples + kTaps], output[kSamples];
static const float taps[kTaps] = {0.01f, 0.02f, 0.03f, 0.05f, 0.07f, 0.09f, 0.11f, 0.12f,
                                  0.12f, 0.11f, 0.09f, 0.07f, 0.05f, 0.03f, 0.02f, 0.01f};

struct Resonator {
  float b0, b1, b2, a1, a2, z1, z2;
};

static float resonate(struct Resonator* r, float x) {
  const float y = r->b0 * x + r->z1;
  r->z1 = r->b1 * x - r->a1 * y + r->z2;
  r->z2 = r->b2 * x - r->a2 * y;
  return y;
}

int run(int n) {
  uint32_t seed = 12345;
  struct Resonator low = {0.2f, 0.4f, 0.2f, -0.5f, 0.25f, 0, 0}, high = {0.3f, -0.6f, 0.3f, 0.4f, 0.2f, 0, 0};
  float envelope = 0;
  for (int i = 0; i < kTaps; i++) input[i] = 0;
  for (int r = 0; r < n; r++) {
    for (int i = 0; i < kSamples; i++) {
      seed = seed * 1664525u + 1013904223u;
      input[kTaps + i] = (float)(int32_t)seed * (1.0f / 2147483648.0f);
    }
    for (int i = 0; i < kSamples; i++) {
      float sum = 0;
      for (int k = 0; k < kTaps; k++) sum += input[i + k] * taps[k];
      const float y = resonate(&high, resonate(&low, sum));
      const float size = y < 0 ? -y : y;
      envelope += (size - envelope) * (size > envelope ? 0.1f : 0.01f);
      output[i] = y / (envelope + 0.001f);
    }
    for (int i = 0; i < kTaps; i++) input[i] = input[kSamples + i];
  }
  uint32_t sum = 0;
  for (int i = 0; i < kSamples; i++) sum = sum * 31 + (uint32_t)(int32_t)(output[i] * 1000.0f);
  return (int)sum;
}
