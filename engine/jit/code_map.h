// SPDX-License-Identifier: Apache-2.0
// One function three times: its WebAssembly, its slot code and the machine code made of that, and which part of one
// belongs to which of the others; with the places where locals and operands are on the way. Plain data for people.
//
//   rows (by pc) ---> operations ---> instructions in line
//                         ^---------- instructions out of line
//
// Places hold where an operation begins. Inside one there are none: it is done as a whole or not at all.
#pragma once
#include <string>
#include <vector>

#include "engine/lower/slot_code.h"

namespace wasmscope::jit {

struct CodeMap {
  static constexpr uint32_t kNone = UINT32_MAX;

  // An instruction of the function.
  struct Row {
    uint32_t pc = 0;
    bool is_reachable = false;
    // The operation that carries it out; the first one where there are several. Where that has another pc the
    // instruction is folded into it. kNone: nothing has to be done for it.
    uint32_t operation = kNone;
  };
  struct Operation {
    uint32_t pc = 0;               // the first instruction it carries out; 0: none
    std::string text;              // "s5 = i32.add s1, 7"
    bool is_interpreted = false;   // has no machine code of its own: calls the runtime
    uint32_t first = 0, end = 0;   // instructions in line
  };
  struct Instruction {
    uint32_t offset = 0;
    std::string text;              // "add eax, 7"
    uint32_t operation = kNone;    // kNone: of all that leave
    bool is_out_of_line = false;
    bool has_stop = false;         // patched over it
  };
  struct Register {
    std::string name;
    uint32_t slot = 0;
  };
  struct Point {
    std::vector<Register> registers;               // what they hold; all other slots are in the frame
    std::vector<lower::OperandPlace> operands;     // bottom first, the topmost kShownOperands
    size_t operand_count = 0;
  };
  static constexpr size_t kShownOperands = 16;

  wasm::FuncIndex func = 0;
  std::vector<Row> rows;
  std::vector<Operation> operations;     // [0]: the entry of the function
  std::vector<Instruction> instructions; // in line first
  std::vector<Point> points;             // by operation
  std::vector<lower::LocalPlace> locals;
  uint32_t machine_bytes = 0;

  const Row* row_at(uint32_t pc) const;
  bool is_folded(const Row& row) const { return row.operation != kNone && operations[row.operation].pc != row.pc; }
};

// Where a local or operand is when an operation begins.
struct ValuePlace {
  bool is_local = false;                 // else an operand, counted from the bottom
  size_t index = 0;
  wasm::ValType type;
  std::string text;                      // "esi", "slot 7", "local 2 in esi", "0x2c"
};
// Locals first.
std::vector<ValuePlace> places_at(const CodeMap& map, uint32_t operation);

}  // namespace wasmscope::jit
