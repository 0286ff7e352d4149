// SPDX-License-Identifier: Apache-2.0
// Stops set in machine code that stays as it is: the first byte of an instruction becomes `int3`, whose signal goes on at
// an exit of the patch's own. What was there comes back when the stops go. Internal to jit/.
#pragma once
#include <functional>
#include <memory>
#include <span>

#include "engine/jit/exits.h"
#include "engine/jit/stop_map.h"

namespace wasmscope::jit {

class StopPatches {
 public:
  // Code in place.
  struct Place {
    const uint8_t* code = nullptr;
    uint8_t* writable = nullptr;   // the same bytes
  };
  // `add` puts code into executable memory, `remove` takes it out again; both live as long as this does.
  using AddCode = std::function<void*(asmjit::CodeHolder&)>;
  using RemoveCode = std::function<void(void*)>;
  StopPatches(GuardedCode& guarded, const Place& place, runtime::Func& func, std::span<const StopPoint> points, const void* leave_by_exit,
              const AddCode& add, RemoveCode remove);
  StopPatches(const StopPatches&) = delete;
  StopPatches& operator=(const StopPatches&) = delete;
  ~StopPatches();

 private:
  struct Replaced {
    uint32_t offset = 0;
    uint8_t byte = 0;
  };
  GuardedCode& guarded_;
  const Place place_;
  const RemoveCode remove_;
  Exits exits_;
  void* way_out_ = nullptr;
  std::vector<Replaced> replaced_;
};

}  // namespace wasmscope::jit
