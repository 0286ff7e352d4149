// SPDX-License-Identifier: Apache-2.0
// Where the operands of an instruction come from, read off the code alone: which instruction made each, what that one
// was given, which of them set a local, and by which branches execution can have come. What it says holds on every
// path to the instruction; where paths differ, it says that a block made the value, or nothing.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "engine/binary/instruction_reader.h"
#include "engine/wasm/module.h"

namespace wasmscope::debug {

// How many operands an instruction takes that opens no block. What throws, branches for certain or returns does not matter.
size_t popped_count(const wasm::Module& module, const binary::Instruction& in);

using ValueId = uint32_t;
inline constexpr ValueId kUnknownValue = 0;

struct ValueSource {
  enum class Kind : uint8_t { Unknown, Instruction, Block } kind = Kind::Unknown;
  binary::Instruction instruction;         // that made it; of a block: that opens it
  // What it took, at most three, bottom first. Of a local.get: what the local was set to, if that is certain.
  std::array<ValueId, 3> operands{};
  uint8_t operand_count = 0;
};

// Why execution came to an instruction: a condition before it, on every path.
struct Approach {
  enum class Kind : uint8_t {
    Start,         // nothing between the function's start and the instruction decides
    NotBranched,   // a conditional branch was not taken
    Branched,      // the only branch to a block's end was taken
    SomeBranch,    // one of several branches to it, or none
    Then, Else,    // an arm of an if
    Caught,        // a handler
  } kind = Kind::Start;
  binary::Instruction instruction;         // the branch, the if; SomeBranch, Caught: what opens the block
  ValueId condition = kUnknownValue;
  std::vector<uint32_t> branches;          // SomeBranch: their pcs
  std::optional<binary::Instruction> call; // the last one before the instruction and after the condition
  std::vector<ValueId> arguments;          // of a direct call
};

class Provenance {
 public:
  // Of a validated function, at an instruction that has instants.
  Provenance(const wasm::Module& module, wasm::FuncIndex func, uint32_t pc);

  const std::vector<ValueId>& operands() const { return operands_; }   // bottom first
  const ValueSource& source(ValueId value) const { return sources_[value]; }
  const Approach& approach() const { return approach_; }
  // The instructions of the function that set the local; ascending.
  std::span<const uint32_t> set_pcs(wasm::LocalIndex local) const;
  // A local still has the value that was read at `pc`.
  bool is_unchanged_since(wasm::LocalIndex local, uint32_t pc) const;
  // Where the value of a local.get was put into the local.
  std::optional<uint32_t> set_pc(ValueId get) const;

 private:
  class Walk;

  std::vector<ValueSource> sources_{1};
  std::vector<ValueId> operands_;
  Approach approach_;
  std::map<wasm::LocalIndex, std::vector<uint32_t>> set_pcs_;          // of the whole function, ascending
  std::map<ValueId, uint32_t> set_of_get_;
  std::vector<ByteRange> loops_;           // around the instruction
  uint32_t pc_ = 0;
};

}  // namespace wasmscope::debug
