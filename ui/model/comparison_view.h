// SPDX-License-Identifier: Apache-2.0
// What is known about the two tiers, in words: for the status line, and a difference as lines of two columns.
#pragma once
#include <string>
#include <vector>

#include "engine/debug/tier_comparison.h"

namespace wasmscope::ui {

enum class ComparisonTone : uint8_t { Unknown, Busy, Same, Different };
struct ComparisonState {
  ComparisonTone tone{};
  std::string text;              // "not compared", "= same state up to t=12", "≠ at t=12:1:0x84"
};
// Null: not compared.
ComparisonState comparison_state(const debug::TierComparison* comparison);

// "jit", "auto, 3 functions compiled", "interpreter".
std::string tier_text(const debug::TierPicture& tiers);
// "compiled", "compiled with stops", "interpreted", "not called yet".
std::string func_tier_text(const debug::TierPicture& tiers, wasm::FuncIndex func);

struct DifferenceCard {
  std::string title;             // "The tiers differ after i32.rotl at 0xa41c in parse_number"
  std::string sentence;          // "$x: interpreter 0x80000001, compiled 0x00000001"
};
DifferenceCard difference_card(const debug::TierDifference& difference);

struct ComparedRow {
  enum class Kind : uint8_t { Heading, Value, Code } kind{};
  std::string name;              // of a value; headings: all there is
  std::string interpreted, compiled;   // Code: an instruction, and what it became
  bool is_marked = false;        // Value: not the same; Code: the instruction in question
  bool is_compiled_marked = false;   // Code: the same of `compiled`
};
// Values, frames, memory and code, side by side.
std::vector<ComparedRow> compared_rows(const debug::TierDifference& difference);

}  // namespace wasmscope::ui
