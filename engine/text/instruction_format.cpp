// SPDX-License-Identifier: Apache-2.0
#include "engine/text/instruction_format.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <type_traits>

#include "engine/base/utf8.h"
#include "engine/text/type_keywords.h"
#include "engine/wasm/opcode.h"

namespace wasmscope::text {
namespace {

using binary::Instruction;
using wasm::Imm;
using wasm::Op;

Target::Kind target_kind(Space space) {
  switch (space) {
    case Space::Func: return Target::Kind::Func;
    case Space::Type: return Target::Kind::Type;
    case Space::Table: return Target::Kind::Table;
    case Space::Memory: return Target::Kind::Memory;
    case Space::Global: return Target::Kind::Global;
    case Space::Tag: return Target::Kind::Tag;
    case Space::Elem: return Target::Kind::Elem;
    case Space::Data: return Target::Kind::Data;
  }
  return Target::Kind::Func;
}

void put_plain(TokenSink& sink, std::string_view text) { sink.put(TokenKind::Plain, text); }

void put_decimal(TokenSink& sink, auto value, std::optional<Target> target = {}) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  sink.put(TokenKind::Number, {buffer, end}, target);
}

void put_hex(TokenSink& sink, uint64_t value) {
  char buffer[24] = {'0', 'x'};
  const auto end = std::to_chars(buffer + 2, buffer + sizeof buffer, value, 16).ptr;
  sink.put(TokenKind::Number, {buffer, end});
}

void put_identifier(TokenSink& sink, std::string_view name, Target target) {
  sink.put(TokenKind::Identifier, to_identifier(name), target);
}

void put_heap_type(TokenSink& sink, const Identifiers& identifiers, wasm::ValType type) {
  if (type.exact) {
    put_plain(sink, "(");
    sink.put(TokenKind::Keyword, "exact");
    put_plain(sink, " ");
  }
  if (type.heap == wasm::HeapKind::Concrete)
    put_reference(sink, identifiers, Space::Type, type.index);
  else
    sink.put(TokenKind::Type, keyword_of(type.heap));
  if (type.exact) put_plain(sink, ")");
}

void put_types(TokenSink& sink, const Identifiers& identifiers, std::string_view keyword,
               const std::vector<wasm::ValType>& types) {
  if (types.empty()) return;
  put_plain(sink, " (");
  sink.put(TokenKind::Keyword, keyword);
  for (const wasm::ValType type : types) {
    put_plain(sink, " ");
    put_val_type(sink, identifiers, type);
  }
  put_plain(sink, ")");
}

template <class Float, class Bits>
std::string float_to_text(Bits bits) {
  constexpr int kMantissaBits = std::is_same_v<Float, float> ? 23 : 52;
  constexpr Bits kMantissa = (Bits{1} << kMantissaBits) - 1;
  const auto value = std::bit_cast<Float>(bits);
  const bool negative = (bits >> (sizeof(Bits) * 8 - 1)) != 0;
  if (std::isinf(value)) return negative ? "-inf" : "inf";
  char buffer[64];
  if (std::isnan(value)) {
    const Bits payload = bits & kMantissa;
    std::string text = negative ? "-nan" : "nan";
    if (payload == Bits{1} << (kMantissaBits - 1)) return text;
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, payload, 16).ptr;
    return text.append(":0x").append(buffer, end);
  }
  // The shortest decimal that reads back as the same bits.
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

// Stands below the line that opened its block.
bool is_outdented(Op op) {
  return op == Op::End || op == Op::Else || op == Op::Catch || op == Op::CatchAll || op == Op::Delegate;
}

// Handlers of `resume`: their count lies in the file, then each is `0x00 tag label` or `0x01 tag`.
class HandlerReader {
 public:
  HandlerReader(Bytes file, const Instruction& instruction)
      : file_(file), at_(instruction.list.begin), end_(instruction.list.end), left_(read_u32()) {}

  struct Handler {
    bool is_switch;
    uint32_t tag, label;
  };
  std::optional<Handler> next() {
    if (left_ == 0 || at_ >= end_) return std::nullopt;
    --left_;
    Handler handler{file_[at_++] != 0, 0, 0};
    handler.tag = read_u32();
    if (!handler.is_switch) handler.label = read_u32();
    return handler;
  }

