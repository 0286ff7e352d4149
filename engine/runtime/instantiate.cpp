// SPDX-License-Identifier: Apache-2.0
// https://webassembly.github.io/spec/core/exec/modules.html#instantiation
#include <algorithm>
#include <cstring>

#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/binary/instruction_reader.h"
#include "engine/runtime/store.h"

namespace wasmscope::runtime {
namespace {

using wasm::Op;

uint32_t slots_of(const std::vector<wasm::ValType>& types) {
  uint32_t slots = 0;
  for (const wasm::ValType type : types) slots += type.slots();
  return slots;
}

std::string import_text(const wasm::Import& import) {
  return escape_for_display(import.module) + "." + escape_for_display(import.name);
}

class Instantiation {
 public:
  Instantiation(Store& store, std::shared_ptr<const wasm::Module> module, const Imports& imports)
      : store_(store), module_(*module), imports_(imports) {
    instance_ = &store.instances.emplace_back();
    instance_->id = static_cast<uint32_t>(store.instances.size() - 1);
    instance_->module = std::move(module);
  }

  Result<InstantiateOutcome> run() {
    instance_->canonical_types = store_.types.canonicalise(module_);
    TRY(add_functions());
    TRY(add_globals());
    TRY(add_tables());
    TRY(add_memories());
    TRY(add_segments());
    outcome_.result.instance = instance_;
    copy_segments();
    return std::move(outcome_);
  }

 private:
  Result<void> add_functions() {
    for (uint32_t index = 0; index < module_.funcs.size(); ++index) {
      const wasm::Func& declared = module_.funcs[index];
      Func& func = store_.add_func();
      func.index = index;
      func.canonical_type = instance_->canonical_types[declared.type];
      func.type = &store_.types.func(func.canonical_type);
      func.param_slots = slots_of(func.type->params);
      func.result_slots = slots_of(func.type->results);
      if (declared.import) {
        const wasm::Import& import = module_.imports[*declared.import];
        func.host = imports_.find(import.module, import.name);
        func.import = &import;
        if (!func.host) {
          func.missing = true;
          outcome_.result.missing.push_back({*declared.import});
        } else if (func.host->type != *func.type) {
          return std::unexpected(error_at(ErrorCode::IncompatibleImport, import.range,
                                          import_text(import) + ": the module wants " + wasm::to_text(*func.type) +
                                              ", the host has " + wasm::to_text(func.host->type)));
        }
      } else {
        func.instance = instance_;
      }
      instance_->funcs.push_back(&func);
    }
    return {};
  }

  Result<void> add_globals() {
    for (const wasm::Global& global : module_.globals) {
      Value value = Value::zero(global.type.type);
      if (global.import) {
        outcome_.result.missing.push_back({*global.import});
      } else {
        value = evaluate(global.init, global.type.type);
      }
      TRY_ASSIGN(const uint32_t address, store_.add_global(global.type, value));
      instance_->global_addresses.push_back(address);
      instance_->globals.push_back(store_.global(address));
    }
    return {};
  }

  Result<void> add_tables() {
    for (const wasm::Table& table : module_.tables) {
      if (table.import) outcome_.result.missing.push_back({*table.import});
      const uint64_t init = table.init ? evaluate(*table.init, table.type.element).bits : 0;
      TRY_ASSIGN(Table * added, store_.add_table(table.type, init));
      instance_->tables.push_back(added);
    }
    return {};
  }

  Result<void> add_memories() {
    for (const wasm::Memory& memory : module_.memories) {
      if (memory.import) outcome_.result.missing.push_back({*memory.import});
      TRY_ASSIGN(Memory * added, store_.add_memory(memory.type));
      instance_->memories.push_back(added);
    }
    return {};
  }

  Result<void> add_segments() {
    for (const wasm::Elem& elem : module_.elems) {
      std::vector<uint64_t>& references = instance_->elems.emplace_back();
      if (elem.mode == wasm::SegmentMode::Declarative) continue;
      for (const wasm::FuncIndex func : elem.funcs) references.push_back(uint64_t{instance_->funcs[func]->address} + 1);
      for (const wasm::ConstExpr& expr : elem.exprs) references.push_back(evaluate(expr, elem.type).bits);
    }
    // Reserved together so that the pointers stay valid: the region never moves.
    TRY_ASSIGN(instance_->dropped_elems, store_.add_flags(module_.elems.size()));
    TRY_ASSIGN(instance_->dropped_datas, store_.add_flags(module_.datas.size()));
    return {};
  }

