// SPDX-License-Identifier: Apache-2.0
// What libFuzzer calls, for the target named by WASMSCOPE_FUZZ_TARGET.
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/targets.h"
#include "tests/fuzz/text_mutator.h"

namespace {

void print_tally() {
  const wasmscope::fuzz::Tally& tally = wasmscope::fuzz::tally();
  const double inputs = tally.inputs == 0 ? 1 : static_cast<double>(tally.inputs);
  const auto percent = [&](uint64_t count) { return 100 * static_cast<double>(count) / inputs; };
  std::fprintf(stderr, "%llu inputs: %.1f %% decoded, %.1f %% validated, %.1f %% executed\n",
               static_cast<unsigned long long>(tally.inputs), percent(tally.decoded), percent(tally.validated),
               percent(tally.executed));
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  std::atexit(print_tally);
  return 0;
}
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return wasmscope::fuzz::WASMSCOPE_FUZZ_TARGET({data, size});
}
// Expressions are no modules: libFuzzer's own mutations do for them.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  if (&wasmscope::fuzz::WASMSCOPE_FUZZ_TARGET == &wasmscope::fuzz::fuzz_expression) return LLVMFuzzerMutate(data, size, max_size);
  const std::vector<uint8_t> mutated = wasmscope::fuzz::mutate_any({data, size}, max_size, seed);
  std::copy(mutated.begin(), mutated.end(), data);
  return mutated.size();
}