 private:
  uint32_t read_u32() {
    uint32_t value = 0;
    for (uint32_t shift = 0; at_ < end_ && shift < 35; shift += 7) {
      const uint8_t byte = file_[at_++];
      value |= static_cast<uint32_t>(uint64_t{byte & 0x7fu} << shift);
      if (!(byte & 0x80)) break;
    }
    return value;
  }

  Bytes file_;
  uint64_t at_, end_;
  uint32_t left_;
};

}  // namespace

std::string TokenList::line() const {
  std::string text;
  for (const Token& token : tokens) text += token.text;
  return text;
}

std::string to_text_f32(uint32_t bits) { return float_to_text<float>(bits); }
std::string to_text_f64(uint64_t bits) { return float_to_text<double>(bits); }

void put_number(TokenSink& sink, uint64_t value) { put_decimal(sink, value); }

void put_reference(TokenSink& sink, const Identifiers& identifiers, Space space, uint32_t index) {
  const Target target{target_kind(space), index};
  if (const std::string_view name = identifiers.find(space, index); !name.empty()) {
    put_identifier(sink, name, target);
    return;
  }
  put_decimal(sink, index, target);
  if (space != Space::Func) return;
  const std::string known = identifiers.describe_func(index);
  if (known.empty()) return;
  put_plain(sink, " ");
  sink.put(TokenKind::Comment, "(;" + known + ";)", target);
}

void put_val_type(TokenSink& sink, const Identifiers& identifiers, wasm::ValType type) {
  switch (type.kind) {
    case wasm::Kind::Bottom: sink.put(TokenKind::Comment, "(;any type;)"); return;
    case wasm::Kind::I32: sink.put(TokenKind::Type, "i32"); return;
    case wasm::Kind::I64: sink.put(TokenKind::Type, "i64"); return;
    case wasm::Kind::F32: sink.put(TokenKind::Type, "f32"); return;
    case wasm::Kind::F64: sink.put(TokenKind::Type, "f64"); return;
    case wasm::Kind::V128: sink.put(TokenKind::Type, "v128"); return;
    case wasm::Kind::Ref: break;
  }
  if (type.nullable && !type.exact && type.heap != wasm::HeapKind::Concrete) {
    sink.put(TokenKind::Type, short_form(type.heap));
    return;
  }
  put_plain(sink, "(");
  sink.put(TokenKind::Keyword, "ref");
  if (type.nullable) {
    put_plain(sink, " ");
    sink.put(TokenKind::Keyword, "null");
  }
  put_plain(sink, " ");
  put_heap_type(sink, identifiers, type);
  put_plain(sink, ")");
}

void put_type_use(TokenSink& sink, const wasm::Module& module, const Identifiers& identifiers, wasm::TypeIndex type) {
  put_plain(sink, "(");
  sink.put(TokenKind::Keyword, "type");
  put_plain(sink, " ");
  put_reference(sink, identifiers, Space::Type, type);
  put_plain(sink, ")");
  if (type >= module.types.size()) return;
  const auto* func = std::get_if<wasm::FuncType>(&module.types[type].composite);
  if (!func) return;
  put_types(sink, identifiers, "param", func->params);
  put_types(sink, identifiers, "result", func->results);
}

void put_bytes(TokenSink& sink, Bytes bytes) {
  std::string text = "\"";
  for (const uint8_t byte : bytes) append_string_byte(text, byte);
  text += '"';
  sink.put(TokenKind::String, text);
}

void put_name(TokenSink& sink, std::string_view name) { sink.put(TokenKind::String, quote_name(name)); }

// Puts immediates, each with the space before it.
class FunctionFormatter::Writer {
 public:
  Writer(const FunctionFormatter& formatter, TokenSink& output) : formatter_(formatter), sink(output) {}

