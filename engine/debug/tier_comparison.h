// SPDX-License-Identifier: Apache-2.0
// Whether compiled code does what the interpreter does: what is known about it, as data for every face. The program
// runs on both tiers over the same answers of the host, the two states are compared at ticks that depend on the program
// alone, and a difference is traced to the first instant at which they differ. Immutable, held by shared_ptr.
// How the answer is found: engine/debug/tier_contest.h.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/debug/snapshot.h"
#include "engine/runtime/outcome.h"

namespace wasmscope::debug {

// A value that is not the same on both tiers.
struct DifferingValue {
  enum class Place : uint8_t { Local, Operand, Global, TableElement, Result, Other } place{};
  uint32_t index = 0;                    // of the local, operand (from the bottom), global, table or result
  uint64_t element = 0;                  // TableElement
  uint32_t depth = 0;                    // Local, Operand: of the frame
  std::string name;                      // "$i", "operand 0", "global 1", "t0[3]", "size of memory 0"
  std::string interpreted, compiled;     // "-7", "4.5", "null"; "" where one of them has none
  bool is_nan_only = false;              // both are NaNs of the float's type, with other bits
};

// A run of bytes in a memory, or in the region of objects, at least one in eight of which differs.
struct DifferingBytes {
  enum class Where : uint8_t { Memory, Objects } where{};
  uint32_t memory = 0;
  uint64_t begin = 0;
  std::vector<uint8_t> interpreted, compiled;   // as many
};

// Where one of the tiers stands.
struct TierState {
  runtime::Instant at;
  std::string where;                     // "t=12:3:0x1c4  #9 parse_number +0x1c @0xa41c  i32.load offset=252"
  std::string end;                       // "returned 7", "trapped: integer divide by zero"; "" when it stands there
  std::vector<Frame> frames;             // innermost first, at most kStateFrames; none after a return or exit
};
inline constexpr size_t kStateFrames = 8;

// A line of a listing: an instruction of WebAssembly, or what an operation became.
struct ComparedLine {
  uint32_t pc = 0;                       // 0: no instruction's own
  std::string text;
  bool is_here = false;                  // of the instruction in question
};

struct TierDifference {
  enum class Kind : uint8_t {
    State,         // the same place, other values
    ControlFlow,   // compiled code goes elsewhere
    End,           // one of them ends where the other one does not, or otherwise
    NanBits,       // bits of NaNs only: as wrong as any other, unless they may differ
  } kind{};
  // The states are equal at `last_same`, and not after the instruction there. When it is not exact, the difference comes
  // about between `last_same` and `interpreted.at`, but not when compiled code is made to stop in between.
  runtime::Instant last_same;
  bool is_exact = true;
  wasm::FuncIndex func = 0;              // of last_same
  uint32_t pc = 0;
  std::string func_name, instruction;    // "parse_number", "i32.rotl"
  TierState before;                      // at last_same, on both tiers
  TierState interpreted, compiled;       // at the first instant after it
  std::vector<DifferingValue> values;    // at most kMostDiffering, and so many ranges
  std::vector<DifferingBytes> bytes;
  bool has_more = false;                 // than are listed
  std::vector<std::string> functions;    // not exact: those that ran in between, in order
  std::vector<ComparedLine> wasm;        // around the instruction
  std::vector<ComparedLine> machine;     // the code made of it, and of what is around it
};
inline constexpr size_t kMostDiffering = 64;

struct TierComparison {
  enum class Verdict : uint8_t {
    NotCompared,
    Running,       // equal up to `same_up_to`, as far as it has come
    Same,          // equal up to `same_up_to`, which is the end of the program or of its recording
    Stopped,       // by somebody, before the end; equal up to `same_up_to`
    Different,
    Failed,        // could not be compared: `message` says why
  } verdict = Verdict::NotCompared;
  runtime::Instant same_up_to;
  uint64_t comparisons = 0;              // of whole states
  uint64_t host_calls = 0;
  uint64_t functions_compiled = 0;
  double fraction = 0;                   // Running: how much of a recording is done; 0 when the end is not known
  std::string end;                       // how the program ended, on both tiers; "" when it did not
  std::string message;                   // one line for people
  std::optional<TierDifference> difference;   // Different
  // Where bits of NaNs may differ: how often that was seen where states are compared, and the first time. Behind each both went on alike.
  bool has_other_nans = false;
  uint64_t nan_differences = 0;
  std::optional<TierDifference> nan_difference;
};

// Several lines: what was compared, or the whole report of a difference.
std::string to_report(const TierComparison& comparison);

}  // namespace wasmscope::debug
