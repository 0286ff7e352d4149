// SPDX-License-Identifier: Apache-2.0
// Every target over its corpus, the samples and fixtures, random programs, and some mutations of all those. Also
// that the mutations are of use: most of them must validate and run.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "engine/base/file.h"
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/targets.h"
#include "tests/support/random_program.h"

namespace wasmscope::fuzz {
namespace {

namespace fs = std::filesystem;
using Input = std::vector<uint8_t>;

constexpr uint64_t kMostSampleBytes = 4000;
constexpr size_t kMaxInputBytes = 1 << 16;

std::vector<Input> read_folder(const fs::path& folder, uint64_t most_bytes) {
  std::vector<fs::path> paths;
  if (fs::exists(folder))
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file() && (entry.path().extension() == ".wasm" || entry.path().extension() == ".wat") &&
          entry.file_size() <= most_bytes)
        paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<Input> inputs;
  for (const fs::path& path : paths) inputs.push_back(*read_file(path.string()));
  return inputs;
}

std::vector<Input> seeds() {
  std::vector<Input> inputs = read_folder("assets/samples", kMostSampleBytes);
  for (Input& input : read_folder("tests/fixtures", kMostSampleBytes)) inputs.push_back(std::move(input));
  for (uint64_t seed = 1; seed <= 5; ++seed) inputs.push_back(test::make_random_program(seed).bytes);
  return inputs;
}

class FuzzTarget : public testing::TestWithParam<Target> {};

TEST_P(FuzzTarget, AcceptsItsCorpus) {
  const auto inputs = read_folder(fs::path("tests/fuzz/corpus") / GetParam().name, UINT64_MAX);
  EXPECT_FALSE(inputs.empty());
  for (const Input& input : inputs) GetParam().fuzz_one(input);
}

TEST_P(FuzzTarget, AcceptsSamplesAndRandomPrograms) {
  const auto inputs = seeds();
  EXPECT_GT(inputs.size(), 10u);
  for (const Input& input : inputs) GetParam().fuzz_one(input);
}

TEST_P(FuzzTarget, AcceptsMutations) {
  const auto inputs = seeds();
  tally() = {};
  const uint64_t rounds = GetParam().fuzz_one == fuzz_tiers ? 6 : 60;   // tiers_sweep goes on with that
  for (uint64_t i = 0; i < rounds; ++i)
    for (const Input& input : inputs) GetParam().fuzz_one(mutate(input, kMaxInputBytes, i));
  const Tally& reached = tally();
  EXPECT_GT(reached.decoded, reached.inputs * 7 / 10);
  if (GetParam().fuzz_one != fuzz_decode) {
    EXPECT_GT(reached.validated, reached.inputs * 4 / 10);
  }
  if (GetParam().fuzz_one == fuzz_run || GetParam().fuzz_one == fuzz_tiers) {
    EXPECT_GT(reached.executed, reached.inputs * 3 / 10);
  }
  std::printf("%llu inputs, %llu decoded, %llu validated, %llu executed\n",
              static_cast<unsigned long long>(reached.inputs), static_cast<unsigned long long>(reached.decoded),
              static_cast<unsigned long long>(reached.validated), static_cast<unsigned long long>(reached.executed));
}

INSTANTIATE_TEST_SUITE_P(All, FuzzTarget, testing::ValuesIn(kTargets),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace wasmscope::fuzz
