// SPDX-License-Identifier: Apache-2.0
// The target for texts over texts: the printed samples, fixtures and random programs, and mutations of them.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/text/printer.h"
#include "tests/fuzz/targets.h"
#include "tests/fuzz/text_mutator.h"
#include "tests/support/random_program.h"

namespace wasmscope::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMostSampleBytes = 4000;
constexpr size_t kMaxInputBytes = 1 << 17;

void add_texts(std::vector<std::vector<uint8_t>>& texts, Bytes bytes) {
  const auto module = binary::decode(bytes, *wasm::parse_features("all"));
  if (!module) return;
  for (const text::PrintForm form : {text::PrintForm::Flat, text::PrintForm::Folded}) {
    std::vector<uint8_t>& source = texts.emplace_back();
    const auto take = [&](std::string_view piece) {
      source.insert(source.end(), piece.begin(), piece.end());
      return true;
    };
    EXPECT_TRUE(text::print_module(*module, take, form));
  }
}

std::vector<std::vector<uint8_t>> texts() {
  std::vector<std::vector<uint8_t>> texts;
  for (const char* folder : {"assets/samples", "tests/fixtures"})
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.path().extension() == ".wasm" && entry.file_size() <= kMostSampleBytes)
        add_texts(texts, *read_file(entry.path().string()));
  for (uint64_t seed = 1; seed <= 5; ++seed) add_texts(texts, test::make_random_program(seed).bytes);
  if (fs::exists("tests/fuzz/corpus/text"))
    for (const auto& entry : fs::directory_iterator("tests/fuzz/corpus/text"))
      if (entry.path().extension() == ".wat") texts.push_back(*read_file(entry.path().string()));
  return texts;
}

TEST(FuzzText, AcceptsTexts) {
  for (const std::vector<uint8_t>& source : texts()) fuzz_text(source);
}

TEST(FuzzText, AcceptsMutatedTexts) {
  const auto sources = texts();
  tally() = {};
  for (uint64_t seed = 0; seed < 40; ++seed)
    for (const std::vector<uint8_t>& source : sources) fuzz_text(mutate_text(source, kMaxInputBytes, seed));
  const Tally& reached = tally();
  EXPECT_GT(reached.decoded, reached.inputs / 5);
  std::printf("%llu texts, %llu parsed, %llu validated\n", static_cast<unsigned long long>(reached.inputs),
              static_cast<unsigned long long>(reached.decoded), static_cast<unsigned long long>(reached.validated));
}

}  // namespace
}  // namespace wasmscope::fuzz
