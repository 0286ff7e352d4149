// SPDX-License-Identifier: Apache-2.0
// Calls and returns. A call writes its control record as the interpreter does, with a return address that the
// interpreter can use too; between compiled functions it also is a native call, whose return is a native one. When
// the native stack has been cut in the meantime, the return finds `return_any` there, which goes by the record.
#include <algorithm>

#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using asmjit::Label;
using lower::SourceKind;
using wasm::Op;

namespace {

constexpr size_t kMostCopies = 8;
constexpr Register kGeneralParameters[] = {6, 7, 8, 9}, kVectorParameters[] = {18, 19, 20, 21};

bool has_register(const std::vector<wasm::ValType>& results) {
  return results.size() == 1 && results[0].kind != wasm::Kind::V128;
}

}  // namespace

// The first parameters are in registers too when compiled code calls. Their slots begin at `slot`.
RegisterState FunctionCompiler::parameters_from(const wasm::FuncType& type, uint32_t slot) {
  RegisterState state;
  size_t general = 0, vectors = 0;
  for (const wasm::ValType param : type.params) {
    if (param.kind != wasm::Kind::V128) {
      const Kind kind = kind_of(param);
      if (is_float(kind) && vectors < std::size(kVectorParameters)) state.set(kVectorParameters[vectors++], {slot, kind, false, false});
      if (!is_float(kind) && general < std::size(kGeneralParameters)) state.set(kGeneralParameters[general++], {slot, kind, false, false});
    }
    slot += param.slots();
  }
  return state;
}

// Operations from this one on that only copy integers to where a call finds its arguments: the call; else 0.
size_t FunctionCompiler::call_taking(size_t index) const {
  uint32_t lowest = lower::kNoSlot, highest_source = 0;
  for (size_t i = index; i <= index + kMostCopies && i < code_.ops.size(); ++i) {
    const SlotOp& op = code_.ops[i];
    if (op.op == lower::SlotOpcode::Mov || op.op == lower::SlotOpcode::Const) {
      if (op.d < code_.local_slots || is_in_vector(kind_of(op.type))) return 0;
      lowest = std::min(lowest, op.d);
      if (op.a.kind == SourceKind::Slot) highest_source = std::max(highest_source, static_cast<uint32_t>(op.a.value));
      continue;
    }
    const bool is_taken = i != index && op.op == lower::slot_op(Op::Call) && instance_.funcs[op.index]->instance == &instance_ && op.d <= lowest &&
                          highest_source < op.d;
    return is_taken ? i : 0;
  }
  return 0;
}

void FunctionCompiler::leave_to_call(size_t first_copy, size_t call) {
  copies_ = {&code_.ops[first_copy], &code_.ops[call]};
  after_call_ = call;
  if (trace_ != nullptr) trace_->groups.push_back({first_copy, call + 1});
}

void FunctionCompiler::leave_with_arguments(const RegisterState& parameters) {
  std::array<Registers::Argument, kMostCopies> arguments;
  size_t count = 0;
  for (const SlotOp& copy : copies_) arguments[count++] = {copy.d, kind_of(copy.type), copy.a};
  copies_ = {};
  registers_.leave_with_arguments(parameters, std::span(arguments).first(count));
}

CallParts FunctionCompiler::call_parts(const SlotOp& op, uint32_t cell) const {
  return {func_.address, op.pc, op.next_pc, result_.cells.data() + cell, &func_, static_cast<int32_t>(op.d * 8), nullptr};
}

void FunctionCompiler::call(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  note_throw(op.pc);
  const Label after = asm_.newLabel();
  const wasm::FuncType& type = callee_type(op);
  const bool is_result_in_register = has_register(type.results);
  const uint32_t cell = add_cell(is_result_in_register ? stubs_.enter_result : stubs_.enter_point, after);
  if (is_result_in_register) result_.cells.emplace_back().bits = op.d * 8;   // where the interpreter puts it
  result_.entries.push_back({op.next_pc, cell});
  const auto leave_to_any = [&] {   // rax: the function
    asm_.mov(x86::qword_ptr(kContext, layout_.func), x86::rax);
    asm_.mov(x86::rax, reinterpret_cast<uint64_t>(layout_.enter_any));
    go_to(stubs_.leave);
  };
  const auto native_return = [&] {
    if (op.d != 0) asm_.sub(kFrame, static_cast<int32_t>(op.d * 8));
    asm_.sub(kTop, sizeof(runtime::ControlRecord));
  };
  const RegisterState parameters = parameters_from(type, op.d);
  CallParts parts = call_parts(op, cell);
  if (row == Op::Call) {
    runtime::Func& callee = *instance_.funcs[op.index];
    parts.callee = &callee;
    if (callee.instance != &instance_) {
      registers_.store_all();
      registers_.clear();
      push_frame(asm_, parts);
      asm_.mov(x86::rax, reinterpret_cast<uint64_t>(&callee));
      leave_to_any();
    } else {
      leave_with_arguments(parameters);
      if (&callee == &func_) {
        push_frame(asm_, parts);
        asm_.call(native_entry_);
        native_return();
      } else {
        call_template_.append_to(asm_, parts);
      }
    }
  } else {
    load_callee(op, parameters);
    registers_.clear();
    push_frame(asm_, parts);
    const Label native = asm_.newLabel();
    asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(&instance_));
    asm_.cmp(x86::rcx, x86::qword_ptr(x86::rax, kInstanceOffset));
    asm_.je(native);
    leave_to_any();
    asm_.bind(native);
    asm_.call(x86::qword_ptr(x86::rax, kCompiledOffset));
    native_return();
  }
  marked_.clear();
  asm_.bind(after);
  if (!is_result_in_register) return;
  const Kind kind = kind_of(type.results[0]);
  if (kind == Kind::F32) asm_.vmovd(registers_.define_vector(op.d, kind, false), x86::eax);
  else if (kind == Kind::F64) asm_.vmovq(registers_.define_vector(op.d, kind, false), x86::rax);
  else asm_.mov(registers_.define(op.d, kind), gp(0, kind));
}

