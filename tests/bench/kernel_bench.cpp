// SPDX-License-Identifier: Apache-2.0
// Runs a kernel in the interpreter: kernel_bench FILE WARM N. Prints the seconds of run(N) and its checksum.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/support/fake_environment.h"
#include "tests/support/program.h"

int main(int argc, char** argv) {
  using namespace wasmscope;
  if (argc != 4) {
    std::fprintf(stderr, "usage: kernel_bench FILE WARM N\n");
    return 2;
  }
  const auto argument = [&](int i) { return runtime::Value::i32(static_cast<uint32_t>(std::atoi(argv[i]))); };
  test::Program program(argv[1], {}, std::make_shared<test::FakeEnvironment>());
  program.call("run", {argument(2)});
  const auto begin = std::chrono::steady_clock::now();
  const auto result = program.call("run", {argument(3)});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  if (result.results.size() != 1) {
    std::fprintf(stderr, "%s did not return\n", argv[1]);
    return 1;
  }
  std::printf("%.6f %08x\n", seconds.count(), static_cast<unsigned>(result.results[0].bits));
  return 0;
}
