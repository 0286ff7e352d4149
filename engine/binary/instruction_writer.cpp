// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/instruction_writer.h"

#include "engine/base/leb128.h"
#include "engine/base/try.h"
#include "engine/wasm/type_codes.h"

namespace wasmscope::binary {
namespace {

using wasm::Imm;

void append_fixed(std::vector<uint8_t>& out, uint64_t bits, int count) {
  for (int i = 0; i < count; ++i) out.push_back(static_cast<uint8_t>(bits >> (8 * i)));
}

// Handlers of resume: a tag with a label, or a tag that switches.
void append_handlers(std::vector<uint8_t>& out, Bytes file, const Instruction& in) {
  const uint8_t* at = file.data() + in.list.begin;
  const uint8_t* const end = file.data() + in.list.end;
  uint32_t count = 0;   // the list begins with it
  CHECK(read_leb(at, end, count) == LebStatus::Ok);
  append_unsigned_leb(out, count);
  for (uint32_t i = 0; i < count; ++i) {
    const uint8_t kind = *at++;
    out.push_back(kind);
    for (int operands = kind == 0 ? 2 : 1; operands > 0; --operands) {
      uint32_t index = 0;
      CHECK(read_leb(at, end, index) == LebStatus::Ok);
      append_unsigned_leb(out, index);
    }
  }
}

void append_immediate(std::vector<uint8_t>& out, Bytes file, const Instruction& in) {
  switch (wasm::info(in.op).imm) {
    case Imm::None: return;
    case Imm::BlockType: return append_block_type(out, in.block);
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
    case Imm::DelegateLabel: return append_unsigned_leb(out, in.index);
    case Imm::LabelTable: {
      append_unsigned_leb(out, in.count);
      LabelReader labels(file, in);
      while (const auto label = labels.next()) append_unsigned_leb(out, *label);
      return;
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
    case Imm::ContTag:
      append_unsigned_leb(out, in.index);
      append_unsigned_leb(out, in.index2);
      return;
    case Imm::TypeLen:
      append_unsigned_leb(out, in.index);
      append_unsigned_leb(out, in.count);
      return;
    case Imm::Types: {
      append_unsigned_leb(out, in.count);
      TypeReader types(file, in);
      while (const auto type = types.next()) wasm::append_value_type(out, *type);
      return;
    }
    case Imm::MemArg: return append_memarg(out, in.memarg);
    case Imm::MemArgLane:
      append_memarg(out, in.memarg);
      out.push_back(in.lane);
      return;
    case Imm::I32: return append_signed_leb(out, static_cast<int32_t>(in.bits));
    case Imm::I64: return append_signed_leb(out, static_cast<int64_t>(in.bits));
    case Imm::F32: return append_fixed(out, in.bits, 4);
    case Imm::F64: return append_fixed(out, in.bits, 8);
    case Imm::V128:
    case Imm::Shuffle: out.insert(out.end(), in.bytes, in.bytes + 16); return;
    case Imm::Lane: out.push_back(in.lane); return;
    case Imm::HeapType: return wasm::append_heap_type(out, in.type);
    case Imm::TryTable: {
      append_block_type(out, in.block);
      append_unsigned_leb(out, in.count);
      CatchReader clauses(file, in);
      while (const auto clause = clauses.next()) {
        out.push_back(static_cast<uint8_t>(clause->kind));
        if (clause->kind == CatchClause::Kind::Catch || clause->kind == CatchClause::Kind::CatchRef)
          append_unsigned_leb(out, clause->tag);
        append_unsigned_leb(out, clause->label);
      }
      return;
    }
    case Imm::CastFlags:
      out.push_back(static_cast<uint8_t>((in.type2.nullable ? 1 : 0) | (in.type.nullable ? 2 : 0)));
      append_unsigned_leb(out, in.index);
      wasm::append_heap_type(out, in.type2);
      wasm::append_heap_type(out, in.type);
      return;
    case Imm::Fence: out.push_back(0); return;
    case Imm::Resume:
    case Imm::ResumeThrow:
    case Imm::ResumeThrowRef:
      append_unsigned_leb(out, in.index);
      if (wasm::info(in.op).imm == Imm::ResumeThrow) append_unsigned_leb(out, in.index2);
      return append_handlers(out, file, in);
  }
}

}  // namespace

void append_opcode(std::vector<uint8_t>& out, wasm::Op op) {
  const wasm::OpInfo& row = wasm::info(op);
  if (row.prefix == 0) return out.push_back(static_cast<uint8_t>(row.code));
  out.push_back(row.prefix);
  append_unsigned_leb(out, row.code);
}

void append_block_type(std::vector<uint8_t>& out, const BlockType& block) {
  constexpr uint8_t kEmptyBlock = 0x40;
  switch (block.form) {
    case BlockType::Form::Empty: return out.push_back(kEmptyBlock);
    case BlockType::Form::Value: return wasm::append_value_type(out, block.value);
    case BlockType::Form::Type: return append_signed_leb(out, block.type);
  }
}

void append_memarg(std::vector<uint8_t>& out, const MemArg& memarg) {
  constexpr uint32_t kHasMemory = 1 << 6;
  append_unsigned_leb(out, memarg.align | (memarg.memory != 0 ? kHasMemory : 0));
  if (memarg.memory != 0) append_unsigned_leb(out, memarg.memory);
  append_unsigned_leb(out, memarg.offset);
}

void append_instruction(std::vector<uint8_t>& out, Bytes file, const Instruction& instruction) {
  append_opcode(out, instruction.op);
  append_immediate(out, file, instruction);
}

}  // namespace wasmscope::binary
