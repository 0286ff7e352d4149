// SPDX-License-Identifier: Apache-2.0
// Vectors of f32: n products of 128 by 128 matrices, eight vectors of sums at a time.
#include "kernel.h"

typedef float Singles __attribute__((vector_size(16)));
enum { N = 128, LANES = 4, ROWS = 2, COLUMNS = 4 };
static Singles a[N][N / LANES], b[N][N / LANES], c[N][N / LANES];

static float lane(Singles (*m)[N / LANES], int i, int j) { return ((const float*)m[i])[j]; }

static NOINLINE void multiply(void) {
  for (int i = 0; i < N; i += ROWS)
    for (int j = 0; j < N / LANES; j += COLUMNS) {
      Singles sums[ROWS][COLUMNS] = {0};
      for (int k = 0; k < N; k++)
#pragma clang loop unroll(full)
        for (int row = 0; row < ROWS; row++)
#pragma clang loop unroll(full)
          for (int column = 0; column < COLUMNS; column++) sums[row][column] += lane(a, i + row, k) * b[k][j + column];
      for (int row = 0; row < ROWS; row++)
        for (int column = 0; column < COLUMNS; column++) c[i + row][j + column] = sums[row][column];
    }
}

int run(int n) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N / LANES; j++)
      for (int l = 0; l < LANES; l++) {
        a[i][j][l] = (float)((i * 7 + j * LANES + l) % 13) * 0.25f;
        b[i][j][l] = (float)((i + (j * LANES + l) * 5) % 11) * 0.5f;
      }
  Singles total = {0};
  for (int r = 0; r < n; r++) {
    multiply();
    a[r % N][r * 3 % (N / LANES)] += 1.0f;
    total += c[r % N][r * 17 % (N / LANES)] * 0.125f;
  }
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N / LANES; j++) total += c[i][j] * (float)(i - j);
  return (int)(uint32_t)(int64_t)((total[0] + total[1]) * 2 - (total[2] + total[3]));
}