  void reference(Space space, uint32_t index) {
    put_plain(sink, " ");
    put_reference(sink, formatter_.identifiers_, space, index);
  }
  // An index that the text format leaves out when it is 0.
  void optional_reference(Space space, uint32_t index) {
    if (index != 0) reference(space, index);
  }
  void number(uint64_t value) {
    put_plain(sink, " ");
    put_decimal(sink, value);
  }
  void val_type(wasm::ValType type) {
    put_plain(sink, " ");
    put_val_type(sink, formatter_.identifiers_, type);
  }
  void type_use(wasm::TypeIndex type) {
    put_plain(sink, " ");
    put_type_use(sink, formatter_.module_, formatter_.identifiers_, type);
  }
  void local(wasm::LocalIndex index) {
    const Target target{Target::Kind::Local, index};
    put_plain(sink, " ");
    if (const std::string_view name = formatter_.local_identifier(index); !name.empty())
      put_identifier(sink, name, target);
    else
      put_decimal(sink, index, target);
  }
  void label(uint32_t depth) {
    put_plain(sink, " ");
    const std::vector<Label>& labels = formatter_.labels_;
    if (depth >= labels.size()) {
      put_decimal(sink, depth);
      return;
    }
    const Label& label = labels[labels.size() - 1 - depth];
    if (label.number == 0) {
      put_decimal(sink, depth, Target{Target::Kind::FuncBody, 0});
      return;
    }
    const Target target{Target::Kind::Block, label.pc};
    if (!label.identifier.empty() && !is_shadowed(depth)) {
      put_identifier(sink, label.identifier, target);
      return;
    }
    put_decimal(sink, depth, target);
    put_plain(sink, " ");
    comment_number("(;@", label.number, target);
  }
  // Whether a label further inside has the same identifier. Of labels far outside it is not asked: the search
  // would make deep nesting quadratic.
  bool is_shadowed(uint32_t depth) const {
    constexpr uint32_t kFar = 64;
    if (formatter_.has_unique_labels_) return false;
    if (depth > kFar) return true;
    const std::vector<Label>& labels = formatter_.labels_;
    const std::string_view identifier = labels[labels.size() - 1 - depth].identifier;
    for (uint32_t inner = 0; inner < depth; ++inner)
      if (labels[labels.size() - 1 - inner].identifier == identifier) return true;
    return false;
  }
  void comment_number(std::string_view before, uint32_t number, std::optional<Target> target = {}) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    sink.put(TokenKind::Comment, std::string(before).append(buffer, end).append(";)"), target);
  }
  void block_type(const binary::BlockType& block) {
    if (block.form == binary::BlockType::Form::Type) type_use(block.type);
    if (block.form == binary::BlockType::Form::Value) put_types(sink, formatter_.identifiers_, "result", {block.value});
  }
  void clause(std::string_view keyword) {
    put_plain(sink, " (");
    sink.put(TokenKind::Keyword, keyword);
  }
  void memarg(const Instruction& instruction, const wasm::OpInfo& info) {
    const binary::MemArg& memarg = instruction.memarg;
    optional_reference(Space::Memory, memarg.memory);
    if (memarg.offset != 0) {
      put_plain(sink, " ");
      sink.put(TokenKind::Keyword, "offset=");
      put_decimal(sink, memarg.offset);
    }
    if (info.width == 0 || memarg.align != static_cast<uint32_t>(std::countr_zero(unsigned{info.width}))) {
      put_plain(sink, " ");
      sink.put(TokenKind::Keyword, "align=");
      put_decimal(sink, memarg.align < 64 ? uint64_t{1} << memarg.align : 0);
    }
  }
  void handlers(const Instruction& instruction) {
    HandlerReader reader(formatter_.module_.bytes, instruction);
    while (const auto handler = reader.next()) {
      clause("on");
      reference(Space::Tag, handler->tag);
      if (handler->is_switch) {
        put_plain(sink, " ");
        sink.put(TokenKind::Keyword, "switch");
      } else {
        label(handler->label);
      }
      put_plain(sink, ")");
    }
  }

 private:
  const FunctionFormatter& formatter_;

 public:
  TokenSink& sink;
};

FunctionFormatter::FunctionFormatter(const wasm::Module& module, const Identifiers& identifiers, wasm::FuncIndex func)
    : module_(module), identifiers_(identifiers) {
  if (func != wasm::kNoIndex) {
    if (const wasm::NameMap* names = find_map(module.names.locals, func))
      locals_ = usable_identifiers(*names, wasm::kNoIndex);
    // Labels may share an identifier: one further inside hides the others.
    if (const wasm::NameMap* names = find_map(module.names.labels, func)) {
      for (const auto& entry : names->entries)
        if (!entry.second.empty()) block_names_.push_back(entry);
      has_unique_labels_ = usable_identifiers(*names, wasm::kNoIndex).size() == block_names_.size();
    }
  }
  labels_.push_back({0, 0, {}});
}

