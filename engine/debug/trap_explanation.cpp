// SPDX-License-Identifier: Apache-2.0
// Why a program trapped, with the values that were there. The trapping instruction has not acted, so its
// operands are still on the stack.
#include <algorithm>
#include <cstring>

#include "engine/base/utf8.h"
#include "engine/debug/debuggee.h"
#include "engine/wasm/limits.h"

namespace wasmscope::debug {
namespace {

using wasm::Op;
using wasm::TrapCode;

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, " ");
  return digits;
}

std::string counted(uint64_t number, const char* noun) { return grouped(number) + " " + noun + (number == 1 ? "" : "s"); }

std::string both(uint64_t number) { return grouped(number) + " (" + to_hex(number) + ")"; }

class Explainer {
 public:
  Explainer(const Inspection& inspection, const runtime::Trapped& trapped)
      : inspection_(inspection), trapped_(trapped), place_(inspection.place(inspection.depth())),
        instruction_(inspection.instruction(place_.pc)), operands_(inspection.operands(place_)) {}

  TrapExplanation explain() {
    out_.code = trapped_.code;
    out_.title = wasm::text_of(trapped_.code);
    out_.where = std::string(wasm::info(instruction_.op).text) + " at " + to_hex(place_.pc) + " in " +
                 inspection_.names().func(place_.func) + " (#" + std::to_string(place_.func) + ")";
    switch (trapped_.code) {
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
      case TrapCode::NullFunction: null_reference(); break;
      case TrapCode::CastFailure: cast(); break;
      case TrapCode::OutOfBoundsArray: array_access(); break;
      case TrapCode::ObjectTooLarge:
      case TrapCode::HeapExhausted: no_room(); break;
      case TrapCode::HostError: line(escape_for_display(trapped_.text)); break;
      default: break;
    }
    if (out_.lines.empty()) line(std::string(wasm::explanation_of(trapped_.code)));
    return std::move(out_);
  }

 private:
  void line(std::string text) { out_.lines.push_back(std::move(text)); }

  // From the top of the operand stack: 0 is the last operand.
  const OperandValue& operand(size_t from_top) const {
    static const OperandValue kNone;
    return from_top < operands_.size() ? operands_[operands_.size() - 1 - from_top] : kNone;
  }
  uint64_t bits(size_t from_top) const { return operand(from_top).value.bits; }
  // " (local $p)" for an operand that was just read from one.
  std::string origin(size_t from_top) const {
    const OperandValue& value = operand(from_top);
    if (value.origin == OperandOrigin::Const) return " (constant)";
    if (value.origin != OperandOrigin::Local) return {};
    const std::string name = inspection_.names().local(place_.func, value.local);
    return " (local " + (name.empty() ? std::to_string(value.local) : name) + ")";
  }

  void access(uint32_t memory, const std::string& sum, uint64_t address, uint64_t bytes, bool overflows) {
    const runtime::Memory& target = *inspection_.instance().memories[memory];
    const std::string name = "memory " + std::to_string(memory);
    const uint64_t size = target.size_bytes();
    line(sum);
    line(name + " has " + counted(target.pages(), "page") + ", " + both(size) + " bytes" +
         (size == 0 ? ": every access is out of bounds" : "; its last byte is at " + to_hex(size - 1)));
    if (overflows) {
      line("The sum is beyond all addresses of 64 bits.");
      return;
    }
    out_.memory_address = address;
    out_.access_bytes = bytes;
    if (address >= size) {
      const uint64_t past = address - size;
      line(past == 0 ? "The access begins right after the end." : "The access begins " + both(past) + " bytes after the end.");
    } else {
      line("The access begins inside, but only " + grouped(size - address) + " of its " + grouped(bytes) + " bytes are there.");
    }
  }

  void unaligned() {
    const wasm::OpInfo& op = wasm::info(instruction_.op);
    const size_t above = op.signature.find('_') - 1;
    const uint64_t base = bits(above), offset = instruction_.memarg.offset, address = base + offset;
    std::string sum = "address " + to_hex(base) + origin(above);
    if (offset != 0) sum += " + offset " + to_hex(offset) + " = " + to_hex(address);
    line(sum + ", which is " + counted(address % op.width, "byte") + " after a multiple of " + std::to_string(op.width) + ".");
    line("An atomic access of " + counted(op.width, "byte") + " must be at one.");
    out_.memory_address = address;
    out_.access_bytes = op.width;
  }