const wasm::FuncType& FunctionCompiler::callee_type(const SlotOp& op) const {
  const wasm::Module& module = *instance_.module;
  const bool is_known = op.op == lower::slot_op(Op::Call) || op.op == lower::slot_op(Op::ReturnCall);
  return is_known ? module.func_type(op.index) : std::get<wasm::FuncType>(module.types[op.index].composite);
}

// rax: the function that the operation computes. The exit for when there is none of the type wanted. Everything is in
// the frame, and parameters in their registers.
Label FunctionCompiler::load_callee(const SlotOp& op, const RegisterState& parameters) {
  const bool is_indirect = op.op == lower::slot_op(Op::CallIndirect) || op.op == lower::slot_op(Op::ReturnCallIndirect);
  const runtime::Table* const table = is_indirect ? instance_.tables[op.index2] : nullptr;
  const Kind kind = is_indirect && !table->type.limits.is64 ? Kind::I32 : Kind::I64;
  const x86::Gp which = in_register(op.a, kind, x86::rcx);
  if (number(which) != 1) asm_.mov(gp(1, kind), which);
  registers_.unlock_all();
  registers_.change_to(parameters, lower::kNoSlot);
  const Label exit = exit_here(op.pc);
  if (is_indirect) {
    if (table->type.limits.min == table->max_size && table->max_size <= INT32_MAX) {   // never any other
      asm_.cmp(x86::rcx, static_cast<int32_t>(table->max_size));
    } else {
      asm_.mov(x86::rax, reinterpret_cast<uint64_t>(table->region.size_place()));
      asm_.mov(x86::rax, x86::qword_ptr(x86::rax));
      asm_.shr(x86::rax, 3);
      asm_.cmp(x86::rcx, x86::rax);
    }
    asm_.jae(exit);
    asm_.mov(x86::rax, reinterpret_cast<uint64_t>(table->elements()));
    asm_.mov(x86::rax, x86::qword_ptr(x86::rax, x86::rcx, 3));
  } else {
    asm_.mov(x86::rax, x86::rcx);
  }
  asm_.test(x86::rax, x86::rax);
  asm_.jz(exit);
  asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(&store_.func_pointers));
  asm_.mov(x86::rcx, x86::qword_ptr(x86::rcx));
  asm_.mov(x86::rax, x86::qword_ptr(x86::rcx, x86::rax, 3, -8));
  if (is_indirect) {
    asm_.cmp(x86::dword_ptr(x86::rax, kCanonicalTypeOffset), instance_.canonical_types[op.index]);
    asm_.jne(exit);
  }
  return exit;
}

// The value is in rax, whatever its type, as it would be in its slot.
void FunctionCompiler::return_value(const SlotOp& op) {
  is_reachable_ = false;
  if (!has_register(func_.type->results)) {
    asm_.ret();
    return;
  }
  if (op.a.kind == SourceKind::Const) {
    load_immediate(x86::rax, op.a.value);
  } else if (const Register reg = registers_.find(op.a.value); reg == kNoRegister) {
    asm_.mov(x86::rax, slot_at(op.a.value));
  } else {
    registers_.canonicalise(reg);
    switch (registers_.state()[reg].kind) {
      case Kind::I32: asm_.mov(x86::eax, x86::gpd(reg)); break;
      case Kind::I64: asm_.mov(x86::rax, x86::gpq(reg)); break;
      case Kind::F32: asm_.vmovd(x86::eax, vector(reg)); break;
      default: asm_.vmovq(x86::rax, vector(reg)); break;
    }
  }
  asm_.ret();
}

void FunctionCompiler::return_many(const SlotOp& op) {
  is_reachable_ = false;
  const uint64_t first = op.a.value, count = op.b.value;
  if (count == 0) return asm_.ret();
  for (uint64_t i = 0; i < count; ++i)
    if (const Register reg = registers_.find(first + i); reg != kNoRegister) registers_.store(reg);
  constexpr uint64_t kUnrolled = 8;
  if (count <= kUnrolled) {
    for (uint64_t i = 0; i < count; ++i) {
      asm_.mov(x86::rax, slot_at(first + i));
      asm_.mov(slot_at(i), x86::rax);
    }
  } else {
    asm_.lea(x86::rsi, slot_at(first));
    asm_.mov(x86::rdi, kFrame);
    asm_.mov(x86::ecx, static_cast<uint32_t>(count));
    asm_.rep().movsq();
  }
  asm_.mov(x86::rax, slot_at(0));
  asm_.ret();
}

}  // namespace wasmscope::jit
