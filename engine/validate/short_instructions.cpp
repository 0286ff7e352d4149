// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/short_instructions.h"

#include <bit>
#include <cstring>

#include "engine/validate/function_validator.h"

namespace wasmscope::validate {
namespace {

using wasm::Imm;
using wasm::Kind;
using wasm::Op;
using wasm::ValType;
using Form = ShortRule::Form;

// Opcode, and as many bytes of a number as fit into a word.
constexpr uint32_t kMostBytes = 8, kMostLeb32Bytes = 4;
// The longest is f64.const.
constexpr uint64_t kLongestBytes = 9;
constexpr uint8_t kEmptyBlock = 0x40;

constexpr uint64_t bits(ValType type) { return std::bit_cast<uint64_t>(type); }
constexpr uint64_t bits(Kind kind) { return std::bit_cast<uint64_t>(ValType{kind}); }

Form form_of_special(Op op) {
  switch (op) {
    case Op::LocalGet: return Form::LocalGet;
    case Op::LocalSet: return Form::LocalSet;
    case Op::LocalTee: return Form::LocalTee;
    case Op::GlobalGet: return Form::GlobalGet;
    case Op::GlobalSet: return Form::GlobalSet;
    case Op::Drop: return Form::Drop;
    case Op::Select: return Form::Select;
    case Op::Block: return Form::Block;
    case Op::Loop: return Form::Loop;
    case Op::If: return Form::If;
    case Op::End: return Form::End;
    case Op::Br: return Form::Br;
    case Op::BrIf: return Form::BrIf;
    case Op::Call: return Form::Call;
    default: return Form::Long;
  }
}

ShortRule make_short_rule(const wasm::OpInfo& row, Op op, const Rule& rule, Kind address) {
  ShortRule out;
  out.natural_align = rule.natural_align;
  out.length = 1;
  switch (rule.form) {
    case Rule::Form::Push:
      out.result = rule.types[0];
      out.form = row.imm == Imm::I32 || row.imm == Imm::I64 ? Form::Constant : Form::Push;
      if (row.imm == Imm::I32) out.length = 1 + kMostLeb32Bytes;
      if (row.imm == Imm::I64) out.length = kMostBytes;
      if (row.imm == Imm::F32) out.length = 5;
      if (row.imm == Imm::F64) out.length = 9;
      break;
    case Rule::Form::Unary: out = {Form::Unary, 1, 0, rule.types[0], Kind::Bottom, rule.types[1]}; break;
    case Rule::Form::Binary: out = {Form::Binary, 1, 0, rule.types[0], rule.types[1], rule.types[2]}; break;
    case Rule::Form::Load:
      if (address != Kind::Bottom) out = {Form::Load, 0, rule.natural_align, address, Kind::Bottom, rule.types[1]};
      break;
    case Rule::Form::Access:
      if (address != Kind::Bottom && rule.pops == 2 && rule.pushes == 0)
        out = {Form::Store, 0, rule.natural_align, address, rule.types[1], Kind::Bottom};
      break;
    case Rule::Form::LocalGet:
    case Rule::Form::LocalSet:
    case Rule::Form::LocalTee:
    case Rule::Form::Special: out.form = form_of_special(op); break;
    default: break;
  }
  return out;
}

// Bytes of the LEB128 number in the upper seven of the word, past seven when it does not end there.
uint32_t leb_length(uint64_t word) {
  const uint64_t ends = ~word & 0x8080'8080'8080'8000;
  return static_cast<uint32_t>(std::countr_zero(ends)) / 8;
}

}  // namespace

ShortRules make_short_rules(const std::array<Rule, wasm::kOpCount>& rules, Kind address) {
  ShortRules out;
  for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
    const Op op = static_cast<Op>(i);
    const wasm::OpInfo& row = wasm::info(op);
    if (row.prefix == 0) out[row.code] = make_short_rule(row, op, rules[i], address);
  }
  return out;
}