  void memory() {
    const wasm::OpInfo& op = wasm::info(instruction_.op);
    if (op.imm == wasm::Imm::MemArg || op.imm == wasm::Imm::MemArgLane) {
      // The address lies below what is stored, if anything is.
      const std::string_view popped = op.signature.substr(0, op.signature.find('_'));
      const size_t above = popped.empty() ? 0 : popped.size() - 1;
      const uint64_t base = bits(above), offset = instruction_.memarg.offset, width = op.width;
      const uint64_t address = base + offset;
      std::string sum = "address " + to_hex(base) + origin(above);
      if (offset != 0) sum += " + offset " + to_hex(offset) + " = " + to_hex(address);
      sum += ", " + counted(width, "byte");
      access(instruction_.memarg.memory, sum, address, width, address < base);
      return;
    }
    const uint64_t count = bits(0), source = bits(1), destination = bits(2);
    const auto& instance = inspection_.instance();
    const auto bulk = [&](const char* what, uint32_t memory, uint64_t address, size_t from_top) {
      const uint64_t size = instance.memories[memory]->size_bytes();
      if (address <= size && count <= size - address) return;
      access(memory, std::string(what) + " " + to_hex(address) + origin(from_top) + ", " + counted(count, "byte"),
             address, count, address + count < address);
    };
    switch (instruction_.op) {
      case Op::MemoryFill: bulk("fills from", instruction_.index, destination, 2); break;
      case Op::MemoryCopy:
        bulk("copies to", instruction_.index, destination, 2);
        bulk("copies from", instruction_.index2, source, 1);
        break;
      case Op::MemoryInit: {
        const uint64_t size = inspection_.module().datas[instruction_.index].bytes.size();
        if (instance.dropped_datas[instruction_.index] != 0) {
          line("data segment " + std::to_string(instruction_.index) + " was dropped or already copied: it is empty now");
        } else if (source > size || count > size - source) {
          line("reads " + counted(count, "byte") + " at " + to_hex(source) + " of data segment " + std::to_string(instruction_.index) +
               ", which has " + grouped(size));
        }
        bulk("copies to", instruction_.index2, destination, 2);
        break;
      }
      default: break;
    }
  }

