// SPDX-License-Identifier: Apache-2.0
// Machine code of a function for people: each operation of its slot code with the instructions made of it.
#pragma once
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/lower/slot_code.h"

namespace wasmscope::jit {

// Machine code from an offset on, up to the next piece's.
struct Piece {
  static constexpr uint32_t kEntry = UINT32_MAX, kOutOfLine = UINT32_MAX - 1;
  uint32_t operation = 0;    // of the slot code, or one of these
  uint32_t offset = 0;
};

struct ListedPiece {
  uint32_t pc = 0;                         // 0: no instruction's own
  std::string operation;                   // "i32.add s5 = s1, 7"
  std::vector<std::string> instructions;   // "0x1c  add eax, 7"
};

std::string to_text(const lower::SlotOp& op);
std::vector<ListedPiece> list(const lower::SlotCode& code, const std::vector<Piece>& pieces, Bytes machine_code);

}  // namespace wasmscope::jit
