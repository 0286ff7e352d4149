// SPDX-License-Identifier: Apache-2.0
// Runs a kernel: kernel_bench FILE WARM N [--no-breakpoint] [--jit]. Prints the seconds of run(N) and its checksum.
// A breakpoint is set meanwhile on a cold instruction of the function that executes most.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/support/fake_environment.h"
#include "tests/support/program.h"

int main(int argc, char** argv) {
  using namespace wasmscope;
  bool has_breakpoint = true, is_compiled = false;
  for (int i = 4; i < argc; ++i) {
    if (std::strcmp(argv[i], "--no-breakpoint") == 0) has_breakpoint = false;
    else if (std::strcmp(argv[i], "--jit") == 0) is_compiled = true;
    else argc = 0;
  }
  if (argc < 4) {
    std::fprintf(stderr, "usage: kernel_bench FILE WARM N [--no-breakpoint] [--jit]\n");
    return 2;
  }
  const auto argument = [&](int i) { return runtime::Value::i32(static_cast<uint32_t>(std::atoi(argv[i]))); };
  test::Program program(argv[1], {}, std::make_shared<test::FakeEnvironment>());
  if (is_compiled) program.compile();
  if (has_breakpoint) {
    const auto stop = program.stop_at_cold_instruction("run", {argument(2)});
    if (stop.func == wasm::kNoIndex) std::fprintf(stderr, "%s: no instruction of the hottest function is cold\n", argv[1]);
    else std::fprintf(stderr, "%s: breakpoint at #%u @0x%x, executed %llu times\n", argv[1], stop.func, stop.pc, static_cast<unsigned long long>(stop.executed));
  }
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
