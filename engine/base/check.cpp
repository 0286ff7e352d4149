// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>

#include "engine/base/try.h"

namespace wasmscope {
void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "wasmscope: internal error: %s does not hold at %s:%d\n", expression, file, line);
  std::abort();
}
}  // namespace wasmscope
