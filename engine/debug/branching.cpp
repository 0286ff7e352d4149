// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/branching.h"

#include <algorithm>
#include <vector>

#include "engine/debug/assignment.h"

namespace wasmscope::debug {

using wasm::Op;

namespace {

bool opens_block(Op op) {
  const wasm::Imm imm = wasm::info(op).imm;
  return imm == wasm::Imm::BlockType || imm == wasm::Imm::TryTable;
}

}  // namespace

wasm::OpSet branch_ops() {
  return wasm::op_set({Op::Br, Op::BrIf, Op::BrTable, Op::BrOnNull, Op::BrOnNonNull, Op::BrOnCast, Op::BrOnCastFail});
}
wasm::OpSet call_ops() {
  return wasm::op_set({Op::Call, Op::CallIndirect, Op::CallRef, Op::ReturnCall, Op::ReturnCallIndirect, Op::ReturnCallRef});
}

std::optional<uint32_t> taken_label(const Inspection& inspection, const runtime::Execution& execution) {
  const binary::Instruction in = inspection.instruction(execution.pc);
  if (in.op == Op::Br) return in.index;
  if (!wasm::contains(branch_ops(), in.op)) return std::nullopt;
  const runtime::Value top = inspection.operands(inspection.place(execution.depth)).back().value;
  const auto if_taken = [&](bool is_taken) { return is_taken ? std::optional(in.index) : std::nullopt; };
  switch (in.op) {
    case Op::BrIf: return if_taken(static_cast<uint32_t>(top.bits) != 0);
    case Op::BrOnNull: return if_taken(top.bits == 0);
    case Op::BrOnNonNull: return if_taken(top.bits != 0);
    case Op::BrOnCast:
    case Op::BrOnCastFail: {
      const auto canonical = [&](wasm::ValType type) {
        return runtime::CanonicalTypes::canonical(type, inspection.instance().canonical_types);
      };
      const bool is_one = has_type(inspection.store(), top.bits, canonical(in.type2), canonical(in.type));
      return if_taken(is_one == (in.op == Op::BrOnCast));
    }
    default: break;
  }
  binary::LabelReader labels(inspection.module().bytes, in);
  uint32_t label = 0;
  for (uint64_t i = 0; i <= std::min<uint64_t>(static_cast<uint32_t>(top.bits), in.count); ++i) label = labels.next().value_or(0);
  return label;
}

std::optional<EnclosingBlock> find_enclosing_block(const wasm::Module& module, wasm::FuncIndex func, uint32_t pc) {
  struct Open {
    binary::Instruction opener;
    std::vector<uint32_t> handlers;      // of a `try`: where they begin
    bool is_around = false;
  };
  std::vector<Open> open;
  size_t around = 0;                     // blocks around the instruction, once it was found
  bool is_found = false;
  EnclosingBlock block;
  binary::InstructionReader reader(module.bytes, module.funcs[func].code);
  binary::Instruction in;
  for (auto more = reader.next(in); more && *more; more = reader.next(in)) {
    if (in.pc == pc) {
      is_found = true;
      around = open.size();
      if (around == 0) return std::nullopt;
      block.begin = open.back().opener.pc;
      for (Open& each : open) each.is_around = true;
      // A branch to a loop around the block goes to its begin.
      for (size_t i = 0; i + 1 < around; ++i)
        if (open[i].opener.op == Op::Loop) block.ways_out.insert(open[i].opener.next_pc());
    }
    if (opens_block(in.op)) {
      open.push_back({in, {}, false});
    } else if ((in.op == Op::Catch || in.op == Op::CatchAll) && !open.empty()) {
      open.back().handlers.push_back(in.next_pc());
    } else if ((in.op == Op::End || in.op == Op::Delegate) && !open.empty()) {
      const Open& closed = open.back();
      const bool is_innermost = is_found && closed.opener.pc == block.begin;
      if (closed.is_around && (is_innermost || closed.opener.op != Op::Loop)) block.ways_out.insert(in.next_pc());
      // What is thrown inside may be caught by a `try` around it.
      if (closed.is_around && !is_innermost) block.ways_out.insert(closed.handlers.begin(), closed.handlers.end());
      open.pop_back();
    }
  }
  return block;
}

}  // namespace wasmscope::debug
