// SPDX-License-Identifier: Apache-2.0
// The code of calls. What differs from call to call is a few numbers: for calls of a known function of the same
// instance, which make up a good part of all code, the rest has been assembled beforehand. Internal to jit/.
#pragma once
#include <array>
#include <vector>

#include "engine/jit/machine.h"

namespace wasmscope::jit {

struct CallParts {
  uint32_t caller_address = 0;             // in the store
  uint32_t pc = 0, next_pc = 0;
  const interp::Cell* return_cell = nullptr;
  const runtime::Func* caller = nullptr;
  int32_t frame_bytes = 0;                 // from the caller's frame to the callee's
  const runtime::Func* callee = nullptr;
};

// Writes the control record and the return address, as the interpreter does, and moves on to the callee's frame.
// Leaves rax and parameters alone. Everything is in the frame.
void push_frame(Assembler& assembler, const CallParts& parts);
// The same, the call and what takes the frame back.
class CallTemplate {
 public:
  CallTemplate();
  void append_to(Assembler& assembler, const CallParts& parts) const;

 private:
  enum class Part : uint8_t { CallerAddress, Pcs, ReturnAddress, FrameBytes, Callee, FrameBytesBack, Count_ };
  struct Code {
    std::vector<uint8_t> bytes;
    std::array<uint32_t, static_cast<size_t>(Part::Count_)> ends{};   // of the parts
  };
  static Code assemble(int32_t frame_bytes);

  Code near_, far_;                        // frame_bytes as one byte, or four
};

}  // namespace wasmscope::jit
