// SPDX-License-Identifier: Apache-2.0
// Reads sequences of instructions, plain and folded, and appends them as binary to the draft's scratch. What is
// open is on a stack of its own, so that no depth of nesting is too deep. The operands of a folded instruction
// come before it in binary: its bytes wait until its parenthesis closes. Internal to text/.
// https://webassembly.github.io/spec/core/text/instructions.html#folded-instructions
#pragma once
#include "engine/text/immediate_parser.h"

namespace wasmscope::text {

class InstructionParser {
 public:
  InstructionParser(Cursor& cursor, Draft& draft, const wasm::Features& features, FunctionScope& scope)
      : cursor_(cursor), draft_(draft), scope_(scope), immediates_(cursor, draft, features, scope) {}

  // Whether instructions may carry branch hints: in bodies they do, in constant expressions not.
  enum class Hints : uint8_t { Refused, Allowed };
  // To the ")" that closes what the sequence is in, which is not read. The final `end` is added.
  Result<ByteRange> sequence(Hints hints);
  // Exactly one "(...)"; the final `end` is added.
  Result<ByteRange> folded();

  // Offsets in scratch.
  const std::vector<BranchHint>& hints() const { return found_hints_; }

 private:
  enum class Wait : uint8_t {
    Operands,
    Sequence,
    Condition,
    AfterThen,
    AfterElse,
    TryBody,
    AfterDo,
    AfterCatchAll,
    AfterDelegate
  };
  // Something between parentheses.
  struct Frame {
    Wait wait{};
    wasm::Op op{};
    uint32_t text = 0;
    size_t pending = 0;           // Operands, Condition: where its bytes begin in pending_
    size_t labels = 0;            // Sequence: how many there are inside of it
    bool closes_label = false;    // Sequence: its parenthesis is an `end`
    std::string_view label;       // Condition: not open before `then`
    std::optional<uint8_t> hint;
  };

  enum class Extent : uint8_t { ToParenthesis, OneFolded };
  Result<ByteRange> run(Extent extent, Hints hints);
  Result<void> open();
  Result<void> close();
  Result<void> plain();
  Result<void> folded_instruction(wasm::Op op, uint32_t text);
  Result<void> open_clause(Frame& frame);
  Result<void> plain_clause(wasm::Op op, uint32_t text);
  // Label, block type and catch clauses of an instruction that opens a block; the label is not opened yet.
  Result<std::string_view> block_header(wasm::Op op);
  Result<void> annotation();
  // Moves behind the keyword of `op` if it may stand here.
  Result<void> keyword(wasm::Op op);
  Result<void> check_label_again();
  void note(size_t offset, uint32_t text, std::optional<uint8_t> hint = {});
  void emit(wasm::Op op, uint32_t text);
  void move_to_pending(Frame& frame, size_t begin);
  void flush_pending(const Frame& frame);
  std::optional<uint8_t> take_hint() { return std::exchange(hint_, std::nullopt); }

  Cursor& cursor_;
  Draft& draft_;
  FunctionScope& scope_;
  ImmediateParser immediates_;
  std::vector<Frame> frames_;
  std::vector<uint8_t> pending_;
  std::optional<uint8_t> hint_;
  ByteRange hint_range_;
  std::vector<BranchHint> found_hints_;
};

// Op::Count_ when no instruction is called so.
wasm::Op op_from_keyword(std::string_view keyword);

}  // namespace wasmscope::text
