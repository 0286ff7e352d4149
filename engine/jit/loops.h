// SPDX-License-Identifier: Apache-2.0
// The loops of a function's slot code, and which locals are worth a register in each. Internal to jit/.
#pragma once
#include <optional>
#include <vector>

#include "engine/jit/registers.h"

namespace wasmscope::jit {

struct LocalUse {
  uint32_t slot = 0;
  Kind kind{};
  uint64_t weight = 0;      // uses, those in loops inside counting more
  bool is_written = false;
  bool is_computed = true;  // by float arithmetic wherever it is written, of lanes of `raw_kind`
  std::optional<Kind> raw_kind;
};

struct Loop {
  size_t begin = 0, end = 0;           // operations: its label, its last back edge
  std::pmr::vector<LocalUse> uses;     // heaviest first
};

class Loops {
 public:
  Loops(const lower::SlotCode& code, Arena& arena);
  // Null when no back edge leads to the label.
  const Loop* at(uint32_t label) const;

 private:
  void count_uses(const lower::SlotCode& code, Loop& loop);

  std::pmr::vector<uint32_t> loop_of_label_;        // index in loops_, or kNone
  std::pmr::vector<Loop> loops_;
  std::pmr::vector<uint8_t> depth_;                 // by operation
  std::pmr::vector<uint8_t> local_kind_;            // by slot: 0 none, else 1 + Kind
  std::pmr::vector<uint32_t> use_of_slot_;          // while uses are counted: 1 + its index in them, 0 none
};

}  // namespace wasmscope::jit
