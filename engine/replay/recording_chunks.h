// SPDX-License-Identifier: Apache-2.0
// The container of a recording: a row of compressed chunks, each with its lengths and a checksum, that is only ever
// appended to. A file that ends too early is good up to its last whole chunk. Numbers are little endian.
//
//   file   | magic 8 | format version u32 | zero u32 | chunk ... | index chunk | trailer |
//   chunk  | kind u32 | stored bytes u32 | content bytes u32 | zero u32 | checksum u64 | stored bytes (zstd) |
//   index  | for each chunk before it: kind, offset in the file (LEB128) |
//   trailer| offset of the index chunk u64 | end magic 8 |
//
// The checksum is XXH3 of the four numbers before it and of what is stored. The contents of all chunks of one kind,
// one after the other, are one stream; what the streams say is in engine/replay/recording.h.
#pragma once
#include <array>
#include <functional>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/wasm/error.h"

namespace wasmscope::replay {

inline constexpr uint32_t kRecordingFormatVersion = 1;
inline constexpr size_t kMaxChunkBytes = size_t{1} << 20;   // of content

enum class ChunkKind : uint32_t { Header, Module, Events, Edits, Marks, Index };
inline constexpr size_t kStreams = 5;   // all but the index

// Makes the file's bytes, piece by piece.
class ChunkWriter {
 public:
  using Sink = std::function<Result<void>(Bytes)>;
  explicit ChunkWriter(Sink sink) : sink_(std::move(sink)) {}

  Result<void> begin();
  Result<void> add(ChunkKind kind, Bytes content);   // any size: several chunks
  Result<void> finish();
  uint64_t written_bytes() const { return offset_; }

 private:
  Result<void> put(Bytes bytes);
  Result<void> add_one(ChunkKind kind, Bytes content);

  Sink sink_;
  uint64_t offset_ = 0;
  std::vector<uint8_t> index_;
};

struct Streams {
  struct Part {
    uint64_t begin = 0;          // in the stream
    ByteRange chunk;             // in the file
  };
  std::array<std::vector<uint8_t>, kStreams> content;
  std::array<std::vector<Part>, kStreams> parts;
  bool is_complete = false;      // with its index
  uint64_t whole_bytes = 0;      // of the file, up to the end of the last whole chunk

  const std::vector<uint8_t>& of(ChunkKind kind) const { return content[static_cast<size_t>(kind)]; }
  // Where in the file a byte of a stream comes from.
  ByteRange place(ChunkKind kind, uint64_t offset) const;
};
Result<Streams> read_chunks(Bytes file);

// Whether it begins as recordings do.
bool is_recording(Bytes file);

}  // namespace wasmscope::replay
