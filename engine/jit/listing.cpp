// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/listing.h"

#include <capstone/capstone.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "engine/binary/instruction_reader.h"
#include "engine/jit/forms.h"

namespace wasmscope::jit {
namespace {

using lower::SlotOp;
using lower::SlotOpcode;
using wasm::Op;

constexpr std::string_view kLongNames[] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
                                           "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};
constexpr std::string_view kShortNames[] = {"eax", "ecx", "edx",  "ebx",  "esp",  "ebp",  "esi",  "edi",
                                            "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d"};

std::string name_of(Register reg, Kind kind) {
  if (reg >= std::size(kLongNames)) return "xmm" + std::to_string(reg - 16);
  return std::string(kind == Kind::I32 ? kShortNames[reg] : kLongNames[reg]);
}

// "0x1fa" at the end of an instruction's operands.
std::optional<uint64_t> last_number(std::string_view operands) {
  const size_t begin = operands.rfind("0x");
  if (begin == std::string_view::npos) return std::nullopt;
  uint64_t value = 0;
  const auto [end, status] = std::from_chars(operands.data() + begin + 2, operands.data() + operands.size(), value, 16);
  if (status != std::errc() || end != operands.data() + operands.size()) return std::nullopt;
  return value;
}

std::string hex(uint32_t number) {
  std::array<char, 12> text;
  return "0x" + std::string(text.data(), std::to_chars(text.data(), text.data() + text.size(), number, 16).ptr);
}

class Disassembly {
 public:
  Disassembly(const lower::SlotCode& code, const AddressNames& names, CodeMap& map) : names_(names), map_(map) {
    for (const SlotOp& op : code.ops) {
      for (const lower::Source* source : {&op.a, &op.b, &op.c})
        if (source->kind == lower::SourceKind::Const) constants_.insert(source->value);
      // Calls write both to their control records.
      if (is_call(op)) pcs_[uint64_t{op.pc} | uint64_t{op.next_pc} << 32] = "pcs " + hex(op.pc) + ", " + hex(op.next_pc);
    }
    is_open_ = cs_open(CS_ARCH_X86, CS_MODE_64, &handle_) == CS_ERR_OK;
  }
  Disassembly(const Disassembly&) = delete;
  ~Disassembly() {
    if (is_open_) cs_close(&handle_);
  }

  // Where each instruction jumps to, and whether it goes on behind that.
  struct Jump {
    std::optional<uint64_t> target;
    bool is_final = false;
  };
  std::vector<Jump> jumps;               // by instruction

  void add(Bytes machine_code, uint32_t begin, uint32_t end, uint32_t operation, bool is_out_of_line) {
    cs_insn* instructions = nullptr;
    const size_t count = is_open_ ? cs_disasm(handle_, machine_code.data() + begin, end - begin, begin, 0, &instructions) : 0;
    for (size_t i = 0; i < count; ++i) {
      const cs_insn& each = instructions[i];
      map_.instructions.push_back({static_cast<uint32_t>(each.address), text_of(each, machine_code.size()), operation, is_out_of_line});
      Jump& jump = jumps.emplace_back();
      // An exit is a call of this function's way out.
      jump.is_final = each.id == X86_INS_JMP || each.id == X86_INS_RET || (is_out_of_line && each.id == X86_INS_CALL && last_number(each.op_str));
      if (each.mnemonic[0] == 'j') jump.target = last_number(each.op_str);
    }
    if (count != 0) cs_free(instructions, count);
  }

 private:
  std::string text_of(const cs_insn& instruction, size_t code_bytes) const {
    std::string operands = instruction.op_str;
    for (size_t at = operands.find(" ptr ["); at != std::string::npos; at = operands.find(" ptr [", at)) operands.erase(at, 4);
    const std::optional<uint64_t> number = last_number(operands);
    const bool is_jump = instruction.mnemonic[0] == 'j' || instruction.id == X86_INS_CALL;
    // Addresses of this process say nothing, and differ each time.
    if (number && ((is_jump && *number >= code_bytes) ||
                   (instruction.id == X86_INS_MOVABS && *number > UINT32_MAX && !constants_.contains(*number)))) {
      const auto pcs = pcs_.find(*number);
      const std::string name = pcs != pcs_.end() ? pcs->second : names_(*number);
      operands = operands.substr(0, operands.rfind("0x")) + (name.empty() ? "address" : name);
    }
    return instruction.mnemonic + std::string(operands.empty() ? "" : " ") + operands;
  }

