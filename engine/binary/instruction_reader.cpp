// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/instruction_reader.h"

#include <array>
#include <bit>
#include <cstring>

#include "engine/base/leb128.h"
#include "engine/base/try.h"
#include "engine/wasm/limits.h"
#include "engine/wasm/type_codes.h"

namespace wasmscope::binary {
namespace {

using wasm::Imm;
using wasm::Op;

struct Row {
  Op op = Op::Count_;
  Imm imm = Imm::None;
};
struct TableRow {
  uint8_t prefix;
  uint32_t code;
  Row row;
};
constexpr TableRow kTable[] = {
#define OP(Name, text, prefix, code, imm, ...) {prefix, code, {Op::Name, Imm::imm}},
#include "engine/wasm/opcodes.def"
};

template <uint8_t Prefix, size_t Size>
consteval std::array<Row, Size> make_page() {
  std::array<Row, Size> page{};
  for (const TableRow& entry : kTable)
    if (entry.prefix == Prefix) page[entry.code] = entry.row;   // too small a page does not compile
  return page;
}
constexpr auto kPlain = make_page<0, 256>();
constexpr auto kFb = make_page<0xFB, 0x40>();
constexpr auto kFc = make_page<0xFC, 0x20>();
constexpr auto kFd = make_page<0xFD, 0x120>();
constexpr auto kFe = make_page<0xFE, 0x80>();

constexpr uint8_t kEmptyBlock = 0x40;
// Bits of a little-endian word, first byte lowest.
constexpr uint32_t kSecondIsLong = 0x80 << 8, kThirdIsLong = 0x80 << 16, kHasMemoryIndex = 0x40 << 8;

consteval std::array<ShortForm, 256> make_short_forms() {
  std::array<ShortForm, 256> forms{};
  for (uint32_t code = 0; code < 256; ++code) {
    ShortForm& form = forms[code];
    form.op = kPlain[code].op;
    form.length = 2;
    switch (kPlain[code].imm) {
      case Imm::None: form.length = 1; break;
      case Imm::Label:
      case Imm::Func:
      case Imm::Type:
      case Imm::Local:
      case Imm::Global:
      case Imm::Table:
      case Imm::Memory:
      case Imm::Tag:
      case Imm::I64: form.long_bits = kSecondIsLong; break;
      case Imm::I32:
        form.long_bits = kSecondIsLong;
        form.bits_shift = 32;
        break;
      case Imm::MemArg:
        form.long_bits = kSecondIsLong | kHasMemoryIndex | kThirdIsLong;
        form.length = 3;
        break;
      case Imm::BlockType:
        form.long_bits = 0xFF << 8;
        form.plain = kEmptyBlock << 8;
        break;
      default: form.op = Op::Count_;
    }
    if (form.op == Op::Count_) form.long_bits = 0xFF;   // never like `plain`: none of these opcodes is zero
  }
  return forms;
}
template <size_t Size>
Row find_row(const std::array<Row, Size>& page, uint32_t code) {
  return code < Size ? page[code] : Row{};
}

// Every read answers false when it fails, and then `code` and `at` say what and where.
struct Cursor {
  const uint8_t* at;
  const uint8_t* end;
  ErrorCode code = ErrorCode::UnexpectedEnd;

  bool fail(ErrorCode what) {
    code = what;
    return false;
  }
  bool fail(LebStatus status) {
    return fail(status == LebStatus::TooLong    ? ErrorCode::LebTooLong
                : status == LebStatus::TooLarge ? ErrorCode::LebTooLarge
                                                : ErrorCode::UnexpectedEnd);
  }
  bool fail(wasm::TypeStatus status, ErrorCode malformed) {
    return fail(status == wasm::TypeStatus::LebTooLong      ? ErrorCode::LebTooLong
                : status == wasm::TypeStatus::LebTooLarge   ? ErrorCode::LebTooLarge
                : status == wasm::TypeStatus::UnexpectedEnd ? ErrorCode::UnexpectedEnd
                                                            : malformed);
  }
  size_t left() const { return static_cast<size_t>(end - at); }

