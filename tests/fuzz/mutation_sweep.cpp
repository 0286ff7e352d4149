// SPDX-License-Identifier: Apache-2.0
// Mutations of real modules through everything that `inspect` and `validate` do, in one process:
//
//   mutation_sweep COUNT SEED FILE...
//
// Small files get more of the COUNT than large ones, each about the same time. Fails when an input takes more than
// two seconds or more than 4 times its size and 32 MiB; a crash ends the program. The digest at the end covers
// every verdict and the place of every error: two builds that agree print the same.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "app/cli/inspect.h"
#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/validate/validate.h"
#include "tests/fuzz/allocation_meter.h"
#include "tests/fuzz/mutator.h"
#include "tests/support/random_program.h"

namespace wasmscope::fuzz {
namespace {

using Clock = std::chrono::steady_clock;
using test::RandomNumbers;

constexpr double kMostSeconds = 2;
constexpr size_t kBaseBytes = 32 << 20, kBytesPerFileByte = 4;
// Above this the whole file is not taken apart for every change; bytes of it are.
constexpr size_t kMostWellKnownBytes = 1 << 17;

struct Verdicts {
  uint64_t inputs = 0, malformed = 0, invalid = 0, valid = 0;
  uint64_t digest = 0;
  double slowest_seconds = 0;
  size_t most_bytes = 0;    // beyond what the size of the file explains
  bool is_good = true;