  const AddressNames& names_;
  CodeMap& map_;
  std::set<uint64_t> constants_;
  std::map<uint64_t, std::string> pcs_;
  csh handle_ = 0;
  bool is_open_ = false;
};

// Parts out of line end in a jump; they belong to the operation that jumps there, or to which they lead.
void find_owners(CodeMap& map, const Trace& trace, const std::vector<Disassembly::Jump>& jumps, size_t in_line) {
  struct Part {
    size_t first = 0, end = 0;
    uint32_t owner = CodeMap::kNone;
  };
  std::vector<Part> parts;
  for (size_t i = in_line; i < map.instructions.size(); ++i) {
    if (i == in_line || jumps[i - 1].is_final) parts.push_back({i, i, CodeMap::kNone});
    parts.back().end = i + 1;
  }
  if (parts.empty()) return;
  const auto part_at = [&](uint64_t offset) -> Part* {
    const auto after = std::ranges::upper_bound(parts, offset, {}, [&](const Part& part) { return uint64_t{map.instructions[part.first].offset}; });
    return after == parts.begin() ? nullptr : &*std::prev(after);
  };
  const auto operation_at = [&](uint64_t offset) {
    const auto after = std::upper_bound(map.instructions.begin(), map.instructions.begin() + static_cast<ptrdiff_t>(in_line), offset,
                                        [](uint64_t at, const CodeMap::Instruction& each) { return at < each.offset; });
    return after == map.instructions.begin() ? CodeMap::kNone : std::prev(after)->operation;
  };
  const auto claim = [&](std::optional<uint64_t> target, uint32_t owner) {
    if (!target || owner == CodeMap::kNone) return;
    Part* const part = part_at(*target);
    if (part != nullptr && part->owner == CodeMap::kNone) part->owner = owner;
  };
  for (size_t i = 0; i < in_line; ++i) claim(jumps[i].target, map.instructions[i].operation);
  for (const auto& [access, exit] : trace.faults) claim(exit, operation_at(access));
  for (const Part& part : parts)
    for (size_t i = part.first; i < part.end; ++i)
      if (!jumps[i].is_final) claim(jumps[i].target, part.owner);
  for (Part& part : parts) {
    const std::optional<uint64_t> target = jumps[part.end - 1].target;
    if (part.owner == CodeMap::kNone && target && part_at(*target) == nullptr) part.owner = operation_at(*target);
    for (size_t i = part.first; i < part.end; ++i) map.instructions[i].operation = part.owner;
  }
}

bool only_pushes(Op op) {
  return op == Op::LocalGet || op == Op::I32Const || op == Op::I64Const || op == Op::F32Const || op == Op::F64Const ||
         op == Op::V128Const || op == Op::RefNull;
}

// For which nothing has to be done, unless they have an operation.
bool is_structure(Op op) {
  switch (op) {
    case Op::Block:
    case Op::Loop:
    case Op::Try:
    case Op::TryTable:
    case Op::Catch:
    case Op::CatchAll:
    case Op::Else:
    case Op::End:
    case Op::Nop:
    case Op::Drop: return true;
    default: return false;
  }
}

bool same(const lower::OperandPlace& a, const lower::OperandPlace& b) {
  return a.place == b.place && a.slot == b.slot && a.local == b.local && a.bits == b.bits;
}

// The instructions of the function, each with the operation that carries it out, and the operands at operations.
class Rows {
 public:
  explicit Rows(CodeMap& map) : map_(map) {
    for (uint32_t i = 1; i < map.operations.size(); ++i) {
      if (map.operations[i].pc == 0) continue;
      (map.operations[i].text.ends_with(':') ? label_at_ : operation_at_).try_emplace(map.operations[i].pc, i);
    }
  }

  void read(const wasm::Module& module) {
    lower::describe_operands(module, map_.func, CodeMap::kShownOperands, [&](const binary::Instruction& in, std::span<const lower::OperandPlace> operands, size_t count) {
      settle(operands, count);
      reached_[in.pc] = {in.op, CodeMap::kNone};
      add(in, operands, count);
    });
    binary::InstructionReader reader(module.bytes, module.funcs[map_.func].code);
    binary::Instruction in;
    for (auto more = reader.next(in); more && *more; more = reader.next(in)) {
      const auto found = reached_.find(in.pc);
      map_.rows.push_back({in.pc, found != reached_.end(), found != reached_.end() ? found->second.operation : CodeMap::kNone});
    }
    link_pushes();
  }

 private:
  struct Reached {
    Op op{};
    uint32_t operation = CodeMap::kNone;
  };
  // What was pushed without being computed, and is still an operand.
  struct Pending {
    uint32_t pc = 0;
    size_t index = 0;
    std::optional<lower::OperandPlace> place;
  };

