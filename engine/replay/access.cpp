// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/access.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <ranges>

#include "engine/base/try.h"
#include "engine/binary/instruction_reader.h"
#include "engine/wasm/object_layout.h"

namespace wasmscope::replay {
namespace {

using runtime::Execution;
using runtime::Func;
using runtime::Instance;
using wasm::Imm;
using wasm::Op;

constexpr size_t kMostOperands = 5;   // that decide what is touched: array.copy

enum class Way : uint8_t { Read, Write, ReadWrite };
struct Touch {
  AccessKind kind{};
  Way way{};
};
struct Touches {
  std::array<Touch, 2> items{};
  size_t count = 0;
};
Touches touches(Touch only) { return {{only}, 1}; }
Touches touches(Touch first, Touch second) { return {{first, second}, 2}; }

size_t popped(const wasm::OpInfo& row) { return row.signature.find('_'); }
bool pushes(const wasm::OpInfo& row) { return row.signature.back() != '_'; }

// An access with a static offset: what pushes nothing writes; what pushes, reads. Atomic instructions that take a value
// and push one change what is there.
Way memory_way(Op op) {
  const wasm::OpInfo& row = wasm::info(op);
  if (!pushes(row)) return Way::Write;
  const bool only_looks = op == Op::MemoryAtomicNotify || op == Op::MemoryAtomicWait32 || op == Op::MemoryAtomicWait64;
  return row.category == wasm::Category::Atomic && popped(row) > 1 && !only_looks ? Way::ReadWrite : Way::Read;
}

Touches touches_of(Op op) {
  using enum AccessKind;
  const Imm imm = wasm::info(op).imm;
  if (!wasm::info(op).executed) return {};
  if (imm == Imm::MemArg || imm == Imm::MemArgLane) return touches({Memory, memory_way(op)});
  switch (op) {
    case Op::LocalGet: return touches({Local, Way::Read});
    case Op::LocalSet:
    case Op::LocalTee: return touches({Local, Way::Write});
    case Op::GlobalGet: return touches({Global, Way::Read});
    case Op::GlobalSet: return touches({Global, Way::Write});
    case Op::MemorySize: return touches({MemorySize, Way::Read});
    case Op::MemoryGrow: return touches({MemorySize, Way::ReadWrite}, {Memory, Way::Write});
    case Op::MemoryFill: return touches({Memory, Way::Write});
    case Op::MemoryCopy: return touches({Memory, Way::Write}, {Memory, Way::Read});
    case Op::MemoryInit: return touches({Memory, Way::Write}, {DataSegment, Way::Read});
    case Op::DataDrop: return touches({DataSegment, Way::Write});
    case Op::CallIndirect:
    case Op::ReturnCallIndirect:
    case Op::TableGet: return touches({Table, Way::Read});
    case Op::TableSet:
    case Op::TableFill: return touches({Table, Way::Write});
    case Op::TableSize: return touches({TableSize, Way::Read});
    case Op::TableGrow: return touches({TableSize, Way::ReadWrite}, {Table, Way::Write});
    case Op::TableCopy: return touches({Table, Way::Write}, {Table, Way::Read});
    case Op::TableInit: return touches({Table, Way::Write}, {ElemSegment, Way::Read});
    case Op::ElemDrop: return touches({ElemSegment, Way::Write});
    case Op::StructGet:
    case Op::StructGetS:
    case Op::StructGetU:
    case Op::ArrayGet:
    case Op::ArrayGetS:
    case Op::ArrayGetU:
    case Op::ArrayLen: return touches({Object, Way::Read});
    case Op::StructSet:
    case Op::ArraySet:
    case Op::ArrayFill: return touches({Object, Way::Write});
    case Op::ArrayCopy: return touches({Object, Way::Write}, {Object, Way::Read});
    case Op::ArrayInitData: return touches({Object, Way::Write}, {DataSegment, Way::Read});
    case Op::ArrayInitElem: return touches({Object, Way::Write}, {ElemSegment, Way::Read});
    case Op::ArrayNewData: return touches({DataSegment, Way::Read});
    case Op::ArrayNewElem: return touches({ElemSegment, Way::Read});
    default: return {};
  }
}

const std::array<Touches, wasm::kOpCount>& all_touches() {
  static const auto all = [] {
    std::array<Touches, wasm::kOpCount> made{};
    for (uint16_t i = 0; i < wasm::kOpCount; ++i) made[i] = touches_of(static_cast<Op>(i));
    return made;
  }();
  return all;
}

using OpSets = std::array<wasm::OpSet, kAccessKinds>;
OpSets make_sets(Way other_than) {
  OpSets sets;
  for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
    const Touches& of = all_touches()[i];
    for (size_t k = 0; k < of.count; ++k)
      if (of.items[k].way != other_than) sets[static_cast<size_t>(of.items[k].kind)].set(i);
  }
  return sets;
}

bool is_within(uint64_t begin, uint64_t count, uint64_t size) { return begin <= size && count <= size - begin; }

}  // namespace