  void add(uint64_t number) { digest = (digest ^ number) * 0x9E3779B97F4A7C15 + (digest >> 29); }
  void add(const Error& error) {
    add(static_cast<uint64_t>(error.code) + 1);
    add(error.range.begin);
    add(error.range.end);
    add(error.func);
  }
};

std::vector<uint8_t> change_bytes(Bytes original, RandomNumbers& random) {
  std::vector<uint8_t> bytes(original.begin(), original.end());
  for (uint64_t changes = 1 + random.below(3); changes > 0 && !bytes.empty(); --changes) {
    const size_t at =
        random.chance(30) ? random.below(std::min<size_t>(bytes.size(), 4096)) : random.below(bytes.size());
    const auto place = bytes.begin() + static_cast<ptrdiff_t>(at);
    const auto count = static_cast<ptrdiff_t>(std::min<size_t>(1 + random.below(16), bytes.size() - at));
    switch (random.below(7)) {
      case 0: *place ^= static_cast<uint8_t>(1u << random.below(8)); break;
      case 1: *place = static_cast<uint8_t>(random.next()); break;
      case 2: bytes.insert(place, static_cast<uint8_t>(random.next())); break;
      case 3: bytes.erase(place, place + count); break;
      case 4: std::fill_n(place, count, static_cast<uint8_t>(0xFF)); break;
      case 5: bytes.resize(at); break;
      default:
        std::copy_n(bytes.begin() + static_cast<ptrdiff_t>(random.below(bytes.size() - static_cast<size_t>(count) + 1)),
                    count, place);
    }
  }
  return bytes;
}

// Everything that the verb could print, to a standard output that goes nowhere.
void inspect(Bytes bytes, binary::DecodeOutcome outcome, app::InspectPart part) {
  const auto module = std::make_shared<const wasm::Module>(std::move(outcome.module));
  const symbols::Names names(module);
  for (const app::OutputForm form : {app::OutputForm::Text, app::OutputForm::Json}) {
    app::InspectOptions options;
    options.part = part;
    app::Inspection inspection{options, bytes, module, names, outcome.error};
    if (part == app::InspectPart::Section) {
      if (module->sections.empty()) return;
      inspection.section_ordinal = bytes.size() % module->sections.size();
      inspection.section = &module->sections[inspection.section_ordinal];
    }
    app::Output output;
    if (form == app::OutputForm::Json)
      app::write_json(inspection, output);
    else if (!outcome.error || !module->sections.empty())
      app::write_text(inspection, output);
  }
  if (outcome.error) static_cast<void>(to_report(*outcome.error, bytes, module.get()));
}

void look_at(Bytes bytes, app::InspectPart part, Verdicts& verdicts) {
  const wasm::Features features = *wasm::parse_features("all");
  ++verdicts.inputs;
  binary::DecodeOutcome outcome = binary::decode_partial(bytes, features);
  if (outcome.error) {
    ++verdicts.malformed;
    verdicts.add(*outcome.error);
  } else if (const auto valid = validate::validate(outcome.module, features)) {
    ++verdicts.valid;
    verdicts.add(0);
  } else {
    ++verdicts.invalid;
    verdicts.add(valid.error());
    static_cast<void>(to_report(valid.error(), bytes, &outcome.module));
  }
  inspect(bytes, std::move(outcome), part);
}

void check(const std::string& path, uint64_t seed, Bytes original, Verdicts& verdicts) {
  RandomNumbers random(seed);
  const bool is_well_known = original.size() <= kMostWellKnownBytes && random.chance(70);
  const auto bytes = is_well_known ? mutate(original, original.size() + 4096, seed) : change_bytes(original, random);
  const auto part = static_cast<app::InspectPart>(seed % (static_cast<uint64_t>(app::InspectPart::Section) + 1));
  const test::AllocationMeter meter;
  const auto begin = Clock::now();
  look_at(bytes, part, verdicts);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  verdicts.slowest_seconds = std::max(verdicts.slowest_seconds, seconds);
  const size_t explained = kBytesPerFileByte * bytes.size(), peak = meter.peak_bytes();
  verdicts.most_bytes = std::max(verdicts.most_bytes, peak > explained ? peak - explained : 0);
  if (seconds <= kMostSeconds && peak <= explained + kBaseBytes) return;
  verdicts.is_good = false;
  std::fprintf(stderr, "%s, seed %llu: %.2f s, %zu bytes for %zu\n", path.c_str(),
               static_cast<unsigned long long>(seed), seconds, peak, bytes.size());
}

int sweep(uint64_t count, uint64_t first_seed, const std::vector<std::string>& paths) {
  constexpr double kFewBytes = 20'000;
  std::vector<std::vector<uint8_t>> originals;
  std::vector<double> shares;
  double all_shares = 0;
  for (const std::string& path : paths) {
    auto file = read_file(path);
    if (!file) {
      std::fprintf(stderr, "%s: %s\n", path.c_str(), file.error().text.c_str());
      return 2;
    }
    originals.push_back(*std::move(file));
    shares.push_back(1 / std::max(kFewBytes, static_cast<double>(originals.back().size())));
    all_shares += shares.back();
  }
  Verdicts verdicts;
  for (size_t i = 0; i < paths.size(); ++i) {
    const auto own = static_cast<uint64_t>(static_cast<double>(count) * shares[i] / all_shares) + 1;
    for (uint64_t k = 0; k < own; ++k) check(paths[i], first_seed + k, originals[i], verdicts);
  }
  std::fprintf(stderr,
               "%llu mutations of %zu modules: %llu malformed, %llu invalid, %llu valid; slowest %.3f s, most memory "
               "4 x file + %.1f MiB, digest %016llx\n",
               static_cast<unsigned long long>(verdicts.inputs), paths.size(),
               static_cast<unsigned long long>(verdicts.malformed), static_cast<unsigned long long>(verdicts.invalid),
               static_cast<unsigned long long>(verdicts.valid), verdicts.slowest_seconds,
               static_cast<double>(verdicts.most_bytes) / (1 << 20), static_cast<unsigned long long>(verdicts.digest));
  return verdicts.is_good ? 0 : 1;
}

}  // namespace
}  // namespace wasmscope::fuzz

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: mutation_sweep COUNT SEED FILE...\n");
    return 2;
  }
  if (std::freopen("/dev/null", "w", stdout) == nullptr) return 2;
  return wasmscope::fuzz::sweep(std::strtoull(argv[1], nullptr, 10), std::strtoull(argv[2], nullptr, 10),
                                {argv + 3, argv + argc});
}
