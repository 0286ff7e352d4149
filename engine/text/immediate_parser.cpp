// SPDX-License-Identifier: Apache-2.0
#include "engine/text/immediate_parser.h"

#include <bit>
#include <charconv>

#include "engine/base/leb128.h"
#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/binary/instruction_writer.h"
#include "engine/text/numbers.h"
#include "engine/wasm/type_codes.h"

namespace wasmscope::text {
namespace {

using wasm::Imm;
using wasm::Op;

// The row of the same keyword whose reference may be null.
Op nullable_row(Op op) {
  switch (op) {
    case Op::RefTest: return Op::RefTestNull;
    case Op::RefCast: return Op::RefCastNull;
    case Op::RefCastDescEq: return Op::RefCastDescEqNull;
    default: return op;
  }
}

struct VectorShape {
  std::string_view keyword;
  int lanes, bits;
  bool is_float;
};
constexpr VectorShape kVectorShapes[] = {{"i8x16", 16, 8, false}, {"i16x8", 8, 16, false}, {"i32x4", 4, 32, false},
                                         {"i64x2", 2, 64, false}, {"f32x4", 4, 32, true},  {"f64x2", 2, 64, true}};

}  // namespace

void FunctionScope::push_label(std::string_view id, LabelKind kind, BlockForm form) {
  Label label{id, wasm::kNoIndex, kind, form};
  if (!id.empty()) {
    const auto place = static_cast<uint32_t>(labels_.size());
    const auto [outer, is_new] = innermost_.emplace(id, place);
    if (!is_new) label.shadowed = std::exchange(outer->second, place);
    label_names.emplace_back(blocks_, id);
  }
  ++blocks_;
  labels_.push_back(label);
}

void FunctionScope::pop_label() {
  const Label& label = labels_.back();
  if (!label.id.empty()) {
    if (label.shadowed == wasm::kNoIndex)
      innermost_.erase(label.id);
    else
      innermost_[label.id] = label.shadowed;
  }
  labels_.pop_back();
}

std::optional<uint32_t> FunctionScope::find_label(std::string_view id) const {
  const auto found = innermost_.find(id);
  if (found == innermost_.end()) return std::nullopt;
  return static_cast<uint32_t>(labels_.size()) - 1 - found->second;
}

void ImmediateParser::u32(uint64_t value) { append_unsigned_leb(draft_.scratch, value); }

template <class T>
void ImmediateParser::fixed(T value) {
  for (size_t i = 0; i < sizeof value; ++i) byte(static_cast<uint8_t>(value >> (8 * i)));
}

Result<void> ImmediateParser::index_of(Space space) {
  TRY_ASSIGN(const uint32_t index, types_.index(space));
  draft_.names_datas |= space == Space::Data;
  u32(index);
  return {};
}

Result<void> ImmediateParser::optional_index_of(Space space) {
  if (types_.is_index()) return index_of(space);
  u32(0);
  return {};
}

Result<void> ImmediateParser::index_pair(Space space) {
  const bool is_written = types_.is_index();
  TRY(optional_index_of(space));
  if (is_written) return index_of(space);
  u32(0);
  return {};
}

Result<void> ImmediateParser::segment_and(Space segment, Space container) {
  uint32_t container_index = 0;
  const Lexeme& second = cursor_.peek_second();
  if (second.kind == LexemeKind::Number || second.kind == LexemeKind::Id) {
    TRY_ASSIGN(container_index, types_.index(container));
  }
  TRY(index_of(segment));
  u32(container_index);
  return {};
}

Result<void> ImmediateParser::type_then(Space space) {
  TRY(index_of(Space::Type));
  return index_of(space);
}

Result<void> ImmediateParser::type_field() {
  TRY_ASSIGN(const uint32_t type, types_.index(Space::Type));
  u32(type);
  if (!cursor_.is(LexemeKind::Id)) {
    TRY_ASSIGN(const uint32_t field, types_.u32());
    u32(field);
    return {};
  }
  const auto field = draft_.find_field(type, draft_.id_of(cursor_.text()));
  if (!field) return std::unexpected(cursor_.fail(ErrorCode::UnknownFieldId, escape_for_display(cursor_.text(), 60)));
  cursor_.advance();
  u32(*field);
  return {};
}

Result<void> ImmediateParser::local() {
  if (!cursor_.is(LexemeKind::Id)) {
    TRY_ASSIGN(const uint32_t index, types_.u32());
    u32(index);
    return {};
  }
  const auto found = scope_.locals.find(draft_.id_of(cursor_.text()));
  if (found == scope_.locals.end())
    return std::unexpected(cursor_.fail(ErrorCode::UnknownLocalId, escape_for_display(cursor_.text(), 60)));
  cursor_.advance();
  u32(found->second);
  return {};
}

Result<uint32_t> ImmediateParser::label() {
  if (!cursor_.is(LexemeKind::Id)) return types_.u32();
  const auto depth = scope_.find_label(draft_.id_of(cursor_.text()));
  if (!depth) return std::unexpected(cursor_.fail(ErrorCode::UnknownLabelId, escape_for_display(cursor_.text(), 60)));
  cursor_.advance();
  return *depth;
}

Result<void> ImmediateParser::label_index() {
  TRY_ASSIGN(const uint32_t depth, label());
  u32(depth);
  return {};
}

Result<void> ImmediateParser::label_table() {
  std::vector<uint32_t> labels;
  do {
    TRY_ASSIGN(const uint32_t depth, label());
    labels.push_back(depth);
  } while (types_.is_index());
  u32(labels.size() - 1);
  for (const uint32_t depth : labels) u32(depth);
  return {};
}

Result<uint32_t> ImmediateParser::alignment(uint32_t natural) {
  const std::string_view keyword = "align=";
  if (!cursor_.is(LexemeKind::Keyword) || !cursor_.text().starts_with(keyword)) return natural;
  const Number<uint64_t> bytes = parse_unsigned(cursor_.text().substr(keyword.size()));
  if (bytes.status == NumberStatus::Malformed)
    return std::unexpected(cursor_.fail(ErrorCode::UnknownOperator, escape_for_display(cursor_.text(), 60)));
  if (!bytes.is_ok()) return std::unexpected(cursor_.fail(ErrorCode::ConstantOutOfRange));
  if (!std::has_single_bit(bytes.value)) return std::unexpected(cursor_.fail(ErrorCode::BadAlignment));
  cursor_.advance();
  return static_cast<uint32_t>(std::countr_zero(bytes.value));
}

Result<void> ImmediateParser::memarg(Op op, bool has_lane) {
  binary::MemArg memarg;
  // A number may be the memory or the lane: it is the memory when something of the memarg or the lane follows.
  const Lexeme& second = cursor_.peek_second();
  const bool is_memory = cursor_.is(LexemeKind::Id) ||
                         (cursor_.is(LexemeKind::Number) &&
                          (!has_lane || second.kind == LexemeKind::Number || second.kind == LexemeKind::Keyword));
  const bool is_offset_next = second.kind != LexemeKind::Keyword || cursor_.text_of(second).starts_with("offset=") ||
                              cursor_.text_of(second).starts_with("align=");
  if (is_memory && (!has_lane || is_offset_next)) {
    TRY_ASSIGN(memarg.memory, types_.index(Space::Memory));
  }
  const std::string_view keyword = "offset=";
  if (cursor_.is(LexemeKind::Keyword) && cursor_.text().starts_with(keyword)) {
    const Number<uint64_t> offset = parse_unsigned(cursor_.text().substr(keyword.size()));
    if (offset.status == NumberStatus::Malformed)
      return std::unexpected(cursor_.fail(ErrorCode::UnknownOperator, escape_for_display(cursor_.text(), 60)));
    if (!offset.is_ok()) return std::unexpected(cursor_.fail(ErrorCode::ConstantOutOfRange));
    memarg.offset = offset.value;
    cursor_.advance();
  }
  const unsigned width = wasm::info(op).width;
  TRY_ASSIGN(memarg.align, alignment(width == 0 ? 0 : static_cast<uint32_t>(std::countr_zero(width))));
  binary::append_memarg(draft_.scratch, memarg);
  return {};
}

Result<void> ImmediateParser::integer(int bits) {
  if (!cursor_.is(LexemeKind::Number)) return std::unexpected(cursor_.unexpected("a number"));
  const Number<uint64_t> number = parse_integer(cursor_.text(), bits);
  if (number.status == NumberStatus::OutOfRange) return std::unexpected(cursor_.fail(ErrorCode::ConstantOutOfRange));
  if (!number.is_ok()) {
    if (is_float(cursor_.text())) return std::unexpected(cursor_.unexpected("an integer"));
    return std::unexpected(cursor_.fail(ErrorCode::UnknownOperator, escape_for_display(cursor_.text(), 60)));
  }
  cursor_.advance();
  const int shift = 64 - bits;
  append_signed_leb(draft_.scratch, static_cast<int64_t>(number.value << shift) >> shift);
  return {};
}

Result<void> ImmediateParser::floating(int bits) {
  const std::string_view text = cursor_.text();
  const bool is_word = cursor_.is(LexemeKind::Keyword) && (text == "inf" || text.starts_with("nan"));
  if (!cursor_.is(LexemeKind::Number) && !is_word) return std::unexpected(cursor_.unexpected("a number"));
  const Number<uint32_t> narrow = bits == 32 ? parse_f32(text) : Number<uint32_t>{};
  const Number<uint64_t> wide = bits == 64 ? parse_f64(text) : Number<uint64_t>{};
  const NumberStatus status = bits == 32 ? narrow.status : wide.status;
  if (status == NumberStatus::OutOfRange) return std::unexpected(cursor_.fail(ErrorCode::ConstantOutOfRange));
  if (status == NumberStatus::Malformed)
    return std::unexpected(cursor_.fail(ErrorCode::UnknownOperator, escape_for_display(text, 60)));
  cursor_.advance();
  if (bits == 32)
    fixed(narrow.value);
  else
    fixed(wide.value);
  return {};
}

Result<void> ImmediateParser::vector() {
  for (const VectorShape& shape : kVectorShapes) {
    if (!cursor_.accept_keyword(shape.keyword)) continue;
    for (int i = 0; i < shape.lanes; ++i) {
      if (cursor_.is(LexemeKind::LeftParen) || cursor_.is(LexemeKind::RightParen))
        return std::unexpected(cursor_.fail(ErrorCode::BadLaneCount, std::string(shape.keyword)));
      if (shape.is_float) {
        TRY(floating(shape.bits));
        continue;
      }
      if (!cursor_.is(LexemeKind::Number)) return std::unexpected(cursor_.unexpected("a number"));
      const Number<uint64_t> lane = parse_integer(cursor_.text(), shape.bits);
      if (lane.status == NumberStatus::OutOfRange) return std::unexpected(cursor_.fail(ErrorCode::ConstantOutOfRange));
      if (!lane.is_ok())
        return std::unexpected(cursor_.fail(ErrorCode::UnknownOperator, escape_for_display(cursor_.text(), 60)));
      cursor_.advance();
      for (int bit = 0; bit < shape.bits; bit += 8) byte(static_cast<uint8_t>(lane.value >> bit));
    }
    return {};
  }
  return std::unexpected(cursor_.unexpected("a shape such as i32x4"));
}

Result<uint8_t> ImmediateParser::lane() {
  TRY_ASSIGN(const uint64_t number, types_.unsigned_number(UINT8_MAX));
  return static_cast<uint8_t>(number);
}

Result<void> ImmediateParser::shuffle() {
  for (int i = 0; i < 16; ++i) {
    if (cursor_.is(LexemeKind::LeftParen) || cursor_.is(LexemeKind::RightParen))
      return std::unexpected(cursor_.fail(ErrorCode::BadLaneCount, "16 are needed"));
    TRY_ASSIGN(const uint8_t number, lane());
    byte(number);
  }
  if (cursor_.is(LexemeKind::Number)) return std::unexpected(cursor_.fail(ErrorCode::BadLaneCount, "16 are needed"));
  return {};
}

Result<void> ImmediateParser::block_type() {
  TRY_ASSIGN(const TypeUse use, types_.type_use(TypeParser::ParamIds::Refused));
  binary::BlockType block;
  if (!use.index && use.inlined.params.empty() && use.inlined.results.size() <= 1) {
    if (!use.inlined.results.empty()) {
      block.form = binary::BlockType::Form::Value;
      block.value = use.inlined.results[0];
    }
  } else {
    block.form = binary::BlockType::Form::Type;
    TRY_ASSIGN(block.type, types_.resolve(use));
  }
  binary::append_block_type(draft_.scratch, block);
  return {};
}

Result<void> ImmediateParser::catch_clauses() {
  struct Clause {
    uint8_t kind;
    uint32_t tag, label;
  };
  constexpr std::string_view kKeywords[] = {"catch", "catch_ref", "catch_all", "catch_all_ref"};
  std::vector<Clause> clauses;
  for (bool is_clause = true; is_clause;) {
    is_clause = false;
    for (uint8_t kind = 0; kind < 4; ++kind) {
      if (!cursor_.accept_list(kKeywords[kind])) continue;
      is_clause = true;
      Clause clause{kind, 0, 0};
      if (kind < 2) {
        TRY_ASSIGN(clause.tag, types_.index(Space::Tag));
      }
      TRY_ASSIGN(clause.label, label());
      TRY(cursor_.expect(LexemeKind::RightParen));
      clauses.push_back(clause);
    }
  }
  u32(clauses.size());
  for (const Clause& clause : clauses) {
    byte(clause.kind);
    if (clause.kind < 2) u32(clause.tag);
    u32(clause.label);
  }
  return {};
}

// Of `resume`: `(on $tag $label)` and `(on $tag switch)`.
Result<void> ImmediateParser::handlers() {
  struct Handler {
    uint32_t tag, label;
    bool is_switch;
  };
  std::vector<Handler> handlers;
  while (cursor_.accept_list("on")) {
    Handler handler{};
    TRY_ASSIGN(handler.tag, types_.index(Space::Tag));
    handler.is_switch = cursor_.accept_keyword("switch");
    if (!handler.is_switch) {
      TRY_ASSIGN(handler.label, label());
    }
    TRY(cursor_.expect(LexemeKind::RightParen));
    handlers.push_back(handler);
  }
  u32(handlers.size());
  for (const Handler& handler : handlers) {
    byte(handler.is_switch ? 1 : 0);
    u32(handler.tag);
    if (!handler.is_switch) u32(handler.label);
  }
  return {};
}

Result<void> ImmediateParser::instruction(Op op) {
  if (op == Op::Select && cursor_.is_list("result")) {
    binary::append_opcode(draft_.scratch, Op::SelectTyped);
    return immediates(Op::SelectTyped);
  }
  if (nullable_row(op) != op) {
    TRY_ASSIGN(const wasm::ValType type, types_.ref_type());
    binary::append_opcode(draft_.scratch, type.nullable ? nullable_row(op) : op);
    wasm::append_heap_type(draft_.scratch, type);
    return {};
  }
  binary::append_opcode(draft_.scratch, op);
  return immediates(op);
}

Result<void> ImmediateParser::immediates(Op op) {
  switch (wasm::info(op).imm) {
    case Imm::None: return {};
    case Imm::BlockType: return block_type();
    case Imm::Label:
    case Imm::DelegateLabel: return label_index();
    case Imm::LabelTable: return label_table();
    case Imm::Func: return index_of(Space::Func);
    case Imm::TypeTable: {
      uint32_t table = 0;
      if (types_.is_index()) {
        TRY_ASSIGN(table, types_.index(Space::Table));
      }
      TRY_ASSIGN(const TypeUse use, types_.type_use(TypeParser::ParamIds::Refused));
      TRY_ASSIGN(const uint32_t type, types_.resolve(use));
      u32(type);
      u32(table);
      return {};
    }
    case Imm::Type: return index_of(Space::Type);
    case Imm::Types: {
      std::vector<wasm::ValType> types;
      while (cursor_.accept_list("result")) {
        while (!cursor_.is(LexemeKind::RightParen)) {
          TRY_ASSIGN(const wasm::ValType type, types_.val_type());
          types.push_back(type);
        }
        TRY(cursor_.expect(LexemeKind::RightParen));
      }
      u32(types.size());
      for (const wasm::ValType type : types) wasm::append_value_type(draft_.scratch, type);
      return {};
    }
    case Imm::Local: return local();
    case Imm::Global: return index_of(Space::Global);
    case Imm::Table: return optional_index_of(Space::Table);
    case Imm::TableTable: return index_pair(Space::Table);
    case Imm::Memory: return optional_index_of(Space::Memory);
    case Imm::MemoryMemory: return index_pair(Space::Memory);
    case Imm::DataMemory: return segment_and(Space::Data, Space::Memory);
    case Imm::Data: return index_of(Space::Data);
    case Imm::ElemTable: return segment_and(Space::Elem, Space::Table);
    case Imm::Elem: return index_of(Space::Elem);
    case Imm::MemArg: return memarg(op, false);
    case Imm::MemArgLane: {
      TRY(memarg(op, true));
      TRY_ASSIGN(const uint8_t number, lane());
      byte(number);
      return {};
    }
    case Imm::I32: return integer(32);
    case Imm::I64: return integer(64);
    case Imm::F32: return floating(32);
    case Imm::F64: return floating(64);
    case Imm::V128: return vector();
    case Imm::Lane: {
      TRY_ASSIGN(const uint8_t number, lane());
      byte(number);
      return {};
    }
    case Imm::Shuffle: return shuffle();
    case Imm::HeapType: {
      TRY_ASSIGN(const wasm::ValType type, types_.heap_type(true));
      wasm::append_heap_type(draft_.scratch, type);
      return {};
    }
    case Imm::TypeField: return type_field();
    case Imm::TypeLen: {
      TRY(index_of(Space::Type));
      TRY_ASSIGN(const uint32_t length, types_.u32());
      u32(length);
      return {};
    }
    case Imm::TypeData: return type_then(Space::Data);
    case Imm::TypeElem: return type_then(Space::Elem);
    case Imm::TypeType: return type_then(Space::Type);
    case Imm::Tag: return index_of(Space::Tag);
    case Imm::TryTable: TRY(block_type()); return catch_clauses();
    case Imm::CastFlags: {
      TRY_ASSIGN(const uint32_t depth, label());
      TRY_ASSIGN(const wasm::ValType from, types_.ref_type());
      TRY_ASSIGN(const wasm::ValType to, types_.ref_type());
      byte(static_cast<uint8_t>((from.nullable ? 1 : 0) | (to.nullable ? 2 : 0)));
      u32(depth);
      wasm::append_heap_type(draft_.scratch, from);
      wasm::append_heap_type(draft_.scratch, to);
      return {};
    }
    case Imm::Fence: byte(0); return {};
    case Imm::ContTag: return type_then(Space::Tag);
    case Imm::Resume:
    case Imm::ResumeThrowRef: TRY(index_of(Space::Type)); return handlers();
    case Imm::ResumeThrow: TRY(type_then(Space::Tag)); return handlers();
  }
  return {};
}

}  // namespace wasmscope::text
