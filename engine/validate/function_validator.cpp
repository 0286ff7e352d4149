// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/function_validator.h"

#include <algorithm>
#include <bit>

#include "engine/base/try.h"
#include "engine/wasm/limits.h"
#include "engine/wasm/type_codes.h"

namespace wasmscope::validate {

using wasm::Kind;
using wasm::Op;
using wasm::ValType;

namespace {

constexpr uint32_t kLocalsOneByOne = 256;

// One comparison instead of one per member.
static_assert(sizeof(ValType) == sizeof(uint64_t));
uint64_t bits(ValType type) { return std::bit_cast<uint64_t>(type); }
uint64_t bits(Kind kind) { return std::bit_cast<uint64_t>(ValType{kind}); }

std::string quote(uint32_t number) { return std::to_string(number); }

}  // namespace

FunctionValidator::FunctionValidator(const ModuleContext& context) : context_(context), module_(context.module) {
  operands_.resize(256);
  frames_.reserve(64);
}

Result<void> FunctionValidator::validate(wasm::FuncIndex func) {
  if (!read_locals(func)) return take_error(func);
  if (!validate_expression(module_.funcs[func].code, wasm::kBottom, &module_.func_type(func), Mode::Body))
    return take_error(func);
  return {};
}

Result<void> FunctionValidator::validate_const_expr(const wasm::ConstExpr& expr, ValType expected,
                                                    uint32_t visible_globals) {
  visible_globals_ = visible_globals;
  if (!validate_expression(expr.range, expected, nullptr, Mode::Constant)) return take_error(wasm::kNoIndex);
  return {};
}

std::unexpected<Error> FunctionValidator::take_error(wasm::FuncIndex func) {
  error_.func = func;
  return std::unexpected(std::move(error_));
}

bool FunctionValidator::read_locals(wasm::FuncIndex func) {
  const auto& params = module_.func_type(func).params;
  locals_.assign(params.begin(), params.end());
  local_runs_.clear();
  has_non_defaultable_ = false;
  param_count_ = static_cast<uint32_t>(params.size());
  uint64_t count = params.size();
  const ByteRange range = module_.funcs[func].locals_range;
  const uint8_t* at = module_.bytes.data() + range.begin;
  const uint8_t* const end = module_.bytes.data() + range.end;
  uint32_t runs = 0;
  CHECK(at == end || read_leb(at, end, runs) == LebStatus::Ok);
  for (uint32_t i = 0; i < runs; ++i) {
    const auto begin = static_cast<uint64_t>(at - module_.bytes.data());
    uint32_t size = 0;
    ValType type;
    CHECK(read_leb(at, end, size) == LebStatus::Ok);
    CHECK(wasm::read_value_type(at, end, type) == wasm::TypeStatus::Ok);
    const ByteRange run{begin, static_cast<uint64_t>(at - module_.bytes.data())};
    if (type.is_ref() || type.kind == Kind::V128) {
      auto checked = check_value_type(type, module_.types.size(), context_.features, run);
      if (!checked) return fail(std::move(checked).error());
    }
    count += size;
    if (count > wasm::kMaxLocals) return fail_at(ErrorCode::TooManyLocals, run, std::to_string(count));
    if (!type.is_defaultable() && size != 0) has_non_defaultable_ = true;
    const uint64_t one_by_one = locals_.size() < kLocalsOneByOne ? kLocalsOneByOne - locals_.size() : 0;
    locals_.insert(locals_.end(), std::min<uint64_t>(size, one_by_one), type);
    if (size > one_by_one) local_runs_.push_back({static_cast<uint32_t>(count), type});
  }
  local_count_ = static_cast<uint32_t>(count);
  if (has_non_defaultable_) {
    ++stamp_;
    if (stamps_.size() < count) stamps_.resize(count);
  }
  return true;
}

bool FunctionValidator::find_local(uint32_t index, ValType& type) {
  if (index < locals_.size()) {
    type = locals_[index];
    return true;
  }
  if (index >= local_count_) return fail_index(ErrorCode::UnknownLocal, index);
  const auto run = std::upper_bound(local_runs_.begin(), local_runs_.end(), index,
                                    [](uint32_t i, const LocalRun& r) { return i < r.end; });
  type = run->type;
  return true;
}

bool FunctionValidator::is_initialised(uint32_t index, ValType type) const {
  return index < param_count_ || type.is_defaultable() || stamps_[index] == stamp_;
}

void FunctionValidator::initialise(uint32_t index, ValType type) {
  if (is_initialised(index, type)) return;
  stamps_[index] = stamp_;
  initialised_.push_back(index);
}

void FunctionValidator::reset_initialised(uint32_t height) {
  for (; initialised_.size() > height; initialised_.pop_back()) stamps_[initialised_.back()] = 0;
}

bool FunctionValidator::validate_expression(ByteRange code, ValType result, const wasm::FuncType* type, Mode mode) {
  mode_ = mode;
  height_ = base_ = 0;
  frames_.clear();
  initialised_.clear();
  Frame whole{.op = Op::Block, .type = type, .value = result};
  frames_.push_back(whole);
  is_overfull_ = false;
  const bool is_valid = validate_instructions(code);
  if (is_overfull_)
    return fail_at(ErrorCode::LimitExceeded, overfull_at_,
                   "more than " + std::to_string(wasm::kMaxValueStackSlots) + " operands");
  return is_valid;
}

bool FunctionValidator::validate_instructions(ByteRange code) {
  binary::InstructionReader reader(module_.bytes, code);
  while (!frames_.empty()) {
    reader.skip_to(validate_short_instructions(reader.offset(), code.end));
    auto more = reader.next(in_);
    if (!more) [[unlikely]]
      return fail(std::move(more).error());
    if (!*more) [[unlikely]] {
      const std::string_view open = frames_.size() == 1 ? "expression" : wasm::info(frames_.back().op).text;
      return fail_at(ErrorCode::EndExpected, {code.end, code.end}, "the " + std::string(open) + " is open");
    }
    const Rule& rule = context_.rule(in_.op);
    if (mode_ == Mode::Constant && !validate_constant()) return false;
    if (!validate_instruction(rule)) [[unlikely]]
      return false;
  }
  if (reader.offset() != code.end)
    return fail_at(ErrorCode::EndExpected, {reader.offset(), code.end}, "bytes after the final end");
  return true;
}

bool FunctionValidator::validate_instruction(const Rule& rule) {
  switch (rule.form) {
    case Rule::Form::Push:
    case Rule::Form::Unary:
    case Rule::Form::Binary:
    case Rule::Form::Plain: return apply(rule, Kind::Bottom);
    case Rule::Form::Lane:
      if (in_.lane >= rule.lanes) return fail(ErrorCode::BadLane, quote(in_.lane) + " of " + quote(rule.lanes));
      return apply(rule, Kind::Bottom);
    case Rule::Form::Shuffle:
      for (int i = 0; i < 16; ++i)
        if (in_.bytes[i] >= 32) return fail(ErrorCode::BadLane, quote(in_.bytes[i]) + " of 32");
      return apply(rule, Kind::Bottom);
    case Rule::Form::Load:
    case Rule::Form::Access:
    case Rule::Form::AccessLane:
    case Rule::Form::AccessAtomic: {
      Kind address{};
      return validate_access(rule, address) && apply(rule, address);
    }
    case Rule::Form::Indexed: return validate_indexed(rule);
    case Rule::Form::LocalGet:
    case Rule::Form::LocalSet:
    case Rule::Form::LocalTee: return validate_local();
    case Rule::Form::Special:
      if (!validate_special()) return false;
      // Calls push many operands in few bytes; such a frame would not fit on the value stack of a run either.
      if (height_ > wasm::kMaxValueStackSlots) return fail(ErrorCode::LimitExceeded, "operands of a function");
      return true;
    case Rule::Form::Disabled: break;
  }
  return fail(feature_error(wasm::info(in_.op).feature, in_.range()));
}

bool FunctionValidator::apply(const Rule& rule, Kind address) {
  const size_t pops = rule.pops;
  if (height_ - base_ < pops) [[unlikely]]
    return apply_slowly(rule, address);
  ValType* const operands = operands_.data() + (height_ - pops);
  for (size_t i = 0; i < pops; ++i) {
    const Kind kind = rule.types[i] == Kind::Bottom ? address : rule.types[i];
    if (bits(operands[i]) != bits(kind)) [[unlikely]]
      return apply_slowly(rule, address);
  }
  height_ -= pops;
  for (size_t i = 0; i < rule.pushes; ++i) {
    const Kind kind = rule.types[pops + i];
    push(ValType{kind == Kind::Bottom ? address : kind});
  }
  return true;
}

bool FunctionValidator::apply_slowly(const Rule& rule, Kind address) {
  const auto type_at = [&](size_t i) { return ValType{rule.types[i] == Kind::Bottom ? address : rule.types[i]}; };
  for (size_t i = rule.pops; i-- > 0;)
    if (!pop(type_at(i))) return false;
  for (size_t i = 0; i < rule.pushes; ++i) push(type_at(rule.pops + i));
  return true;
}

// A call of two bytes may push a thousand operands, so their number must be bounded.
bool FunctionValidator::grow_operands() {
  if (operands_.size() < wasm::kMaxValueStackSlots) {
    operands_.resize(operands_.size() * 2);
    return true;
  }
  if (!is_overfull_) overfull_at_ = in_.range();
  is_overfull_ = true;
  return false;
}

bool FunctionValidator::pop_any(ValType& type) {
  if (height_ > base_) {
    type = operands_[--height_];
    return true;
  }
  type = wasm::kBottom;
  return frames_.back().is_unreachable || fail_missing("a value");
}

bool FunctionValidator::pop(ValType expected) {
  if (height_ > base_) {
    const ValType found = operands_[--height_];
    if (bits(found) == bits(expected) || context_.relations.is_subtype(found, expected)) return true;
    return fail_mismatch(expected, found);
  }
  return frames_.back().is_unreachable || fail_missing(describe(expected));
}

bool FunctionValidator::pop_ref(ValType& type) {
  if (!pop_any(type)) return false;
  if (type.kind == Kind::Bottom) type = kBottomRef;
  return type.is_ref() || fail(ErrorCode::TypeMismatch, "expected a reference, found " + describe(type));
}

bool FunctionValidator::pop(Types types) {
  for (size_t i = types.size(); i-- > 0;) {
    if (has_made_up_operands()) return true;
    if (!pop(types[i])) return false;
  }
  return true;
}

bool FunctionValidator::check_top(Types types) {
  size_t height = height_;
  for (size_t i = types.size(); i-- > 0;) {
    if (height == base_) return frames_.back().is_unreachable || fail_missing(describe(types[i]));
    const ValType found = operands_[--height];
    if (bits(found) != bits(types[i]) && !context_.relations.is_subtype(found, types[i]))
      return fail_mismatch(types[i], found);
  }
  return true;
}

void FunctionValidator::set_unreachable() {
  height_ = base_;
  frames_.back().is_unreachable = true;
}

void FunctionValidator::push_frame(Op op, const binary::BlockType& block) {
  Frame frame{.op = op,
              .height = static_cast<uint32_t>(height_),
              .inits = static_cast<uint32_t>(initialised_.size())};
  if (block.form == binary::BlockType::Form::Value) frame.value = block.value;
  if (block.form == binary::BlockType::Form::Type) frame.type = context_.func_type(block.type);
  frames_.push_back(frame);
  base_ = height_;
  push(frame.params());
}

// Checks the results and leaves the frame with an empty stack.
bool FunctionValidator::end_frame(Frame& frame) {
  if (!pop(frame.results())) return false;
  if (height_ != frame.height)
    return fail(ErrorCode::TypeMismatch,
                "values remaining on the stack at the end of the block: " + std::to_string(height_ - frame.height) +
                    ", the last of type " + describe(operands_[height_ - 1]));
  reset_initialised(frame.inits);
  return true;
}

bool FunctionValidator::check_label(uint32_t label) {
  return label < frames_.size() || fail_index(ErrorCode::UnknownLabel, label);
}

bool FunctionValidator::check_type(ValType type) {
  auto checked = check_value_type(type, module_.types.size(), context_.features, in_.range());
  return checked.has_value() || fail(std::move(checked).error());
}

bool FunctionValidator::check_block_type(const binary::BlockType& block) {
  switch (block.form) {
    case binary::BlockType::Form::Empty: return true;
    case binary::BlockType::Form::Value: return block.value.is_num() || check_type(block.value);
    case binary::BlockType::Form::Type: break;
  }
  if (!context_.features.has(wasm::Feature::MultiValue))
    return fail(feature_error(wasm::Feature::MultiValue, in_.range()));
  if (context_.func_type(block.type) != nullptr) return true;
  if (block.type >= module_.types.size()) return fail_index(ErrorCode::UnknownType, block.type);
  return fail(ErrorCode::NotFuncType, "type " + quote(block.type));
}

bool FunctionValidator::check_memory(uint32_t index, Kind& address) {
  if (index >= module_.memories.size()) return fail_index(ErrorCode::UnknownMemory, index);
  address = module_.memories[index].type.limits.is64 ? Kind::I64 : Kind::I32;
  return true;
}

bool FunctionValidator::check_table(uint32_t index, Kind& address) {
  if (index >= module_.tables.size()) return fail_index(ErrorCode::UnknownTable, index);
  address = module_.tables[index].type.limits.is64 ? Kind::I64 : Kind::I32;
  return true;
}

bool FunctionValidator::check_data(uint32_t index) {
  // The count comes before the code, so that bodies can be checked on the way.
  if (!module_.data_count) return fail(ErrorCode::DataCountRequired);
  return index < *module_.data_count || fail_index(ErrorCode::UnknownData, index);
}

bool FunctionValidator::check_elem(uint32_t index) {
  return index < module_.elems.size() || fail_index(ErrorCode::UnknownElem, index);
}

bool FunctionValidator::check_tag(uint32_t index, const wasm::FuncType*& type) {
  if (index >= module_.tags.size()) return fail_index(ErrorCode::UnknownTag, index);
  type = context_.func_type(module_.tags[index].type.type);
  return true;
}

bool FunctionValidator::fail(Error error) {
  error_ = std::move(error);
  return false;
}

bool FunctionValidator::fail_at(ErrorCode code, ByteRange range, std::string detail) {
  return fail(error_at(code, range, std::move(detail)));
}

bool FunctionValidator::fail(ErrorCode code, std::string detail) {
  return fail_at(code, in_.range(), std::move(detail));
}

bool FunctionValidator::fail_index(ErrorCode code, uint32_t index) { return fail(code, quote(index)); }

bool FunctionValidator::fail_mismatch(ValType expected, ValType found) {
  return fail(ErrorCode::TypeMismatch, "expected " + describe(expected) + ", found " + describe(found));
}

bool FunctionValidator::fail_missing(std::string expected) {
  return fail(ErrorCode::TypeMismatch, "expected " + std::move(expected) + ", found nothing");
}

}  // namespace wasmscope::validate