const wasm::OpSet& ops_that_read(AccessKind kind) {
  static const OpSets sets = make_sets(Way::Write);
  return sets[static_cast<size_t>(kind)];
}

const wasm::OpSet& ops_that_write(AccessKind kind) {
  static const OpSets sets = make_sets(Way::Read);
  return sets[static_cast<size_t>(kind)];
}

std::unique_ptr<AccessReader::FuncPlans> AccessReader::make_plans(const Func& func) {
  const wasm::Module& module = *func.instance->module;
  const ByteRange code = module.funcs[func.index].code;
  const std::vector<lower::LocalPlace> locals = lower::local_places(module, func.index);
  auto made = std::make_unique<FuncPlans>();
  made->first_pc = static_cast<uint32_t>(code.begin);
  made->by_pc.resize(code.size());

  const auto field_of = [&](const binary::Instruction& in) -> const wasm::StructType& {
    return std::get<wasm::StructType>(module.types[in.index].composite);
  };
  const auto element_bytes = [&](uint32_t type) {
    return wasm::storage_bytes(std::get<wasm::ArrayType>(module.types[type].composite).element);
  };
  lower::describe_operands(module, func.index, kMostOperands, [&](const binary::Instruction& in, std::span<const lower::OperandPlace> operands, size_t) {
    if (all_touches()[static_cast<size_t>(in.op)].count == 0) return;
    const wasm::OpInfo& row = wasm::info(in.op);
    Plan plan{in.op, static_cast<uint32_t>(made->operands.size()), in.index, in.index2, row.width, 0};
    switch (row.imm) {
      case Imm::MemArg:
      case Imm::MemArgLane:
        plan.index = in.memarg.memory;
        plan.offset = in.memarg.offset;
        break;
      case Imm::Local:
        plan.unit_bytes = locals[in.index].type.slots();
        plan.offset = locals[in.index].slot;
        break;
      case Imm::Global: plan.unit_bytes = module.globals[in.index].type.type.slots(); break;
      case Imm::TypeField:
        plan.unit_bytes = wasm::storage_bytes(field_of(in).fields[in.index2]);
        plan.offset = wasm::layout_of(field_of(in)).offsets[in.index2];
        break;
      case Imm::Type:
      case Imm::TypeType:
      case Imm::TypeData:
      case Imm::TypeElem: plan.unit_bytes = element_bytes(in.index); break;
      default: break;
    }
    for (const lower::OperandPlace& operand : std::ranges::reverse_view(operands)) {
      const bool is_const = operand.place == lower::Place::Const;
      made->operands.push_back({is_const ? operand.bits : operand.slot, !is_const, operand.type.kind == wasm::Kind::I32});
    }
    made->plans.push_back(plan);
    made->by_pc[in.pc - made->first_pc] = static_cast<uint32_t>(made->plans.size());
  });
  return made;
}

class AccessReader::Evaluation {
 public:
  Evaluation(const Plan& plan, const Operand* operands, const runtime::Heap& heap, const Execution& execution,
             Accesses& out)
      : plan_(plan), operands_(operands), heap_(heap), slots_(execution.slots() + execution.frame_base),
        frame_base_(execution.frame_base), instance_(*execution.func->instance), out_(out) {
    const Touches& of = all_touches()[static_cast<size_t>(plan.op)];
    for (const Touch& touch : std::span(of.items).first(of.count)) {
      Access& access = out_.items[out_.count++] = {};
      access.kind = touch.kind;
      access.is_read = touch.way != Way::Write;
      access.is_write = touch.way != Way::Read;
    }
    out_.instance = &instance_;
  }

