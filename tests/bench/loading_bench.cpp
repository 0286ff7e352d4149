// SPDX-License-Identifier: Apache-2.0
// Rates of loading: loading_bench FILE.... The best of a few rounds. Decoding in MB of the file per second, as
// bodies are only ranged by it; validation in MB of function bodies per second, by one thread (of its processor
// time) and by all; and the most that both together allocate, which 4 times the file and 32 MiB may bound.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/validate/validate.h"
#include "tests/fuzz/allocation_meter.h"

namespace {

using namespace wasmscope;

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
// Of the whole process: says what one thread takes, however busy the machine is.
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double best_seconds(double (*now)(), const auto& work) {
  constexpr int kRounds = 7;
  double best = 1e9;
  for (int i = 0; i < kRounds; ++i) {
    const double begin = now();
    work();
    best = std::min(best, now() - begin);
  }
  return best;
}

bool measure(const std::string& path, const wasm::Features& features) {
  const auto file = read_file(path);
  if (!file) {
    std::printf("%s: %s\n", path.c_str(), file.error().text.c_str());
    return false;
  }
  const test::AllocationMeter meter;
  const auto module = binary::decode(*file, features);
  Result<void> valid = module ? validate::validate(*module, features) : std::unexpected(module.error());
  if (!valid) {
    std::printf("%s: %s\n", path.c_str(), to_line(valid.error(), nullptr).c_str());
    return false;
  }
  const size_t peak_bytes = meter.peak_bytes();
  const auto validate = [&](uint32_t threads) {
    valid = validate::validate(*module, features, [](uint32_t) { return true; }, threads) ? Result<void>() : valid;
  };
  const double decode = best_seconds(processor_seconds, [&] { static_cast<void>(binary::decode(*file, features)); });
  const double one = best_seconds(processor_seconds, [&] { validate(1); });
  const double all = best_seconds(wall_seconds, [&] { validate(validate::default_threads()); });
  const double file_mb = 1e-6 * static_cast<double>(file->size());
  const double code_mb = 1e-6 * static_cast<double>(module->code_section.size());
  std::printf("%6.1f %6.1f %7zu %8.0f %8.0f %8.0f %9.1f %6.1f  %s\n", file_mb, code_mb, module->funcs.size(),
              file_mb / decode, code_mb / one, code_mb / all, static_cast<double>(peak_bytes) / (1 << 20),
              static_cast<double>(4 * file->size()) / (1 << 20) + 32, path.substr(path.rfind('/') + 1).c_str());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const wasm::Features features = *wasm::parse_features("all");
  std::printf(
      "                          decode validate  by %-3u      peak  bound\n"
      "    MB   code   funcs     MB/s     MB/s     MB/s       MiB    MiB\n",
      validate::default_threads());
  bool is_complete = true;
  for (int i = 1; i < argc; ++i) is_complete &= measure(argv[i], features);
  return is_complete ? 0 : 1;
}
