// SPDX-License-Identifier: Apache-2.0
// Traps about ranges of memories and tables.
#include <algorithm>

#include "engine/debug/place.h"
#include "engine/debug/trap_explainer.h"

namespace wasmscope::debug {

using wasm::Op;

namespace {

// Of `i32.const N; end`; nothing of other expressions.
std::optional<uint64_t> constant_value(const wasm::Module& module, const wasm::ConstExpr& expression) {
  binary::InstructionReader reader(module.bytes, expression.range);
  binary::Instruction in;
  const auto first = reader.next(in);
  if (!first || !*first || (in.op != Op::I32Const && in.op != Op::I64Const)) return std::nullopt;
  const uint64_t value = in.bits;
  const auto second = reader.next(in);
  return second && *second && in.op == Op::End ? std::optional(value) : std::nullopt;
}

// The same, also of `global.get N; end`, once the globals are there.
std::optional<uint64_t> offset_value(const runtime::Instance& instance, const wasm::ConstExpr& expression) {
  if (const auto constant = constant_value(*instance.module, expression)) return constant;
  binary::InstructionReader reader(instance.module->bytes, expression.range);
  binary::Instruction in;
  const auto first = reader.next(in);
  if (!first || !*first || in.op != Op::GlobalGet || in.index >= instance.globals.size()) return std::nullopt;
  const uint64_t value = instance.globals[in.index][0];
  return instance.module->globals[in.index].type.type.kind == wasm::Kind::I32 ? static_cast<uint32_t>(value) : value;
}

}  // namespace

TrapExplanation explain_instantiation_trap(const runtime::Instance& instance, const symbols::Names& names,
                                           wasm::TrapCode code, ByteRange segment) {
  const wasm::Module& module = *instance.module;
  TrapExplanation out;
  out.code = code;
  out.title = wasm::text_of(code);
  out.where = "segment at " + to_hex(segment.begin) + ", while the module was instantiated";
  const auto named = [](const char* kind, size_t index, const std::string& name) {
    return std::string(kind) + " segment " + std::to_string(index) + (name.empty() ? "" : " " + name);
  };
  for (uint32_t i = 0; i < module.datas.size(); ++i) {
    const wasm::Data& data = module.datas[i];
    if (data.range.begin != segment.begin || data.mode != wasm::SegmentMode::Active) continue;
    const uint64_t size = instance.memories[data.memory]->size_bytes();
    const auto offset = offset_value(instance, data.offset);
    out.lines.push_back(named("data", i, names.data(i)) + " has " + counted(data.bytes.size(), "byte") +
                        (offset ? " for address " + to_hex(*offset) : "") + " of memory " + std::to_string(data.memory));
    out.lines.push_back("memory " + std::to_string(data.memory) + " has " + counted(instance.memories[data.memory]->pages(), "page") + ", " +
                        both(size) + " bytes, at first");
    if (offset) {
      const uint64_t end = *offset + data.bytes.size();
      out.lines.push_back("The segment ends " + counted(end - std::min(size, end), "byte") + " past the end.");
      out.access = {data.memory, *offset, 0, *offset, data.bytes.size(), size, end - std::min(size, end)};
    }
  }
  for (uint32_t i = 0; i < module.elems.size(); ++i) {
    const wasm::Elem& elem = module.elems[i];
    if (elem.range.begin != segment.begin || elem.mode != wasm::SegmentMode::Active) continue;
    const auto offset = offset_value(instance, elem.offset);
    out.lines.push_back(named("element", i, names.elem(i)) + " has " + counted(elem.count, "element") +
                        (offset ? " for index " + grouped(*offset) : "") + " of table " + std::to_string(elem.table));
    out.lines.push_back("table " + std::to_string(elem.table) + " has " + counted(instance.tables[elem.table]->size(), "element") + " at first");
  }
  out.lines.push_back("An active segment does not fit where its offset puts it; no code has run.");
  return out;
}

void TrapExplainer::access(uint32_t memory, const std::string& sum, TrapAccess range, bool overflows) {
  const runtime::Memory& target = *inspection_.instance().memories[memory];
  const uint64_t size = target.size_bytes();
  line(sum);
  std::string has = "memory " + std::to_string(memory) + " has " + counted(target.pages(), "page");
  if (target.type.limits.has_max && target.max_pages > target.pages()) has += " of at most " + grouped(target.max_pages);
  line(has + ", " + both(size) + " bytes" +
       (size == 0 ? ": every access is out of bounds" : "; its last byte is at " + to_hex(size - 1)));
  if (overflows) {
    line("The sum is beyond all addresses of 64 bits.");
    return;
  }
  range.memory = memory;
  range.memory_bytes = size;
  range.bytes_past_end = range.begin + range.bytes - std::min(size, range.begin + range.bytes);
  if (range.begin >= size) {
    const uint64_t past = range.begin - size;
    line(past == 0 ? "The access begins right after the end." : "The access begins " + both(past) + (past == 1 ? " byte" : " bytes") + " after the end.");
  } else {
    line("The access begins inside, but only " + grouped(size - range.begin) + " of its " + grouped(range.bytes) +
         " bytes are there: it ends " + counted(range.bytes_past_end, "byte") + " past the end.");
  }
  point_at_base(range);
  out_.access = range;
}

// What the base of an address may mean.
void TrapExplainer::point_at_base(const TrapAccess& range) {
  if (range.base == 0 && range.offset != 0)
    line("The base is 0, which is the null pointer in most languages: this looks like a field " + grouped(range.offset) +
         " bytes into an object that is not there.");
  const auto low = static_cast<uint32_t>(range.base);
  constexpr uint32_t kLowestLikely = 0xFFF00000;
  if (range.base == low && low >= kLowestLikely)
    line("As a signed number the base is " + std::to_string(static_cast<int32_t>(low)) + ": it may come from a subtraction below address 0 or a negative index.");
}

// Compilers keep a stack of their own in memory; what it may grow into depends on what lies below it.
void TrapExplainer::point_at_stack_pointer() {
  const wasm::Module& module = inspection_.module();
  if (inspection_.instance().memories.empty()) return;
  for (uint32_t i = 0; i < module.globals.size(); ++i) {
    const std::string name = inspection_.names().global(i);
    if (!name.ends_with("__stack_pointer") || module.globals[i].type.type.kind != wasm::Kind::I32) continue;
    const auto now = static_cast<uint32_t>(inspection_.instance().globals[i][0]);
    const auto first = module.globals[i].import ? std::nullopt : constant_value(module, module.globals[i].init);
    if (static_cast<int32_t>(now) < 0) {
      line("The stack pointer " + name + " is " + to_hex(now) + " (" + std::to_string(static_cast<int32_t>(now)) +
           "): the stack in memory has grown below address 0" + (first ? "; it began at " + to_hex(*first) : "") + ".");
      return;
    }
    for (const wasm::Data& data : module.datas) {
      const auto begin = data.mode == wasm::SegmentMode::Active && data.memory == 0 ? constant_value(module, data.offset) : std::nullopt;
      if (!begin || !first || *begin + data.bytes.size() > *first || now >= *begin + data.bytes.size()) continue;
      line("The stack pointer " + name + " is " + to_hex(now) + ", below the end of data at " + to_hex(*begin + data.bytes.size()) +
           ": the stack in memory has overwritten data; it began at " + to_hex(*first) + ".");
      return;
    }
    return;
  }
}

void TrapExplainer::unaligned() {
  const wasm::OpInfo& op = wasm::info(instruction_.op);
  const size_t above = op.signature.find('_') - 1;
  const uint64_t base = bits(above), offset = instruction_.memarg.offset, address = base + offset;
  std::string sum = "address " + to_hex(base) + origin(above);
  if (offset != 0) sum += " + offset " + to_hex(offset) + " = " + to_hex(address);
  line(sum + ", which is " + counted(address % op.width, "byte") + " after a multiple of " + std::to_string(op.width) + ".");
  line("An atomic access of " + counted(op.width, "byte") + " must be at one.");
  const uint32_t memory = instruction_.memarg.memory;
  out_.access = {memory, base, offset, address, op.width, inspection_.instance().memories[memory]->size_bytes(), 0};
  name_operand(above, "base address");
  trace(above);
}

void TrapExplainer::memory() {
  const wasm::OpInfo& op = wasm::info(instruction_.op);
  if (op.imm == wasm::Imm::MemArg || op.imm == wasm::Imm::MemArgLane) {
    // The address lies below what is stored, if anything is.
    const size_t above = op.signature.find('_') - 1;
    const uint64_t base = bits(above), offset = instruction_.memarg.offset, width = op.width;
    const uint64_t address = base + offset;
    std::string sum = "address " + to_hex(base) + origin(above);
    if (offset != 0) sum += " + offset " + to_hex(offset) + " = " + to_hex(address);
    sum += ", " + counted(width, "byte");
    access(instruction_.memarg.memory, sum, {.base = base, .offset = offset, .begin = address, .bytes = width}, address < base);
    name_operand(above, "base address");
    for (size_t i = above; i-- > 0;) name_operand(i, "value");
    trace(above);
    point_at_stack_pointer();
    return;
  }
  const bool makes_array = instruction_.op == Op::ArrayNewData, fills_array = instruction_.op == Op::ArrayInitData;
  const uint64_t count = bits(0), source = bits(1), destination = bits(2);
  const auto& instance = inspection_.instance();
  const auto bulk = [&](const char* what, uint32_t memory, uint64_t address, size_t from_top) {
    const uint64_t size = instance.memories[memory]->size_bytes();
    if (address <= size && count <= size - address) return;
    access(memory, std::string(what) + " " + to_hex(address) + origin(from_top) + ", " + counted(count, "byte") + origin(0),
           {.base = address, .begin = address, .bytes = count}, address + count < address);
    trace(from_top);
  };
  const auto segment = [&](uint32_t index, uint64_t bytes) {
    const uint64_t size = instance.module->datas[index].bytes.size();
    const std::string name = inspection_.names().data(index);
    const std::string text = "data segment " + std::to_string(index) + (name.empty() ? "" : " " + name);
    if (instance.dropped_datas[index] != 0) {
      line(text + " was dropped or already copied: it is empty now");
    } else if (source > size || bytes > size - source) {
      line("reads " + counted(bytes, "byte") + " at " + to_hex(source) + origin(1) + " of " + text + ", which has " + grouped(size));
      trace(1);
    }
  };
  switch (instruction_.op) {
    case Op::MemoryFill: bulk("fills from", instruction_.index, destination, 2); break;
    case Op::MemoryCopy:
      bulk("copies to", instruction_.index, destination, 2);
      bulk("copies from", instruction_.index2, source, 1);
      break;
    case Op::MemoryInit:
      segment(instruction_.index, count);
      bulk("copies to", instruction_.index2, destination, 2);
      break;
    case Op::ArrayNewData:
    case Op::ArrayInitData: {
      const auto& array = std::get<wasm::ArrayType>(inspection_.module().types[instruction_.index].composite);
      segment(instruction_.index2, count * wasm::storage_bytes(array.element));
      break;
    }
    default: break;
  }
  if (fills_array) name_operand(3, "array");
  if (!makes_array) name_operand(2, "destination");
  name_operand(1, instruction_.op == Op::MemoryFill ? "byte" : "source");
  name_operand(0, "count");
  trace(0);
  point_at_stack_pointer();
}

void TrapExplainer::table_access() {
  const auto& instance = inspection_.instance();
  const auto state = [&](uint32_t table) {
    line("table " + std::to_string(table) + " has " + counted(instance.tables[table]->size(), "element"));
  };
  const auto segment = [&](uint32_t index) {
    const bool is_dropped = instance.dropped_elems[index] != 0;
    line("element segment " + std::to_string(index) + " has " +
         (is_dropped ? "0 elements: it was dropped" : counted(instance.elems[index].size(), "element")));
  };
  switch (instruction_.op) {
    case Op::TableGet:
    case Op::TableSet: {
      const size_t above = instruction_.op == Op::TableSet ? 1 : 0;
      line("index " + grouped(bits(above)) + origin(above));
      state(instruction_.index);
      name_operand(above, "index");
      trace(above);
      break;
    }
    case Op::TableFill:
    case Op::TableInit:
    case Op::TableCopy: {
      const bool is_fill = instruction_.op == Op::TableFill;
      line("elements from " + grouped(bits(2)) + origin(2) + ", " + grouped(bits(0)) + " of them" + origin(0) +
           (is_fill ? "" : ", taken from " + grouped(bits(1)) + origin(1)));
      state(instruction_.op == Op::TableInit ? instruction_.index2 : instruction_.index);
      if (instruction_.op == Op::TableCopy && instruction_.index2 != instruction_.index) state(instruction_.index2);
      if (instruction_.op == Op::TableInit) segment(instruction_.index);
      name_operand(2, "destination");
      name_operand(1, is_fill ? "value" : "source");
      name_operand(0, "count");
      trace(2);
      break;
    }
    case Op::ArrayNewElem:
    case Op::ArrayInitElem:
      line("reads " + counted(bits(0), "element") + origin(0) + " from " + grouped(bits(1)) + origin(1));
      segment(instruction_.index2);
      name_operand(1, "source");
      name_operand(0, "count");
      trace(1);
      break;
    default: break;
  }
}

}  // namespace wasmscope::debug
