// SPDX-License-Identifier: Apache-2.0
// Calls: doubly recursive Fibonacci.
#include "kernel.h"

static NOINLINE uint32_t fib(uint32_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

int run(int n) { return (int)fib((uint32_t)n); }
