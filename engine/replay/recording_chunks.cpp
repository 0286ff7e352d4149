// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/recording_chunks.h"

#include <algorithm>
#include <string>

#include <xxhash.h>
#include <zstd.h>

#include "engine/base/leb128.h"
#include "engine/base/try.h"
#include "engine/wasm/limits.h"

namespace wasmscope::replay {
namespace {

// The zero makes it no text, the line ends show what a transfer as text did to it.
constexpr uint8_t kMagic[] = {0x00, 'w', 's', 'r', 'e', 'c', '\r', '\n'};
constexpr uint8_t kEndMagic[] = {'w', 's', 'r', 'e', 'c', 'e', 'n', 'd'};
constexpr size_t kPrefixBytes = 16, kChunkHeaderBytes = 24, kTrailerBytes = 16;
constexpr int kCompressionLevel = 3;
constexpr uint64_t kMaxHeaderBytes = uint64_t{1} << 28;
constexpr uint64_t kMaxStreamBytes[kStreams] = {kMaxHeaderBytes, wasm::kMaxModuleBytes, wasm::kMaxRecordedBytes,
                                                wasm::kMaxRecordedBytes, wasm::kMaxRecordedBytes};

void append(std::vector<uint8_t>& out, uint64_t number, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(number >> (8 * i)));
}
uint64_t load(Bytes bytes, uint64_t at, size_t count) {
  uint64_t number = 0;
  for (size_t i = 0; i < count; ++i) number |= uint64_t{bytes[at + i]} << (8 * i);
  return number;
}

uint64_t checksum(Bytes numbers, Bytes stored) {
  return XXH3_64bits_withSeed(stored.data(), stored.size(), XXH3_64bits(numbers.data(), numbers.size()));
}

std::unexpected<Error> damaged(ByteRange range, std::string detail) {
  return std::unexpected(error_at(ErrorCode::RecordingDamaged, range, std::move(detail)));
}

struct ChunkHeader {
  uint32_t kind = 0, stored_bytes = 0, content_bytes = 0, zero = 0;
  uint64_t checksum = 0;
};
ChunkHeader read_header(Bytes file, uint64_t at) {
  const auto number = [&](uint64_t from) { return static_cast<uint32_t>(load(file, at + from, 4)); };
  return {number(0), number(4), number(8), number(12), load(file, at + 16, 8)};
}

}  // namespace

// --- writing

Result<void> ChunkWriter::put(Bytes bytes) {
  offset_ += bytes.size();
  return sink_(bytes);
}

Result<void> ChunkWriter::begin() {
  std::vector<uint8_t> prefix(std::begin(kMagic), std::end(kMagic));
  append(prefix, kRecordingFormatVersion, 4);
  append(prefix, 0, 4);
  return put(prefix);
}

Result<void> ChunkWriter::add(ChunkKind kind, Bytes content) {
  for (size_t at = 0; at < content.size(); at += kMaxChunkBytes)
    TRY(add_one(kind, content.subspan(at, std::min(kMaxChunkBytes, content.size() - at))));
  return {};
}

Result<void> ChunkWriter::add_one(ChunkKind kind, Bytes content) {
  append_unsigned_leb(index_, static_cast<uint32_t>(kind));
  append_unsigned_leb(index_, offset_);
  std::vector<uint8_t> stored(ZSTD_compressBound(content.size()));
  const size_t size = ZSTD_compress(stored.data(), stored.size(), content.data(), content.size(), kCompressionLevel);
  CHECK(!ZSTD_isError(size));
  stored.resize(size);
  std::vector<uint8_t> header;
  append(header, static_cast<uint32_t>(kind), 4);
  append(header, stored.size(), 4);
  append(header, content.size(), 4);
  append(header, 0, 4);
  append(header, checksum(header, stored), 8);
  TRY(put(header));
  return put(stored);
}

Result<void> ChunkWriter::finish() {
  const uint64_t index_at = offset_;
  const std::vector<uint8_t> index = std::exchange(index_, {});
  TRY(add(ChunkKind::Index, index));
  std::vector<uint8_t> trailer;
  append(trailer, index_at, 8);
  trailer.insert(trailer.end(), std::begin(kEndMagic), std::end(kEndMagic));
  return put(trailer);
}

