// SPDX-License-Identifier: Apache-2.0
// What a collection starts from: globals, tables, element segments, and of every execution that the interpreter
// knows the locals and the described operands of all frames. The same in every flavour of a function's code, so
// collections free the same objects however the program is run. Internal to interp/.
#pragma once
#include <unordered_map>
#include <vector>

#include "engine/runtime/execution.h"

namespace wasmscope::interp {

// Where an execution stands: the one that runs has not been written back.
struct Standing {
  const runtime::Execution* execution = nullptr;
  const runtime::Func* func = nullptr;
  uint32_t pc = 0;
  uint32_t frame_base = 0;
  uint32_t depth = 0;
};

class Roots {
 public:
  explicit Roots(runtime::Store& store) : store_(store) {}

  // References that may be to objects.
  void begin();
  void add_execution(const runtime::Execution& execution);   // one that does not run
  void add_frames(const Standing& standing);
  const std::vector<uint64_t>& references() const { return references_; }

 private:
  struct Place {
    const runtime::Func* func;
    uint32_t pc;
    bool is_suspended;
    friend bool operator==(const Place&, const Place&) = default;
  };
  struct PlaceHash {
    size_t operator()(const Place& place) const {
      return std::hash<uint64_t>()(reinterpret_cast<uintptr_t>(place.func) ^ uint64_t{place.pc} << 20 ^
                                   uint64_t{place.is_suspended} << 60);
    }
  };
  void add(uint64_t reference) {
    if (runtime::is_object(reference)) references_.push_back(reference);
  }
  void add_frame(const uint64_t* slots, const Place& place);
  // Slots of a frame, counted from its base, that may hold references to objects.
  const std::vector<uint32_t>& slots_at(const Place& place);
  bool is_traced(const runtime::Instance& instance, wasm::ValType type) const;

  runtime::Store& store_;
  std::vector<uint64_t> references_;
  std::unordered_map<Place, std::vector<uint32_t>, PlaceHash> slots_;
};

}  // namespace wasmscope::interp
