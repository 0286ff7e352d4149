// SPDX-License-Identifier: Apache-2.0
// Where the operands of a trapping instruction come from, in words.
#include <algorithm>

#include "engine/debug/place.h"
#include "engine/debug/trap_explainer.h"
#include "engine/text/instruction_format.h"

namespace wasmscope::debug {

using wasm::Op;

namespace {

constexpr size_t kMostSteps = 8;   // of a trace
constexpr size_t kMostValuesBytes = 100;
constexpr size_t kMostNested = 3;  // instructions of an expression

bool is_constant(Op op) {
  const wasm::OpInfo& row = wasm::info(op);
  return row.category == wasm::Category::Const || op == Op::RefNull;
}
// One result of one or two numbers, so that its operands say what it is.
bool is_numeric(Op op) { return wasm::info(op).category == wasm::Category::Numeric; }
// What its operands explain: numbers, and what was read from something.
bool shows_operands(Op op) {
  switch (op) {
    case Op::TableGet:
    case Op::StructGet:
    case Op::StructGetS:
    case Op::StructGetU:
    case Op::ArrayGet:
    case Op::ArrayGetS:
    case Op::ArrayGetU:
    case Op::ArrayLen:
    case Op::RefCast:
    case Op::RefCastNull:
    case Op::RefTest:
    case Op::RefTestNull:
    case Op::RefIsNull:
    case Op::RefEq: return true;
    default: return is_numeric(op);
  }
}
bool is_load(Op op) {
  const wasm::OpInfo& row = wasm::info(op);
  return row.imm == wasm::Imm::MemArg && row.category == wasm::Category::Memory && row.signature.starts_with("a_");
}

std::string constant_text(const binary::Instruction& in) {
  switch (in.op) {
    case Op::I32Const: return runtime::to_text(runtime::Value{wasm::kI32, in.bits, 0});
    case Op::I64Const: return runtime::to_text(runtime::Value{wasm::kI64, in.bits, 0});
    case Op::F32Const: return runtime::to_text(runtime::Value{wasm::kF32, in.bits, 0});
    case Op::F64Const: return runtime::to_text(runtime::Value{wasm::kF64, in.bits, 0});
    case Op::RefNull: return "null";
    default: return "a constant";
  }
}

}  // namespace

std::string TrapExplainer::local_text(wasm::FuncIndex func, wasm::LocalIndex local) const {
  const std::string name = inspection_.names().local(func, local);
  return "local " + (name.empty() ? std::to_string(local) : name);
}

std::string TrapExplainer::offset_text(wasm::FuncIndex func, uint32_t pc) const {
  return "+" + to_hex(pc - inspection_.module().funcs[func].code.begin);
}

ValueId TrapExplainer::value_id(size_t from_top) const {
  const std::vector<ValueId>& all = provenance_.operands();
  return from_top < all.size() ? all[all.size() - 1 - from_top] : kUnknownValue;
}

std::string TrapExplainer::brief_text(const Standing& at, ValueId value, size_t depth) const {
  const ValueSource& source = at.provenance.source(value);
  const binary::Instruction& in = source.instruction;
  if (source.kind == ValueSource::Kind::Unknown) return "a value";
  if (source.kind == ValueSource::Kind::Block) return "the result of the " + std::string(wasm::info(in.op).text);
  if (is_constant(in.op)) return constant_text(in);
  if (in.op == Op::LocalGet) return local_text(at.place.func, in.index);
  if (in.op == Op::GlobalGet) {
    const std::string name = inspection_.names().global(in.index);
    return "global " + (name.empty() ? std::to_string(in.index) : name);
  }
  if (in.op == Op::Call) return "the result of " + inspection_.names().func(in.index);
  if (shows_operands(in.op) && source.operand_count > 0 && depth < kMostNested) {
    std::string text = inspection_.instruction_text(at.place.func, in.pc) + "(" + brief_text(at, source.operands[0], depth + 1);
    if (source.operand_count > 1) text += ", " + brief_text(at, source.operands[1], depth + 1);
    return text + ")";
  }
  return "the result of " + inspection_.instruction_text(at.place.func, in.pc);
}

std::string TrapExplainer::source_text(const Standing& at, ValueId value) const {
  const ValueSource& source = at.provenance.source(value);
  const binary::Instruction& in = source.instruction;
  if (source.kind == ValueSource::Kind::Unknown) return {};
  const std::string where = " at " + offset_text(at.place.func, in.pc);
  if (source.kind == ValueSource::Kind::Block || in.op == Op::Call) return brief_text(at, value) + where;
  if (is_constant(in.op) || in.op == Op::LocalGet || in.op == Op::GlobalGet) return brief_text(at, value);
  std::string text = inspection_.instruction_text(at.place.func, in.pc);
  if (is_load(in.op)) {
    const ValueSource& base = at.provenance.source(source.operands[0]);
    const bool is_fixed = base.kind == ValueSource::Kind::Instruction && is_constant(base.instruction.op);
    return text + where + " from " + (is_fixed ? to_hex(base.instruction.bits + in.memarg.offset) : brief_text(at, source.operands[0]));
  }
  if (!shows_operands(in.op) || source.operand_count == 0) return text + where;
  text += where + " of " + brief_text(at, source.operands[0]);
  if (source.operand_count > 1) text += " and " + brief_text(at, source.operands[1]);
  return text;
}

std::string TrapExplainer::origin_text(size_t from_top) const {
  const OperandValue& value = operand(from_top);
  if (value.origin == OperandOrigin::Const) return "constant";
  if (value.origin == OperandOrigin::Local) return local_text(place_.func, value.local);
  const ValueSource& source = provenance_.source(value_id(from_top));
  const std::string text = text_with_values(here(), value_id(from_top));
  const bool was_local = source.kind == ValueSource::Kind::Instruction && source.instruction.op == Op::LocalGet;
  return was_local ? source_text(here(), value_id(from_top)) + " as it was at " + offset_text(place_.func, source.instruction.pc) : text;
}

std::string TrapExplainer::origin(size_t from_top) const {
  const std::string text = origin_text(from_top);
  return text.empty() ? text : " (" + text + ")";
}

std::string TrapExplainer::sets_text(wasm::FuncIndex func, std::span<const uint32_t> pcs) const {
  constexpr size_t kMostSets = 3;
  std::string text;
  for (const uint32_t pc : pcs.first(std::min(kMostSets, pcs.size()))) {
    const Provenance before(inspection_.module(), func, pc);
    if (before.operands().empty()) continue;
    const std::string source = source_text({before, {.func = func, .pc = pc}, 0}, before.operands().back());
    text += (text.empty() ? "" : ", at ") + offset_text(func, pc) + (source.empty() ? "" : ": " + source);
  }
  return pcs.size() > kMostSets ? text + ", and at " + counted(pcs.size() - kMostSets, "other place") : text;
}

std::optional<runtime::Value> TrapExplainer::value_now(const Standing& at, ValueId value, size_t depth) const {
  const ValueSource& source = at.provenance.source(value);
  const binary::Instruction& in = source.instruction;
  if (source.kind != ValueSource::Kind::Instruction) return std::nullopt;
  if (in.op == Op::I32Const) return runtime::Value{wasm::kI32, in.bits, 0};
  if (in.op == Op::I64Const) return runtime::Value{wasm::kI64, in.bits, 0};
  if (in.op == Op::LocalGet) {
    if (!at.provenance.is_unchanged_since(in.index, in.pc)) return std::nullopt;
    return inspection_.frame(at.depth, Inspection::Detail::Values).locals[in.index].value;
  }
  if ((in.op != Op::I32Add && in.op != Op::I32Sub) || depth > kMostNested) return std::nullopt;
  const auto left = value_now(at, source.operands[0], depth + 1), right = value_now(at, source.operands[1], depth + 1);
  if (!left || !right) return std::nullopt;
  const uint64_t result = in.op == Op::I32Add ? left->bits + right->bits : left->bits - right->bits;
  return runtime::Value::i32(static_cast<uint32_t>(result));
}

void TrapExplainer::list_locals(const Standing& at, ValueId value, std::string& values, size_t depth) const {
  const ValueSource& source = at.provenance.source(value);
  if (source.kind != ValueSource::Kind::Instruction) return;
  if (source.instruction.op == Op::LocalGet) {
    const auto now = value_now(at, value);
    const std::string text = now ? local_text(at.place.func, source.instruction.index) + " is " + inspection_.value_text(*now) : "";
    if (!text.empty() && values.find(text) == std::string::npos) values += (values.empty() ? " where " : ", ") + text;
  } else if (shows_operands(source.instruction.op) && values.size() < kMostValuesBytes && depth < kMostNested) {
    for (size_t i = 0; i < source.operand_count; ++i) list_locals(at, source.operands[i], values, depth + 1);
  }
}

std::string TrapExplainer::text_with_values(const Standing& at, ValueId value) const {
  const ValueSource& source = at.provenance.source(value);
  const std::string text = source_text(at, value);
  if (source.kind == ValueSource::Kind::Instruction && source.instruction.op == Op::LocalGet) {
    const auto now = value_now(at, value);
    return now ? text + ", which is " + inspection_.value_text(*now) : text;
  }
  std::string values;
  list_locals(at, value, values);
  return text + values;
}

void TrapExplainer::trace(size_t from_top) {
  const OperandValue& value = operand(from_top);
  const ValueSource& source = provenance_.source(value_id(from_top));
  TrapSuspect& suspect = out_.suspect;
  if (!suspect.pc && source.kind != ValueSource::Kind::Unknown) {
    suspect.pc = source.instruction.pc;
    if (value.origin == OperandOrigin::Local) suspect.local = value.local;
  }
  trace(here(), value_id(from_top));
  if (suspect.local) {
    suspect.expression = "l" + std::to_string(*suspect.local);
  } else if (suspect.bytes) {
    const std::string memory = suspect.bytes->memory == 0 ? "" : "m" + std::to_string(suspect.bytes->memory) + ".";
    suspect.expression = memory + "bytes(" + to_hex(suspect.bytes->begin) + ", " + std::to_string(suspect.bytes->count) + ")";
  }
}

// Of an expression: the one value in it that is no constant.
std::optional<ValueId> TrapExplainer::only_input(const Standing& at, ValueId value, size_t depth) const {
  const ValueSource& source = at.provenance.source(value);
  if (depth > kMostNested) return std::nullopt;
  if (source.kind != ValueSource::Kind::Instruction || !is_numeric(source.instruction.op)) return value;
  std::optional<ValueId> input;
  for (size_t i = 0; i < source.operand_count; ++i) {
    const ValueSource& part = at.provenance.source(source.operands[i]);
    if (part.kind == ValueSource::Kind::Instruction && is_constant(part.instruction.op)) continue;
    const auto found = only_input(at, source.operands[i], depth + 1);
    if (!found || (input && *input != *found)) return std::nullopt;
    input = found;
  }
  return input;
}

void TrapExplainer::trace(const Standing& from, ValueId value) {
  std::unique_ptr<Provenance> callers;
  std::optional<Standing> at(std::in_place, from);
  const auto say = [&](std::string text) { out_.origin.push_back(std::move(text)); };
  for (size_t step = 0; step < kMostSteps; ++step) {
    const ValueSource& source = at->provenance.source(value);
    const binary::Instruction& in = source.instruction;
    if (source.kind != ValueSource::Kind::Instruction) return;
    if (is_load(in.op)) {
      const auto base = value_now(*at, source.operands[0]);
      if (base && at->depth == inspection_.depth() && !out_.suspect.bytes)
        out_.suspect.bytes = {in.memarg.memory, base->bits + in.memarg.offset, wasm::info(in.op).width};
      if (base && !is_constant(at->provenance.source(source.operands[0]).instruction.op))
        say(std::string(wasm::info(in.op).text) + " at " + offset_text(at->place.func, in.pc) + " read address " + to_hex(base->bits + in.memarg.offset));
      return;
    }
    if (const auto input = only_input(*at, value); is_numeric(in.op) && input && *input != value) {
      value = *input;
      continue;
    }
    if (in.op != Op::LocalGet) return;
    const wasm::FuncIndex func = at->place.func;
    const std::string in_func = at->depth == inspection_.depth() ? "" : " in " + inspection_.names().func(func);
    const std::string local = local_text(func, in.index);
    if (const auto set = at->provenance.set_pc(value)) {
      const std::string text = text_with_values(*at, source.operands[0]);
      say(local + " was set at " + offset_text(func, *set) + in_func + (text.empty() ? "" : ": " + text));
      value = source.operands[0];
      continue;
    }
    const std::span<const uint32_t> sets = at->provenance.set_pcs(in.index);
    if (!sets.empty()) return say(local + in_func + " is set at " + sets_text(func, sets));
    const size_t params = inspection_.module().func_type(func).params.size();
    if (in.index >= params) return say(local + in_func + " is never set: it has been zero or null from the start");
    if (at->depth == 0) return say(local + in_func + " was given from outside");
    const Inspection::FramePlace caller = inspection_.place(at->depth - 1);
    const binary::Instruction call = inspection_.instruction(caller.pc);
    // Through a table, or after a tail call, another function may have been called first.
    if (call.op != Op::Call || call.index != func) return;
    auto above = std::make_unique<Provenance>(inspection_.module(), caller.func, caller.pc);
    if (above->operands().size() < params) return;
    value = above->operands()[above->operands().size() - params + in.index];
    const uint32_t depth = at->depth - 1;
    at.emplace(Standing{*above, caller, depth});
    callers = std::move(above);
    const std::string text = text_with_values(*at, value);
    say(local + " was passed by " + inspection_.names().func(caller.func) + " at " + offset_text(caller.func, caller.pc) +
        (text.empty() ? "" : ": " + text));
  }
}

}  // namespace wasmscope::debug
