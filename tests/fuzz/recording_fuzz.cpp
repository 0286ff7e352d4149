// SPDX-License-Identifier: Apache-2.0
// Recordings: as they stand, and made of pieces with the checksums put right. One that opens is gone through.
#include <atomic>

#include "engine/base/try.h"
#include "engine/binary/decoder.h"
#include "engine/replay/recording.h"
#include "engine/validate/validate.h"
#include "tests/fuzz/targets.h"

namespace wasmscope::fuzz {
namespace {

constexpr uint64_t kMostMemoryBytes = uint64_t{1} << 24, kMostTicks = 4000;

// Whole tables and memories are read by every hash.
bool is_small(const wasm::Module& module) {
  uint64_t bytes = 0;
  for (const wasm::Memory& memory : module.memories) bytes += memory.type.limits.min << memory.type.page_size_log2;
  for (const wasm::Table& table : module.tables) bytes += table.type.limits.min * 8;
  return bytes <= kMostMemoryBytes;
}

void go_through(replay::Timeline& timeline, std::span<const replay::Timeline::Mark> marks) {
  std::atomic<bool> flag = true;
  const replay::Interruption at_once{&flag, [](double) { return false; }};
  timeline.start();
  if (timeline.end()) return;
  while (!timeline.end() && timeline.instant().tick < kMostTicks) {
    const runtime::Instant before = timeline.instant();
    timeline.run({.tick_limit = before.tick + 500});
    if (timeline.instant() == before) break;
  }
  timeline.state_hash();
  const runtime::Instant last = timeline.instant();
  const bool has_ended = timeline.end().has_value();
  timeline.seek({last.tick / 2 + 1, {}}, at_once);
  const uint64_t hash = timeline.state_hash();
  const runtime::Instant middle = timeline.instant();
  timeline.step_back();
  if (!timeline.end() && timeline.instant() != middle && timeline.seek(replay::seek_target(middle)).end == replay::SeekEnd::Reached)
    expect(timeline.state_hash() == hash, "the same state at the same instant");
  if (!has_ended || last.tick < kMostTicks) replay::find_difference(timeline, marks, at_once);
}

int open(Bytes file) {
  auto recording = replay::read_recording(file);
  if (!recording) return kOfNoUse;
  ++tally().decoded;
  const auto bytes = std::make_shared<const std::vector<uint8_t>>(std::move(recording->module));
  auto decoded = binary::decode(*bytes, recording->features);
  if (!decoded || !is_small(*decoded)) return kOfNoUse;
  decoded->owned = bytes;
  const auto module = std::make_shared<const wasm::Module>(*std::move(decoded));
  if (!validate::validate(*module, recording->features)) return kOfNoUse;
  const auto timeline = replay::open_recording(*recording, module, {}, {.budget_bytes = uint64_t{1} << 24});
  if (!timeline) return kOfUse;
  ++tally().validated;
  go_through(**timeline, recording->marks);
  ++tally().executed;
  return kOfUse;
}

}  // namespace

// Pieces: kind, size in two bytes, content.
std::vector<uint8_t> join_recording(Bytes pieces) {
  std::vector<uint8_t> file;
  replay::ChunkWriter writer([&](Bytes bytes) -> Result<void> {
    file.insert(file.end(), bytes.begin(), bytes.end());
    return {};
  });
  CHECK(writer.begin());
  while (pieces.size() > 3) {
    const size_t size = std::min<size_t>(pieces[1] | pieces[2] << 8, pieces.size() - 3);
    CHECK(writer.add(static_cast<replay::ChunkKind>(pieces[0] % replay::kStreams), pieces.subspan(3, size)));
    pieces = pieces.subspan(3 + size);
  }
  CHECK(writer.finish());
  return file;
}

int fuzz_recording(Bytes bytes) {
  ++tally().inputs;
  if (replay::is_recording(bytes)) return open(bytes);
  return open(join_recording(bytes));
}

}  // namespace wasmscope::fuzz
