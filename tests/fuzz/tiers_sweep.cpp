// SPDX-License-Identifier: Apache-2.0
// Both tiers over modules that are valid more often than not:
//
//   tiers_sweep SECONDS SEED FOLDER [WASM_OPT]
//
// Random programs of ours, mutations of those, and, with the path of binaryen's wasm-opt, modules that it makes of
// random bytes. The module that is running lies in FOLDER, so it is still there after a crash. The same seed makes
// the same modules in the same order.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "engine/base/file.h"
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/targets.h"
#include "tests/support/child_process.h"
#include "tests/support/random_objects.h"
#include "tests/support/random_program.h"

namespace wasmscope::fuzz {
namespace {

using Clock = std::chrono::steady_clock;
using Input = std::vector<uint8_t>;
using test::RandomNumbers;

enum class Maker : uint8_t { Program, Objects, MutatedProgram, MutatedObjects, WasmOpt };
constexpr const char* kMakers[] = {"random programs", "random objects", "mutated programs", "mutated objects", "wasm-opt -ttf"};
constexpr size_t kMakerCount = std::size(kMakers);

void write_or_give_up(const std::string& path, Bytes bytes) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr || std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size() || std::fclose(file) != 0) {
    std::fprintf(stderr, "%s cannot be written\n", path.c_str());
    std::exit(1);
  }
}

// What binaryen 108 makes that is valid today: its references are those of an older draft.
Input make_with_wasm_opt(const std::string& wasm_opt, const std::string& folder, RandomNumbers& random) {
  Input bytes(40 + random.below(6000));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
  const std::string from = folder + "/random.bin", to = folder + "/made.wasm";
  write_or_give_up(from, bytes);
  std::vector<std::string> arguments = {
      wasm_opt, "-ttf", "-q", "--disable-reference-types", "--enable-bulk-memory", "--enable-simd", "--enable-sign-ext",
      "--enable-mutable-globals", "--enable-nontrapping-float-to-int", "--enable-multivalue", "--enable-tail-call",
      "--enable-threads"};
  if (random.chance(40)) arguments.push_back("-O" + std::to_string(1 + random.below(3)));
  arguments.insert(arguments.end(), {from, "-o", to});
  const test::ChildResult result = test::run_child(arguments);
  auto made = read_file(to);
  if (result.exit_code != 0 || !made) {
    std::fprintf(stderr, "%s made no module:\n%s", wasm_opt.c_str(), result.err.c_str());
    std::exit(1);
  }
  return *std::move(made);
}

Input make(Maker maker, uint64_t seed, const std::string& wasm_opt, const std::string& folder) {
  constexpr size_t kMostBytes = 1 << 16;
  RandomNumbers random(seed);
  switch (maker) {
    case Maker::Program: return test::make_random_program(seed).bytes;
    case Maker::Objects: return test::make_random_object_program(seed).bytes;
    case Maker::MutatedProgram: return mutate(test::make_random_program(seed).bytes, kMostBytes, seed);
    case Maker::MutatedObjects: return mutate(test::make_random_object_program(seed).bytes, kMostBytes, seed);
    case Maker::WasmOpt: break;
  }
  return make_with_wasm_opt(wasm_opt, folder, random);
}

int sweep(double seconds, uint64_t seed, const std::string& folder, const std::string& wasm_opt) {
  const auto begin = Clock::now();
  Tally reached[kMakerCount];
  for (uint64_t i = 0; std::chrono::duration<double>(Clock::now() - begin).count() < seconds; ++i) {
    const size_t which = i % (wasm_opt.empty() ? kMakerCount - 1 : kMakerCount);
    const Input input = make(static_cast<Maker>(which), (seed << 32) + i, wasm_opt, folder);
    write_or_give_up(folder + "/running.wasm", input);
    tally() = reached[which];
    fuzz_tiers(input);
    reached[which] = tally();
  }
  for (size_t which = 0; which < kMakerCount; ++which)
    std::printf("%-16s  %7llu modules, %7llu valid, %7llu executed\n", kMakers[which],
                static_cast<unsigned long long>(reached[which].inputs),
                static_cast<unsigned long long>(reached[which].validated),
                static_cast<unsigned long long>(reached[which].executed));
  return 0;
}

}  // namespace
}  // namespace wasmscope::fuzz

int main(int count, char** arguments) {
  if (count != 4 && count != 5) {
    std::fprintf(stderr, "usage: tiers_sweep SECONDS SEED FOLDER [WASM_OPT]\n");
    return 2;
  }
  return wasmscope::fuzz::sweep(std::strtod(arguments[1], nullptr), std::strtoull(arguments[2], nullptr, 10), arguments[3],
                                count == 5 ? arguments[4] : "");
}