  // What is not the instruction's own operand is one that lies that many below the top.
  size_t null_operand() const {
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

  void null_reference() {
    const size_t from_top = null_operand();
    const OperandValue& value = operand(from_top);
    line("the reference" + origin(from_top) + " of type " + type_text(value.value.type) + " is null");
    const wasm::Imm imm = wasm::info(instruction_.op).imm;
    if (imm == wasm::Imm::TypeField) {
      const std::string name(inspection_.module().names.fields.find(instruction_.index, instruction_.index2));
      line("field " + std::to_string(instruction_.index2) + (name.empty() ? "" : " $" + escape_for_display(name)) + " of " +
           type_text(wasm::ref_type(instruction_.index, false)) + " was wanted");
    }
    if (value.origin == OperandOrigin::Local) line("The local was never set, or it was set to null.");
  }

  // Types of the module, those it declares by their names.
  std::string type_text(wasm::ValType type) const {
    if (!type.is_ref() || type.heap != wasm::HeapKind::Concrete) return wasm::to_text(type);
    const std::string name = inspection_.objects().type_text(inspection_.instance().canonical_types[type.index]);
    return type.nullable ? "(ref null " + name + ")" : name;
  }

  void cast() {
    line("the reference" + origin(0) + " is " + inspection_.value_text(operand(0).value));
    line("it has the type " + inspection_.objects().kind_text(bits(0)));
    line("wanted           " + type_text(instruction_.type));
  }

  void array_access() {
    const auto state = [&](const char* what, size_t array, size_t index, std::optional<uint64_t> count) {
      const uint64_t length = inspection_.store().heap.header(bits(array)).length;
      if (count && bits(index) <= length && *count <= length - bits(index)) return;
      line(std::string(what) + " " + grouped(bits(index)) + origin(index) + (count ? ", " + counted(*count, "element") : ""));
      line("the array " + inspection_.value_text(operand(array).value) + origin(array) + " has " + counted(length, "element"));
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

  void no_room() {
    const wasm::Imm imm = wasm::info(instruction_.op).imm;
    const bool has_length = instruction_.op == Op::ArrayNew || instruction_.op == Op::ArrayNewDefault ||
                            imm == wasm::Imm::TypeData || imm == wasm::Imm::TypeElem;
    if (has_length) line("an array of " + counted(bits(0), "element") + " of " + type_text(wasm::ref_type(instruction_.index, false)) + origin(0));
    line("the heap holds at most " + both(wasm::kMaxHeapBytes) + " bytes");
    if (trapped_.code == TrapCode::HeapExhausted)
      line("Everything unreachable was freed, and " + both(inspection_.store().heap.live_bytes()) + " bytes remain in use.");
  }

  void table_access() {
    const auto& instance = inspection_.instance();
    const auto state = [&](uint32_t table) {
      line("table " + std::to_string(table) + " has " + counted(instance.tables[table]->size(), "element"));
    };
    switch (instruction_.op) {
      case Op::TableGet:
      case Op::TableSet: {
        const size_t above = instruction_.op == Op::TableSet ? 1 : 0;
        line("index " + grouped(bits(above)) + origin(above));
        state(instruction_.index);
        break;
      }
      case Op::TableFill:
      case Op::TableInit:
      case Op::TableCopy: {
        const bool is_fill = instruction_.op == Op::TableFill;
        line("elements from " + grouped(bits(2)) + ", " + grouped(bits(0)) + " of them" + (is_fill ? "" : ", taken from " + grouped(bits(1))));
        state(instruction_.op == Op::TableInit ? instruction_.index2 : instruction_.index);
        if (instruction_.op == Op::TableCopy && instruction_.index2 != instruction_.index) state(instruction_.index2);
        if (instruction_.op == Op::TableInit) {
          const bool is_dropped = instance.dropped_elems[instruction_.index] != 0;
          line("element segment " + std::to_string(instruction_.index) + " has " +
               (is_dropped ? "0 elements: it was dropped" : counted(instance.elems[instruction_.index].size(), "element")));
        }
        break;
      }
      default: break;
    }
  }

  void arithmetic() {
    const bool is_unary = wasm::info(instruction_.op).signature.find('_') == 1;
    const std::string name(wasm::info(instruction_.op).text);
    if (is_unary) {
      line(name + " of " + inspection_.value_text(operand(0).value) + origin(0));
    } else {
      line(name + ": " + inspection_.value_text(operand(1).value) + origin(1) + " by " +
           inspection_.value_text(operand(0).value) + origin(0));
    }
    if (trapped_.code == TrapCode::IntegerOverflow)
      line(is_unary ? "The value lies outside the integer type's range; the `_sat` form of the instruction would clamp it."
                    : "The result would be one more than the largest integer of the type.");
    if (trapped_.code == TrapCode::InvalidConversionToInteger) line("A NaN is no number, so no integer stands for it.");
  }

  void indirect_call() {
    const auto& instance = inspection_.instance();
    const uint32_t table_index = instruction_.index2;
    const runtime::Table& table = *instance.tables[table_index];
    const uint64_t index = bits(0);
    const auto& wanted = std::get<wasm::FuncType>(inspection_.module().types[instruction_.index].composite);
    line("index " + grouped(index) + origin(0) + " of table " + std::to_string(table_index) + ", which has " + counted(table.size(), "element"));
    if (trapped_.code == TrapCode::UndefinedElement) return;
    if (trapped_.code == TrapCode::UninitializedElement) {
      line("Element " + grouped(index) + " is null: it was never set, or it was cleared.");
      return;
    }
    const runtime::Func& found = inspection_.store().funcs[table.elements()[index] - 1];
    line("expected " + wasm::to_text(wanted));
    line("found    " + wasm::to_text(*found.type) + ": " + inspection_.func_text(found.index));
  }

  void call_stack() {
    const uint32_t frames = inspection_.depth() + 1;
    line("the call stack holds " + counted(frames, "frame"));
    // The shortest cycle that the innermost frames repeat.
    constexpr uint32_t kLongestCycle = 16;
    for (uint32_t period = 1; period <= kLongestCycle && 2 * period <= frames; ++period) {
      uint32_t repeated = 0;
      while (repeated + period < frames && func_from_top(repeated) == func_from_top(repeated + period)) ++repeated;
      if (repeated < std::min(frames - period, 3 * period)) continue;
      std::string cycle;
      for (uint32_t i = period; i-- > 0;) cycle += inspection_.func_text(func_from_top(i)) + " -> ";
      line("cycle: " + cycle + inspection_.func_text(func_from_top(period - 1)) + ", " + grouped((repeated + period) / period) + " times");
      const uint32_t outer = frames - (repeated + period);
      if (outer > 0) line("first called from " + inspection_.func_text(inspection_.place(outer - 1).func));
      return;
    }
  }
  void exception() {
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

  wasm::FuncIndex func_from_top(uint32_t i) const { return inspection_.place(inspection_.depth() - i).func; }

  const Inspection& inspection_;
  const runtime::Trapped& trapped_;
  const Inspection::FramePlace place_;
  const binary::Instruction instruction_;
  const std::vector<OperandValue> operands_;
  TrapExplanation out_;
};

}  // namespace

TrapExplanation explain_trap(const Inspection& inspection, const runtime::Trapped& trapped) {
  return Explainer(inspection, trapped).explain();
}

}  // namespace wasmscope::debug
