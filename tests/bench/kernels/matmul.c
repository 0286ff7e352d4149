// SPDX-License-Identifier: Apache-2.0
// f64 arithmetic on memory: n products of 200 by 200 matrices.
#include "kernel.h"

enum { N = 200 };
static double a[N][N], b[N][N], c[N][N];

int run(int n) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      a[i][j] = (i * 7 + j) % 13 * 0.25;
      b[i][j] = (i + j * 5) % 11 * 0.5;
    }
  double total = 0;
  for (int r = 0; r < n; r++) {
    for (int i = 0; i < N; i++)
      for (int j = 0; j < N; j++) {
        double sum = 0;
        for (int k = 0; k < N; k++) sum += a[i][k] * b[k][j];
        c[i][j] = sum;
      }
    a[r % N][(r * 3) % N] += 1.0;
    total += c[r % N][(r * 17) % N];
  }
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) total += c[i][j] * (i - j);
  return (int)(uint32_t)(int64_t)(total * 8);
}
