// SPDX-License-Identifier: Apache-2.0
// Counts the bytes that the program holds from operator new, so that a test can bound what its subject allocates.
// Replaces the operators of the whole program.
#pragma once
#include <cstddef>

namespace wasmscope::test {

class AllocationMeter {
 public:
  AllocationMeter();               // starts counting the peak from now
  size_t peak_bytes() const;       // most bytes held at once since then, above what was held at the start

 private:
  size_t at_start_;
};

}  // namespace wasmscope::test
