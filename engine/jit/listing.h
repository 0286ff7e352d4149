// SPDX-License-Identifier: Apache-2.0
// Makes the CodeMap of a function from what its compiler noted on the way. Internal to jit/.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/jit/code_map.h"
#include "engine/jit/registers.h"

namespace wasmscope::jit {

// What a compiler notes when its code is to be listed.
struct Trace {
  // Machine code from an offset on, up to the next piece's.
  struct Piece {
    static constexpr uint32_t kEntry = UINT32_MAX, kOutOfLine = UINT32_MAX - 1;
    uint32_t operation = 0;    // of the slot code, or one of these
    uint32_t offset = 0;
    RegisterState state;       // where the operation begins; labels: behind it
  };
  std::vector<Piece> pieces;
  std::vector<std::pair<uint32_t, uint32_t>> faults;   // offsets of accesses and of where they go on when they fault
};

// As people read it: "s5 = i32.add s1, 7".
std::string to_text(const lower::SlotOp& op, const lower::SlotCode& code);

// What is at an address of this process: "#7", "leave"; "" where nothing is known.
using AddressNames = std::function<std::string(uint64_t)>;
CodeMap map_code(const wasm::Module& module, wasm::FuncIndex func, const lower::SlotCode& code, const Trace& trace,
                 Bytes machine_code, const AddressNames& names);

}  // namespace wasmscope::jit