  void add(const binary::Instruction& in, std::span<const lower::OperandPlace> operands, size_t count) {
    const auto own = operation_at_.find(in.pc);
    if (own != operation_at_.end()) {
      last_operation_ = own->second;
      reached_[in.pc].operation = own->second;
      for (uint32_t i = own->second; i < map_.operations.size() && map_.operations[i].pc == in.pc; ++i) {
        map_.points[i].operands.assign(operands.begin(), operands.end());
        map_.points[i].operand_count = count;
      }
    } else if (only_pushes(in.op)) {
      pending_.push_back({in.pc, count, {}});
    } else if (in.op == Op::Loop) {
      // Its label is where the instruction behind it begins.
      if (const auto label = label_at_.find(in.next_pc()); label != label_at_.end()) {
        reached_[in.pc].operation = label->second;
        map_.operations[label->second].pc = in.pc;
      }
    } else if (!is_structure(in.op)) {
      reached_[in.pc].operation = last_operation_;
    }
    last_pc_ = in.pc;
  }

  // An operand that is not what it was any more was taken by the instruction before.
  void settle(std::span<const lower::OperandPlace> operands, size_t count) {
    const size_t first = count - operands.size();
    while (!pending_.empty()) {
      Pending& top = pending_.back();
      const bool is_there = top.index < count && top.index >= first;
      if (is_there && !top.place) top.place = operands[top.index - first];
      if (top.index < first && top.index < count) return;
      if (is_there && same(*top.place, operands[top.index - first])) return;
      takers_.emplace_back(top.pc, last_pc_);
      pending_.pop_back();
    }
  }

  void link_pushes() {
    for (const Pending& each : pending_) takers_.emplace_back(each.pc, last_pc_);
    for (const auto& [pc, taker] : takers_) {
      const auto row = std::ranges::lower_bound(map_.rows, pc, {}, &CodeMap::Row::pc);
      row->operation = std::ranges::lower_bound(map_.rows, taker, {}, &CodeMap::Row::pc)->operation;
    }
  }

  CodeMap& map_;
  std::map<uint32_t, uint32_t> operation_at_, label_at_;   // first one by pc
  std::map<uint32_t, Reached> reached_;             // by pc
  std::vector<Pending> pending_;
  std::vector<std::pair<uint32_t, uint32_t>> takers_;   // pcs
  uint32_t last_operation_ = CodeMap::kNone, last_pc_ = 0;
};

}  // namespace

CodeMap map_code(const wasm::Module& module, wasm::FuncIndex func, const lower::SlotCode& code, const Trace& trace,
                 Bytes machine_code, const AddressNames& names) {
  CodeMap map;
  map.func = func;
  map.machine_bytes = static_cast<uint32_t>(machine_code.size());
  map.locals = lower::local_places(module, func);
  map.operations.push_back({0, "enter: check the stack, clear locals, tick", false, 0, 0});
  for (const SlotOp& op : code.ops) map.operations.push_back({op.pc, to_text(op, code), !is_native(op), 0, 0});
  map.points.resize(map.operations.size());

  Disassembly disassembly(code, names, map);
  size_t in_line = 0;
  for (size_t i = 0; i < trace.pieces.size(); ++i) {
    const Trace::Piece& piece = trace.pieces[i];
    const uint32_t end = i + 1 < trace.pieces.size() ? trace.pieces[i + 1].offset : static_cast<uint32_t>(machine_code.size());
    const auto first = static_cast<uint32_t>(map.instructions.size());
    if (piece.operation == Trace::Piece::kOutOfLine) {
      in_line = first;
      disassembly.add(machine_code, piece.offset, end, CodeMap::kNone, true);
      continue;
    }
    const uint32_t operation = piece.operation == Trace::Piece::kEntry ? 0 : piece.operation + 1;
    disassembly.add(machine_code, piece.offset, end, operation, false);
    map.operations[operation].first = first;
    map.operations[operation].end = static_cast<uint32_t>(map.instructions.size());
    // At a label: behind it, where all ways to it have met.
    const bool is_label = operation != 0 && code.ops[piece.operation].op == SlotOpcode::Label;
    const RegisterState& state = is_label ? trace.pieces[i + 1].state : piece.state;
    for (Register reg = 0; reg < kRegisterCount; ++reg)
      if (const Held& held = state[reg]; held.slot != lower::kNoSlot)
        map.points[operation].registers.push_back({name_of(reg, held.kind), held.slot});
  }
  find_owners(map, trace, disassembly.jumps, in_line);
  Rows(map).read(module);
  return map;
}

}  // namespace wasmscope::jit
