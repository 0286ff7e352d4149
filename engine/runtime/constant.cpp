// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/constant.h"

#include <cstring>

#include "engine/base/try.h"
#include "engine/binary/instruction_reader.h"
#include "engine/wasm/limits.h"

namespace wasmscope::runtime {
namespace {

using wasm::Op;

// Straight-line code over a small stack.
class Evaluation {
 public:
  Evaluation(Store& store, const Instance& instance) : store_(store), instance_(instance), module_(*instance.module) {}

  std::expected<Value, wasm::TrapCode> run(const wasm::ConstExpr& expr) {
    binary::InstructionReader reader(module_.bytes, expr.range);
    binary::Instruction in;
    while (reader.next_valid(in) && in.op != Op::End) TRY(execute(in));
    CHECK(stack_.size() == 1);
    return stack_.back();
  }

 private:
  std::expected<void, wasm::TrapCode> execute(const binary::Instruction& in) {
    switch (in.op) {
      case Op::I32Const: push({wasm::kI32, in.bits, 0}); break;
      case Op::I64Const: push({wasm::kI64, in.bits, 0}); break;
      case Op::F32Const: push({wasm::kF32, in.bits, 0}); break;
      case Op::F64Const: push({wasm::kF64, in.bits, 0}); break;
      case Op::V128Const: {
        Value value{wasm::kV128, 0, 0};
        std::memcpy(&value.bits, in.bytes, 8);
        std::memcpy(&value.high, in.bytes + 8, 8);
        push(value);
        break;
      }
      case Op::GlobalGet: {
        const uint64_t* slots = instance_.globals[in.index];
        push({module_.globals[in.index].type.type, slots[0], slots[1]});
        break;
      }
      case Op::RefNull: push({in.type, 0, 0}); break;
      case Op::RefFunc: push({wasm::kFuncRef, uint64_t{instance_.funcs[in.index]->address} + 1, 0}); break;
      case Op::RefI31:
        push({wasm::ref_type(wasm::HeapKind::I31, false), kI31Bit | (pop().bits & 0x7FFFFFFF), 0});
        break;
      case Op::AnyConvertExtern:
      case Op::ExternConvertAny: break;
      case Op::I32Add:
      case Op::I64Add: combine([](uint64_t a, uint64_t b) { return a + b; }); break;
      case Op::I32Sub:
      case Op::I64Sub: combine([](uint64_t a, uint64_t b) { return a - b; }); break;
      case Op::I32Mul:
      case Op::I64Mul: combine([](uint64_t a, uint64_t b) { return a * b; }); break;
      case Op::StructNewDesc:
      case Op::StructNewDefaultDesc: return std::unexpected(wasm::TrapCode::NotExecuted);
      default: return make_object(in);
    }
    return {};
  }

  // struct.new and array.new in their forms. Nothing is collected before the module runs.
  std::expected<void, wasm::TrapCode> make_object(const binary::Instruction& in) {
    const uint32_t type = instance_.canonical_types[in.index];
    const ObjectLayout& layout = store_.heap.layout(type);
    const bool is_struct = layout.kind == wasm::HeapKind::Struct;
    uint32_t length = 0;
    if (in.op == Op::ArrayNewFixed) length = in.count;
    else if (!is_struct) length = static_cast<uint32_t>(pop().bits);
    const uint64_t bytes = is_struct ? layout.size_bytes : sizeof(ObjectHeader) + uint64_t{length} * layout.element_bytes;
    if (bytes > wasm::kMaxHeapBytes) return std::unexpected(wasm::TrapCode::ObjectTooLarge);
    const uint32_t object = store_.heap.allocate_anyway(type, length, bytes);
    if (object == 0) return std::unexpected(wasm::TrapCode::HeapExhausted);
    uint8_t* const elements = store_.heap.at(object) + sizeof(ObjectHeader);
    switch (in.op) {
      case Op::StructNew:
        for (size_t i = layout.fields.size(); i-- > 0;)
          write(store_.heap.at(object) + layout.fields[i].offset, pop(), layout.fields[i].bytes);
        break;
      case Op::ArrayNewFixed:
        for (uint64_t i = length; i-- > 0;) write(elements + i * layout.element_bytes, pop(), layout.element_bytes);
        break;
      case Op::ArrayNew: {
        const Value value = pop();
        for (uint64_t i = 0; i < length; ++i) write(elements + i * layout.element_bytes, value, layout.element_bytes);
        break;
      }
      default: break;   // the forms with default values
    }
    push({wasm::ref_type(in.index, false), object, 0});
    return {};
  }

  static void write(uint8_t* to, const Value& value, uint32_t bytes) {
    const uint64_t halves[] = {value.bits, value.high};
    std::memcpy(to, halves, bytes);
  }
  void push(Value value) { stack_.push_back(value); }
  Value pop() {
    CHECK(!stack_.empty());
    const Value value = stack_.back();
    stack_.pop_back();
    return value;
  }
  template <class Compute>
  void combine(Compute compute) {
    const Value b = pop(), a = pop();
    const uint64_t bits = compute(a.bits, b.bits);
    push({a.type, a.type == wasm::kI32 ? static_cast<uint32_t>(bits) : bits, 0});
  }

  Store& store_;
  const Instance& instance_;
  const wasm::Module& module_;
  std::vector<Value> stack_;
};

}  // namespace

std::expected<Value, wasm::TrapCode> evaluate(Store& store, const Instance& instance, const wasm::ConstExpr& expr) {
  return Evaluation(store, instance).run(expr);
}

}  // namespace wasmscope::runtime