// --- reading

bool is_recording(Bytes file) {
  return file.size() >= std::size(kMagic) && std::ranges::equal(file.first(std::size(kMagic)), kMagic);
}

ByteRange Streams::place(ChunkKind kind, uint64_t offset) const {
  const std::vector<Part>& all = parts[static_cast<size_t>(kind)];
  const auto next = std::ranges::upper_bound(all, offset, {}, &Part::begin);
  return next == all.begin() ? ByteRange{} : std::prev(next)->chunk;
}

Result<Streams> read_chunks(Bytes file) {
  if (!is_recording(file)) return std::unexpected(error_at(ErrorCode::NotARecording, {0, std::min<uint64_t>(file.size(), 8)}));
  if (file.size() < kPrefixBytes) return damaged({0, file.size()}, "it ends in its first bytes");
  if (const uint64_t version = load(file, 8, 4); version != kRecordingFormatVersion) {
    return std::unexpected(error_at(ErrorCode::RecordingVersion, {8, 12},
                                    "format " + std::to_string(version) + ", this version reads " +
                                        std::to_string(kRecordingFormatVersion)));
  }
  if (load(file, 12, 4) != 0) return damaged({12, 16}, "zeros expected");
  Streams streams;
  std::vector<uint8_t> index, found_index;
  uint64_t at = kPrefixBytes, index_at = 0;
  while (true) {
    streams.whole_bytes = at;
    if (file.size() - at < kChunkHeaderBytes) break;
    const ChunkHeader header = read_header(file, at);
    // What was never written before the machine stopped reads as zeros.
    if (header.stored_bytes == 0 && std::ranges::all_of(file.subspan(at), [](uint8_t byte) { return byte == 0; })) break;
    const ByteRange range{at, at + kChunkHeaderBytes};
    if (header.kind > static_cast<uint32_t>(ChunkKind::Index) || header.zero != 0) return damaged(range, "no chunk begins here");
    if (header.content_bytes == 0 || header.content_bytes > kMaxChunkBytes || header.stored_bytes > ZSTD_compressBound(kMaxChunkBytes))
      return damaged(range, "a chunk of an impossible size");
    if (file.size() - range.end < header.stored_bytes) break;
    const Bytes stored = file.subspan(range.end, header.stored_bytes);
    const ByteRange whole{at, range.end + stored.size()};
    if (checksum(file.subspan(at, 16), stored) != header.checksum) return damaged(whole, "the checksum of a chunk is wrong");
    const bool is_index = header.kind == static_cast<uint32_t>(ChunkKind::Index);
    std::vector<uint8_t>& content = is_index ? found_index : streams.content[header.kind];
    const uint64_t before = content.size();
    if (before + header.content_bytes > (is_index ? kMaxHeaderBytes : kMaxStreamBytes[header.kind]))
      return damaged(whole, "there is more of this than a recording can hold");
    content.resize(before + header.content_bytes);
    const size_t size = ZSTD_decompress(content.data() + before, header.content_bytes, stored.data(), stored.size());
    if (ZSTD_isError(size) || size != header.content_bytes) return damaged(whole, "a chunk does not decompress");
    if (is_index) {
      if (index_at == 0) index_at = at;
    } else {
      if (index_at != 0) return damaged(whole, "a chunk after the index");
      streams.parts[header.kind].push_back({before, whole});
      append_unsigned_leb(index, header.kind);
      append_unsigned_leb(index, at);
    }
    at = whole.end;
    if (index_at == 0 || file.size() - at != kTrailerBytes) continue;
    const Bytes trailer = file.subspan(at);
    if (!std::ranges::equal(trailer.subspan(8), kEndMagic)) continue;
    const ByteRange place{index_at, file.size()};
    if (load(trailer, 0, 8) != index_at || found_index != index) return damaged(place, "the index does not fit the chunks");
    streams.is_complete = true;
    streams.whole_bytes = file.size();
    break;
  }
  return streams;
}

}  // namespace wasmscope::replay
