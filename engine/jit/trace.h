// SPDX-License-Identifier: Apache-2.0
// What a compiler notes on the way when somebody wants to know which code is whose and what registers hold where: for
// listings, and for stops in code that was made without them. Internal to jit/.
#pragma once
#include <vector>

#include "engine/jit/registers.h"

namespace wasmscope::jit {

struct Trace {
  // Machine code from an offset on, up to the next piece's.
  struct Piece {
    static constexpr uint32_t kEntry = UINT32_MAX, kOutOfLine = UINT32_MAX - 1;
    uint32_t operation = 0;        // of the slot code, or one of these
    uint32_t offset = 0;
    RegisterState state;           // where the operation begins
    bool is_reachable = false;     // from the operation before; labels can be when it is not
    bool begins_loop = false;      // its code jumps back to its beginning
  };
  std::vector<Piece> pieces;       // by offset; the last one is what is out of line
  struct Group {                   // operations that are carried out together, when the first of them is
    size_t begin = 0, end = 0;
  };
  std::vector<Group> groups;
  std::vector<std::pair<uint32_t, uint32_t>> faults;   // offsets of accesses and of where they go on when they fault
};

}  // namespace wasmscope::jit
