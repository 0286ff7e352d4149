// SPDX-License-Identifier: Apache-2.0
// Runs a natively compiled kernel: native_kernel WARM N. Prints the seconds of run(N) and its checksum.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int run(int n);

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  run(atoi(argv[1]));
  const double begin = seconds();
  const unsigned checksum = (unsigned)run(atoi(argv[2]));
  printf("%.6f %08x\n", seconds() - begin, checksum);
  return 0;
}
