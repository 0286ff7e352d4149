// SPDX-License-Identifier: Apache-2.0
// The programs that the tiers are compared on: every bundled sample, fixture and kernel, and random ones.
// WASMSCOPE_RANDOM_PROGRAMS says how many of those; WASMSCOPE_RANDOM_SEED the first seed.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tests/support/oracle.h"
#include "tests/tiers/twin.h"

namespace wasmscope::test {

struct Invocation {
  wasm::FuncIndex func = 0;
  std::vector<Value> arguments;
};
struct Program {
  std::string name;
  std::vector<uint8_t> bytes;
  std::function<std::vector<Invocation>(const wasm::Module&)> invocations;
  std::string problem = {};   // with the program itself
};

std::vector<Program> sample_programs();
// tests/tiers/programs/*.wat: every export with 0, 1, 2, 3, 4 and 9.
std::vector<Program> written_programs();
// Whatever is best enumerated, with arguments that trap and ones that do not: accesses, memories, tables, segments;
// of 32 and 64 bits, one and several; and everything that computes values from values.
std::vector<Program> access_programs();
// `share`: of 100, how many of the configured number a test takes.
std::vector<uint64_t> random_seeds(uint64_t share = 100);
Program random_program(uint64_t seed);
Program wide_program(uint64_t seed);
Program object_program(uint64_t seed);

// The start function, if there is one, then the program's invocations, each on a state left by the one before.
// `check` compares one invocation and answers with what is wrong; the first problem ends it and is returned.
using Check = std::function<std::string(Twin&, const Invocation&)>;
std::string check_program(const Program& program, const Check& check);

}  // namespace wasmscope::test
