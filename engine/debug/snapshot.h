// SPDX-License-Identifier: Apache-2.0
// What everybody but the engine thread sees of a program: an immutable picture published at every stop and,
// while running, at most 30 times a second. Held by shared_ptr, read from any thread without locks.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/debug/byte_pattern.h"
#include "engine/debug/tiers.h"
#include "engine/lower/slot_code.h"
#include "engine/runtime/lane_shape.h"
#include "engine/runtime/outcome.h"
#include "engine/runtime/value.h"
#include "engine/symbols/names.h"
#include "engine/wasm/module.h"

namespace wasmscope::debug {

struct TierComparison;   // engine/debug/tier_comparison.h
struct CodePicture;      // engine/debug/code_picture.h

// Everything that is known about an opened file; complete once loading finished. Immutable.
struct LoadedModule {
  std::string path;                 // as given
  std::shared_ptr<const wasm::Module> module;   // also set when broken, as far as it could be decoded
  std::shared_ptr<const symbols::Names> names;
  std::optional<Error> error;       // decode or validation error: shows, does not run
  std::string error_report;         // with a hex window
  wasm::Features features;
};

enum class State : uint8_t {
  Empty,        // no module
  Loading,
  Loaded,       // no program started, or it cannot start
  Paused,
  Running,
  Ended,        // returned, exited or trapped; a trapped program's last state stays readable
};

enum class StopReason : uint8_t {
  None, Entry, Step, Breakpoint, PauseRequest, Trap, MissingImport, Returned, Exited, Seek,
};

// What a reference refers to; nothing for other values.
struct Referent {
  std::string text;                 // "$node 0x44010", "parse_number #9", "null"
  bool is_object = false;           // the command `object` shows it
};

struct VariableValue {
  std::string name;                 // "$p" or "" (then shown by index)
  runtime::Value value;
  Referent referent{};
};

enum class OperandOrigin : uint8_t { Computed, Local, Const };
struct OperandValue {
  runtime::Value value;
  OperandOrigin origin = OperandOrigin::Computed;
  uint32_t local = 0;               // Local: which one
  Referent referent{};
};
struct LabelValue {
  wasm::Op kind{};
  uint32_t pc = 0;
  uint32_t height = 0;
  std::string name;
};

struct Frame {
  uint32_t id = 0;                  // stable until the program resumes: the depth
  uint32_t depth = 0;               // 0 is the first frame
  wasm::FuncIndex func = 0;
  std::string func_name;            // display form, escaped
  uint32_t pc = 0;                  // current instruction; suspended frames: the call
  uint32_t return_pc = 0;           // suspended frames: where it resumes
  // Only for the innermost kDetailedFrames and the selected one; else empty with has_values = false.
  bool has_values = false;
  std::vector<VariableValue> locals;
  std::vector<OperandValue> operands;   // bottom first
  std::vector<LabelValue> labels;       // outermost first
};
inline constexpr uint32_t kDetailedFrames = 32;
inline constexpr uint32_t kShownFrames = 512;     // innermost ones listed; `depth` says how many there are

struct GlobalValue {
  std::string name;
  wasm::GlobalType type;
  runtime::Value value;
  Referent referent{};
};

inline constexpr uint64_t kMemoryBlock = 4096;
using MemoryBlock = std::vector<uint8_t>;         // kMemoryBlock bytes, fewer at the end
struct MemoryPicture {
  uint64_t size = 0;                // bytes
  wasm::MemoryType type;
  // By block number; only what somebody asked for with Session::want_memory.
  std::map<uint64_t, std::shared_ptr<const MemoryBlock>> blocks;
  // Bytes that are there and in the picture, from `address`; shorter than asked where they are not.
  std::vector<uint8_t> read(uint64_t address, size_t count) const;
  std::optional<uint8_t> byte(uint64_t address) const;
};

// Bytes that somebody changed at this instant or before it.
struct EditedBytes {
  uint32_t memory = 0;
  ByteRange range;
};

// Where a pattern occurs in a memory. It holds for the contents it was made from: whatever changes them ends it.
struct MemorySearch {
  uint32_t memory = 0;
  BytePattern pattern;
  std::vector<uint64_t> hits;       // ascending, at most kMostHits
  bool is_running = false;
  bool has_more = false;            // stopped before the end: too many hits, or interrupted
  double fraction = 0;
};
inline constexpr size_t kMostHits = 10'000;

struct TableElement {
  bool is_null = true;
  wasm::FuncIndex func = wasm::kNoIndex;   // funcref to a function of this module
  uint64_t object = 0;                     // reference to an object
  std::string text;                        // "parse_number #9", "null", "host 3", "$node 0x44010"
};
struct TablePicture {
  uint64_t size = 0;
  wasm::TableType type;
  uint64_t first = 0;                      // of `elements`
  std::vector<TableElement> elements;      // at most kTableElements from `first`
};
inline constexpr uint64_t kTableElements = 4096;

// A value that the trapping instruction took.
struct TrapOperand {
  std::string name;                 // "base address", "divisor"
  std::string value;                // "0x1ff02", "-7", "null"
  std::string origin;               // "local $p", "i32.load offset=8 at +0x2c"; "" when nothing is certain
  std::optional<uint32_t> pc;       // of the instruction that made it, in the same function
};
// A range that it would have touched.
struct TrapAccess {
  uint32_t memory = 0;
  uint64_t base = 0, offset = 0;
  uint64_t begin = 0, bytes = 0;    // begin = base + offset
  uint64_t memory_bytes = 0;
  uint64_t bytes_past_end = 0;
};
// Calls that repeat until there is no room for another.
struct CallCycle {
  std::vector<std::string> functions;   // outermost first
  uint64_t rounds = 0;
};
struct TrapCause {
  wasm::FuncIndex func = 0;
  uint32_t pc = 0;
};
// The value that is to blame, as places whose last write would say more.
struct TrapSuspect {
  std::optional<uint32_t> pc;       // of the instruction that made it
  std::optional<uint32_t> local;    // of the innermost frame, that it is the value of
  struct Bytes {
    uint32_t memory = 0;
    uint64_t begin = 0, count = 0;
  };
  std::optional<Bytes> bytes;       // it was loaded from
  std::string expression;           // the local or the bytes, for the command `who`; "" when there is neither
};
// Who wrote the value that is to blame last, once somebody has asked.
struct LastWrite {
  std::string text;                 // "t=12:1:0x84  #9 parse_array +0x54 @0x84  local.tee $p: 4 -> 8"
  runtime::Instant instant;
};

// A trap in words, ready for the terminal and for the window's card, and as data.
struct TrapExplanation {
  wasm::TrapCode code{};
  std::string title;                // "out of bounds memory access"
  std::string where;                // "i32.load at 0xa41c in parse_number (#9)"
  std::vector<std::string> lines;   // the sum with real values, what to look at
  std::vector<std::string> origin;  // how the value to blame came about, step by step
  std::vector<TrapOperand> operands;   // in the order of the stack
  std::optional<TrapAccess> access;
  std::optional<CallCycle> cycle;
  // Of a call or a cast: what was expected, what was there.
  std::string expected, found;
  // The condition or branch that led there.
  std::optional<TrapCause> cause;
  TrapSuspect suspect;
  std::optional<LastWrite> last_write;

