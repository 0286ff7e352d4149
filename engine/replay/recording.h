// SPDX-License-Identifier: Apache-2.0
// A program's past as a file: enough to go through it again on another machine, with the same states. The container is
// in engine/replay/recording_chunks.h. Its streams hold LEB128 numbers; a text is its size and its bytes:
//
//   Header  semantics version | module: bytes, 16 bytes of XXH3-128, name | features on: count, flags
//           | limits: count, (name, value) | NaN rule | what was run, for people
//           | host functions: count, (module, name) | calls: count, (function, arguments: count, (low, high))
//   Module  its bytes; may be left out
//   Events  as the event log keeps them (engine/replay/event_log.cpp); functions by number in the header's list
//   Edits   tick, depth, pc, what, index, begin, size, bytes before, bytes after
//   Marks   tick, depth, pc | events before: bytes, number, tick of the last | edits before
//           | 0, or 1 and the state hash (8 bytes) | 0, or how the program ended there:
//           1 returned; 2 trapped: name of the trap, text; 3 exited: code
//
// What is said after the last mark does not count: that is how a file that ends too early stays consistent. The last
// mark is the frontier. Events and edits of a mark stand before it in the file. Only what began with the first
// instruction can be written: a past whose beginning was forgotten has none.
// Reading trusts nothing: what fits no module is an error with its place, before anything runs.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "engine/base/os/file_replacement.h"
#include "engine/replay/recording_chunks.h"
#include "engine/replay/timeline.h"
#include "engine/wasm/features.h"

namespace wasmscope::replay {

// Of what instructions do, when host calls, ticks and instants happen, and what the state hash covers.
inline constexpr uint64_t kSemanticsVersion = 1;
// What arithmetic makes of NaNs.
inline constexpr std::string_view kNanRule = "canonical";

struct ModuleHash {
  uint64_t low = 0, high = 0;
  friend bool operator==(const ModuleHash&, const ModuleHash&) = default;
};
ModuleHash hash_module(Bytes bytes);

struct HostName {
  std::string module, name;
};

// As read; nothing of it has been compared to a module.
struct Recording {
  uint64_t module_bytes = 0;
  ModuleHash module_hash;
  std::string module_name;           // of its file
  wasm::Features features;
  std::string invoked;               // "_start", "fac(20)"
  std::vector<HostName> host_funcs;
  std::vector<Call> calls;           // arguments as bits: their types are the module's
  std::vector<uint8_t> module;       // empty: not inside
  std::vector<Edit> edits;           // up to the last mark
  std::vector<Timeline::Mark> marks; // at least one
  bool is_complete = false;          // else it was cut off
  uint64_t whole_bytes = 0;          // of the file, as far as it is good
  Streams streams;

  const Timeline::Mark& last() const { return marks.back(); }
};
Result<Recording> read_recording(Bytes file);

// The program of a recording, before start(). `module` has that hash and is valid with the recording's features. Host
// functions that `live` has are asked after a reopen().
Result<std::unique_ptr<Timeline>> open_recording(const Recording& recording, std::shared_ptr<const wasm::Module> module,
                                                 const runtime::Imports& live, Timeline::Options options);

// The first mark whose state is not what it was when it was recorded. Stands at the last one that was looked at.
std::optional<runtime::Instant> find_difference(Timeline& timeline, std::span<const Timeline::Mark> marks,
                                                const Interruption& interruption = {});

// --- recording_writer.cpp

enum class ModuleIn : uint8_t { Inside, Outside };
struct RecordingOptions {
  std::string module_name;
  std::string invoked;
  wasm::Features features;
  ModuleIn module = ModuleIn::Inside;
};

// Writes a recording as the program runs. Until finish() the file is the one beside it, which is good up to the last
// mark even when the process is killed.
class RecordingWriter {
 public:
  static Result<RecordingWriter> begin(const std::string& path, const Timeline& timeline, const RecordingOptions& options);
  // What happened up to the mark and was not written yet; the marks ascend.
  Result<void> add(const Timeline& timeline, const Timeline::Mark& mark);
  Result<void> finish();
  uint64_t written_bytes() const { return chunks_.written_bytes(); }

 private:
  explicit RecordingWriter(std::unique_ptr<FileReplacement> file);

  std::unique_ptr<FileReplacement> file_;
  ChunkWriter chunks_;
  EventLog::Position events_;
  uint64_t edits_ = 0;
};

// Everything up to the frontier. Stands where it stood afterwards. The answer is the size of the file.
Result<uint64_t> save_recording(Timeline& timeline, const std::string& path, const RecordingOptions& options);

}  // namespace wasmscope::replay
