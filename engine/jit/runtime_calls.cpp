// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/runtime_calls.h"

#include "engine/interp/loop.h"
#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using lower::SlotOp;
using lower::SlotOpcode;
using wasm::Op;

namespace {

bool is_tail_call(const SlotOp& op) {
  return op.op == lower::slot_op(Op::ReturnCall) || op.op == lower::slot_op(Op::ReturnCallIndirect) ||
         op.op == lower::slot_op(Op::ReturnCallRef);
}

uint32_t end_number(size_t call) { return UINT32_MAX - static_cast<uint32_t>(call); }

}  // namespace

std::unique_ptr<interp::Code> encode_runtime_calls(const lower::SlotCode& code, const std::vector<RuntimeCall>& calls,
                                                   interp::Stores stores) {
  lower::SlotCode picked;
  picked.param_slots = code.param_slots;
  picked.local_slots = code.local_slots;
  picked.frame_slots = code.frame_slots;
  picked.result_slots = code.result_slots;
  for (size_t i = 0; i < calls.size(); ++i) {
    picked.ops.insert(picked.ops.end(), code.ops.begin() + static_cast<ptrdiff_t>(calls[i].begin),
                      code.ops.begin() + static_cast<ptrdiff_t>(calls[i].end));
    // An anchor is a cell that can be found again, here by a number that is no pc.
    SlotOp& end = picked.ops.emplace_back();
    end.op = SlotOpcode::Anchor;
    end.pc = end_number(i);
  }
  return interp::encode(picked, interp::kHandlers, 0, 0, stores);
}

interp::Cell* last_cell(interp::Code& code, size_t call) {
  return code.cells.data() + (code.entry(end_number(call)) - code.cells.data());
}

interp::Cell* first_cell(interp::Code& code, size_t call) {
  constexpr int kEnterCells = 2;
  return call == 0 ? code.cells.data() + kEnterCells : last_cell(code, call - 1) + 1;
}

// Calls of the host, and calls of other instances in place of the current frame; stores whose address the handler has
// to look at.
bool FunctionCompiler::is_foreign(const SlotOp& op) const {
  if (asking_.stores == interp::Stores::Watched && static_cast<uint16_t>(op.op) < wasm::kOpCount) {
    const wasm::OpInfo& info = wasm::info(static_cast<Op>(op.op));
    const bool is_store = info.category == wasm::Category::Memory && info.width != 0 && info.signature.back() == '_';
    if (is_store && is_far(op, info.width)) return true;
  }
  if (op.op == lower::slot_op(Op::ReturnCall)) return instance_.funcs[op.index]->instance != &instance_;
  return op.op == lower::slot_op(Op::Call) && instance_.funcs[op.index]->instance == nullptr;
}

void FunctionCompiler::note_runtime_call(size_t index) {
  const SlotOp& op = code_.ops[index];
  if (is_foreign(op)) {
    // Alone: after it execution can be resumed. What a tail call of a host function returns through belongs to it.
    runtime_calls_.push_back({index, index + (is_tail_call(op) ? 2 : 1), false});
  } else if (op.op == SlotOpcode::Anchor) {
    runtime_calls_.push_back({index, index + 1, false});   // behind a stop everything goes on as it stood before it
  } else if (!runtime_calls_.empty() && runtime_calls_.back().is_open && runtime_calls_.back().end == index) {
    ++runtime_calls_.back().end;
  } else {
    runtime_calls_.push_back({index, index + 1, true});
  }
}

// An exception may come from the instruction, so the landings around it can be reached.
void FunctionCompiler::note_throw(uint32_t pc) {
  uint32_t region = lower::region_at(code_.regions, pc);
  for (; region != lower::kNoRegion && !is_thrown_in_[region]; region = code_.regions[region].next)
    is_thrown_in_[region] = true;
}

void FunctionCompiler::call_runtime(size_t number) {
  const size_t begin = runtime_calls_[number].begin, end = runtime_calls_[number].end;
  const RegisterState before = registers_.state();
  const bool is_stop = code_.ops[begin].op == SlotOpcode::Anchor;
  const bool is_passed = is_stop && asking_.form == interp::StopForm::CodeInLastTick;   // mostly
  asmjit::Label passed;
  if (is_passed) {
    passed = asm_.newLabel();
    asm_.cmp(kBudget, 1);
    asm_.jne(passed);
  }
  registers_.store_all();
  registers_.clear();
  marked_.clear();
  asm_.mov(x86::rdi, reinterpret_cast<uint64_t>(first_cell(*result_.runtime_cells, number)));
  asm_.mov(x86::rax, reinterpret_cast<uint64_t>(&func_));
  asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(stubs_.call_runtime));
  asm_.call(x86::rcx);
  last_cell(*result_.runtime_cells, number)->handler =
      reinterpret_cast<interp::Handler*>(const_cast<void*>(stubs_.back));
  const SlotOp& last = code_.ops[end - 1];
  if (last.op == lower::slot_op(Op::Call)) {
    const asmjit::Label after = asm_.newLabel();
    asm_.bind(after);
    result_.entries.push_back({last.next_pc, add_cell(stubs_.enter_point, after)});
  }
  const bool is_end = last.op == lower::slot_op(Op::Throw) || last.op == lower::slot_op(Op::ThrowRef) ||
                      (end - begin > 1 && is_tail_call(code_.ops[end - 2]));
  if (is_end) is_reachable_ = false;
  note_throw(last.pc);
  after_call_ = end;
  // A stop must not show in the code around it, not even at the next label: the registers are as they were. What was
  // dirty still is, since it is where the stop was passed.
  if (is_stop) registers_.reload(before);
  if (is_passed) asm_.bind(passed);
}

}  // namespace wasmscope::jit
