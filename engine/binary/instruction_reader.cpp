// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/instruction_reader.h"

#include <array>
#include <cstdio>
#include <cstring>

#include "engine/binary/byte_reader.h"

namespace wasmscope::binary {
namespace {

using wasm::Imm;
using wasm::Op;

constexpr uint16_t kNone = static_cast<uint16_t>(Op::Count_);

// One-byte opcodes by their byte.
constexpr auto make_plain_ops() {
  std::array<uint16_t, 256> ops{};
  ops.fill(kNone);
#define OP(Name, text, prefix, code, ...) \
  if ((prefix) == 0) ops[(code) & 0xFF] = static_cast<uint16_t>(Op::Name);
#include "engine/wasm/opcodes.def"
  return ops;
}
constexpr std::array<uint16_t, 256> kPlainOps = make_plain_ops();

constexpr std::array<Imm, wasm::kOpCount> kImmediates = {
#define OP(Name, text, prefix, code, imm, ...) Imm::imm,
#include "engine/wasm/opcodes.def"
};

Error bad_opcode(uint64_t begin, uint64_t end, unsigned prefix, unsigned code) {
  char text[32];
  if (prefix != 0) std::snprintf(text, sizeof text, "0x%02x 0x%02x", prefix, code);
  else std::snprintf(text, sizeof text, "0x%02x", code);
  return error_at(ErrorCode::BadOpcode, {begin, end}, text);
}

Result<BlockType> read_block_type(ByteReader& reader) {
  BlockType type;
  if (reader.is_at_end()) return std::unexpected(reader.end_error());
  const uint8_t first = reader.peek();
  if (first == 0x40) {
    TRY(reader.byte());
    return type;
  }
  if (first >= 0x62 && first <= 0x7F) {   // a value type; an index of one byte is below 0x40
    type.form = BlockType::Form::Value;
    TRY_ASSIGN(type.value, reader.val_type());
    return type;
  }
  const uint64_t begin = reader.offset();
  TRY_ASSIGN(const int64_t index, reader.s33());
  if (index < 0) return std::unexpected(error_at(ErrorCode::BadBlockType, {begin, reader.offset()}));
  type.form = BlockType::Form::Type;
  type.type = static_cast<wasm::TypeIndex>(index);
  return type;
}

Result<MemArg> read_memarg(ByteReader& reader) {
  MemArg arg;
  const uint64_t begin = reader.offset();
  TRY_ASSIGN(arg.align, reader.u32());
  if (arg.align >= 0x80) return std::unexpected(error_at(ErrorCode::BadMemArg, {begin, reader.offset()}));
  if (arg.align & 0x40) {
    arg.align &= 0x3F;
    TRY_ASSIGN(arg.memory, reader.u32());
  }
  TRY_ASSIGN(arg.offset, reader.u64());
  return arg;
}

Result<void> skip_u32s(ByteReader& reader, uint64_t count) {
  if (count > reader.left()) return std::unexpected(reader.end_error());
  for (uint64_t i = 0; i < count; ++i) TRY(reader.u32());
  return {};
}

Result<void> read_catches(ByteReader& reader, Instruction& in) {
  TRY_ASSIGN(in.count, reader.u32());
  if (in.count > reader.left()) return std::unexpected(reader.end_error());
  in.list.begin = reader.offset();
  for (uint32_t i = 0; i < in.count; ++i) {
    const uint64_t begin = reader.offset();
    TRY_ASSIGN(const uint8_t kind, reader.byte());
    if (kind > 3) return std::unexpected(error_at(ErrorCode::BadCatch, {begin, begin + 1}));
    if (kind < 2) TRY(reader.u32());
    TRY(reader.u32());
  }
  in.list.end = reader.offset();
  return {};
}

// (on $tag label) or (on $tag switch)
Result<void> read_handlers(ByteReader& reader, Instruction& in) {
  TRY_ASSIGN(in.count, reader.u32());
  if (in.count > reader.left()) return std::unexpected(reader.end_error());
  in.list.begin = reader.offset();
  for (uint32_t i = 0; i < in.count; ++i) {
    const uint64_t begin = reader.offset();
    TRY_ASSIGN(const uint8_t kind, reader.byte());
    if (kind > 1) return std::unexpected(error_at(ErrorCode::BadImmediate, {begin, begin + 1}, "handler"));
    TRY(reader.u32());
    if (kind == 0) TRY(reader.u32());
  }
  in.list.end = reader.offset();
  return {};
}

template <class T>
Result<void> assign(T& target, Result<T> value) {
  if (!value) return std::unexpected(std::move(value).error());
  target = std::move(*value);
  return {};
}

Result<void> read_immediates(ByteReader& reader, Instruction& in) {
  switch (kImmediates[static_cast<size_t>(in.op)]) {
    case Imm::None: return {};
    case Imm::BlockType: TRY(assign(in.block, read_block_type(reader))); return {};
    case Imm::Label:
    case Imm::DelegateLabel:
    case Imm::Func:
    case Imm::Type:
    case Imm::Local:
    case Imm::Global:
    case Imm::Table:
    case Imm::Data:
    case Imm::Elem:
    case Imm::Memory:
    case Imm::Tag: TRY(assign(in.index, reader.u32())); return {};
    case Imm::TypeTable:
    case Imm::TableTable:
    case Imm::MemoryMemory:
    case Imm::DataMemory:
    case Imm::ElemTable:
    case Imm::TypeField:
    case Imm::TypeData:
    case Imm::TypeElem:
    case Imm::TypeType:
    case Imm::ContTag: TRY(assign(in.index, reader.u32())); TRY(assign(in.index2, reader.u32())); return {};
    case Imm::TypeLen: TRY(assign(in.index, reader.u32())); TRY(assign(in.count, reader.u32())); return {};
    case Imm::LabelTable:
      TRY(assign(in.count, reader.u32()));
      in.list.begin = reader.offset();
      TRY(skip_u32s(reader, in.count));
      TRY(assign(in.index, reader.u32()));   // the default
      in.list.end = reader.offset();
      return {};
    case Imm::Types:
      TRY(assign(in.count, reader.u32()));
      if (in.count > reader.left()) return std::unexpected(reader.end_error());
      in.list.begin = reader.offset();
      for (uint32_t i = 0; i < in.count; ++i) TRY(reader.val_type());
      in.list.end = reader.offset();
      return {};
    case Imm::MemArg: TRY(assign(in.memarg, read_memarg(reader))); return {};
    case Imm::MemArgLane:
      TRY(assign(in.memarg, read_memarg(reader)));
      TRY(assign(in.lane, reader.byte()));
      return {};
    case Imm::Lane: TRY(assign(in.lane, reader.byte())); return {};
    case Imm::I32: {
      TRY_ASSIGN(const int32_t value, reader.s32());
      in.bits = static_cast<uint32_t>(value);
      return {};
    }
    case Imm::I64: {
      TRY_ASSIGN(const int64_t value, reader.s64());
      in.bits = static_cast<uint64_t>(value);
      return {};
    }
    case Imm::F32: {
      TRY_ASSIGN(const uint8_t* bytes, reader.skip(4));
      uint32_t bits;
      std::memcpy(&bits, bytes, 4);
      in.bits = bits;
      return {};
    }
    case Imm::F64: {
      TRY_ASSIGN(const uint8_t* bytes, reader.skip(8));
      std::memcpy(&in.bits, bytes, 8);
      return {};
    }
    case Imm::V128:
    case Imm::Shuffle: TRY(assign(in.bytes, reader.skip(16))); return {};
    case Imm::HeapType: {
      // ref.test and ref.cast exist in a nullable and a non-null form; ref.null is nullable by nature.
      const bool nullable = in.op != Op::RefTest && in.op != Op::RefCast;
      TRY(assign(in.type, reader.heap_type(nullable)));
      return {};
    }
    case Imm::CastFlags: {
      const uint64_t begin = reader.offset();
      TRY_ASSIGN(const uint8_t flags, reader.byte());
      if (flags > 3) return std::unexpected(error_at(ErrorCode::BadImmediate, {begin, begin + 1}, "cast flags"));
      TRY(assign(in.index, reader.u32()));
      TRY(assign(in.type2, reader.heap_type((flags & 1) != 0)));
      TRY(assign(in.type, reader.heap_type((flags & 2) != 0)));
      return {};
    }
    case Imm::Fence: {
      const uint64_t begin = reader.offset();
      TRY_ASSIGN(const uint8_t zero, reader.byte());
      if (zero != 0) return std::unexpected(error_at(ErrorCode::ZeroByteExpected, {begin, begin + 1}));
      return {};
    }
    case Imm::TryTable:
      TRY(assign(in.block, read_block_type(reader)));
      return read_catches(reader, in);
    case Imm::Resume:
    case Imm::ResumeThrowRef: TRY(assign(in.index, reader.u32())); return read_handlers(reader, in);
    case Imm::ResumeThrow:
      TRY(assign(in.index, reader.u32()));
      TRY(assign(in.index2, reader.u32()));
      return read_handlers(reader, in);
  }
  return {};
}

}  // namespace

Result<bool> InstructionReader::next(Instruction& instruction) {
  if (at_ >= end_) return false;
  ByteReader reader(file_, {at_, end_});
  const uint8_t first = reader.peek();
  TRY(reader.byte());
  uint16_t op = kPlainOps[first];
  if (op == kNone) {
    if (first < 0xFB || first > 0xFE) return std::unexpected(bad_opcode(at_, at_ + 1, 0, first));
    TRY_ASSIGN(const uint32_t code, reader.u32());
    op = static_cast<uint16_t>(wasm::op_from_code(first, code));
    if (op == kNone) return std::unexpected(bad_opcode(at_, reader.offset(), first, code));
  }
  instruction.op = static_cast<Op>(op);
  instruction.pc = static_cast<uint32_t>(at_);
  TRY(read_immediates(reader, instruction));
  instruction.length = static_cast<uint32_t>(reader.offset() - at_);
  at_ = reader.offset();
  return true;
}

std::optional<uint32_t> LabelReader::next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  ByteReader reader(file_, {at_, file_.size()});
  const auto label = reader.u32();
  at_ = reader.offset();
  return label ? std::optional(*label) : std::nullopt;
}

std::optional<wasm::ValType> TypeReader::next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  ByteReader reader(file_, {at_, file_.size()});
  const auto type = reader.val_type();
  at_ = reader.offset();
  return type ? std::optional(*type) : std::nullopt;
}

std::optional<CatchClause> CatchReader::next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  ByteReader reader(file_, {at_, file_.size()});
  CatchClause clause;
  const auto kind = reader.byte();
  if (!kind) return std::nullopt;
  clause.kind = static_cast<CatchClause::Kind>(*kind);
  if (*kind < 2) {
    const auto tag = reader.u32();
    if (!tag) return std::nullopt;
    clause.tag = *tag;
  }
  const auto label = reader.u32();
  if (!label) return std::nullopt;
  clause.label = *label;
  at_ = reader.offset();
  return clause;
}

}  // namespace wasmscope::binary
