// SPDX-License-Identifier: Apache-2.0
// Why a program trapped, with the values that were there: which kind is explained where, and what is about numbers,
// references, objects, exceptions and waits.
#include <algorithm>
#include <cstring>

#include "engine/base/utf8.h"
#include "engine/debug/place.h"
#include "engine/debug/trap_explainer.h"
#include "engine/wasm/limits.h"

namespace wasmscope::debug {

using wasm::Op;
using wasm::TrapCode;

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, " ");
  return digits;
}

std::string counted(uint64_t number, const char* noun) { return grouped(number) + " " + noun + (number == 1 ? "" : "s"); }

std::string both(uint64_t number) { return grouped(number) + " (" + to_hex(number) + ")"; }

TrapExplainer::TrapExplainer(const Inspection& inspection, const runtime::Trapped& trapped)
    : inspection_(inspection), trapped_(trapped), place_(inspection.place(inspection.depth())),
      instruction_(inspection.instruction(place_.pc)), operands_(inspection.operands(place_)),
      provenance_(inspection.module(), place_.func, place_.pc) {}

TrapExplanation TrapExplainer::explain() {
  out_.code = trapped_.code;
  out_.title = wasm::text_of(trapped_.code);
  out_.where = std::string(wasm::info(instruction_.op).text) + " at " + to_hex(place_.pc) + " in " +
               inspection_.names().func(place_.func) + " (#" + std::to_string(place_.func) + ")";
  switch (trapped_.code) {
    case TrapCode::Unreachable: unreachable(); break;
    case TrapCode::OutOfBoundsMemory: memory(); break;
    case TrapCode::UnalignedAtomic: unaligned(); break;
    case TrapCode::OutOfBoundsTable: table_access(); break;
    case TrapCode::IntegerDivideByZero:
    case TrapCode::IntegerOverflow:
    case TrapCode::InvalidConversionToInteger: arithmetic(); break;
    case TrapCode::UndefinedElement:
    case TrapCode::UninitializedElement:
    case TrapCode::IndirectCallTypeMismatch: indirect_call(); break;
    case TrapCode::CallStackExhausted: call_stack(); break;
    case TrapCode::UnhandledException: exception(); break;
    case TrapCode::NullStruct:
    case TrapCode::NullArray:
    case TrapCode::NullI31:
    case TrapCode::NullReference:
    case TrapCode::NullException:
    case TrapCode::NullFunction: null_reference(); break;
    case TrapCode::CastFailure: cast(); break;
    case TrapCode::OutOfBoundsArray: array_access(); break;
    case TrapCode::ObjectTooLarge:
    case TrapCode::HeapExhausted: no_room(); break;
    case TrapCode::ExpectedSharedMemory:
    case TrapCode::Deadlock: wait(); break;
    case TrapCode::HostError: host_error(); break;
    default: break;
  }
  if (out_.lines.empty()) line(std::string(wasm::explanation_of(trapped_.code)));
  return std::move(out_);
}

const OperandValue& TrapExplainer::operand(size_t from_top) const {
  static const OperandValue kNone;
  return from_top < operands_.size() ? operands_[operands_.size() - 1 - from_top] : kNone;
}

void TrapExplainer::name_operand(size_t from_top, const char* name) {
  const ValueSource& source = provenance_.source(value_id(from_top));
  const bool is_address = operand(from_top).value.type.is_num() && std::string_view(name).ends_with("address");
  out_.operands.push_back({name, is_address ? to_hex(bits(from_top)) : inspection_.value_text(operand(from_top).value),
                           origin_text(from_top),
                           source.kind == ValueSource::Kind::Unknown ? std::nullopt : std::optional(source.instruction.pc)});
}

// What is not the instruction's own operand is one that lies that many below the top.
size_t TrapExplainer::null_operand() const {
  switch (instruction_.op) {
    case Op::StructSet:
    case Op::ArrayGet:
    case Op::ArrayGetS:
    case Op::ArrayGetU: return 1;
    case Op::ArraySet: return 2;
    case Op::ArrayFill:
    case Op::ArrayInitData:
    case Op::ArrayInitElem: return 3;
    case Op::ArrayCopy: return bits(4) == 0 ? 4 : 2;
    default: return 0;
  }
}