std::string_view FunctionFormatter::local_identifier(wasm::LocalIndex index) const {
  return find_identifier(locals_, index);
}

uint32_t FunctionFormatter::depth_of(const Instruction& next) const {
  const auto depth = labels_.empty() ? 0 : static_cast<uint32_t>(labels_.size() - 1);
  return is_outdented(next.op) && depth > 0 ? depth - 1 : depth;
}

void FunctionFormatter::format(const Instruction& instruction, TokenSink& sink) {
  const wasm::OpInfo& info = wasm::info(instruction.op);
  const Op op = instruction.op;
  const bool opens = info.imm == Imm::BlockType || info.imm == Imm::TryTable;

  Writer out(*this, sink);
  sink.put(TokenKind::Opcode, info.text);
  // A delegate's label is counted from outside the try that it ends.
  if (op == Op::Delegate && !labels_.empty()) labels_.pop_back();
  if (opens) {
    open_block(instruction, out);
  } else {
    put_immediates(instruction, out);
    if (is_outdented(op) && op != Op::Delegate && !labels_.empty() && labels_.back().number != 0) {
      put_plain(sink, " ");
      out.comment_number("(;@", labels_.back().number, Target{Target::Kind::Block, labels_.back().pc});
    }
  }
  if (op == Op::End && !labels_.empty()) labels_.pop_back();
}

void FunctionFormatter::open_block(const Instruction& instruction, Writer& out) {
  const Label label{instruction.pc, blocks_ + 1, find_identifier(block_names_, blocks_)};
  const Target target{Target::Kind::Block, label.pc};
  ++blocks_;
  put_plain(out.sink, " ");
  if (label.identifier.empty())
    out.comment_number("(;@", label.number, target);
  else
    put_identifier(out.sink, label.identifier, target);
  out.block_type(instruction.block);
  // The labels of catch clauses are outside of the block they belong to.
  if (wasm::info(instruction.op).imm == Imm::TryTable) put_immediates(instruction, out);
  labels_.push_back(label);
}