  // Everything below `where` that is told in words.
  std::vector<std::string> all_lines() const;
};

enum class StopKind : uint8_t {
  Code,          // an instruction
  Exit,          // whatever makes a function return
  Instruction,   // every instruction of some kinds
  Import,        // calls of an import
  Throw,         // thrown exceptions
  Watch,         // reads or writes of a place
};
enum class WatchMode : uint8_t { Change, Write, Read, Access };

struct Breakpoint {
  uint32_t id = 0;
  StopKind kind = StopKind::Code;
  WatchMode mode = WatchMode::Change;
  std::string requested;            // as typed: "parse_number", "#9+0x1c", "@0xa41c", "op:memory.grow", "i32[$p]"
  bool enabled = true;
  bool resolved = false;
  wasm::FuncIndex func = 0;
  uint32_t pc = 0;
  uint64_t hits = 0;
  uint64_t ignore = 0;              // hits that do not stop
  std::string condition;            // "" for none
  std::string log;                  // a message that is logged instead of stopping; "" for none
  bool is_temporary = false;        // goes when it has stopped the program
  std::string value;                // Watch: what is there
  std::string note;                 // why the place differs from the request, or why it is not resolved
};

// What is kept of the program's past, for a strip over it. Points on it are a few thousand at most.
struct TimePicture {
  bool records = false;
  bool is_past = false;             // the program stands before the last instant that was reached
  bool has_ended = false;           // at `frontier`
  bool has_forgotten = false;       // `begin` is not the program's beginning
  runtime::Instant begin, frontier;
  struct Depth {
    uint64_t tick = 0;
    uint32_t depth = 0;
    wasm::FuncIndex func = 0;
  };
  std::vector<Depth> depths;        // sampled, ascending
  struct Mark {
    enum class Kind : uint8_t { Host, Edit } kind{};
    uint64_t tick = 0;
    std::string text;               // "wasi_snapshot_preview1.fd_write", "m0:0x10: 00 -> 01"
  };
  std::vector<Mark> marks;          // sampled where there are many, ascending
  uint64_t events = 0, bytes = 0, checkpoints = 0;
};

// An expression somebody wants to see the value of, in the selected frame.
struct WatchedExpression {
  std::string text;                 // the value, or why there is none
  bool is_error = false;
};

struct Snapshot {
  uint64_t generation = 0;          // ascends with every publication
  uint64_t stop_count = 0;          // ascends with every stop: baseline of "changed since the last stop"
  std::shared_ptr<const LoadedModule> loaded;   // null in State::Empty
  State state = State::Empty;
  StopReason reason = StopReason::None;
  std::string message;              // one line for people: "stopped at breakpoint 2", "exited with code 0"
  std::string load_progress;        // Loading: "validating 31 402 / 50 120 functions"
  double load_fraction = 0;
  runtime::Instant instant;
  uint32_t depth = 0;               // frames below the current one
  std::vector<Frame> frames;        // innermost first, at most kShownFrames
  uint32_t selected_frame = 0;      // index in `frames`
  // Nothing has run: memories, tables and globals are those of the module just instantiated.
  bool is_before_start = false;
  std::vector<GlobalValue> globals;
  std::vector<MemoryPicture> memories;
  std::vector<TablePicture> tables;
  std::vector<EditedBytes> edits;
  bool has_edits = false;           // of anything: there is something to undo
  std::shared_ptr<const MemorySearch> search;   // null: none, or none that still holds
  std::vector<Breakpoint> breakpoints;
  std::optional<TrapExplanation> trap;
  std::vector<runtime::Value> results;   // Returned
  std::optional<int> exit_code;
  std::shared_ptr<const TimePicture> time;   // null: no program
  std::map<std::string, WatchedExpression> expressions;   // those asked for with Session::want_expressions
  TierPicture tiers;
  std::shared_ptr<const CodePicture> code;   // of the function asked for with Session::want_code; null: none
  std::string invoked;              // what runs: "_start", "fac(20)"
  std::shared_ptr<const TierComparison> comparison;   // of this program; null: not compared
};

}  // namespace wasmscope::debug
