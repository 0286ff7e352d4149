// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/inspection.h"

#include "engine/base/try.h"
#include "engine/text/instruction_format.h"

namespace wasmscope::debug {
namespace {

constexpr size_t kKeptPlaces = 4096;

bool opens_block(wasm::Op op) {
  const wasm::Imm imm = wasm::info(op).imm;
  return imm == wasm::Imm::BlockType || imm == wasm::Imm::TryTable;
}

// Names of the labels around `pc`: blocks are counted in the order of their opening instructions.
std::vector<std::string> find_label_names(const wasm::Module& module, const symbols::Names& names, wasm::FuncIndex func,
                                          const std::vector<lower::LabelPlace>& labels) {
  std::vector<std::string> found(labels.size());
  if (labels.size() < 2) return found;
  binary::InstructionReader reader(module.bytes, module.funcs[func].code);
  binary::Instruction instruction;
  uint32_t block = 0;
  size_t next = 1;   // the first label is the function's own
  while (next < labels.size()) {
    const auto more = reader.next(instruction);
    if (!more || !*more || instruction.pc > labels.back().pc) break;
    if (!opens_block(instruction.op)) continue;
    if (instruction.pc == labels[next].pc) found[next++] = names.label(func, block);
    ++block;
  }
  return found;
}

}  // namespace

Inspection::Inspection(const runtime::Store& store, const runtime::Instance& instance, const runtime::Execution& execution,
                       const symbols::Names& names)
    : store_(store), instance_(instance), execution_(execution), names_(names), identifiers_(*instance.module) {}

Inspection::FramePlace Inspection::place(uint32_t depth) const {
  CHECK(depth <= execution_.depth);
  if (depth == execution_.depth) return {execution_.func->index, execution_.pc, 0, execution_.frame_base, false};
  const runtime::ControlRecord& record = execution_.records()[depth];
  return {store_.funcs[record.func].index, record.call_pc, record.return_pc, record.frame_base, true};
}

const Inspection::Place& Inspection::describe(const FramePlace& at) const {
  if (places_.size() > kKeptPlaces) places_.clear();
  const auto [found, is_new] = places_.try_emplace({at.func, at.pc, at.is_suspended});
  if (is_new) {
    found->second.description = at.is_suspended ? lower::describe_suspended(module(), at.func, at.pc)
                                                : lower::describe(module(), at.func, at.pc);
    found->second.label_names = find_label_names(module(), names_, at.func, found->second.description.labels);
  }
  return found->second;
}

const std::vector<lower::LocalPlace>& Inspection::locals(wasm::FuncIndex func) const {
  const auto [found, is_new] = locals_.try_emplace(func);
  if (is_new) found->second = lower::local_places(module(), func);
  return found->second;
}

runtime::Value Inspection::read_slot(wasm::ValType type, uint32_t slot) const {
  const uint64_t* from = execution_.slots() + slot;
  runtime::Value value{type, from[0], type.slots() == 2 ? from[1] : 0};
  if (type.kind == wasm::Kind::I32 || type.kind == wasm::Kind::F32) value.bits &= 0xFFFFFFFF;
  return value;
}

std::vector<OperandValue> Inspection::operands(const FramePlace& at) const {
  std::vector<OperandValue> values;
  for (const lower::OperandPlace& operand : describe(at).description.operands) {
    OperandValue& value = values.emplace_back();
    switch (operand.place) {
      case lower::Place::Const:
        value.origin = OperandOrigin::Const;
        value.value = {operand.type, operand.bits, 0};
        break;
      case lower::Place::Local:
        value.origin = OperandOrigin::Local;
        value.local = operand.local;
        value.value = read_slot(operand.type, at.base + operand.slot);
        break;
      case lower::Place::Slot: value.value = read_slot(operand.type, at.base + operand.slot); break;
    }
    value.referent = referent(value.value);
  }
  return values;
}

Frame Inspection::frame(uint32_t depth, Detail detail) const {
  const FramePlace at = place(depth);
  Frame frame;
  frame.id = frame.depth = depth;
  frame.func = at.func;
  frame.func_name = names_.func(at.func);
  frame.pc = at.pc;
  frame.return_pc = at.return_pc;
  if (detail == Detail::Place) return frame;
  frame.has_values = true;
  const std::vector<lower::LocalPlace>& slots = locals(at.func);
  for (uint32_t i = 0; i < slots.size(); ++i) {
    const runtime::Value value = read_slot(slots[i].type, at.base + slots[i].slot);
    frame.locals.push_back({names_.local(at.func, i), value, referent(value)});
  }
  frame.operands = operands(at);
  const Place& described = describe(at);
  for (size_t i = 0; i < described.description.labels.size(); ++i) {
    const lower::LabelPlace& label = described.description.labels[i];
    frame.labels.push_back({label.kind, label.pc, label.height, described.label_names[i]});
  }
  return frame;
}

binary::Instruction Inspection::instruction(uint32_t pc) const {
  binary::InstructionReader reader(module().bytes, {pc, module().bytes.size()});
  binary::Instruction instruction;
  const auto more = reader.next(instruction);
  CHECK(more && *more);
  return instruction;
}

std::string Inspection::instruction_text(wasm::FuncIndex func, uint32_t pc) const {
  return text::format_instruction(module(), identifiers_, func, instruction(pc)).line();
}

const runtime::Func* Inspection::callee() const {
  const FramePlace at = place(depth());
  const binary::Instruction call = instruction(at.pc);
  if (call.op == wasm::Op::Call || call.op == wasm::Op::ReturnCall) return instance_.funcs[call.index];
  const bool is_indirect = call.op == wasm::Op::CallIndirect || call.op == wasm::Op::ReturnCallIndirect;
  if (!is_indirect && call.op != wasm::Op::CallRef && call.op != wasm::Op::ReturnCallRef) return nullptr;
  const std::vector<OperandValue> values = operands(at);
  if (values.empty()) return nullptr;
  uint64_t reference = values.back().value.bits;
  if (is_indirect) {
    const runtime::Table& table = *instance_.tables[call.index2];
    reference = reference < table.size() ? table.elements()[reference] : 0;
  }
  return reference == 0 ? nullptr : &store_.funcs[reference - 1];
}

std::vector<GlobalValue> Inspection::globals() const {
  std::vector<GlobalValue> values;
  for (uint32_t i = 0; i < instance_.globals.size(); ++i) {
    const wasm::GlobalType& type = module().globals[i].type;
    runtime::Value value{type.type, instance_.globals[i][0], type.type.slots() == 2 ? instance_.globals[i][1] : 0};
    if (type.type.kind == wasm::Kind::I32 || type.type.kind == wasm::Kind::F32) value.bits &= 0xFFFFFFFF;
    values.push_back({names_.global(i), type, value, referent(value)});
  }
  return values;
}

TableElement Inspection::table_element(uint64_t reference, wasm::ValType type) const {
  TableElement element;
  element.is_null = reference == 0;
  element.text = objects().reference_text(reference, type);
  if (element.is_null) return element;
  if (!objects().is_function_type(type)) {
    if (store_.heap.holds_object(reference)) element.object = reference;
  } else if (reference <= store_.funcs.size() && store_.funcs[reference - 1].instance == &instance_) {
    element.func = store_.funcs[reference - 1].index;
  }
  return element;
}

std::string Inspection::value_text(const runtime::Value& value) const {
  if (!value.type.is_ref()) return runtime::to_text(value);
  return objects().reference_text(value.bits, runtime::CanonicalTypes::canonical(value.type, instance_.canonical_types));
}

std::string Inspection::store_value_text(const runtime::Value& value) const {
  return value.type.is_ref() ? objects().reference_text(value.bits, value.type) : runtime::to_text(value);
}

Referent Inspection::referent(const runtime::Value& value) const {
  if (!value.type.is_ref()) return {};
  const wasm::ValType type = runtime::CanonicalTypes::canonical(value.type, instance_.canonical_types);
  const bool is_object = !objects().is_function_type(type) && store_.heap.holds_object(value.bits);
  return {objects().reference_text(value.bits, type), is_object};
}

ExpressionScope Inspection::expression_scope(uint32_t depth) const {
  const FramePlace at = place(depth);
  return {module(), names_, at.func, at.pc, at.is_suspended};
}

std::string Inspection::func_text(wasm::FuncIndex func) const {
  return names_.func(func) + " #" + std::to_string(func);
}

}  // namespace wasmscope::debug
