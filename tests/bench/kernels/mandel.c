// SPDX-License-Identifier: Apache-2.0
// f64 arithmetic and unpredictable branches: iterations of the Mandelbrot set on an n by n grid.
#include "kernel.h"

int run(int n) {
  uint32_t count = 0;
  for (int y = 0; y < n; y++)
    for (int x = 0; x < n; x++) {
      const double cr = 3.0 * x / n - 2.25, ci = 3.0 * y / n - 1.5;
      double zr = 0, zi = 0;
      int i = 0;
      for (; i < 300; i++) {
        const double a = zr * zr, b = zi * zi;
        if (a + b > 4.0) break;
        zi = 2 * zr * zi + ci;
        zr = a - b + cr;
      }
      count += (uint32_t)i;
    }
  return (int)count;
}
