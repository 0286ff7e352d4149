// SPDX-License-Identifier: Apache-2.0
// Reads the instructions of an expression one by one, without allocating. Immediates of variable length
// (branch tables, select types, catch clauses) stay in the file and are walked with small readers.
// https://webassembly.github.io/spec/core/binary/instructions.html
#pragma once
#include <array>
#include <cstring>
#include <optional>

#include "engine/wasm/error.h"
#include "engine/wasm/module.h"
#include "engine/wasm/opcode.h"

namespace wasmscope::binary {

struct BlockType {
  enum class Form : uint8_t { Empty, Value, Type } form = Form::Empty;
  wasm::ValType value;          // Value
  wasm::TypeIndex type = 0;     // Type
};

struct MemArg {
  uint32_t align = 0;           // exponent
  wasm::MemoryIndex memory = 0;
  uint64_t offset = 0;
};

struct Instruction {
  wasm::Op op{};
  uint32_t pc = 0;              // file offset of its first byte
  uint32_t length = 0;          // bytes
  uint32_t next_pc() const { return pc + length; }
  ByteRange range() const { return {pc, uint64_t{pc} + length}; }

  // Set according to info(op).imm; the others are unspecified.
  BlockType block;              // BlockType, TryTable
  uint32_t index = 0;           // the first index immediate: label, func, type, local, global, table, memory, ...
  uint32_t index2 = 0;          // the second: CallIndirect {type, table}; MemoryMemory {to, from};
                                // TableTable {to, from}; DataMemory {data, memory}; ElemTable {elem, table}
  MemArg memarg;                // MemArg, MemArgLane
  uint8_t lane = 0;             // Lane, MemArgLane
  uint64_t bits = 0;            // I32 (zero-extended), I64, F32, F64
  const uint8_t* bytes = nullptr;   // V128, Shuffle: 16 bytes in the file
  wasm::ValType type;           // HeapType: the reference type; CastFlags: target
  wasm::ValType type2;          // CastFlags: source
  uint32_t count = 0;           // LabelTable: labels without the default; Types: types; TryTable: catches;
                                // TypeLen: length
  ByteRange list;               // LabelTable: labels and default; Types; TryTable: catch clauses; Resume: count and
                                // handlers
};

// Nearly all instructions are one byte followed by at most two immediates of one byte each. They are read
// without a branch on what the immediate means: every field that it could be is written.
struct ShortForm {
  uint32_t long_bits = 0;       // of the first four bytes: any of them unlike `plain` means the long way
  uint32_t plain = 0;
  wasm::Op op{};
  uint8_t length = 0;
  uint8_t bits_shift = 0;       // 32 for i32.const, whose bits are zero-extended
};
extern const std::array<ShortForm, 256> kShortForms;

class InstructionReader {
 public:
  // `code`: the range of an expression in `file`, including its final `end`.
  InstructionReader(Bytes file, ByteRange code) : file_(file), at_(code.begin), end_(code.end) {}

  // False at the end of the range. Errors are of kind Malformed and say where.
  Result<bool> next(Instruction& instruction) {
    if (!next_short(instruction)) return next_long(instruction);
    return true;
  }
  // The same of code that has validated, in which there is nothing wrong.
  bool next_valid(Instruction& instruction) { return next_short(instruction) || next_valid_long(instruction); }
  uint64_t offset() const { return at_; }
  void skip_to(uint64_t offset) { at_ = offset; }   // the beginning of an instruction, or the end

 private:
  bool next_short(Instruction& instruction) {
    uint32_t word;
    if (at_ + sizeof word > file_.size()) return false;
    std::memcpy(&word, file_.data() + at_, sizeof word);
    const ShortForm& form = kShortForms[word & 0xFF];
    if (((word ^ form.plain) & form.long_bits) != 0 || at_ + form.length > end_) return false;
    const uint32_t first = word >> 8 & 0xFF;
    const int64_t number = static_cast<int64_t>(uint64_t{first} << 57) >> 57;   // as a signed LEB128 of one byte
    instruction.op = form.op;
    instruction.pc = static_cast<uint32_t>(at_);
    instruction.length = form.length;
    instruction.block.form = BlockType::Form::Empty;
    instruction.index = first;
    instruction.bits = static_cast<uint64_t>(number) << form.bits_shift >> form.bits_shift;
    instruction.memarg = {first, 0, word >> 16 & 0xFF};
    at_ += form.length;
    return true;
  }
  Result<bool> next_long(Instruction& instruction);
  bool next_valid_long(Instruction& instruction);

  Bytes file_;
  uint64_t at_;
  uint64_t end_;
};

// Labels of a br_table, the default last. Only on instructions that decoded.
class LabelReader {
 public:
  LabelReader(Bytes file, const Instruction& instruction)
      : file_(file), at_(instruction.list.begin), left_(instruction.count + 1) {}
  std::optional<uint32_t> next();

 private:
  Bytes file_;
  uint64_t at_;
  uint32_t left_;
};

// Types of a typed select.
class TypeReader {
 public:
  TypeReader(Bytes file, const Instruction& instruction)
      : file_(file), at_(instruction.list.begin), left_(instruction.count) {}
  std::optional<wasm::ValType> next();

 private:
  Bytes file_;
  uint64_t at_;
  uint32_t left_;
};

// Catch clauses of a try_table.
struct CatchClause {
  enum class Kind : uint8_t { Catch = 0, CatchRef = 1, CatchAll = 2, CatchAllRef = 3 } kind{};
  wasm::TagIndex tag = 0;
  uint32_t label = 0;
};
class CatchReader {
 public:
  CatchReader(Bytes file, const Instruction& instruction)
      : file_(file), at_(instruction.list.begin), left_(instruction.count) {}
  std::optional<CatchClause> next();

 private:
  Bytes file_;
  uint64_t at_;
  uint32_t left_;
};

}  // namespace wasmscope::binary