void TrapExplainer::null_reference() {
  const size_t from_top = null_operand();
  const OperandValue& value = operand(from_top);
  line("the reference" + origin(from_top) + " of type " + type_text(value.value.type) + " is null");
  const wasm::Imm imm = wasm::info(instruction_.op).imm;
  if (imm == wasm::Imm::TypeField) {
    const std::string name(inspection_.module().names.fields.find(instruction_.index, instruction_.index2));
    line("field " + std::to_string(instruction_.index2) + (name.empty() ? "" : " $" + escape_for_display(name)) + " of " +
         type_text(wasm::ref_type(instruction_.index, false)) + " was wanted");
  }
  const bool is_call = instruction_.op == Op::CallRef || instruction_.op == Op::ReturnCallRef;
  if (is_call) {
    out_.expected = wasm::to_text(std::get<wasm::FuncType>(inspection_.module().types[instruction_.index].composite));
    out_.found = "null";
    line("a function " + out_.expected + " was to be called");
  }
  name_operand(from_top, is_call ? "function" : "reference");
  trace(from_top);
  if (out_.origin.empty() && value.origin == OperandOrigin::Local) line("The local was never set, or it was set to null.");
}

// Types of the module, those it declares by their names.
std::string TrapExplainer::type_text(wasm::ValType type) const {
  if (!type.is_ref() || type.heap != wasm::HeapKind::Concrete) return wasm::to_text(type);
  const std::string name = inspection_.objects().type_text(inspection_.instance().canonical_types[type.index]);
  return type.nullable ? "(ref null " + name + ")" : name;
}

void TrapExplainer::cast() {
  line("the reference" + origin(0) + " is " + inspection_.value_text(operand(0).value));
  line("it has the type " + inspection_.objects().kind_text(bits(0)));
  line("wanted           " + type_text(instruction_.type));
  out_.found = inspection_.objects().kind_text(bits(0));
  out_.expected = type_text(instruction_.type);
  name_operand(0, "reference");
  trace(0);
}

void TrapExplainer::array_access() {
  const auto state = [&](const char* what, size_t array, size_t index, std::optional<uint64_t> count) {
    const uint64_t length = inspection_.store().heap.header(bits(array)).length;
    if (count && bits(index) <= length && *count <= length - bits(index)) return;
    line(std::string(what) + " " + grouped(bits(index)) + origin(index) + (count ? ", " + counted(*count, "element") : ""));
    line("the array " + inspection_.value_text(operand(array).value) + origin(array) + " has " + counted(length, "element"));
    name_operand(array, "array");
    name_operand(index, "index");
    if (count) name_operand(0, "count");
    trace(index);
  };
  switch (instruction_.op) {
    case Op::ArraySet: state("index", 2, 1, {}); break;
    case Op::ArrayFill: state("fills from", 3, 2, bits(0)); break;
    case Op::ArrayInitData:
    case Op::ArrayInitElem: state("copies to", 3, 2, bits(0)); break;
    case Op::ArrayCopy:
      state("copies to", 4, 3, bits(0));
      state("copies from", 2, 1, bits(0));
      break;
    default: state("index", 1, 0, {}); break;
  }
}

void TrapExplainer::no_room() {
  const wasm::Imm imm = wasm::info(instruction_.op).imm;
  const bool has_length = instruction_.op == Op::ArrayNew || instruction_.op == Op::ArrayNewDefault ||
                          imm == wasm::Imm::TypeData || imm == wasm::Imm::TypeElem;
  if (has_length) line("an array of " + counted(bits(0), "element") + " of " + type_text(wasm::ref_type(instruction_.index, false)) + origin(0));
  if (has_length) {
    name_operand(0, "length");
    trace(0);
  }
  line("the heap holds at most " + both(wasm::kMaxHeapBytes) + " bytes");
  if (trapped_.code == TrapCode::HeapExhausted)
    line("Everything unreachable was freed, and " + both(inspection_.store().heap.live_bytes()) + " bytes remain in use.");
}

