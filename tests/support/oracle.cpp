// SPDX-License-Identifier: Apache-2.0
#include "tests/support/oracle.h"

#include <algorithm>

#include "engine/base/try.h"
#include "engine/lower/slot_code.h"
#include "engine/wasm/limits.h"
#include "tests/support/oracle_numeric.h"
#include "tests/support/oracle_simd.h"

namespace wasmscope::test {
namespace {

using wasm::HeapKind;
using wasm::Imm;
using wasm::Kind;
using wasm::Op;
using wasm::TrapCode;
using wasm::ValType;

struct ByteReader {
  Bytes bytes;
  uint64_t at;

  uint8_t u8() { return bytes[at++]; }
  uint64_t unsigned_leb() {
    uint64_t result = 0;
    for (int shift = 0;; shift += 7) {
      const uint8_t byte = u8();
      result |= uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return result;
    }
  }
  int64_t signed_leb() {
    uint64_t result = 0;
    for (int shift = 0;;) {
      const uint8_t byte = u8();
      result |= uint64_t{byte & 0x7Fu} << shift;
      shift += 7;
      if (byte >= 0x80) continue;
      if (shift < 64 && (byte & 0x40)) result |= ~uint64_t{0} << shift;
      return static_cast<int64_t>(result);
    }
  }
  uint64_t little_endian(int count) {
    uint64_t result = 0;
    for (int i = 0; i < count; ++i) result |= uint64_t{u8()} << (8 * i);
    return result;
  }
  ValType heap_type(bool is_nullable) {
    static constexpr HeapKind kKinds[] = {HeapKind::Exn,  HeapKind::Array,  HeapKind::Struct,   HeapKind::I31,
                                          HeapKind::Eq,   HeapKind::Any,    HeapKind::Extern,   HeapKind::Func,
                                          HeapKind::None, HeapKind::NoExtern, HeapKind::NoFunc, HeapKind::NoExn};
    const int64_t code = signed_leb();
    if (code < 0) return wasm::ref_type(kKinds[code + 0x17], is_nullable);
    return wasm::ref_type(static_cast<wasm::TypeIndex>(code), is_nullable);
  }
  ValType value_type() {
    switch (const uint8_t code = u8(); code) {
      case 0x7F: return wasm::kI32;
      case 0x7E: return wasm::kI64;
      case 0x7D: return wasm::kF32;
      case 0x7C: return wasm::kF64;
      case 0x7B: return wasm::kV128;
      case 0x63: return heap_type(true);
      case 0x64: return heap_type(false);
      default: --at; return heap_type(true);
    }
  }
};

void read_block_type(ByteReader& reader, const wasm::Module& module, OracleInstruction& out) {
  const uint64_t begin = reader.at;
  const int64_t code = reader.signed_leb();
  if (code == -64) return;
  if (code >= 0) {
    const auto& type = std::get<wasm::FuncType>(module.types[static_cast<size_t>(code)].composite);
    out.params = static_cast<uint32_t>(type.params.size());
    out.results = static_cast<uint32_t>(type.results.size());
  } else {
    reader.at = begin;
    reader.value_type();
    out.results = 1;
  }
}

void read_immediates(ByteReader& reader, const wasm::Module& module, OracleInstruction& out) {
  switch (wasm::info(out.op).imm) {
    case Imm::None: break;
    case Imm::BlockType: read_block_type(reader, module, out); break;
    case Imm::TryTable:
      read_block_type(reader, module, out);
      for (uint64_t left = reader.unsigned_leb(); left > 0; --left) {
        const uint8_t kind = reader.u8();
        OracleCatch clause;
        if (kind < 2) clause.tag = static_cast<wasm::TagIndex>(reader.unsigned_leb());
        clause.has_reference = kind % 2 == 1;
        clause.label = static_cast<uint32_t>(reader.unsigned_leb());
        out.catches.push_back(clause);
      }
      break;
    case Imm::LabelTable:
      for (uint64_t left = reader.unsigned_leb() + 1; left > 0; --left)
        out.labels.push_back(static_cast<uint32_t>(reader.unsigned_leb()));
      break;
    case Imm::Label:
    case Imm::DelegateLabel:
    case Imm::Tag:
    case Imm::Func:
    case Imm::Local:
    case Imm::Global:
    case Imm::Table:
    case Imm::Memory:
    case Imm::Data:
    case Imm::Elem:
    case Imm::Type: out.a = reader.unsigned_leb(); break;
    case Imm::TypeTable:
    case Imm::TableTable:
    case Imm::MemoryMemory:
    case Imm::DataMemory:
    case Imm::ElemTable:
    case Imm::TypeField:
    case Imm::TypeLen:
    case Imm::TypeData:
    case Imm::TypeElem:
    case Imm::TypeType:
      out.a = reader.unsigned_leb();
      out.b = reader.unsigned_leb();
      break;
    case Imm::Types:
      for (uint64_t left = reader.unsigned_leb(); left > 0; --left) out.type = reader.value_type();
      break;
    case Imm::HeapType: {
      const bool is_nullable = out.op == Op::RefNull || out.op == Op::RefTestNull || out.op == Op::RefCastNull;
      out.type = reader.heap_type(is_nullable);
      break;
    }
    case Imm::CastFlags: {
      const uint8_t flags = reader.u8();
      out.a = reader.unsigned_leb();
      reader.heap_type(true);
      out.type = reader.heap_type((flags & 2) != 0);
      break;
    }
    case Imm::MemArg:
    case Imm::MemArgLane: {
      const uint64_t flags = reader.unsigned_leb();
      if (flags & 0x40) out.a = reader.unsigned_leb();
      out.offset = reader.unsigned_leb();
      if (wasm::info(out.op).imm == Imm::MemArgLane) out.lane = reader.u8();
      break;
    }
    case Imm::Lane: out.lane = reader.u8(); break;
    case Imm::Fence: reader.u8(); break;
    case Imm::V128:
    case Imm::Shuffle:
      for (uint8_t& byte : out.bytes) byte = reader.u8();
      break;
    case Imm::I32: out.a = static_cast<uint32_t>(reader.signed_leb()); break;
    case Imm::I64: out.a = static_cast<uint64_t>(reader.signed_leb()); break;
    case Imm::F32: out.a = reader.little_endian(4); break;
    case Imm::F64: out.a = reader.little_endian(8); break;
    default: CHECK(!"an instruction the oracle does not know");
  }
}

OracleInstruction read_instruction(ByteReader& reader, const wasm::Module& module) {
  OracleInstruction out;
  out.pc = static_cast<uint32_t>(reader.at);
  const uint8_t first = reader.u8();
  const bool has_prefix = first >= 0xFB && first <= 0xFE;
  out.op = has_prefix ? wasm::op_from_code(first, static_cast<uint32_t>(reader.unsigned_leb()))
                      : wasm::op_from_code(0, first);
  CHECK(out.op != Op::Count_);
  read_immediates(reader, module, out);
  out.next_pc = static_cast<uint32_t>(reader.at);
  return out;
}

bool is_on_objects(Op op) {
  const wasm::OpInfo& row = wasm::info(op);
  return op == Op::RefEq || (row.prefix == 0xFB && row.code <= wasm::info(Op::I31GetU).code);
}

uint64_t slots_of(std::span<const Value> values) {
  uint64_t slots = 0;
  for (const Value& value : values) slots += value.type.kind == Kind::V128 ? 2 : 1;
  return slots;
}
ValType address_type(const wasm::Limits& limits) { return limits.is64 ? wasm::kI64 : wasm::kI32; }
// A clause that handles an exception keeps it below its operands.
uint64_t operand_slots(const OracleFrame& frame, size_t count) {
  uint64_t slots = slots_of({frame.operands.data(), count});
  for (const OracleLabel& label : frame.labels) slots += label.exception != 0;
  return slots;
}
// The variable keeps its type.
void assign(Value& variable, const Value& value) {
  variable.bits = value.bits;
  variable.high = value.high;
}

ValType type_of_letter(char letter) {
  switch (letter) {
    case 'i': return wasm::kI32;
    case 'l': return wasm::kI64;
    case 'f': return wasm::kF32;
    default: return wasm::kF64;
  }
}

}  // namespace

Oracle::Oracle(std::shared_ptr<const wasm::Module> module, Host host)
    : module_(std::move(module)), host_(std::move(host)) {}

const std::vector<OracleInstruction>& Oracle::code(wasm::FuncIndex func) {
  auto& list = code_[func];
  if (list.empty()) parse(func, list);
  return list;
}

void Oracle::parse(wasm::FuncIndex func, std::vector<OracleInstruction>& list) {
  const wasm::Func& body = module_->funcs[func];
  ByteReader reader{module_->bytes, body.code.begin};
  std::vector<size_t> open;   // blocks whose end is still to come
  while (reader.at < body.code.end) {
    list.push_back(read_instruction(reader, *module_));
    const size_t here = list.size() - 1;
    switch (list.back().op) {
      case Op::Block:
      case Op::Loop:
      case Op::Try:
      case Op::TryTable:
      case Op::If: open.push_back(here); break;
      case Op::Catch:
      case Op::CatchAll: {
        const bool is_any = list[here].op == Op::CatchAll;
        const auto tag = static_cast<wasm::TagIndex>(list[here].a);
        list[open.back()].catches.push_back({is_any ? wasm::kNoIndex : tag, false, 0, here});
        break;
      }
      case Op::Else: list[open.back()].else_at = here; break;
      case Op::Delegate:
      case Op::End:
        if (open.empty()) break;
        list[open.back()].end_at = here;
        if (const size_t other = list[open.back()].else_at) list[other].end_at = here;
        for (const OracleCatch& clause : list[open.back()].catches)
          if (clause.at != 0) list[clause.at].end_at = here;
        open.pop_back();
        break;
      default: break;
    }
  }
  ByteReader locals{module_->bytes, body.body.begin};
  auto& zeros = zero_locals_[func];
  for (uint64_t runs = locals.unsigned_leb(); runs > 0; --runs) {
    const uint64_t count = locals.unsigned_leb();
    const ValType type = locals.value_type();
    zeros.insert(zeros.end(), count, Value::zero(type));
  }
  frame_slots_[func] = lower::frame_slots(*module_, func);
}

Value Oracle::evaluate(const wasm::ConstExpr& expression) {
  ByteReader reader{module_->bytes, expression.range.begin};
  std::vector<Value> stack;
  while (true) {
    const OracleInstruction instruction = read_instruction(reader, *module_);
    switch (instruction.op) {
      case Op::End: return stack.back();
      case Op::I32Const: stack.push_back({wasm::kI32, instruction.a, 0}); break;
      case Op::I64Const: stack.push_back({wasm::kI64, instruction.a, 0}); break;
      case Op::F32Const: stack.push_back({wasm::kF32, instruction.a, 0}); break;
      case Op::F64Const: stack.push_back({wasm::kF64, instruction.a, 0}); break;
      case Op::V128Const: stack.push_back(vector_of(instruction.bytes)); break;
      case Op::GlobalGet: stack.push_back(globals[instruction.a]); break;
      case Op::RefNull: stack.push_back(Value::zero(instruction.type)); break;
      case Op::RefFunc: stack.push_back({wasm::kFuncRef, instruction.a + 1, 0}); break;
      default: {
        if (is_on_objects(instruction.op)) {
          frames.push_back({});
          frames.back().operands = std::move(stack);
          act_on_objects(instruction);
          stack = std::move(frames.back().operands);
          frames.pop_back();
          break;
        }
        const Value right = stack.back();
        stack.pop_back();
        stack.back().bits = evaluate_numeric(instruction.op, stack.back().bits, right.bits).bits;
      }
    }
  }
}

std::vector<uint64_t> Oracle::element_values(const wasm::Elem& segment) {
  std::vector<uint64_t> values;
  for (const wasm::FuncIndex func : segment.funcs) values.push_back(uint64_t{func} + 1);
  for (const wasm::ConstExpr& expression : segment.exprs) values.push_back(evaluate(expression).bits);
  return values;
}

std::optional<TrapCode> Oracle::instantiate() {
  for (const wasm::Memory& memory : module_->memories) {
    const uint32_t page = memory.type.page_size_log2;
    const uint64_t most = wasm::kMaxMemoryBytes >> page;
    const wasm::Limits& limits = memory.type.limits;
    memories.push_back({std::vector<uint8_t>(limits.min << page), limits.has_max ? std::min(limits.max, most) : most});
  }
  for (const wasm::Global& global : module_->globals)
    globals.push_back(global.import ? Value::zero(global.type.type) : Value{});
  for (size_t i = module_->imported_globals; i < globals.size(); ++i) {
    globals[i] = evaluate(module_->globals[i].init);
    globals[i].type = module_->globals[i].type.type;
  }
  for (const wasm::Table& table : module_->tables) {
    const wasm::Limits& limits = table.type.limits;
    const uint64_t fill = table.init ? evaluate(*table.init).bits : 0;
    tables.push_back({std::vector<uint64_t>(limits.min, fill), limits.has_max
                                                                   ? std::min<uint64_t>(limits.max, wasm::kMaxTableSize)
                                                                   : uint64_t{wasm::kMaxTableSize}});
  }
  for (const wasm::Elem& segment : module_->elems)
    elements_.push_back(segment.mode == wasm::SegmentMode::Declarative ? std::vector<uint64_t>{} : element_values(segment));
  dropped_elems.assign(module_->elems.size(), false);
  dropped_datas.assign(module_->datas.size(), false);
  for (size_t i = 0; i < module_->elems.size(); ++i) {
    const wasm::Elem& segment = module_->elems[i];
    if (segment.mode == wasm::SegmentMode::Passive) continue;
    dropped_elems[i] = true;
    if (segment.mode == wasm::SegmentMode::Declarative) continue;
    auto& elements = tables[segment.table].elements;
    const std::vector<uint64_t>& values = elements_[i];
    const uint64_t to = evaluate(segment.offset).bits;
    if (to > elements.size() || values.size() > elements.size() - to) return TrapCode::OutOfBoundsTable;
    std::copy(values.begin(), values.end(), elements.begin() + static_cast<ptrdiff_t>(to));
  }
  for (size_t i = 0; i < module_->datas.size(); ++i) {
    const wasm::Data& segment = module_->datas[i];
    if (segment.mode == wasm::SegmentMode::Passive) continue;
    dropped_datas[i] = true;
    auto& bytes = memories[segment.memory].bytes;
    const uint64_t to = evaluate(segment.offset).bits;
    if (to > bytes.size() || segment.bytes.size() > bytes.size() - to) return TrapCode::OutOfBoundsMemory;
    for (uint64_t k = 0; k < segment.bytes.size(); ++k) bytes[to + k] = module_->bytes[segment.bytes.begin + k];
  }
  return std::nullopt;
}

void Oracle::begin(wasm::FuncIndex func, const std::vector<Value>& arguments) {
  status = OracleStatus::Ready;
  trap = TrapCode::None;
  results.clear();
  frames.clear();
  tick = 0;
  // A frame that stands for the caller outside: its operands are the arguments.
  frames.push_back({});
  frames.back().operands = arguments;
  enter(func);
  frames.erase(frames.begin());
}

void Oracle::push(Value value) {
  if (value.type.kind == Kind::I32 || value.type.kind == Kind::F32) value.bits &= 0xFFFFFFFF;
  frames.back().operands.push_back(value);
}
Value Oracle::pop() {
  const Value value = frames.back().operands.back();
  frames.back().operands.pop_back();
  return value;
}
uint64_t Oracle::peek(size_t from_top) const {
  const auto& operands = frames.back().operands;
  return operands[operands.size() - 1 - from_top].bits;
}
// The instruction has not acted: nothing was popped.
bool Oracle::fail(TrapCode code) {
  status = OracleStatus::Trapped;
  trap = code;
  return false;
}

bool Oracle::enter(wasm::FuncIndex func) {
  code(func);
  OracleFrame& caller = frames.back();
  const size_t below = caller.operands.size() - module_->func_type(func).params.size();
  OracleFrame callee = new_frame(func, caller.base + caller.local_slots + operand_slots(caller, below));
  caller.operands.resize(below);
  frames.push_back(std::move(callee));
  ++tick;
  return true;
}

// With the arguments that are on top of the current frame's operands.
OracleFrame Oracle::new_frame(wasm::FuncIndex func, uint64_t base) {
  const auto& operands = frames.back().operands;
  const auto& type = module_->func_type(func);
  OracleFrame callee;
  callee.func = func;
  callee.base = base;
  callee.locals.assign(operands.end() - static_cast<ptrdiff_t>(type.params.size()), operands.end());
  const auto& zeros = zero_locals_[func];
  callee.locals.insert(callee.locals.end(), zeros.begin(), zeros.end());
  callee.local_slots = slots_of(callee.locals) + lower::kScratchSlots;
  callee.labels.push_back({0, static_cast<uint32_t>(type.results.size()), code(func).size(), false});
  callee.pc = code(func).front().pc;
  return callee;
}

bool Oracle::call(wasm::FuncIndex func) {
  const auto& type = module_->func_type(func);
  const size_t arguments = type.params.size();
  OracleFrame& caller = frames.back();
  if (module_->is_imported(func)) {
    std::vector<uint64_t> bits;
    for (size_t i = 0; i < arguments; ++i) bits.push_back(peek(arguments - 1 - i));
    const OracleHostReply reply = host_(func, bits, memories.empty() ? nullptr : &memories[0].bytes);
    if (reply.exit_code) {
      status = OracleStatus::Exited;
      exit_code = *reply.exit_code;
      return false;
    }
    caller.operands.resize(caller.operands.size() - arguments);
    for (size_t i = 0; i < type.results.size(); ++i) push({type.results[i], reply.results[i], 0});
    return true;
  }
  code(func);
  const uint64_t base = caller.base + caller.local_slots + operand_slots(caller, caller.operands.size() - arguments);
  if (frames.size() > wasm::kMaxCallDepth || base + frame_slots_[func] > wasm::kMaxValueStackSlots)
    return fail(TrapCode::CallStackExhausted);
  return enter(func);
}

bool Oracle::call_indirect(const OracleInstruction& instruction) {
  const Table& table = tables[instruction.b];
  const uint64_t index = peek(0);
  if (index >= table.elements.size()) return fail(TrapCode::UndefinedElement);
  const uint64_t reference = table.elements[index];
  if (reference == 0) return fail(TrapCode::UninitializedElement);
  if (!has_type(reference, wasm::ref_type(static_cast<wasm::TypeIndex>(instruction.a), false)))
    return fail(TrapCode::IndirectCallTypeMismatch);
  return call_popped(static_cast<wasm::FuncIndex>(reference - 1), instruction.op == Op::ReturnCallIndirect);
}

// Returns to the caller with the top values, or ends the execution.
void Oracle::leave() {
  OracleFrame callee = std::move(frames.back());
  const size_t count = module_->func_type(callee.func).results.size();
  std::vector<Value> values(callee.operands.end() - static_cast<ptrdiff_t>(count), callee.operands.end());
  if (frames.size() == 1) {
    status = OracleStatus::Returned;
    results = std::move(values);
    return;
  }
  frames.pop_back();
  for (const Value& value : values) push(value);
}

void Oracle::branch(uint32_t label) {
  OracleFrame& frame = frames.back();
  const size_t position = frame.labels.size() - 1 - label;
  if (position == 0) return leave();
  const OracleLabel target = frame.labels[position];
  const auto from = frame.operands.end() - target.arity;
  frame.operands.erase(frame.operands.begin() + static_cast<ptrdiff_t>(target.height), from);
  frame.labels.resize(target.is_loop ? position + 1 : position);
  frame.at = target.target;
  if (target.is_loop) ++tick;
}

bool Oracle::step() {
  if (status != OracleStatus::Ready) return false;
  OracleFrame& frame = frames.back();
  const wasm::FuncIndex func = frame.func;
  const auto& list = code(func);
  const OracleInstruction& instruction = list[frame.at];
  const size_t depth = frames.size(), at = frame.at;
  frame.at = at + 1;
  ++executed;
  const bool has_acted = act_on_control(instruction);
  ++(status == OracleStatus::Trapped ? traps : executions)[instruction.op];
  if (!has_acted) {
    if (status != OracleStatus::Ready) frames[depth - 1].at = at;
    return false;
  }
  if (status != OracleStatus::Ready) return false;
  if (frames.size() > depth) {
    frames[depth - 1].pc = instruction.pc;   // suspended in the call
  } else {
    frames.back().pc = code(frames.back().func)[frames.back().at].pc;
  }
  return true;
}

bool Oracle::act_on_control(const OracleInstruction& in) {
  OracleFrame& frame = frames.back();
  const auto open_label = [&](size_t target, uint32_t arity, bool is_loop) {
    const Op handling = in.op == Op::Try || in.op == Op::TryTable ? in.op : Op::Nop;
    frame.labels.push_back({frame.operands.size() - in.params, arity, target, is_loop, frame.at - 1, handling});
  };
  switch (in.op) {
    case Op::Unreachable: return fail(TrapCode::Unreachable);
    case Op::Nop: return true;
    case Op::Try:
    case Op::TryTable:
    case Op::Block: open_label(in.end_at + 1, in.results, false); return true;
    case Op::Loop: open_label(frame.at, in.params, true); return true;
    case Op::If:
      if (pop().bits != 0) {
        open_label(in.end_at + 1, in.results, false);
      } else if (in.else_at != 0) {
        open_label(in.end_at + 1, in.results, false);
        frame.at = in.else_at + 1;
      } else {
        frame.at = in.end_at + 1;
      }
      return true;
    case Op::Catch:
    case Op::CatchAll:
    case Op::Else:
      frame.labels.pop_back();
      frame.at = in.end_at + 1;
      return true;
    case Op::Delegate:
    case Op::End:
      if (frame.labels.size() == 1)
        leave();
      else
        frame.labels.pop_back();
      return true;
    case Op::Br: branch(static_cast<uint32_t>(in.a)); return true;
    case Op::BrIf:
      if (pop().bits != 0) branch(static_cast<uint32_t>(in.a));
      return true;
    case Op::BrTable: branch(in.labels[std::min<uint64_t>(pop().bits, in.labels.size() - 1)]); return true;
    case Op::Return: leave(); return true;
    case Op::Call: return call(static_cast<wasm::FuncIndex>(in.a));
    case Op::ReturnCall: return tail_call(static_cast<wasm::FuncIndex>(in.a));
    case Op::CallIndirect:
    case Op::ReturnCallIndirect: return call_indirect(in);
    case Op::CallRef:
    case Op::ReturnCallRef: return call_reference(in);
    case Op::BrOnNull:
    case Op::BrOnNonNull: return branch_on_null(in);
    case Op::Throw:
    case Op::ThrowRef:
    case Op::Rethrow: return act_on_exceptions(in);
    default: return act_on_values(in);
  }
}

bool Oracle::act_on_values(const OracleInstruction& in) {
  OracleFrame& frame = frames.back();
  switch (in.op) {
    case Op::Drop: pop(); return true;
    case Op::Select:
    case Op::SelectTyped: {
      const bool is_first = pop().bits != 0;
      const Value second = pop(), first = pop();
      push(is_first ? first : second);
      return true;
    }
    case Op::LocalGet: push(frame.locals[in.a]); return true;
    case Op::LocalSet: assign(frame.locals[in.a], pop()); return true;
    case Op::LocalTee: assign(frame.locals[in.a], frame.operands.back()); return true;
    case Op::GlobalGet: push(globals[in.a]); return true;
    case Op::GlobalSet: assign(globals[in.a], pop()); return true;
    case Op::I32Const: push({wasm::kI32, in.a, 0}); return true;
    case Op::I64Const: push({wasm::kI64, in.a, 0}); return true;
    case Op::F32Const: push({wasm::kF32, in.a, 0}); return true;
    case Op::F64Const: push({wasm::kF64, in.a, 0}); return true;
    case Op::V128Const: push(vector_of(in.bytes)); return true;
    case Op::RefNull: push(Value::zero(in.type)); return true;
    case Op::RefFunc: push({wasm::kFuncRef, in.a + 1, 0}); return true;
    case Op::RefAsNonNull: return peek(0) != 0 || fail(TrapCode::NullReference);
    case Op::RefIsNull: {
      const bool is_null = pop().bits == 0;
      push(Value::i32(is_null ? 1 : 0));
      return true;
    }
    default: break;
  }
  if (is_on_objects(in.op)) return act_on_objects(in);
  if (is_vector(in.op) || is_wide(in.op)) return act_on_vectors(in);
  if (!is_numeric(in.op)) return act_on_memory(in);
  const std::string_view signature = wasm::info(in.op).signature;
  const bool is_binary = signature[1] != '_';
  const NumericAnswer answer =
      is_binary ? evaluate_numeric(in.op, peek(1), peek(0)) : evaluate_numeric(in.op, peek(0), 0);
  if (answer.trap != TrapCode::None) return fail(answer.trap);
  pop();
  if (is_binary) pop();
  push({type_of_letter(signature.back()), answer.bits, 0});
  return true;
}

bool Oracle::access_memory(const OracleInstruction& in) {
  const wasm::OpInfo& row = wasm::info(in.op);
  auto& bytes = memories[in.a].bytes;
  const bool is_store = row.signature.back() == '_';
  const uint64_t base = peek(is_store ? 1 : 0), address = base + in.offset;
  if (address < base || address > bytes.size() || row.width > bytes.size() - address)
    return fail(TrapCode::OutOfBoundsMemory);
  if (is_store) {
    const uint64_t value = pop().bits;
    pop();
    for (int i = 0; i < row.width; ++i)
      bytes[address + static_cast<uint64_t>(i)] = static_cast<uint8_t>(value >> (8 * i));
    return true;
  }
  pop();
  uint64_t value = 0;
  for (int i = 0; i < row.width; ++i) value |= uint64_t{bytes[address + static_cast<uint64_t>(i)]} << (8 * i);
  // "i32.load8_s": the loads that extend a sign are those whose name ends in _s.
  if (row.text.ends_with("_s") && ((value >> (8 * row.width - 1)) & 1)) value |= ~uint64_t{0} << (8 * row.width);
  push({type_of_letter(row.signature.back()), value, 0});
  return true;
}

bool Oracle::act_on_vectors(const OracleInstruction& in) {
  auto& operands = frames.back().operands;
  const size_t count = wasm::info(in.op).signature.find('_');
  const std::vector<Value> popped(operands.end() - static_cast<ptrdiff_t>(count), operands.end());
  operands.resize(operands.size() - count);
  if (is_vector(in.op)) {
    push(evaluate_vector(in.op, popped, in.lane, in.bytes));
  } else {
    for (const uint64_t half : evaluate_wide(in.op, popped)) push({wasm::kI64, half, 0});
  }
  return true;
}

bool Oracle::access_vector(const OracleInstruction& in) {
  const wasm::OpInfo& row = wasm::info(in.op);
  auto& bytes = memories[in.a].bytes;
  const bool is_store = row.signature.back() == '_';
  const bool has_vector = row.signature[1] == 'v';
  const uint64_t base = peek(has_vector ? 1 : 0), address = base + in.offset;
  if (address < base || address > bytes.size() || row.width > bytes.size() - address)
    return fail(TrapCode::OutOfBoundsMemory);
  const Value vector = has_vector ? pop() : Value::zero(wasm::kV128);
  pop();
  const auto at = bytes.begin() + static_cast<ptrdiff_t>(address);
  if (is_store) {
    const std::vector<uint8_t> stored = stored_bytes(in.op, vector, in.lane);
    std::copy(stored.begin(), stored.end(), at);
  } else {
    push(loaded_vector(in.op, {at, at + row.width}, vector, in.lane));
  }
  return true;
}

bool Oracle::act_on_memory(const OracleInstruction& in) {
  const auto exceeds = [](uint64_t begin, uint64_t count, uint64_t size) {
    return begin > size || count > size - begin;
  };
  const uint64_t count = frames.back().operands.empty() ? 0 : peek(0);
  switch (in.op) {
    case Op::MemorySize: {
      const wasm::MemoryType& type = module_->memories[in.a].type;
      push({type.limits.is64 ? wasm::kI64 : wasm::kI32, memories[in.a].bytes.size() >> type.page_size_log2, 0});
      return true;
    }
    case Op::MemoryGrow: {
      const wasm::MemoryType& type = module_->memories[in.a].type;
      const uint64_t pages = memories[in.a].bytes.size() >> type.page_size_log2;
      const bool fits = count <= memories[in.a].max_pages - pages;
      if (fits) memories[in.a].bytes.resize((pages + count) << type.page_size_log2);
      pop();
      push({type.limits.is64 ? wasm::kI64 : wasm::kI32, fits ? pages : ~uint64_t{0}, 0});
      return true;
    }
    case Op::MemoryFill: {
      auto& bytes = memories[in.a].bytes;
      const uint64_t to = peek(2);
      if (exceeds(to, count, bytes.size())) return fail(TrapCode::OutOfBoundsMemory);
      for (uint64_t k = 0; k < count; ++k) bytes[to + k] = static_cast<uint8_t>(peek(1));
      break;
    }
    case Op::MemoryCopy: {
      auto& target = memories[in.a].bytes;
      const auto& source = memories[in.b].bytes;
      const uint64_t to = peek(2), from = peek(1);
      if (exceeds(to, count, target.size()) || exceeds(from, count, source.size()))
        return fail(TrapCode::OutOfBoundsMemory);
      const std::vector<uint8_t> copied(source.begin() + static_cast<ptrdiff_t>(from),
                                        source.begin() + static_cast<ptrdiff_t>(from + count));
      for (uint64_t k = 0; k < count; ++k) target[to + k] = copied[k];
      break;
    }
    case Op::MemoryInit: {
      auto& target = memories[in.b].bytes;
      const ByteRange source = module_->datas[in.a].bytes;
      const uint64_t to = peek(2), from = peek(1);
      if (exceeds(to, count, target.size()) || exceeds(from, count, dropped_datas[in.a] ? 0 : source.size()))
        return fail(TrapCode::OutOfBoundsMemory);
      for (uint64_t k = 0; k < count; ++k) target[to + k] = module_->bytes[source.begin + from + k];
      break;
    }
    case Op::DataDrop: dropped_datas[in.a] = true; return true;
    default:
      if (wasm::info(in.op).category == wasm::Category::Vector) return access_vector(in);
      if (wasm::info(in.op).category == wasm::Category::Atomic) return act_on_atomics(in);
      if (wasm::info(in.op).imm == Imm::MemArg && wasm::info(in.op).executed) return access_memory(in);
      return act_on_table(in);
  }
  for (int i = 0; i < 3; ++i) pop();
  return true;
}

bool Oracle::act_on_table(const OracleInstruction& in) {
  const auto exceeds = [](uint64_t begin, uint64_t count, uint64_t size) {
    return begin > size || count > size - begin;
  };
  const uint64_t count = frames.back().operands.empty() ? 0 : peek(0);
  switch (in.op) {
    case Op::TableGet: {
      if (count >= tables[in.a].elements.size()) return fail(TrapCode::OutOfBoundsTable);
      pop();
      push({module_->tables[in.a].type.element, tables[in.a].elements[count], 0});
      return true;
    }
    case Op::TableSet: {
      if (peek(1) >= tables[in.a].elements.size()) return fail(TrapCode::OutOfBoundsTable);
      const uint64_t value = pop().bits;
      tables[in.a].elements[pop().bits] = value;
      return true;
    }
    case Op::TableSize: push({address_type(module_->tables[in.a].type.limits), tables[in.a].elements.size(), 0}); return true;
    case Op::TableGrow: {
      Table& table = tables[in.a];
      const uint64_t size = table.elements.size();
      const bool fits = count <= table.max_size - size;
      if (fits) table.elements.resize(size + count, peek(1));
      pop();
      pop();
      push({address_type(module_->tables[in.a].type.limits), fits ? size : ~uint64_t{0}, 0});
      return true;
    }
    case Op::TableFill: {
      auto& elements = tables[in.a].elements;
      const uint64_t to = peek(2);
      if (exceeds(to, count, elements.size())) return fail(TrapCode::OutOfBoundsTable);
      for (uint64_t k = 0; k < count; ++k) elements[to + k] = peek(1);
      break;
    }
    case Op::TableCopy: {
      auto& target = tables[in.a].elements;
      const auto source = tables[in.b].elements;
      const uint64_t to = peek(2), from = peek(1);
      if (exceeds(to, count, target.size()) || exceeds(from, count, source.size()))
        return fail(TrapCode::OutOfBoundsTable);
      for (uint64_t k = 0; k < count; ++k) target[to + k] = source[from + k];
      break;
    }
    case Op::TableInit: {
      auto& target = tables[in.b].elements;
      const auto source = dropped_elems[in.a] ? std::vector<uint64_t>{} : elements_[in.a];
      const uint64_t to = peek(2), from = peek(1);
      if (exceeds(to, count, target.size()) || exceeds(from, count, source.size()))
        return fail(TrapCode::OutOfBoundsTable);
      for (uint64_t k = 0; k < count; ++k) target[to + k] = source[from + k];
      break;
    }
    case Op::ElemDrop: dropped_elems[in.a] = true; return true;
    default: return fail(TrapCode::NotExecuted);
  }
  for (int i = 0; i < 3; ++i) pop();
  return true;
}

}  // namespace wasmscope::test