  void run() {
    const uint32_t index = plan_.index, index2 = plan_.index2;
    switch (plan_.op) {
      case Op::LocalGet:
      case Op::LocalSet:
      case Op::LocalTee:
        first().index = index;
        place(first(), frame_base_ + plan_.offset, plan_.unit_bytes);
        break;
      case Op::GlobalGet:
      case Op::GlobalSet:
        first().index = index;
        first().address = instance_.global_addresses[index];
        place(first(), 0, plan_.unit_bytes);
        break;

      case Op::MemorySize: memory_size(0); break;
      case Op::MemoryGrow: memory_grow(); break;
      case Op::MemoryFill: memory(first(), index, value(2), value(0)); break;
      case Op::MemoryCopy:
        memory(first(), index, value(2), value(0));
        memory(second(), index2, value(1), value(0));
        break;
      case Op::MemoryInit:
        memory(first(), index2, value(2), value(0));
        data(second(), index, value(1), value(0));
        break;
      case Op::DataDrop: data(first(), index, 0, data_size(index)); break;

      case Op::CallIndirect:
      case Op::ReturnCallIndirect: table(first(), index2, value(0), 1); break;
      case Op::TableGet: table(first(), index, value(0), 1); break;
      case Op::TableSet: table(first(), index, value(1), 1); break;
      case Op::TableSize: table_size(0); break;
      case Op::TableGrow: table_grow(); break;
      case Op::TableFill: table(first(), index, value(2), value(0)); break;
      case Op::TableCopy:
        table(first(), index, value(2), value(0));
        table(second(), index2, value(1), value(0));
        break;
      case Op::TableInit:
        table(first(), index2, value(2), value(0));
        elem(second(), index, value(1), value(0));
        break;
      case Op::ElemDrop: elem(first(), index, 0, elem_size(index)); break;

      case Op::StructGet:
      case Op::StructGetS:
      case Op::StructGetU: field(value(0)); break;
      case Op::StructSet: field(value(1)); break;
      case Op::ArrayGet:
      case Op::ArrayGetS:
      case Op::ArrayGetU: elements(first(), value(1), value(0), 1); break;
      case Op::ArraySet: elements(first(), value(2), value(1), 1); break;
      case Op::ArrayLen:
        first().object = value(0);
        place(first(), offsetof(runtime::ObjectHeader, length), sizeof(runtime::ObjectHeader::length));
        limit(first(), value(0) != 0);
        break;
      case Op::ArrayFill: elements(first(), value(3), value(2), value(0)); break;
      case Op::ArrayCopy:
        elements(first(), value(4), value(3), value(0));
        elements(second(), value(2), value(1), value(0));
        break;
      case Op::ArrayInitData:
        elements(first(), value(3), value(2), value(0));
        data(second(), index2, value(1), value(0) * plan_.unit_bytes);
        break;
      case Op::ArrayInitElem:
        elements(first(), value(3), value(2), value(0));
        elem(second(), index2, value(1), value(0));
        break;
      case Op::ArrayNewData: data(first(), index2, value(1), value(0) * plan_.unit_bytes); break;
      case Op::ArrayNewElem: elem(first(), index2, value(1), value(0)); break;
      default: offset_access(); break;
    }
  }

 private:
  Access& first() { return out_.items[0]; }
  Access& second() { return out_.items[1]; }
  uint64_t value(size_t from_top) const {
    const Operand& operand = operands_[from_top];
    const uint64_t bits = operand.is_slot ? slots_[operand.bits] : operand.bits;
    return operand.is_half ? static_cast<uint32_t>(bits) : bits;
  }
  static void place(Access& access, uint64_t begin, uint64_t count) {
    access.begin = begin;
    access.count = count;
  }
  void limit(Access& access, bool in_bounds) {
    access.in_bounds = in_bounds;
    out_.are_made = out_.are_made && in_bounds;
  }

  void memory(Access& access, uint32_t index, uint64_t begin, uint64_t count) {
    const runtime::Memory& memory = *instance_.memories[index];
    access.index = index;
    access.address = memory.address;
    place(access, begin, count);
    limit(access, is_within(begin, count, memory.size_bytes()));
  }
  void table(Access& access, uint32_t index, uint64_t begin, uint64_t count) {
    const runtime::Table& table = *instance_.tables[index];
    access.index = index;
    access.address = table.address;
    place(access, begin, count);
    limit(access, is_within(begin, count, table.size()));
  }
  uint64_t data_size(uint32_t index) const {
    return instance_.dropped_datas[index] != 0 ? 0 : instance_.module->datas[index].bytes.size();
  }
  uint64_t elem_size(uint32_t index) const {
    return instance_.dropped_elems[index] != 0 ? 0 : instance_.elems[index].size();
  }
  void data(Access& access, uint32_t index, uint64_t begin, uint64_t count) {
    access.index = index;
    place(access, begin, count);
    limit(access, is_within(begin, count, data_size(index)));
  }
  void elem(Access& access, uint32_t index, uint64_t begin, uint64_t count) {
    access.index = index;
    place(access, begin, count);
    limit(access, is_within(begin, count, elem_size(index)));
  }

