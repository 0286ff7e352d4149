// SPDX-License-Identifier: Apache-2.0
#include "engine/text/instruction_parser.h"

#include <unordered_map>
#include <utility>

#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/binary/instruction_writer.h"

namespace wasmscope::text {
namespace {

using wasm::Op;

bool opens_block(Op op) {
  const wasm::Imm imm = wasm::info(op).imm;
  return imm == wasm::Imm::BlockType || imm == wasm::Imm::TryTable;
}

// Of a block that is under way: only plain ones have these as words.
bool is_clause(Op op) {
  return op == Op::End || op == Op::Else || op == Op::Catch || op == Op::CatchAll || op == Op::Delegate;
}

LabelKind label_kind(Op op) { return op == Op::If ? LabelKind::If : op == Op::Try ? LabelKind::Try : LabelKind::Block; }

}  // namespace

Op op_from_keyword(std::string_view keyword) {
  static const auto ops = [] {
    std::unordered_map<std::string_view, Op> by_text;
    by_text.reserve(2 * size_t{wasm::kOpCount});
    // The first row of a keyword stays.
    for (uint16_t i = 0; i < wasm::kOpCount; ++i)
      by_text.emplace(wasm::info(static_cast<Op>(i)).text, static_cast<Op>(i));
    return by_text;
  }();
  const auto found = ops.find(keyword);
  return found == ops.end() ? Op::Count_ : found->second;
}

Result<ByteRange> InstructionParser::sequence(Hints hints) { return run(Extent::ToParenthesis, hints); }
Result<ByteRange> InstructionParser::folded() { return run(Extent::OneFolded, Hints::Refused); }

void InstructionParser::note(size_t offset, uint32_t text, std::optional<uint8_t> hint) {
  draft_.instructions.push_back({static_cast<uint32_t>(offset), text});
  if (hint) found_hints_.push_back({static_cast<uint32_t>(offset), *hint});
}

void InstructionParser::emit(Op op, uint32_t text) {
  note(draft_.scratch.size(), text);
  binary::append_opcode(draft_.scratch, op);
}

void InstructionParser::move_to_pending(Frame& frame, size_t begin) {
  const auto from = draft_.scratch.begin() + static_cast<ptrdiff_t>(begin);
  frame.pending = pending_.size();
  pending_.insert(pending_.end(), from, draft_.scratch.end());
  draft_.scratch.erase(from, draft_.scratch.end());
}

void InstructionParser::flush_pending(const Frame& frame) {
  note(draft_.scratch.size(), frame.text, frame.hint);
  const auto from = pending_.begin() + static_cast<ptrdiff_t>(frame.pending);
  draft_.scratch.insert(draft_.scratch.end(), from, pending_.end());
  pending_.erase(from, pending_.end());
}

Result<ByteRange> InstructionParser::run(Extent extent, Hints hints) {
  const size_t begin = draft_.scratch.size();
  while (true) {
    switch (cursor_.peek().kind) {
      case LexemeKind::Annotation:
        if (hints == Hints::Refused) return std::unexpected(cursor_.unexpected());
        TRY(annotation());
        continue;
      case LexemeKind::Keyword:
        if (extent == Extent::OneFolded && frames_.empty()) return std::unexpected(cursor_.unexpected("`(`"));
        TRY(plain());
        continue;
      case LexemeKind::LeftParen: TRY(open()); continue;
      case LexemeKind::RightParen:
        if (hint_)
          return std::unexpected(cursor_.fail_at(hint_range_, ErrorCode::MisplacedAnnotation, "nothing follows"));
        if (!frames_.empty()) {
          TRY(close());
          if (frames_.empty() && extent == Extent::OneFolded) break;
          continue;
        }
        if (extent == Extent::OneFolded) return std::unexpected(cursor_.unexpected("`(`"));
        if (scope_.label_count() != 1) return std::unexpected(cursor_.unexpected("`end`"));
        break;
      default: return std::unexpected(cursor_.unexpected("an instruction"));
    }
    break;
  }
  emit(Op::End, static_cast<uint32_t>(cursor_.offset()));
  return ByteRange{begin, draft_.scratch.size()};
}

Result<void> InstructionParser::keyword(Op op) {
  if (op == Op::Count_)
    return std::unexpected(cursor_.fail(ErrorCode::UnknownOperator, escape_for_display(cursor_.text(), 60)));
  if (hint_ && op != Op::If && op != Op::BrIf)
    return std::unexpected(cursor_.fail_at(hint_range_, ErrorCode::BadHintTarget));
  cursor_.advance();
  return {};
}

// After `else`, `end` and the like the label may be repeated.
Result<void> InstructionParser::check_label_again() {
  if (!cursor_.is(LexemeKind::Id)) return {};
  if (scope_.innermost().id.empty() || draft_.id_of(cursor_.text()) != scope_.innermost().id)
    return std::unexpected(cursor_.fail(ErrorCode::LabelMismatch, escape_for_display(cursor_.text(), 60)));
  cursor_.advance();
  return {};
}

Result<std::string_view> InstructionParser::block_header(Op op) {
  std::string_view id;
  if (cursor_.is(LexemeKind::Id)) {
    id = draft_.id_of(cursor_.text());
    cursor_.advance();
  }
  binary::append_opcode(draft_.scratch, op);
  TRY(immediates_.block_type());
  if (op == Op::TryTable) TRY(immediates_.catch_clauses());
  return id;
}

Result<void> InstructionParser::plain() {
  if (!frames_.empty() && frames_.back().wait != Wait::Sequence)
    return std::unexpected(cursor_.unexpected("`(` or `)`"));
  const auto text = static_cast<uint32_t>(cursor_.offset());
  const Op op = op_from_keyword(cursor_.text());
  if (is_clause(op)) return plain_clause(op, text);
  TRY(keyword(op));
  note(draft_.scratch.size(), text, take_hint());
  if (!opens_block(op)) return immediates_.instruction(op);
  TRY_ASSIGN(const std::string_view id, block_header(op));
  scope_.push_label(id, label_kind(op), BlockForm::Plain);
  return {};
}

Result<void> InstructionParser::plain_clause(Op op, uint32_t text) {
  Label& label = scope_.innermost();
  const size_t outer_labels = frames_.empty() ? 1 : frames_.back().labels;
  bool fits = scope_.label_count() > outer_labels && label.form == BlockForm::Plain;
  switch (op) {
    case Op::Else: fits = fits && label.kind == LabelKind::If; break;
    case Op::Catch:
    case Op::CatchAll: fits = fits && (label.kind == LabelKind::Try || label.kind == LabelKind::Catch); break;
    case Op::Delegate: fits = fits && label.kind == LabelKind::Try; break;
    default: break;
  }
  if (!fits) return std::unexpected(cursor_.unexpected("an instruction that may stand here"));
  TRY(keyword(op));
  note(draft_.scratch.size(), text);
  switch (op) {
    case Op::Else:
      TRY(check_label_again());
      label.kind = LabelKind::Else;
      break;
    case Op::End:
      TRY(check_label_again());
      scope_.pop_label();
      break;
    case Op::Catch: label.kind = LabelKind::Catch; break;
    case Op::CatchAll: label.kind = LabelKind::CatchAll; break;
    // The label of the try itself is no target.
    default: scope_.pop_label(); break;
  }
  return immediates_.instruction(op);
}

Result<void> InstructionParser::open() {
  if (!frames_.empty()) {
    Frame& frame = frames_.back();
    const bool is_clause_next = frame.wait != Wait::Operands && frame.wait != Wait::Sequence &&
                                !(frame.wait == Wait::Condition && !cursor_.is_list("then"));
    if (is_clause_next) return open_clause(frame);
  }
  const auto text = static_cast<uint32_t>(cursor_.offset());
  if (cursor_.peek_second().kind != LexemeKind::Keyword) {
    cursor_.advance();
    return std::unexpected(cursor_.unexpected("an instruction"));
  }
  cursor_.advance();
  const Op op = op_from_keyword(cursor_.text());
  if (is_clause(op)) return std::unexpected(cursor_.unexpected("an instruction"));
  TRY(keyword(op));
  return folded_instruction(op, text);
}

Result<void> InstructionParser::folded_instruction(Op op, uint32_t text) {
  Frame frame;
  frame.op = op;
  frame.text = text;
  frame.hint = take_hint();
  const size_t begin = draft_.scratch.size();
  if (!opens_block(op)) {
    frame.wait = Wait::Operands;
    TRY(immediates_.instruction(op));
    move_to_pending(frame, begin);
    frames_.push_back(frame);
    return {};
  }
  TRY_ASSIGN(frame.label, block_header(op));
  if (op == Op::If) {
    frame.wait = Wait::Condition;
    move_to_pending(frame, begin);
    frames_.push_back(frame);
    return {};
  }
  note(begin, text);
  scope_.push_label(frame.label, label_kind(op), BlockForm::Folded);
  frame.wait = op == Op::Try ? Wait::TryBody : Wait::Sequence;
  frame.closes_label = true;
  frame.labels = scope_.label_count();
  frames_.push_back(frame);
  return {};
}

// `(then`, `(else`, `(do`, `(catch $tag`, `(catch_all`, `(delegate l`
Result<void> InstructionParser::open_clause(Frame& frame) {
  if (hint_) return std::unexpected(cursor_.fail_at(hint_range_, ErrorCode::BadHintTarget));
  Frame clause;
  clause.wait = Wait::Sequence;
  clause.text = static_cast<uint32_t>(cursor_.offset());
  switch (frame.wait) {
    case Wait::Condition:
      TRY(cursor_.expect_list("then"));
      flush_pending(frame);
      scope_.push_label(frame.label, LabelKind::If, BlockForm::Folded);
      frame.wait = Wait::AfterThen;
      break;
    case Wait::AfterThen:
      TRY(cursor_.expect_list("else"));
      emit(Op::Else, clause.text);
      frame.wait = Wait::AfterElse;
      break;
    case Wait::TryBody:
      TRY(cursor_.expect_list("do"));
      frame.wait = Wait::AfterDo;
      break;
    case Wait::AfterDo:
      if (cursor_.accept_list("delegate")) {
        if (scope_.innermost().kind != LabelKind::Try) return std::unexpected(cursor_.unexpected("`(catch`"));
        scope_.pop_label();
        note(draft_.scratch.size(), clause.text);
        TRY(immediates_.instruction(Op::Delegate));
        frame.wait = Wait::AfterDelegate;
        return cursor_.expect(LexemeKind::RightParen);
      }
      if (cursor_.accept_list("catch_all")) {
        emit(Op::CatchAll, clause.text);
        frame.wait = Wait::AfterCatchAll;
      } else {
        TRY(cursor_.expect_list("catch"));
        note(draft_.scratch.size(), clause.text);
        TRY(immediates_.instruction(Op::Catch));
      }
      scope_.innermost().kind = LabelKind::Catch;
      break;
    default: return std::unexpected(cursor_.unexpected("`)`"));
  }
  clause.labels = scope_.label_count();
  frames_.push_back(clause);
  return {};
}

Result<void> InstructionParser::close() {
  const Frame frame = frames_.back();
  const auto text = static_cast<uint32_t>(cursor_.offset());
  bool closes_label = frame.closes_label;
  switch (frame.wait) {
    case Wait::Operands: flush_pending(frame); break;
    case Wait::Sequence:
      if (scope_.label_count() != frame.labels) return std::unexpected(cursor_.unexpected("`end`"));
      break;
    case Wait::Condition: return std::unexpected(cursor_.unexpected("`(then`"));
    case Wait::TryBody: return std::unexpected(cursor_.unexpected("`(do`"));
    case Wait::AfterThen:
    case Wait::AfterElse:
    case Wait::AfterDo:
    case Wait::AfterCatchAll: closes_label = true; break;
    case Wait::AfterDelegate: closes_label = false; break;
  }
  if (closes_label) {
    emit(Op::End, text);
    scope_.pop_label();
  }
  cursor_.advance();
  frames_.pop_back();
  return {};
}

Result<void> InstructionParser::annotation() {
  if (decode_id(cursor_.text()) != kBranchHintSection) return std::unexpected(cursor_.unexpected());
  if (hint_) return std::unexpected(cursor_.fail(ErrorCode::RepeatedAnnotation, std::string(kBranchHintSection)));
  hint_range_ = cursor_.peek().range();
  cursor_.advance();
  const ByteRange range = cursor_.peek().range();
  TRY_ASSIGN(const std::string bytes, cursor_.expect_string());
  if (bytes.size() != 1 || static_cast<uint8_t>(bytes[0]) > 1)
    return std::unexpected(
        cursor_.fail_at(range, ErrorCode::BadAnnotation, "metadata.code.branch_hint takes \"\\00\" or \"\\01\""));
  hint_ = static_cast<uint8_t>(bytes[0]);
  return cursor_.expect(LexemeKind::RightParen);
}

}  // namespace wasmscope::text