void FunctionFormatter::put_immediates(const Instruction& instruction, Writer& out) {
  const wasm::OpInfo& info = wasm::info(instruction.op);
  TokenSink& sink = out.sink;
  const uint32_t index = instruction.index, index2 = instruction.index2;
  switch (info.imm) {
    case Imm::None:
    case Imm::BlockType:
    case Imm::Fence: break;
    case Imm::Label:
    case Imm::DelegateLabel: out.label(index); break;
    case Imm::LabelTable: {
      binary::LabelReader labels(module_.bytes, instruction);
      while (const auto label = labels.next()) out.label(*label);
      break;
    }
    case Imm::Func: out.reference(Space::Func, index); break;
    case Imm::TypeTable:
      out.optional_reference(Space::Table, index2);
      out.type_use(index);
      break;
    case Imm::Type: out.reference(Space::Type, index); break;
    case Imm::Types: {
      out.clause("result");
      binary::TypeReader types(module_.bytes, instruction);
      while (const auto type = types.next()) out.val_type(*type);
      put_plain(sink, ")");
      break;
    }
    case Imm::Local: out.local(index); break;
    case Imm::Global: out.reference(Space::Global, index); break;
    case Imm::Table: out.reference(Space::Table, index); break;
    case Imm::TableTable:
      if (index == 0 && index2 == 0) break;
      out.reference(Space::Table, index);
      out.reference(Space::Table, index2);
      break;
    case Imm::Memory: out.optional_reference(Space::Memory, index); break;
    case Imm::MemoryMemory:
      if (index == 0 && index2 == 0) break;
      out.reference(Space::Memory, index);
      out.reference(Space::Memory, index2);
      break;
    case Imm::DataMemory:
      out.optional_reference(Space::Memory, index2);
      out.reference(Space::Data, index);
      break;
    case Imm::Data: out.reference(Space::Data, index); break;
    case Imm::ElemTable:
      out.optional_reference(Space::Table, index2);
      out.reference(Space::Elem, index);
      break;
    case Imm::Elem: out.reference(Space::Elem, index); break;
    case Imm::MemArg: out.memarg(instruction, info); break;
    case Imm::MemArgLane:
      out.memarg(instruction, info);
      out.number(instruction.lane);
      break;
    case Imm::I32:
      put_plain(sink, " ");
      put_decimal(sink, static_cast<int32_t>(static_cast<uint32_t>(instruction.bits)));
      break;
    case Imm::I64:
      put_plain(sink, " ");
      put_decimal(sink, static_cast<int64_t>(instruction.bits));
      break;
    case Imm::F32:
      put_plain(sink, " ");
      sink.put(TokenKind::Number, to_text_f32(static_cast<uint32_t>(instruction.bits)));
      break;
    case Imm::F64:
      put_plain(sink, " ");
      sink.put(TokenKind::Number, to_text_f64(instruction.bits));
      break;
    case Imm::V128:
      put_plain(sink, " ");
      sink.put(TokenKind::Keyword, "i32x4");
      for (int lane = 0; lane < 4; ++lane) {
        const uint8_t* bytes = instruction.bytes + 4 * lane;
        put_plain(sink, " ");
        put_hex(sink, bytes[0] | uint32_t{bytes[1]} << 8 | uint32_t{bytes[2]} << 16 | uint32_t{bytes[3]} << 24);
      }
      break;
    case Imm::Lane: out.number(instruction.lane); break;
    case Imm::Shuffle:
      for (int lane = 0; lane < 16; ++lane) out.number(instruction.bytes[lane]);
      break;
    case Imm::HeapType:
      if (instruction.op != Op::RefNull) {
        out.val_type(instruction.type);
        break;
      }
      put_plain(sink, " ");
      put_heap_type(sink, identifiers_, instruction.type);
      break;
    case Imm::TypeField: {
      out.reference(Space::Type, index);
      put_plain(sink, " ");
      if (const std::string_view name = identifiers_.find_field(index, index2); !name.empty())
        sink.put(TokenKind::Identifier, to_identifier(name));
      else
        put_decimal(sink, index2);
      break;
    }
    case Imm::TypeLen:
      out.reference(Space::Type, index);
      out.number(instruction.count);
      break;
    case Imm::TypeData:
      out.reference(Space::Type, index);
      out.reference(Space::Data, index2);
      break;
    case Imm::TypeElem:
      out.reference(Space::Type, index);
      out.reference(Space::Elem, index2);
      break;
    case Imm::TypeType:
      out.reference(Space::Type, index);
      out.reference(Space::Type, index2);
      break;
    case Imm::Tag: out.reference(Space::Tag, index); break;
    case Imm::TryTable: {
      binary::CatchReader catches(module_.bytes, instruction);
      while (const auto clause = catches.next()) {
        using enum binary::CatchClause::Kind;
        switch (clause->kind) {
          case Catch: out.clause("catch"); break;
          case CatchRef: out.clause("catch_ref"); break;
          case CatchAll: out.clause("catch_all"); break;
          case CatchAllRef: out.clause("catch_all_ref"); break;
        }
        if (clause->kind == Catch || clause->kind == CatchRef) out.reference(Space::Tag, clause->tag);
        out.label(clause->label);
        put_plain(sink, ")");
      }
      break;
    }
    case Imm::CastFlags:
      out.label(index);
      out.val_type(instruction.type2);
      out.val_type(instruction.type);
      break;
    case Imm::ContTag:
      out.reference(Space::Type, index);
      out.reference(Space::Tag, index2);
      break;
    case Imm::Resume:
    case Imm::ResumeThrowRef:
      out.reference(Space::Type, index);
      out.handlers(instruction);
      break;
    case Imm::ResumeThrow:
      out.reference(Space::Type, index);
      out.reference(Space::Tag, index2);
      out.handlers(instruction);
      break;
  }
}

TokenList format_instruction(const wasm::Module& module, const Identifiers& identifiers, wasm::FuncIndex func,
                             const Instruction& instruction) {
  FunctionFormatter formatter(module, identifiers, func);
  TokenList list;
  formatter.format(instruction, list);
  // Alone, it opens "the first block" and ends "the function": say nothing about either.
  for (size_t i = 1; i < list.tokens.size(); ++i) {
    if (!list.tokens[i].text.starts_with("(;@")) continue;
    list.tokens.erase(list.tokens.begin() + static_cast<ptrdiff_t>(i) - 1,
                      list.tokens.begin() + static_cast<ptrdiff_t>(i) + 1);
    break;
  }
  return list;
}

}  // namespace wasmscope::text
