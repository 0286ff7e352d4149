// SPDX-License-Identifier: Apache-2.0
// States of a program at instants of its past, to go back to. A checkpoint holds only what differs from the one before
// it: every region is a row of pages of Region::kPageBytes, and each page has a list of versions in the order of
// time, so the content of a page at a checkpoint is its last version at or before it. Pages are shared, thinning out
// checkpoints loses nothing of the others.
//
// Between checkpoints memories note what was written (Region's marks); the other regions are compared. Checkpoints
// are at the first instant of a tick, at most one a tick; the first is before the first instruction of the program.
// `current` is the checkpoint the program's state was last equal to: the marks say what was written since.
// Engine thread only.
#pragma once
#include <array>
#include <memory>
#include <vector>

#include "engine/interp/interpreter.h"
#include "engine/replay/event_log.h"

namespace wasmscope::replay {

// What a checkpoint knows besides the regions.
struct Milestone {
  runtime::Instant at;
  double seconds = 0;            // running time up to here, as first measured
  EventLog::Position events;
  size_t edits = 0;              // that have happened
  size_t call = 0;
  bool is_dense = false;         // made while going back, for those who go on going back
};

class Checkpoints {
 public:
  // Nothing may be added to the store afterwards.
  Checkpoints(runtime::Store& store, runtime::Execution& execution);

  // The state as it is now, where execution stands at the first instant of a tick, or before everything.
  void take(const Milestone& milestone);
  // Back, or on, to a checkpoint's state.
  const Milestone& restore(size_t index);
  // The program has run to a checkpoint's instant: its state is what the checkpoint holds.
  void arrive(size_t index);
  // What lies above the current frame on the value stack holds nothing; it reads as zero from now on.
  void clear_unused();

  size_t count() const { return list_.size(); }
  const Milestone& milestone(size_t index) const { return list_[index].milestone; }
  size_t current() const { return current_; }
  // The last one at or before an instant.
  size_t at_or_before(const runtime::Instant& instant) const;
  size_t before(const runtime::Instant& instant) const;

  // Whether bytes of a memory may have been written between the checkpoint before `index` and it.
  bool may_have_written(size_t index, uint32_t memory, uint64_t begin, uint64_t end) const;
  // The same since the current checkpoint.
  bool may_have_written_since(uint32_t memory, uint64_t begin, uint64_t end) const;

  void forget_after(const runtime::Instant& instant);
  // The checkpoint becomes the first one.
  void forget_before(size_t index);
  // Forgets checkpoints, neither the first nor the current one, until the rest takes no more than this.
  void thin(uint64_t most_bytes, size_t most_checkpoints);
  void forget_dense();
  uint64_t bytes() const { return bytes_; }

 private:
  static constexpr uint64_t kPageBytes = runtime::Region::kPageBytes;
  using Page = std::array<uint8_t, kPageBytes>;
  struct Version {
    uint64_t tick = 0;
    std::shared_ptr<const Page> page;     // null: zeros
  };
  // One region and what is kept of it.
  struct Part {
    runtime::Region* region = nullptr;
    std::vector<std::vector<Version>> pages;
  };
  // Of one region at one checkpoint.
  struct Delta {
    uint64_t size = 0, used = 0;          // bytes; what lies beyond `used` is not kept
    std::vector<uint32_t> changed;        // pages that have a version here, ascending
    std::vector<uint32_t> written;        // pages that may have been written since the checkpoint before, ascending
  };
  struct Checkpoint {
    Milestone milestone;
    runtime::Status status{};
    bool at_entry = false;
    uint32_t func = 0, first = 0, pc = 0, frame_base = 0, depth = 0;
    uint64_t tick = 0, exception = 0;
    runtime::WaitQueue waits;
    std::vector<Delta> deltas;            // by part
  };

  uint64_t used_bytes(size_t part) const;
  std::vector<uint32_t> written_pages(const Part& part, uint64_t used) const;
  std::shared_ptr<const Page> make_page(const uint8_t* from, uint64_t count);
  const Page* content(const Part& part, uint32_t page, uint64_t tick) const;
  void set_version(Part& part, uint32_t page, uint64_t tick, std::shared_ptr<const Page> content);
  void drop(std::shared_ptr<const Page>& page);
  void remove(size_t index);

  runtime::Store& store_;
  runtime::Execution& execution_;
  std::vector<Part> parts_;               // memories, tables, globals, flags, heap, values, controls
  std::vector<Checkpoint> list_;          // ascending in time
  size_t current_ = 0;
  uint64_t bytes_ = 0;                    // of pages
};

}  // namespace wasmscope::replay