// Everything is checked before anything is changed: an instruction that fails a check is looked at again by the
// long way, as if this function did not exist.
uint64_t FunctionValidator::validate_short_instructions(uint64_t begin, uint64_t end) {
  if (mode_ == Mode::Constant || end - begin < kLongestBytes) return begin;
  const uint8_t* const file = module_.bytes.data();
  const uint8_t* at = file + begin;
  const uint8_t* const last = file + (end - kLongestBytes);
  const ShortRules& rules = context_.short_rules();
  const ValType* const locals = locals_.data();
  const size_t local_count = has_non_defaultable_ ? 0 : locals_.size();
  ValType* const operands = operands_.data();
  const ValType* const limit = operands + operands_.size();
  ValType* top = operands + height_;
  ValType* base = operands + base_;

  while (at <= last) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    const ShortRule rule = rules[word & 0xFF];
    // An index of one or two bytes.
    uint32_t index = word >> 8 & 0xFF, length = 2;
    const auto read_index = [&] {
      if (index < 0x80) return true;
      const uint32_t high = word >> 16 & 0xFF;
      index = (index & 0x7F) | high << 7;
      length = 3;
      return high < 0x80;
    };
    const auto has_access = [&] {
      length = leb_length(word >> 8) + 2;
      return index <= rule.natural_align && length <= 2 + kMostLeb32Bytes;
    };
    switch (rule.form) {
      case Form::Constant:
        length = leb_length(word) + 1;
        if (length > rule.length || top == limit) goto leave;
        *top++ = ValType{rule.result};
        at += length;
        continue;
      case Form::Push:
        if (top == limit) goto leave;
        *top++ = ValType{rule.result};
        at += rule.length;
        continue;
      case Form::Unary:
        if (top == base || bits(top[-1]) != bits(rule.first)) goto leave;
        top[-1] = ValType{rule.result};
        ++at;
        continue;
      case Form::Binary:
        if (top - base < 2 || bits(top[-1]) != bits(rule.second) || bits(top[-2]) != bits(rule.first)) goto leave;
        top[-2] = ValType{rule.result};
        --top;
        ++at;
        continue;
      case Form::Load:
        if (top == base || bits(top[-1]) != bits(rule.first) || !has_access()) goto leave;
        top[-1] = ValType{rule.result};
        at += length;
        continue;
      case Form::Store:
        if (top - base < 2 || bits(top[-1]) != bits(rule.second) || bits(top[-2]) != bits(rule.first) || !has_access())
          goto leave;
        top -= 2;
        at += length;
        continue;
      case Form::LocalGet:
        if (!read_index() || index >= local_count || top == limit) goto leave;
        *top++ = locals[index];
        at += length;
        continue;
      case Form::LocalSet:
        if (!read_index() || index >= local_count || top == base || bits(top[-1]) != bits(locals[index])) goto leave;
        --top;
        at += length;
        continue;
      case Form::LocalTee:
        if (!read_index() || index >= local_count || top == base || bits(top[-1]) != bits(locals[index])) goto leave;
        at += length;
        continue;
      case Form::GlobalGet:
        if (!read_index() || index >= module_.globals.size() || top == limit) goto leave;
        *top++ = module_.globals[index].type.type;
        at += length;
        continue;
      case Form::GlobalSet: {
        if (!read_index() || index >= module_.globals.size() || top == base) goto leave;
        const wasm::GlobalType& global = module_.globals[index].type;
        if (global.mutability != wasm::Mutability::Var || bits(top[-1]) != bits(global.type)) goto leave;
        --top;
        at += length;
        continue;
      }
      case Form::Drop:
        if (top == base) goto leave;
        --top;
        ++at;
        continue;
      case Form::Select:
        if (top - base < 3 || bits(top[-1]) != bits(Kind::I32) || bits(top[-2]) != bits(top[-3]) || !top[-2].is_num())
          goto leave;
        top -= 2;
        ++at;
        continue;
      case Form::If:
        if (top == base || bits(top[-1]) != bits(Kind::I32) || index != kEmptyBlock) goto leave;
        --top;
        [[fallthrough]];
      case Form::Block:
      case Form::Loop: {
        if (index != kEmptyBlock) goto leave;
        const Op op = rule.form == Form::Block ? Op::Block : rule.form == Form::Loop ? Op::Loop : Op::If;
        frames_.push_back({.op = op,
                           .height = static_cast<uint32_t>(top - operands),
                           .inits = static_cast<uint32_t>(initialised_.size())});
        base = top;
        at += 2;
        continue;
      }
      case Form::End: {
        const Frame& frame = frames_.back();
        // The body's own end is the long way's.
        if (frame.type != nullptr || frame.value.kind != Kind::Bottom || top != base || has_non_defaultable_ ||
            frames_.size() == 1)
          goto leave;
        frames_.pop_back();
        base = operands + frames_.back().height;
        ++at;
        continue;
      }
      case Form::Br:
      case Form::BrIf: {
        if (!read_index() || index >= frames_.size() || !frame_at(index).label_types().empty()) goto leave;
        if (rule.form == Form::Br) {
          top = base;
          frames_.back().is_unreachable = true;
        } else {
          if (top == base || bits(top[-1]) != bits(Kind::I32)) goto leave;
          --top;
        }
        at += length;
        continue;
      }
      case Form::Call: {
        if (!read_index() || index >= module_.funcs.size()) goto leave;
        const wasm::FuncType& type = module_.func_type(index);
        const size_t pops = type.params.size(), pushes = type.results.size();
        if (static_cast<size_t>(top - base) < pops || static_cast<size_t>(limit - top) < pushes) goto leave;
        ValType* const arguments = top - pops;
        for (size_t i = 0; i < pops; ++i)
          if (bits(arguments[i]) != bits(type.params[i])) goto leave;
        top = arguments;
        for (const ValType result : type.results) *top++ = result;
        at += length;
        continue;
      }
      case Form::Long: goto leave;
    }
  }
leave:
  height_ = static_cast<size_t>(top - operands);
  base_ = static_cast<size_t>(base - operands);
  return static_cast<uint64_t>(at - file);
}

}  // namespace wasmscope::validate
