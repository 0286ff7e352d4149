// SPDX-License-Identifier: Apache-2.0
// Recordings of real runs with any byte of any stream changed, checksums right: opened, gone through, never a crash.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/host/wasi.h"
#include "engine/replay/recording.h"
#include "engine/validate/validate.h"
#include "tests/fuzz/targets.h"
#include "tests/support/fake_environment.h"

namespace wasmscope::fuzz {
namespace {

namespace fs = std::filesystem;
using replay::ChunkKind;
using replay::Timeline;

// The streams of a recording as pieces that join_recording() takes.
std::vector<uint8_t> to_pieces(const replay::Streams& streams) {
  std::vector<uint8_t> pieces;
  for (size_t kind = 0; kind < replay::kStreams; ++kind) {
    const std::vector<uint8_t>& content = streams.content[kind];
    for (size_t at = 0; at < content.size(); at += 0xFFFF) {
      const size_t size = std::min<size_t>(0xFFFF, content.size() - at);
      pieces.insert(pieces.end(), {static_cast<uint8_t>(kind), static_cast<uint8_t>(size), static_cast<uint8_t>(size >> 8)});
      pieces.insert(pieces.end(), content.begin() + static_cast<std::ptrdiff_t>(at), content.begin() + static_cast<std::ptrdiff_t>(at + size));
    }
  }
  return pieces;
}

std::vector<uint8_t> record(const std::string& file, const std::string& function) {
  auto bytes = std::make_shared<const std::vector<uint8_t>>(*read_file(file));
  wasm::Module decoded = *binary::decode(*bytes, wasm::Features());
  decoded.owned = bytes;
  const auto module = std::make_shared<const wasm::Module>(std::move(decoded));
  EXPECT_TRUE(validate::validate(*module, wasm::Features()));
  const auto world = std::make_shared<test::FakeEnvironment>();
  world->input = "the rose is red";
  const auto timeline = *Timeline::create(module, host::wasi_imports({{"program"}, {}}, world), {{module->find_export(function)->index, {}}},
                                          {.checkpoint_ticks = 50});
  timeline->start();
  timeline->run({.tick_limit = 60});
  if (!timeline->end()) {
    const uint8_t text[] = "edited";
    if (!timeline->instance().memories.empty()) timeline->edit(0, 16, text);
    const uint64_t number = 5;
    const auto locals = lower::local_places(*module, timeline->execution().func->index);
    if (!locals.empty()) {
      timeline->edit(replay::Edit::What::Slot, 0, timeline->execution().frame_base + locals[0].slot,
                     {reinterpret_cast<const uint8_t*>(&number), 8});
    }
    if (!timeline->instance().globals.empty())
      timeline->edit(replay::Edit::What::Global, 0, 0, {reinterpret_cast<const uint8_t*>(&number), 8});
  }
  if (!timeline->end()) timeline->run({.tick_limit = 3000});
  const std::string path = (fs::temp_directory_path() / ("wasmscope-fuzz-" + std::to_string(::getpid()) + ".wsrec")).string();
  EXPECT_TRUE(replay::save_recording(*timeline, path, {.module_name = "a.wasm", .invoked = function, .features = {}}));
  std::vector<uint8_t> content = *read_file(path);
  fs::remove(path);
  return content;
}

struct Subject {
  std::string file, function;
};
class RecordingFuzz : public ::testing::TestWithParam<Subject> {};

TEST_P(RecordingFuzz, AcceptsMutations) {
  const std::vector<uint8_t> file = record(GetParam().file, GetParam().function);
  fuzz_recording(file);
  const replay::Streams whole = *replay::read_chunks(file);
  tally() = {};
  const char* const seed = std::getenv("WASMSCOPE_RANDOM_SEED");
  std::mt19937 random(seed != nullptr ? static_cast<uint32_t>(std::strtoul(seed, nullptr, 10)) : 5);
  for (int i = 0; i < 400; ++i) {
    replay::Streams streams = whole;
    for (uint32_t changes = 1 + random() % 3; changes > 0; --changes) {
      constexpr ChunkKind kKinds[] = {ChunkKind::Header, ChunkKind::Events, ChunkKind::Edits, ChunkKind::Marks};
      std::vector<uint8_t>& content = streams.content[static_cast<size_t>(kKinds[random() % 4])];
      if (content.empty()) continue;
      const size_t at = random() % content.size();
      switch (random() % 5) {
        case 0: content[at] ^= static_cast<uint8_t>(1 << random() % 8); break;
        case 1: content[at] = static_cast<uint8_t>(random()); break;
        case 2: content.erase(content.begin() + static_cast<std::ptrdiff_t>(at)); break;
        case 3: content.insert(content.begin() + static_cast<std::ptrdiff_t>(at), static_cast<uint8_t>(random())); break;
        default: content[at] = static_cast<uint8_t>(content[at] + 1); break;
      }
    }
    fuzz_recording(to_pieces(streams));
  }
  // Bytes of the file itself: the checksums notice.
  for (int i = 0; i < 200; ++i) {
    std::vector<uint8_t> changed = file;
    changed[random() % changed.size()] = static_cast<uint8_t>(random());
    fuzz_recording(changed);
  }
  const Tally& reached = tally();
  EXPECT_GT(reached.executed, 30u);
  std::printf("%llu inputs, %llu read, %llu opened, %llu gone through\n", static_cast<unsigned long long>(reached.inputs),
              static_cast<unsigned long long>(reached.decoded), static_cast<unsigned long long>(reached.validated),
              static_cast<unsigned long long>(reached.executed));
}

INSTANTIATE_TEST_SUITE_P(Programs, RecordingFuzz,
                         ::testing::Values(Subject{"assets/samples/wordcount/wordcount.wasm", "_start"},
                                           Subject{"tests/fixtures/clock/clock.wasm", "_start"},
                                           Subject{"tests/fixtures/hello/hello.wasm", "_start"},
                                           Subject{"assets/samples/tables/tables.wasm", "wrong_type"}),
                         [](const auto& subject) {
                           const std::string& file = subject.param.file;
                           const size_t begin = file.rfind('/') + 1;
                           return file.substr(begin, file.rfind('.') - begin);
                         });

TEST(RecordingFuzz, AcceptsItsCorpus) {
  size_t count = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator("tests/fuzz/corpus/recording")) {
    fuzz_recording(*read_file(entry.path().string()));
    ++count;
  }
  EXPECT_GT(count, 0u);
}

}  // namespace
}  // namespace wasmscope::fuzz
