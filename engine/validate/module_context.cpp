// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/module_context.h"

#include <bit>

#include "engine/base/try.h"
#include "engine/validate/const_expr.h"

namespace wasmscope::validate {
namespace {

using wasm::Feature;
using wasm::HeapKind;
using wasm::Imm;
using wasm::Kind;
using wasm::Op;

constexpr Kind kind_of_letter(char letter) {
  switch (letter) {
    case 'i': return Kind::I32;
    case 'l': return Kind::I64;
    case 'f': return Kind::F32;
    case 'd': return Kind::F64;
    case 'v': return Kind::V128;
    default: return Kind::Bottom;
  }
}

// "i8x16.extract_lane_s" has 16 lanes.
constexpr uint8_t lanes_of(std::string_view text) {
  uint8_t lanes = 0;
  for (const char c : text.substr(text.find('x') + 1)) {
    if (c < '0' || c > '9') break;
    lanes = static_cast<uint8_t>(lanes * 10 + (c - '0'));
  }
  return lanes;
}

constexpr Rule::Form form_of(Imm imm, Feature feature) {
  switch (imm) {
    case Imm::Lane: return Rule::Form::Lane;
    case Imm::Shuffle: return Rule::Form::Shuffle;
    case Imm::MemArg: return feature == Feature::Threads ? Rule::Form::AccessAtomic : Rule::Form::Access;
    case Imm::MemArgLane: return Rule::Form::AccessLane;
    case Imm::Memory:
    case Imm::DataMemory:
    case Imm::Data:
    case Imm::Table:
    case Imm::ElemTable:
    case Imm::Elem: return Rule::Form::Indexed;
    default: return Rule::Form::Plain;
  }
}

constexpr Rule make_rule(std::string_view text, Imm imm, std::string_view signature, unsigned width, Feature feature) {
  Rule rule;
  if (signature == "special") {
    if (text == "local.get") rule.form = Rule::Form::LocalGet;
    if (text == "local.set") rule.form = Rule::Form::LocalSet;
    if (text == "local.tee") rule.form = Rule::Form::LocalTee;
    return rule;
  }
  rule.form = form_of(imm, feature);
  size_t count = 0;
  bool is_popped = true;
  for (const char letter : signature) {
    if (letter == '_') {
      is_popped = false;
      continue;
    }
    rule.types[count++] = kind_of_letter(letter);
    ++(is_popped ? rule.pops : rule.pushes);
  }
  if (rule.pushes == 1) {
    if (rule.form == Rule::Form::Plain && rule.pops <= 2)
      rule.form = rule.pops == 0 ? Rule::Form::Push : rule.pops == 1 ? Rule::Form::Unary : Rule::Form::Binary;
    if (rule.form == Rule::Form::Access && rule.pops == 1) rule.form = Rule::Form::Load;
  }
  if (width != 0) rule.natural_align = static_cast<uint8_t>(std::countr_zero(width));
  if (imm == Imm::Lane) rule.lanes = lanes_of(text);
  if (imm == Imm::MemArgLane) rule.lanes = static_cast<uint8_t>(16 / width);
  return rule;
}

constexpr std::array<Rule, wasm::kOpCount> kRules = {
#define OP(Name, text, prefix, code, imm, sig, width, feature, ...) \
  make_rule(text, Imm::imm, sig, width, Feature::feature),
#include "engine/wasm/opcodes.def"
};

Kind address_of_first(const wasm::Module& module) {
  if (module.memories.empty()) return Kind::Bottom;
  return module.memories[0].type.limits.is64 ? Kind::I64 : Kind::I32;
}

bool is_enabled(const wasm::OpInfo& row, const wasm::Features& features) {
  // The legacy form throws with the same instruction.
  if (row.name == "Throw" && features.has(Feature::LegacyExceptions)) return true;
  return features.has(row.feature);
}

Feature feature_of_heap(HeapKind heap) {
  switch (heap) {
    case HeapKind::Func:
    case HeapKind::Extern: return Feature::ReferenceTypes;
    case HeapKind::Concrete: return Feature::FunctionRefs;
    case HeapKind::Exn:
    case HeapKind::NoExn: return Feature::Exceptions;
    case HeapKind::Cont:
    case HeapKind::NoCont: return Feature::StackSwitching;
    default: return Feature::Gc;
  }
}

}  // namespace

ModuleContext::ModuleContext(const wasm::Module& m, const wasm::Features& f)
    : module(m),
      features(f),
      relations(m),
      first_address(address_of_first(m)),
      rules_(kRules),
      declared_(declared_functions(m)) {
  for (size_t i = 0; i < rules_.size(); ++i) {
    const Op op = static_cast<Op>(i);
    if (!is_enabled(wasm::info(op), features)) rules_[i].form = Rule::Form::Disabled;
    rules_[i].is_constant = is_constant(op, features);
  }
  short_rules_ = make_short_rules(rules_, first_address);
}

Result<void> check_value_type(wasm::ValType type, uint64_t type_count, const wasm::Features& features, ByteRange at) {
  if (type.kind == Kind::V128 && !features.has(Feature::Simd)) return std::unexpected(feature_error(Feature::Simd, at));
  if (!type.is_ref()) return {};
  if (type.exact && !features.has(Feature::CustomDescriptors))
    return std::unexpected(feature_error(Feature::CustomDescriptors, at));
  const Feature feature = feature_of_heap(type.heap);
  if (!features.has(feature)) return std::unexpected(feature_error(feature, at));
  if (!type.nullable && !features.has(Feature::FunctionRefs))
    return std::unexpected(feature_error(Feature::FunctionRefs, at));
  if (type.heap == HeapKind::Concrete && type.index >= type_count)
    return std::unexpected(error_at(ErrorCode::UnknownType, at, std::to_string(type.index)));
  return {};
}

Error feature_error(Feature feature, ByteRange at) {
  const wasm::FeatureInfo& row = wasm::all_features()[static_cast<size_t>(feature)];
  return error_at(ErrorCode::FeatureDisabled, at, std::string(row.flag));
}

std::string describe(wasm::ValType type) {
  if (type.kind == Kind::Bottom) return "any type";
  if (type == kBottomRef) return "any reference";
  return wasm::to_text(type);
}

}  // namespace wasmscope::validate