void TrapExplainer::arithmetic() {
  const bool is_unary = wasm::info(instruction_.op).signature.find('_') == 1;
  const std::string name(wasm::info(instruction_.op).text);
  if (is_unary) {
    line(name + " of " + inspection_.value_text(operand(0).value) + origin(0));
    name_operand(0, "value");
    trace(0);
  } else {
    name_operand(1, "dividend");
    name_operand(0, "divisor");
    trace(0);
    line(name + ": " + inspection_.value_text(operand(1).value) + origin(1) + " by " +
         inspection_.value_text(operand(0).value) + origin(0));
  }
  if (trapped_.code == TrapCode::IntegerOverflow)
    line(is_unary ? "The value lies outside the integer type's range; the `_sat` form of the instruction would clamp it."
                  : "The result would be one more than the largest integer of the type.");
  if (trapped_.code == TrapCode::InvalidConversionToInteger) line("A NaN is no number, so no integer stands for it.");
}

void TrapExplainer::wait() {
  const wasm::OpInfo& op = wasm::info(instruction_.op);
  const uint64_t base = bits(2), address = base + instruction_.memarg.offset;
  const uint32_t memory = instruction_.memarg.memory;
  line("waits at address " + to_hex(address) + " of memory " + std::to_string(memory) + origin(2) + " while it holds " +
       inspection_.value_text(operand(1).value) + origin(1));
  line(trapped_.code == TrapCode::ExpectedSharedMemory
           ? "That memory is not declared as shared, so no other thread can ever notify a wait on it."
           : "The timeout " + inspection_.value_text(operand(0).value) + origin(0) + " means forever, and this is the only thread.");
  out_.access = {memory, base, instruction_.memarg.offset, address, op.width, inspection_.instance().memories[memory]->size_bytes(), 0};
  name_operand(2, "base address");
  name_operand(1, "expected");
  name_operand(0, "timeout");
}

void TrapExplainer::exception() {
  // At a throw it is not there yet: the values are operands.
  const uint64_t reference = inspection_.exception();
  const runtime::Heap& heap = inspection_.store().heap;
  const runtime::Tag& tag = reference == 0 ? *inspection_.instance().tags[instruction_.index]
                                           : inspection_.store().tags[heap.exception_tag(reference)];
  const std::vector<runtime::Tag*>& tags = inspection_.instance().tags;
  const auto own = std::find_if(tags.begin(), tags.end(), [&](const runtime::Tag* each) { return each->address == tag.address; });
  const std::string name = own == tags.end() ? "of another module"
                                             : inspection_.names().tag(static_cast<wasm::TagIndex>(own - tags.begin()));
  line("exception with tag " + name + " " + wasm::to_text(*tag.type));
  const uint8_t* from = heap.at(reference) + wasm::kObjectHeaderBytes + 8;
  size_t left = tag.type->params.size();
  for (const wasm::ValType type : tag.type->params) {
    --left;
    if (reference == 0) {
      line("value " + inspection_.value_text(operand(left).value) + origin(left));
      name_operand(left, "value");
      continue;
    }
    runtime::Value value{type, 0, 0};
    std::memcpy(&value.bits, from, 8);
    if (type.slots() == 2) std::memcpy(&value.high, from + 8, 8);
    from += type.slots() * 8;
    line("value " + inspection_.store_value_text(value));
  }
  line("No frame of the call stack has a handler for it, so nothing was undone: the stack is as it was at the throw.");
}

std::vector<std::string> TrapExplanation::all_lines() const {
  std::vector<std::string> all = lines;
  all.insert(all.end(), origin.begin(), origin.end());
  if (last_write) all.push_back("last write: " + last_write->text);
  return all;
}

TrapExplanation explain_trap(const Inspection& inspection, const runtime::Trapped& trapped) {
  return TrapExplainer(inspection, trapped).explain();
}

}  // namespace wasmscope::debug