  void memory_size(uint64_t added) {
    const runtime::Memory& memory = *instance_.memories[plan_.index];
    first().index = plan_.index;
    first().address = memory.address;
    place(first(), memory.pages(), added);
  }
  void memory_grow() {
    const runtime::Memory& grown = *instance_.memories[plan_.index];
    const uint64_t delta = value(0);
    const bool succeeds = delta <= grown.max_pages - grown.pages();
    memory_size(succeeds ? delta : 0);
    add_new_places(succeeds, grown.address, grown.size_bytes(), delta << grown.type.page_size_log2);
  }
  void table_size(uint64_t added) {
    const runtime::Table& table = *instance_.tables[plan_.index];
    first().index = plan_.index;
    first().address = table.address;
    place(first(), table.size(), added);
  }
  void table_grow() {
    const runtime::Table& grown = *instance_.tables[plan_.index];
    const uint64_t delta = value(0);
    const bool succeeds = delta <= grown.max_size - grown.size();
    table_size(succeeds ? delta : 0);
    add_new_places(succeeds, grown.address, grown.size(), delta);
  }
  // Growing writes what it adds; a growth that fails answers -1 and only looked at the size.
  void add_new_places(bool succeeds, uint32_t address, uint64_t begin, uint64_t count) {
    if (!succeeds) {
      first().is_write = false;
      out_.count = 1;
      return;
    }
    second().index = plan_.index;
    second().address = address;
    place(second(), begin, count);
  }

  void field(uint64_t object) {
    first().object = object;
    first().index = plan_.index2;
    place(first(), plan_.offset, plan_.unit_bytes);
    limit(first(), object != 0);
  }
  void elements(Access& access, uint64_t array, uint64_t begin, uint64_t count) {
    access.object = array;
    place(access, wasm::kObjectHeaderBytes + begin * plan_.unit_bytes, count * plan_.unit_bytes);
    limit(access, array != 0 && is_within(begin, count, heap_.header(array).length));
  }

  // Loads, stores and atomic accesses: the address lies below what is stored, if anything is.
  void offset_access() {
    const wasm::OpInfo& row = wasm::info(plan_.op);
    const size_t above = popped(row) - 1;
    const uint64_t base = value(above), begin = base + plan_.offset;
    memory(first(), plan_.index, begin, plan_.unit_bytes);
    if (begin < base) limit(first(), false);
    if (row.category != wasm::Category::Atomic || !out_.are_made) return;
    if (begin % plan_.unit_bytes != 0) {
      out_.are_made = false;
    } else if (first().is_write && first().is_read && above == 2) {
      first().is_write = is_as_expected(begin);
    }
  }
  // A comparing exchange writes only if it finds what it expects.
  bool is_as_expected(uint64_t address) const {
    uint64_t found = 0, expected = value(1);
    std::memcpy(&found, instance_.memories[plan_.index]->region.data() + address, plan_.unit_bytes);
    if (plan_.unit_bytes < 8) expected &= (uint64_t{1} << plan_.unit_bytes * 8) - 1;
    return found == expected;
  }

  const Plan& plan_;
  const Operand* const operands_;
  const runtime::Heap& heap_;
  const uint64_t* const slots_;
  const uint64_t frame_base_;
  const Instance& instance_;
  Accesses& out_;
};

const Accesses& AccessReader::at(const Execution& execution) {
  accesses_.count = 0;
  accesses_.are_made = true;
  const Func& func = *execution.func;
  if (func.address >= funcs_.size()) funcs_.resize(func.address + 1);
  std::unique_ptr<FuncPlans>& plans = funcs_[func.address];
  if (plans == nullptr) plans = make_plans(func);
  const uint32_t number = plans->by_pc[execution.pc - plans->first_pc];
  if (number == 0) return accesses_;
  const Plan& plan = plans->plans[number - 1];
  Evaluation(plan, plans->operands.data() + plan.first_operand, store_.heap, execution, accesses_).run();
  return accesses_;
}

}  // namespace wasmscope::replay
