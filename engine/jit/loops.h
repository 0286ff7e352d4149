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
  Kind raw_kind{};          // once written
};

struct Loop {
  uint32_t label = 0;
  size_t begin = 0, end = 0;           // operations: its label, its last back edge
  std::pmr::vector<LocalUse> uses;     // heaviest first
  uint64_t calls = 0;                  // weighed like uses
};

class Loops {
 public:
  Loops(const lower::SlotCode& code, Arena& arena);

  // All labels and back edges, in their order, by their operations.
  void note_label(uint32_t label, size_t index) { places_[label].begin = index; }
  void note_back_edge(uint32_t label, size_t index);
  // Then what the loops use.
  void count_uses();

  // Null when no back edge leads to the label.
  const Loop* at(uint32_t label) const { return places_[label].loop == kNone ? nullptr : &loops_[places_[label].loop]; }
  const std::pmr::vector<Loop>& all() const { return loops_; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Place {                                    // of a label
    size_t begin = 0;
    uint32_t loop = kNone;                          // index in loops_
  };

  void count_uses(Loop& loop);
  LocalUse* use_of(Loop& loop, uint64_t slot);   // null: the slot is no local
  LocalUse* add_use(Loop& loop, uint64_t slot);
  void read(Loop& loop, uint64_t slot);
  // `computed`: what float arithmetic makes the value.
  void write(Loop& loop, uint64_t slot, std::optional<Kind> computed);
  static void note_write(LocalUse& use, std::optional<Kind> computed);
  void add(Loop& loop, const Loop& inside);

  const lower::SlotCode& code_;
  std::pmr::vector<Place> places_;
  std::pmr::vector<Loop> loops_;
  std::pmr::vector<uint8_t> local_kind_;            // by slot: 0 none, else 1 + Kind
  std::pmr::vector<uint32_t> use_of_slot_;          // while uses are counted: 1 + its index in them, 0 none
};

}  // namespace wasmscope::jit