  bool byte(uint8_t& value) {
    if (at == end) return fail(ErrorCode::UnexpectedEnd);
    value = *at++;
    return true;
  }
  [[gnu::noinline]] bool u32_slow(uint32_t& value) {
    const LebStatus status = read_leb(at, end, value);
    return status == LebStatus::Ok || fail(status);
  }
  bool u32(uint32_t& value) {
    if (at != end && *at < 0x80) [[likely]] {
      value = *at++;
      return true;
    }
    return u32_slow(value);
  }
  template <class T>
  bool leb(T& value) {
    const LebStatus status = read_leb(at, end, value);
    return status == LebStatus::Ok || fail(status);
  }
  template <class T>
  bool fixed(uint64_t& bits) {
    if (left() < sizeof(T)) return fail(ErrorCode::UnexpectedEnd);
    T value;
    std::memcpy(&value, at, sizeof(T));
    at += sizeof(T);
    bits = value;
    return true;
  }
  bool bytes16(const uint8_t*& bytes) {
    if (left() < 16) return fail(ErrorCode::UnexpectedEnd);
    bytes = at;
    at += 16;
    return true;
  }
  bool value_type(wasm::ValType& type) {
    const wasm::TypeStatus status = wasm::read_value_type(at, end, type);
    return status == wasm::TypeStatus::Ok || fail(status, ErrorCode::BadType);
  }
  bool heap_type(bool nullable, wasm::ValType& type) {
    const wasm::TypeStatus status = wasm::read_heap_type(at, end, nullable, type);
    return status == wasm::TypeStatus::Ok || fail(status, ErrorCode::BadType);
  }
  // Items of at least `item_bytes` bytes each follow.
  bool count(uint32_t& value, uint64_t most, size_t item_bytes = 1) {
    if (!u32(value)) return false;
    if (value > left() / item_bytes) return fail(ErrorCode::UnexpectedEnd);
    return value <= most || fail(ErrorCode::LimitExceeded);
  }

  bool block_type(BlockType& block) {
    if (at == end) return fail(ErrorCode::UnexpectedEnd);
    const uint8_t first = *at;
    if (first == kEmptyBlock) {
      ++at;
      block.form = BlockType::Form::Empty;
      return true;
    }
    // Negative one-byte numbers are value types, all others type indices.
    if (first > kEmptyBlock && first < 0x80) {
      const wasm::TypeStatus status = wasm::read_value_type(at, end, block.value);
      block.form = BlockType::Form::Value;
      return status == wasm::TypeStatus::Ok || fail(status, ErrorCode::BadBlockType);
    }
    int64_t index = 0;
    const uint8_t* p = at;
    if (const LebStatus status = read_leb<int64_t, 33>(p, end, index); status != LebStatus::Ok) return fail(status);
    if (index < 0) return fail(ErrorCode::BadBlockType);
    at = p;
    block.form = BlockType::Form::Type;
    block.type = static_cast<wasm::TypeIndex>(index);
    return true;
  }

  bool memarg(MemArg& memarg) {
    constexpr uint32_t kHasMemory = 1 << 6;
    if (left() >= 2 && at[0] < kHasMemory && at[1] < 0x80) [[likely]] {
      memarg.align = at[0];
      memarg.memory = 0;
      memarg.offset = at[1];
      at += 2;
      return true;
    }
    const uint8_t* const begin = at;
    uint32_t flags = 0;
    if (!u32(flags)) return false;
    if (flags >= 2 * kHasMemory) {
      at = begin;
      return fail(ErrorCode::BadMemArg);
    }
    memarg.align = flags & (kHasMemory - 1);
    memarg.memory = 0;
    if ((flags & kHasMemory) != 0 && !u32(memarg.memory)) return false;
    return leb(memarg.offset);
  }

