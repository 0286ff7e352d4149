// SPDX-License-Identifier: Apache-2.0
#include "engine/text/arity.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/wasm/opcode.h"

namespace wasmscope::text {
namespace {

using wasm::Imm;
using wasm::Op;

// One side of a stack effect: plain values, and what stands for several.
struct Side {
  uint8_t values = 0;
  bool has_params = false, has_results = false, has_label = false, has_fields = false, has_list = false;
};
struct Effect {
  Side pops, pushes;
  bool is_known = false;
};

Side parse_side(std::string_view text) {
  Side side;
  while (!text.empty()) {
    const size_t length = text[0] == '(' ? text.find(')') + 1 : std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, length);
    if (word == "params")
      side.has_params = true;
    else if (word == "results")
      side.has_results = true;
    else if (word == "label")
      side.has_label = true;
    else if (word == "fields")
      side.has_fields = true;
    else if (word == "t*")
      side.has_list = true;
    else if (word != "any")
      ++side.values;
    text.remove_prefix(length);
    if (text.starts_with(' ')) text.remove_prefix(1);
  }
  return side;
}

Effect parse_effect(Op op) {
  constexpr std::string_view kArrow = "] -> [";
  const std::string_view text = wasm::stack_effect(op);
  const size_t arrow = text.find(kArrow);
  if (arrow == std::string_view::npos) return {};
  const size_t after = arrow + kArrow.size();
  return {parse_side(text.substr(1, arrow - 1)), parse_side(text.substr(after, text.size() - after - 1)), true};
}

const Effect& effect_of(Op op) {
  static const auto effects = [] {
    std::array<Effect, wasm::kOpCount> all;
    for (uint16_t i = 0; i < wasm::kOpCount; ++i) all[i] = parse_effect(static_cast<Op>(i));
    return all;
  }();
  return effects[static_cast<size_t>(op)];
}

template <class Type>
const Type* type_at(const wasm::Module& module, uint32_t index) {
  return index < module.types.size() ? std::get_if<Type>(&module.types[index].composite) : nullptr;
}

// The function type that the immediate names.
const wasm::FuncType* named_type(const wasm::Module& module, const binary::Instruction& instruction) {
  const uint32_t index = instruction.index;
  switch (wasm::info(instruction.op).imm) {
    case Imm::Func:
      return index < module.funcs.size() ? type_at<wasm::FuncType>(module, module.funcs[index].type) : nullptr;
    case Imm::Tag:
      return index < module.tags.size() ? type_at<wasm::FuncType>(module, module.tags[index].type.type) : nullptr;
    case Imm::Type:
    case Imm::TypeTable: return type_at<wasm::FuncType>(module, index);
    default: return nullptr;
  }
}

uint32_t size_of(const auto& list) { return static_cast<uint32_t>(list.size()); }

// What `t*` on the left means; on the right it is of no interest here.
std::optional<uint32_t> list_size(const wasm::Module& module, wasm::FuncIndex func,
                                  const binary::Instruction& instruction) {
  switch (instruction.op) {
    case Op::Unreachable: return 0;
    case Op::ArrayNewFixed: return instruction.count;
    case Op::Return: {
      const auto* type =
          func < module.funcs.size() ? type_at<wasm::FuncType>(module, module.funcs[func].type) : nullptr;
      if (type != nullptr) return size_of(type->results);
      return std::nullopt;
    }
    case Op::Throw: {
      const wasm::FuncType* type = named_type(module, instruction);
      if (type != nullptr) return size_of(type->params);
      return std::nullopt;
    }
    default: return std::nullopt;
  }
}

// Their label takes the reference as well.
bool counts_label_reference(Op op) {
  switch (op) {
    case Op::BrOnNonNull:
    case Op::BrOnCast:
    case Op::BrOnCastFail:
    case Op::BrOnCastDescEq:
    case Op::BrOnCastDescEqFail: return true;
    default: return false;
  }
}

}  // namespace

Arity block_arity(const wasm::Module& module, const binary::BlockType& block) {
  if (block.form == binary::BlockType::Form::Empty) return {};
  if (block.form == binary::BlockType::Form::Value) return {0, 1};
  const auto* type = type_at<wasm::FuncType>(module, block.type);
  return type == nullptr ? Arity{} : Arity{size_of(type->params), size_of(type->results)};
}

std::optional<Arity> arity_of(const wasm::Module& module, wasm::FuncIndex func, const binary::Instruction& instruction,
                              uint32_t label_values) {
  const Effect& effect = effect_of(instruction.op);
  if (!effect.is_known) return std::nullopt;
  Arity arity{effect.pops.values, effect.pushes.values};
  if (effect.pops.has_label || effect.pushes.has_label) {
    if (counts_label_reference(instruction.op)) {
      if (label_values == 0) return std::nullopt;
      --label_values;
    }
    arity.pops += effect.pops.has_label ? label_values : 0;
    arity.pushes += effect.pushes.has_label ? label_values : 0;
  }
  if (effect.pops.has_params || effect.pushes.has_results) {
    const wasm::FuncType* type = named_type(module, instruction);
    if (type == nullptr) return std::nullopt;
    arity.pops += effect.pops.has_params ? size_of(type->params) : 0;
    arity.pushes += effect.pushes.has_results ? size_of(type->results) : 0;
  }
  if (effect.pops.has_fields) {
    const auto* type = type_at<wasm::StructType>(module, instruction.index);
    if (type == nullptr) return std::nullopt;
    arity.pops += size_of(type->fields);
  }
  if (effect.pops.has_list) {
    const auto size = list_size(module, func, instruction);
    if (!size) return std::nullopt;
    arity.pops += *size;
  }
  return arity;
}

}  // namespace wasmscope::text
