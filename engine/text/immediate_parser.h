// SPDX-License-Identifier: Apache-2.0
// Reads an instruction's immediates from a text and appends them as binary to the draft's scratch, by the
// immediate column of opcodes.def. Knows the function that it is in: its locals and the labels that are open.
// Internal to text/.
// https://webassembly.github.io/spec/core/text/instructions.html
#pragma once
#include "engine/text/type_parser.h"
#include "engine/wasm/opcode.h"

namespace wasmscope::text {

// What a label belongs to, which says what may end it.
enum class LabelKind : uint8_t { Function, Block, If, Else, Try, Catch, CatchAll };

// Plain: ended by the word `end`. Folded: by a parenthesis.
enum class BlockForm : uint8_t { Plain, Folded };

struct Label {
  std::string_view id;              // empty for none
  uint32_t shadowed = wasm::kNoIndex;   // the place of the outer label of the same id
  LabelKind kind = LabelKind::Block;
  BlockForm form = BlockForm::Plain;
};

// Identifiers of one function. Labels are found in constant time however deep they nest.
class FunctionScope {
 public:
  FunctionScope() { labels_.push_back({{}, wasm::kNoIndex, LabelKind::Function, BlockForm::Folded}); }

  IdTable locals;
  std::vector<std::pair<uint32_t, std::string_view>> local_names, label_names;

  void push_label(std::string_view id, LabelKind kind, BlockForm form);
  void pop_label();
  Label& innermost() { return labels_.back(); }
  size_t label_count() const { return labels_.size(); }
  // How many labels are inside of it.
  std::optional<uint32_t> find_label(std::string_view id) const;

 private:
  std::vector<Label> labels_;
  IdTable innermost_;               // of each id, its place in labels_
  uint32_t blocks_ = 0;
};

class ImmediateParser {
 public:
  ImmediateParser(Cursor& cursor, Draft& draft, const wasm::Features& features, FunctionScope& scope)
      : cursor_(cursor), draft_(draft), types_(cursor, draft, features), scope_(scope) {}

  // `op` may become the row of the same keyword that the immediates call for; its opcode is written too.
  Result<void> instruction(wasm::Op op);
  // Of a block, `(type)`, `(param)` and `(result)`.
  Result<void> block_type();
  Result<void> catch_clauses();
  Result<uint32_t> label();

 private:
  Result<void> immediates(wasm::Op op);
  void u32(uint64_t value);
  void byte(uint8_t value) { draft_.scratch.push_back(value); }
  Result<void> index_of(Space space);
  Result<void> optional_index_of(Space space);
  // Two indices, or none for 0 and 0.
  Result<void> index_pair(Space space);
  // `x? y`: an index of `container` that may be left out, then one of `segment`, which is written first.
  Result<void> segment_and(Space segment, Space container);
  Result<void> type_then(Space space);
  Result<void> type_field();
  Result<void> local();
  Result<void> label_index();
  Result<void> label_table();
  Result<void> memarg(wasm::Op op, bool has_lane);
  Result<uint32_t> alignment(uint32_t natural);
  Result<void> integer(int bits);
  Result<void> floating(int bits);
  Result<void> vector();
  Result<uint8_t> lane();
  Result<void> shuffle();
  Result<void> handlers();
  template <class T>
  void fixed(T value);

  Cursor& cursor_;
  Draft& draft_;
  TypeParser types_;
  FunctionScope& scope_;
};

}  // namespace wasmscope::text
