// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/listing.h"

#include <capstone/capstone.h>

#include <cstdio>

namespace wasmscope::jit {
namespace {

using lower::SlotOp;
using lower::SlotOpcode;
using lower::Source;
using lower::SourceKind;

std::string hex(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::string to_text(const Source& source) {
  return source.kind == SourceKind::Slot ? "s" + std::to_string(source.value) : hex(source.value);
}

std::string name_of(const SlotOp& op) {
  if (static_cast<uint16_t>(op.op) < wasm::kOpCount) return std::string(wasm::info(static_cast<wasm::Op>(op.op)).text);
  const std::string compare(wasm::info(op.compare).text);
  switch (op.op) {
    case SlotOpcode::Mov:
    case SlotOpcode::MovPair: return "move";
    case SlotOpcode::Const:
    case SlotOpcode::ConstPair: return "constant";
    case SlotOpcode::Label: return "label";
    case SlotOpcode::Branch: return "branch";
    case SlotOpcode::LoopMov: return "move, branch";
    case SlotOpcode::BranchIf: return "branch if";
    case SlotOpcode::BranchIfNot: return "branch if not";
    case SlotOpcode::BranchCompare: return "branch if " + compare;
    case SlotOpcode::BranchCompareNot: return "branch if not " + compare;
    case SlotOpcode::LoopAdd: return "add, branch if " + compare;
    case SlotOpcode::BranchTable: return "branch table";
    case SlotOpcode::Return:
    case SlotOpcode::ReturnMany: return "return";
    case SlotOpcode::Anchor: return "stop";
    default: return "trap";
  }
}

}  // namespace

std::string to_text(const SlotOp& op) {
  std::string text = name_of(op);
  if (op.has_inner) text += " of " + std::string(wasm::info(op.inner).text);
  switch (op.op) {
    case SlotOpcode::Label:
    case SlotOpcode::Branch: return text + " L" + std::to_string(op.target);
    case SlotOpcode::Anchor:
    case SlotOpcode::Unreachable:
    case SlotOpcode::NotExecuted: return text;
    default: break;
  }
  text += " d=s" + std::to_string(op.d) + " a=" + to_text(op.a) + " b=" + to_text(op.b) + " c=" + to_text(op.c);
  if (op.offset != 0) text += " offset=" + std::to_string(op.offset);
  const bool branches = op.op >= SlotOpcode::Branch && op.op <= SlotOpcode::LoopAdd;
  if (branches) text += " to L" + std::to_string(op.target);
  return text;
}

std::vector<ListedPiece> list(const lower::SlotCode& code, const std::vector<Piece>& pieces, Bytes machine_code) {
  std::vector<ListedPiece> listed;
  csh handle = 0;
  if (cs_open(CS_ARCH_X86, CS_MODE_64, &handle) != CS_ERR_OK) return listed;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const uint32_t begin = pieces[i].offset, end = i + 1 < pieces.size() ? pieces[i + 1].offset : static_cast<uint32_t>(machine_code.size());
    ListedPiece& piece = listed.emplace_back();
    if (pieces[i].operation == Piece::kEntry) piece.operation = "entry";
    else if (pieces[i].operation == Piece::kOutOfLine) piece.operation = "out of line";
    else {
      const SlotOp& op = code.ops[pieces[i].operation];
      piece.pc = op.pc;
      piece.operation = to_text(op);
    }
    cs_insn* instructions = nullptr;
    const size_t count = cs_disasm(handle, machine_code.data() + begin, end - begin, begin, 0, &instructions);
    for (size_t k = 0; k < count; ++k)
      piece.instructions.push_back(hex(instructions[k].address) + "  " + instructions[k].mnemonic +
                                   (instructions[k].op_str[0] == 0 ? "" : " ") + instructions[k].op_str);
    if (count != 0) cs_free(instructions, count);
  }
  cs_close(&handle);
  return listed;
}

}  // namespace wasmscope::jit
