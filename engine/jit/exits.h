// SPDX-License-Identifier: Apache-2.0
// The places where a function's machine code leaves for the interpreter: no code of their own but a call of the
// function's `leave`, all of the same size and in order, whose return address says which it is. What the registers
// hold there, and so what the frame still lacks, is a table. Internal to jit/.
#pragma once
#include <vector>

#include "engine/jit/registers.h"

namespace wasmscope::jit {

// Ask: whether to stop there, which has not been asked. Stop: the same, where a stop is patched into the code.
enum class Way : uint8_t { Redo, RedoWatched, Ask, Stop, Tick, Overflow };

// A register whose value the frame does not have.
struct Unstored {
  uint32_t slot = 0;
  Register reg = 0;
  Kind kind{};
  bool is_raw = false;
};

class Exits {
 public:
  // Exits are numbered from 0. The same place is one exit, where it is asked for again right after.
  uint32_t add(Way way, uint32_t pc, const RegisterState& state);
  uint32_t count() const { return static_cast<uint32_t>(exits_.size()); }

  static constexpr uint32_t kCallBytes = 5;
  void clear();
  // Of the first exit's call.
  void set_code(const uint8_t* begin, runtime::Func& func);

  // Every register that can hold a slot, as the stub pushes them.
  struct Saved {
    uint64_t general[16];
    struct alignas(16) Vector {
      uint8_t bytes[16];
    } vectors[16];
  };
  // Brings frame and Context up to date; the handler that goes on.
  static interp::Handler* leave(const Exits* exits, const uint8_t* return_address, const Saved* saved, uint64_t* frame,
                                void* context);

 private:
  struct Exit {
    uint32_t pc = 0;
    uint32_t first = 0;        // in unstored_
    uint8_t count = 0;         // at most all registers
    Way way{};
  };
  bool is_unstored(const Exit& exit, const RegisterState& state) const;
  // What the last exit was added with, as far as this says that it was not the same.
  RegisterSet last_dirty_ = 0, last_raw_ = 0;

  std::vector<Exit> exits_;
  std::vector<Unstored> unstored_;
  const uint8_t* begin_ = nullptr;
  runtime::Func* func_ = nullptr;
};

// What the tier keeps of a function.
struct NativeFunc : interp::CompiledFunc {
  Exits exits;
  uint8_t* writable = nullptr;   // the bytes of `machine_code`
};

}  // namespace wasmscope::jit
