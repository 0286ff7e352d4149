// SPDX-License-Identifier: Apache-2.0
// Conway's game of life on a torus of 64 x 32 cells, started with a glider and a small methuselah.
// The argument is the number of generations; without one it runs until it is stopped.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kWidth = 64, kHeight = 32, kPrintEvery = 1000 };

static unsigned char world[kHeight][kWidth];
static unsigned char next[kHeight][kWidth];
static long generation;

__attribute__((noinline)) static void place(int x, int y, const char *rows) {
  for (int column = x; *rows; rows++) {
    if (*rows == '/') {
      y++;
      column = x;
    } else {
      world[y][column++] = *rows == 'o';
    }
  }
}

__attribute__((noinline)) static int count_neighbours(int x, int y) {
  int count = 0;
  for (int dy = -1; dy <= 1; dy++) {
    for (int dx = -1; dx <= 1; dx++) {
      if (dx || dy) count += world[(y + dy) & (kHeight - 1)][(x + dx) & (kWidth - 1)];
    }
  }
  return count;
}

__attribute__((noinline)) static int step_world(void) {
  int alive = 0;
  for (int y = 0; y < kHeight; y++) {
    for (int x = 0; x < kWidth; x++) {
      int neighbours = count_neighbours(x, y);
      next[y][x] = neighbours == 3 || (neighbours == 2 && world[y][x]);
      alive += next[y][x];
    }
  }
  memcpy(world, next, sizeof world);
  generation++;
  return alive;
}

static void print_world(int alive) {
  printf("generation %ld, %d cells\n", generation, alive);
  for (int y = 0; y < kHeight; y++) {
    for (int x = 0; x < kWidth; x++) putchar(world[y][x] ? '#' : '.');
    putchar('\n');
  }
}

int main(int argc, char **argv) {
  long limit = argc > 1 ? strtol(argv[1], 0, 10) : 0;
  place(2, 2, ".o./..o/ooo");
  place(28, 14, ".oo/oo./.o.");
  int alive = 0;
  while (!limit || generation < limit) {
    alive = step_world();
    if (generation % kPrintEvery == 0) print_world(alive);
  }
  print_world(alive);
  return 0;
}