  void copy_segments() {
    for (size_t i = 0; i < module_.elems.size(); ++i) {
      const wasm::Elem& elem = module_.elems[i];
      if (elem.mode == wasm::SegmentMode::Passive) continue;
      if (elem.mode == wasm::SegmentMode::Active) {
        Table& table = *instance_->tables[elem.table];
        const std::vector<uint64_t>& references = instance_->elems[i];
        const uint64_t offset = evaluate(elem.offset, table.type.limits.is64 ? wasm::kI64 : wasm::kI32).bits;
        if (offset > table.size() || references.size() > table.size() - offset) {
          trap(wasm::TrapCode::OutOfBoundsTable, elem.range);
          return;
        }
        std::copy(references.begin(), references.end(), table.elements() + offset);
      }
      instance_->dropped_elems[i] = 1;
    }
    for (size_t i = 0; i < module_.datas.size(); ++i) {
      const wasm::Data& data = module_.datas[i];
      if (data.mode != wasm::SegmentMode::Active) continue;
      Memory& memory = *instance_->memories[data.memory];
      const uint64_t offset = evaluate(data.offset, memory.type.limits.is64 ? wasm::kI64 : wasm::kI32).bits;
      if (offset > memory.size_bytes() || data.bytes.size() > memory.size_bytes() - offset) {
        trap(wasm::TrapCode::OutOfBoundsMemory, data.range);
        return;
      }
      if (data.bytes.size() != 0)
        std::memcpy(memory.region.data() + offset, module_.bytes.data() + data.bytes.begin, data.bytes.size());
      instance_->dropped_datas[i] = 1;
    }
  }

  void trap(wasm::TrapCode code, ByteRange range) {
    outcome_.trap = code;
    outcome_.trap_range = range;
  }

  // Constant expressions are straight-line code over a small stack; validated before.
  Value evaluate(const wasm::ConstExpr& expr, wasm::ValType type) const {
    std::vector<Value> stack;
    binary::InstructionReader reader(module_.bytes, expr.range);
    binary::Instruction in;
    const auto binary_op = [&](auto compute) {
      CHECK(stack.size() >= 2);
      const uint64_t b = stack.back().bits;
      stack.pop_back();
      stack.back().bits = compute(stack.back().bits, b);
      if (stack.back().type == wasm::kI32) stack.back().bits &= 0xFFFFFFFF;
    };
    while (true) {
      const auto more = reader.next(in);
      CHECK(more.has_value());
      if (!*more || in.op == Op::End) break;
      switch (in.op) {
        case Op::I32Const: stack.push_back({wasm::kI32, in.bits, 0}); break;
        case Op::I64Const: stack.push_back({wasm::kI64, in.bits, 0}); break;
        case Op::F32Const: stack.push_back({wasm::kF32, in.bits, 0}); break;
        case Op::F64Const: stack.push_back({wasm::kF64, in.bits, 0}); break;
        case Op::V128Const: {
          Value value{wasm::kV128, 0, 0};
          std::memcpy(&value.bits, in.bytes, 8);
          std::memcpy(&value.high, in.bytes + 8, 8);
          stack.push_back(value);
          break;
        }
        case Op::GlobalGet:
          stack.push_back({module_.globals[in.index].type.type, instance_->globals[in.index][0], instance_->globals[in.index][1]});
          break;
        case Op::RefNull: stack.push_back({in.type, 0, 0}); break;
        case Op::RefFunc: stack.push_back({wasm::kFuncRef, uint64_t{instance_->funcs[in.index]->address} + 1, 0}); break;
        case Op::I32Add:
        case Op::I64Add: binary_op([](uint64_t a, uint64_t b) { return a + b; }); break;
        case Op::I32Sub:
        case Op::I64Sub: binary_op([](uint64_t a, uint64_t b) { return a - b; }); break;
        case Op::I32Mul:
        case Op::I64Mul: binary_op([](uint64_t a, uint64_t b) { return a * b; }); break;
        default: stack.push_back(Value::zero(type)); break;
      }
    }
    return stack.empty() ? Value::zero(type) : stack.back();
  }

  Store& store_;
  const wasm::Module& module_;
  const Imports& imports_;
  Instance* instance_ = nullptr;
  InstantiateOutcome outcome_;
};

}  // namespace

Result<InstantiateOutcome> instantiate(Store& store, std::shared_ptr<const wasm::Module> module, const Imports& imports) {
  return Instantiation(store, std::move(module), imports).run();
}

}  // namespace wasmscope::runtime