  bool catch_clause(CatchClause& clause) {
    uint8_t kind = 0;
    if (!byte(kind)) return false;
    if (kind > 3) {
      --at;
      return fail(ErrorCode::BadCatch);
    }
    clause.kind = static_cast<CatchClause::Kind>(kind);
    return (kind > 1 || u32(clause.tag)) && u32(clause.label);
  }
  // Of resume: a tag with a label, or a tag that switches.
  bool handlers(uint32_t& count_out) {
    if (!count(count_out, wasm::kMaxCatches, 2)) return false;
    for (uint32_t i = 0; i < count_out; ++i) {
      uint8_t kind = 0;
      uint32_t tag = 0, label = 0;
      if (!byte(kind)) return false;
      if (kind > 1) {
        --at;
        return fail(ErrorCode::BadImmediate);
      }
      if (!u32(tag) || (kind == 0 && !u32(label))) return false;
    }
    return true;
  }
};

bool is_nullable(Op op) {
  return op == Op::RefNull || op == Op::RefTestNull || op == Op::RefCastNull || op == Op::RefCastDescEqNull;
}

// The rarer shapes, out of the way of the common ones.
[[gnu::noinline]] bool read_rare(Cursor& c, Imm imm, Instruction& in, const uint8_t* file) {
  const auto offset = [&] { return static_cast<uint64_t>(c.at - file); };
  switch (imm) {
    case Imm::LabelTable: {
      if (!c.count(in.count, wasm::kMaxBranchTable)) return false;
      in.list.begin = offset();
      for (uint32_t i = 0; i <= in.count; ++i)
        if (!c.u32(in.index)) return false;   // ends up as the default
      in.list.end = offset();
      return true;
    }
    case Imm::Types: {
      if (!c.count(in.count, wasm::kMaxParams)) return false;
      in.list.begin = offset();
      wasm::ValType type;
      for (uint32_t i = 0; i < in.count; ++i)
        if (!c.value_type(type)) return false;
      in.list.end = offset();
      return true;
    }
    case Imm::TryTable: {
      if (!c.block_type(in.block) || !c.count(in.count, wasm::kMaxCatches, 2)) return false;
      in.list.begin = offset();
      CatchClause clause;
      for (uint32_t i = 0; i < in.count; ++i)
        if (!c.catch_clause(clause)) return false;
      in.list.end = offset();
      return true;
    }
    case Imm::TypeTable:
    case Imm::TableTable:
    case Imm::MemoryMemory:
    case Imm::DataMemory:
    case Imm::ElemTable:
    case Imm::TypeField:
    case Imm::TypeData:
    case Imm::TypeElem:
    case Imm::TypeType:
    case Imm::ContTag: return c.u32(in.index) && c.u32(in.index2);
    case Imm::TypeLen: return c.u32(in.index) && c.u32(in.count);
    case Imm::MemArgLane: return c.memarg(in.memarg) && c.byte(in.lane);
    case Imm::V128:
    case Imm::Shuffle: return c.bytes16(in.bytes);
    case Imm::Lane: return c.byte(in.lane);
    case Imm::HeapType: return c.heap_type(is_nullable(in.op), in.type);
    case Imm::CastFlags: {
      uint8_t flags = 0;
      if (!c.byte(flags)) return false;
      if (flags > 3) {
        --c.at;
        return c.fail(ErrorCode::BadImmediate);
      }
      return c.u32(in.index) && c.heap_type((flags & 1) != 0, in.type2) && c.heap_type((flags & 2) != 0, in.type);
    }
    case Imm::Fence: {
      uint8_t zero = 0;
      if (!c.byte(zero)) return false;
      if (zero != 0) --c.at;
      return zero == 0 || c.fail(ErrorCode::ZeroByteExpected);
    }
    case Imm::Resume:
    case Imm::ResumeThrow:
    case Imm::ResumeThrowRef: {
      if (!c.u32(in.index) || (imm == Imm::ResumeThrow && !c.u32(in.index2))) return false;
      in.list.begin = offset();
      if (!c.handlers(in.count)) return false;
      in.list.end = offset();
      return true;
    }
    default: return true;
  }
}

bool read_row(Cursor& c, Row& row) {
  const uint8_t first = *c.at++;
  row = kPlain[first];
  if (row.op != Op::Count_) return true;
  if (first < 0xFB || first > 0xFE) {
    --c.at;
    return c.fail(ErrorCode::BadOpcode);
  }
  const uint8_t* const begin = c.at;
  uint32_t code = 0;
  if (!c.u32(code)) return false;
  switch (first) {
    case 0xFB: row = find_row(kFb, code); break;
    case 0xFC: row = find_row(kFc, code); break;
    case 0xFD: row = find_row(kFd, code); break;
    default: row = find_row(kFe, code); break;
  }
  if (row.op != Op::Count_) return true;
  c.at = begin - 1;
  return c.fail(ErrorCode::BadOpcode);
}

bool read_instruction(Cursor& c, Instruction& in, const uint8_t* file) {
  Row row;
  if (!read_row(c, row)) return false;
  in.op = row.op;
  switch (row.imm) {
    case Imm::None: return true;
    case Imm::Label:
    case Imm::Func:
    case Imm::Type:
    case Imm::Local:
    case Imm::Global:
    case Imm::Table:
    case Imm::Memory:
    case Imm::Data:
    case Imm::Elem:
    case Imm::Tag:
    case Imm::DelegateLabel: return c.u32(in.index);
    case Imm::I32: {
      int32_t value = 0;
      if (!c.leb(value)) return false;
      in.bits = static_cast<uint32_t>(value);
      return true;
    }
    case Imm::I64: {
      int64_t value = 0;
      if (!c.leb(value)) return false;
      in.bits = static_cast<uint64_t>(value);
      return true;
    }
    case Imm::MemArg: return c.memarg(in.memarg);
    case Imm::BlockType: return c.block_type(in.block);
    case Imm::F32: return c.fixed<uint32_t>(in.bits);
    case Imm::F64: return c.fixed<uint64_t>(in.bits);
    default: return read_rare(c, row.imm, in, file);
  }
}

[[gnu::cold, gnu::noinline]] Error read_error(const Cursor& c, uint32_t pc, const uint8_t* file) {
  const uint64_t at = static_cast<uint64_t>(c.at - file);
  std::string detail;
  if (c.code == ErrorCode::BadOpcode) {
    constexpr const char* kDigits = "0123456789abcdef";
    for (uint64_t i = pc; i < pc + (file[pc] >= 0xFB ? 2u : 1u) && file + i != c.end; ++i) {
      if (!detail.empty()) detail += ' ';
      detail += kDigits[file[i] >> 4];
      detail += kDigits[file[i] & 15];
    }
  }
  const uint64_t end = c.code == ErrorCode::BadOpcode ? at + (detail.size() + 1) / 3 : at + (c.at != c.end ? 1 : 0);
  return error_at(c.code, {at, end}, std::move(detail));
}

// Lists on instructions that decoded: reading again cannot fail.
Cursor cursor_at(Bytes file, uint64_t at) { return {file.data() + at, file.data() + file.size()}; }

}  // namespace

static_assert(std::endian::native == std::endian::little);

constinit const std::array<ShortForm, 256> kShortForms = make_short_forms();

Result<bool> InstructionReader::next_long(Instruction& instruction) {
  if (at_ == end_) return false;
  const uint8_t* const file = file_.data();
  Cursor c{file + at_, file + end_};
  instruction.pc = static_cast<uint32_t>(at_);
  if (!read_instruction(c, instruction, file)) [[unlikely]]
    return std::unexpected(read_error(c, instruction.pc, file));
  const uint64_t after = static_cast<uint64_t>(c.at - file);
  instruction.length = static_cast<uint32_t>(after - at_);
  at_ = after;
  return true;
}

bool InstructionReader::next_valid_long(Instruction& instruction) {
  const auto more = next_long(instruction);
  CHECK(more.has_value());
  return *more;
}

std::optional<uint32_t> LabelReader::next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  Cursor c = cursor_at(file_, at_);
  uint32_t label = 0;
  CHECK(c.u32(label));
  at_ = static_cast<uint64_t>(c.at - file_.data());
  return label;
}

std::optional<wasm::ValType> TypeReader::next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  Cursor c = cursor_at(file_, at_);
  wasm::ValType type;
  CHECK(c.value_type(type));
  at_ = static_cast<uint64_t>(c.at - file_.data());
  return type;
}

std::optional<CatchClause> CatchReader::next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  Cursor c = cursor_at(file_, at_);
  CatchClause clause;
  CHECK(c.catch_clause(clause));
  at_ = static_cast<uint64_t>(c.at - file_.data());
  return clause;
}

}  // namespace wasmscope::binary
