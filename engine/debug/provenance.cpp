// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/provenance.h"

#include <algorithm>

#include "engine/base/try.h"
#include "engine/lower/slot_code.h"

namespace wasmscope::debug {
namespace {

using binary::Instruction;
using wasm::Op;

const wasm::FuncType& func_type(const wasm::Module& module, uint32_t type) {
  return std::get<wasm::FuncType>(module.types[type].composite);
}

bool opens_block(Op op) {
  const wasm::Imm imm = wasm::info(op).imm;
  return imm == wasm::Imm::BlockType || imm == wasm::Imm::TryTable;
}
bool is_call(Op op) { return op == Op::Call || op == Op::CallIndirect || op == Op::CallRef; }
bool is_conditional_branch(Op op) {
  switch (op) {
    case Op::BrIf:
    case Op::BrOnNull:
    case Op::BrOnNonNull:
    case Op::BrOnCast:
    case Op::BrOnCastFail: return true;
    default: return false;
  }
}

}  // namespace

size_t popped_count(const wasm::Module& module, const Instruction& in) {
  switch (in.op) {
    case Op::Call: return module.func_type(in.index).params.size();
    case Op::CallIndirect:
    case Op::CallRef: return func_type(module, in.index).params.size() + 1;
    case Op::StructNew: return std::get<wasm::StructType>(module.types[in.index].composite).fields.size();
    case Op::ArrayNewFixed: return in.count;
    default: break;
  }
  const std::string_view signature = wasm::info(in.op).signature;
  if (!wasm::is_special(in.op)) return signature.find('_');
  // "[label ref] -> [label]": what a branch carries stays where it is.
  std::string_view effect = wasm::stack_effect(in.op);
  effect = effect.substr(1, effect.find(']') - 1);
  if (effect.starts_with("label")) effect.remove_prefix(5);
  size_t words = 0;
  for (size_t i = 0; i < effect.size(); ++i) words += effect[i] != ' ' && (i == 0 || effect[i - 1] == ' ');
  return words;
}

class Provenance::Walk {
 public:
  Walk(Provenance& out, const wasm::Module& module, wasm::FuncIndex func) : out_(out), module_(module) {
    const ByteRange code = module.funcs[func].code;
    binary::InstructionReader reader(module.bytes, code);
    for (Instruction in; reader.next_valid(in);) {
      if (in.op == Op::LocalSet || in.op == Op::LocalTee) out_.set_pcs_[in.index].push_back(in.pc);
      steps_.push_back({.in = in});
    }
    size_t at = 0;
    lower::describe_operands(module, func, 0, [&](const Instruction& in, std::span<const lower::OperandPlace>, size_t height) {
      while (steps_[at].in.pc < in.pc) ++at;
      steps_[at].height = height;
    });
    match_blocks();
  }

  void run(uint32_t pc) {
    blocks_.push_back({.results = 0});   // the function's own label
    for (size_t i = 0; i < steps_.size(); ++i) {
      Step& step = steps_[i];
      if (step.height) stack_.resize(*step.height, kUnknownValue);
      if (step.in.pc == pc) {
        out_.operands_ = stack_;
        for (const Join& loop : loops_) out_.loops_.push_back({loop.begin, loop.end});
        find_approach(i);
        return;
      }
      advance(i);
    }
  }

 private:
  struct Step {
    Instruction in;
    std::optional<size_t> height = {};   // of the operand stack before it; none: it is never reached
    size_t partner = 0;                  // of what opens a block: its end; of `else`, `catch`, `end`: what opens it
    std::optional<size_t> else_at = {};  // of an `if`
    ValueId condition = kUnknownValue;
    std::vector<ValueId> arguments = {}; // of calls
    std::vector<size_t> branches = {};   // of what opens a block: that lead to its label
    bool is_left = false;                // of what opens a block: some way leads to its end without a branch
  };
  struct Block {
    size_t opener = 0;
    size_t height = 0;                   // below its params
    size_t results = 0;
    std::vector<ValueId> params = {};
    bool is_joined = false;              // more than falling through leads to its end
  };
  struct Join {
    uint32_t begin = 0, end = 0;
  };
  struct SetLocal {
    uint32_t pc = 0;
    ValueId value = kUnknownValue;
  };

  void match_blocks() {
    std::vector<size_t> open;
    for (size_t i = 0; i < steps_.size(); ++i) {
      const Op op = steps_[i].in.op;
      if (opens_block(op)) open.push_back(i);
      if (open.empty()) continue;
      const bool ends_arm = op == Op::Else || op == Op::Catch || op == Op::CatchAll;
      if (ends_arm) steps_[i].partner = open.back();
      if (op == Op::Else) steps_[open.back()].else_at = i;
      if ((ends_arm || op == Op::End || op == Op::Delegate) && steps_[i].height) steps_[open.back()].is_left = true;
      if (op != Op::End && op != Op::Delegate) continue;
      Step& opener = steps_[open.back()];
      // Without an else a false condition leads to the end.
      if (opener.in.op == Op::If && !opener.else_at) opener.is_left = true;
      steps_[i].partner = open.back();
      opener.partner = i;
      open.pop_back();
    }
  }

  std::pair<size_t, size_t> arity(const binary::BlockType& type) const {
    switch (type.form) {
      case binary::BlockType::Form::Value: return {0, 1};
      case binary::BlockType::Form::Type: {
        const wasm::FuncType& of = func_type(module_, type.type);
        return {of.params.size(), of.results.size()};
      }
      default: return {0, 0};
    }
  }

  ValueId add(ValueSource::Kind kind, const Instruction& in) {
    ValueSource& source = out_.sources_.emplace_back();
    source.kind = kind;
    source.instruction = in;
    return static_cast<ValueId>(out_.sources_.size() - 1);
  }
  void shrink(size_t height) {
    if (stack_.size() > height) stack_.resize(height);
  }

  // Paths meet at `end`, and not all of them come by what lies between.
  void join(uint32_t begin, uint32_t end) {
    while (!joins_.empty() && joins_.back().begin >= begin) joins_.pop_back();
    joins_.push_back({begin, end});
  }
  // Whether the last instruction before `pc` that sets the local is the last to have set it, on every path.
  bool is_certain(const SetLocal& set, wasm::LocalIndex local) const {
    const auto after = std::ranges::upper_bound(joins_, set.pc, {}, &Join::end);
    if (after != joins_.end() && after->begin < set.pc) return false;
    // A loop that began since may come round with what any of its instructions set.
    const auto loop = std::ranges::upper_bound(loops_, set.pc, {}, &Join::begin);
    if (loop == loops_.end()) return true;
    const std::vector<uint32_t>& pcs = out_.set_pcs_.at(local);
    const auto inside = std::ranges::upper_bound(pcs, loop->begin);
    return inside == pcs.end() || *inside > loop->end;
  }

  void advance(size_t i) {
    Step& step = steps_[i];
    const Instruction& in = step.in;
    if (opens_block(in.op)) return open(i);
    switch (in.op) {
      case Op::Else:
      case Op::Catch:
      case Op::CatchAll: return next_arm(i);
      case Op::End:
      case Op::Delegate: return close(i);
      default: break;
    }
    if (!step.height) return;
    note_branches(i);
    const size_t popped = std::min(popped_count(module_, in), stack_.size());
    const std::vector<ValueId> taken(stack_.end() - static_cast<ptrdiff_t>(popped), stack_.end());
    if (is_conditional_branch(in.op) && !taken.empty()) step.condition = taken.back();
    if (in.op == Op::BrTable && !taken.empty()) step.condition = taken.back();
    if (in.op == Op::Call) step.arguments = taken;
    stack_.resize(stack_.size() - popped);
    if (in.op == Op::LocalTee) stack_.push_back(taken.back());
    if (in.op == Op::LocalSet || in.op == Op::LocalTee) locals_[in.index] = {in.pc, taken.back()};
    const bool is_followed = i + 1 < steps_.size() && steps_[i + 1].height.has_value();
    if (!is_followed || *steps_[i + 1].height <= stack_.size()) return;
    const ValueId made = add(ValueSource::Kind::Instruction, in);
    ValueSource& source = out_.sources_[made];
    for (const ValueId value : taken)
      if (source.operand_count < source.operands.size()) source.operands[source.operand_count++] = value;
    if (const auto set = locals_.find(in.index);
        in.op == Op::LocalGet && set != locals_.end() && is_certain(set->second, in.index)) {
      source.operands[source.operand_count++] = set->second.value;
      out_.set_of_get_[made] = set->second.pc;
    }
    stack_.resize(*steps_[i + 1].height, made);
  }

  void open(size_t i) {
    Step& step = steps_[i];
    const auto [params, results] = arity(step.in.block);
    if (step.in.op == Op::If && !stack_.empty()) {
      step.condition = stack_.back();
      stack_.pop_back();
    }
    if (step.in.op == Op::TryTable) {
      binary::CatchReader clauses(module_.bytes, step.in);
      while (const auto clause = clauses.next()) mark(clause->label, i);
    }
    Block block{i, stack_.size() - std::min(params, stack_.size()), results};
    if (step.in.op == Op::Loop) {
      loops_.push_back({step.in.pc, steps_[step.partner].in.pc});
      for (size_t k = block.height; k < stack_.size(); ++k) stack_[k] = add(ValueSource::Kind::Block, step.in);
    }
    block.params.assign(stack_.begin() + static_cast<ptrdiff_t>(block.height), stack_.end());
    blocks_.push_back(std::move(block));
  }

  void next_arm(size_t i) {
    Block& block = blocks_.back();
    block.is_joined = true;
    shrink(block.height);
    if (steps_[i].in.op == Op::Else) stack_.insert(stack_.end(), block.params.begin(), block.params.end());
    join(steps_[block.opener].in.pc, steps_[i].in.pc);
  }

  void close(size_t i) {
    if (blocks_.size() == 1) return;   // the function's own end
    const Block block = blocks_.back();
    blocks_.pop_back();
    const Step& opener = steps_[block.opener];
    if (opener.in.op == Op::Loop) loops_.pop_back();
    const bool has_two_ways = block.is_joined || opener.in.op == Op::If || opener.in.op == Op::Try;
    if (!has_two_ways) return;
    shrink(block.height);
    for (size_t k = 0; k < block.results; ++k) stack_.push_back(add(ValueSource::Kind::Block, opener.in));
    join(opener.in.pc, steps_[i].in.pc);
  }

  void note_branches(size_t i) {
    const Instruction& in = steps_[i].in;
    if (in.op == Op::BrTable) {
      binary::LabelReader labels(module_.bytes, in);
      while (const auto label = labels.next()) mark(*label, i);
    } else if (in.op == Op::Br || is_conditional_branch(in.op)) {
      mark(in.index, i);
    }
  }
  void mark(uint32_t label, size_t from) {
    if (label >= blocks_.size()) return;
    Block& block = blocks_[blocks_.size() - 1 - label];
    const bool is_function = label + 1 == blocks_.size();
    if (is_function || steps_[block.opener].in.op == Op::Loop) return;
    block.is_joined = true;
    std::vector<size_t>& branches = steps_[block.opener].branches;
    if (branches.empty() || branches.back() != from) branches.push_back(from);
  }

  // Backwards over what surely was executed, to what decided that it was.
  void find_approach(size_t at) {
    Approach& approach = out_.approach_;
    const auto decide = [&](Approach::Kind kind, const Step& step) {
      approach.kind = kind;
      approach.instruction = step.in;
      approach.condition = step.condition;
    };
    for (size_t i = at; i-- > 0;) {
      const Step& step = steps_[i];
      const Op op = step.in.op;
      if (is_conditional_branch(op)) return decide(Approach::Kind::NotBranched, step);
      if (op == Op::If) return decide(Approach::Kind::Then, step);
      if (op == Op::Else) return decide(Approach::Kind::Else, steps_[step.partner]);
      if (op == Op::Catch || op == Op::CatchAll) return decide(Approach::Kind::Caught, steps_[step.partner]);
      if (op == Op::End || op == Op::Delegate) {
        const Step& opener = steps_[step.partner];
        const std::vector<size_t>& branches = opener.branches;
        if (branches.size() == 1 && !opener.is_left) {
          const Step& branch = steps_[branches[0]];
          if (branch.in.op == Op::TryTable) return decide(Approach::Kind::Caught, branch);
          if (branch.in.op != Op::Br) return decide(Approach::Kind::Branched, branch);
          i = branches[0];   // an unconditional one: what decided about it decided about this
          continue;
        }
        if (!branches.empty()) {
          decide(Approach::Kind::SomeBranch, opener);
          for (const size_t branch : branches) approach.branches.push_back(steps_[branch].in.pc);
          return;
        }
        if (opener.in.op == Op::If) {
          // An arm that does not come to its end was not taken. Without an else, a false condition leads here too.
          const auto other = opener.else_at;
          if (!step.height) return decide(other ? Approach::Kind::Then : Approach::Kind::Else, opener);
          if (other && !steps_[*other].height) return decide(Approach::Kind::Else, opener);
        }
        // Whatever happened in an if or a handler, execution has come out of it.
        if (opener.in.op == Op::If || opener.in.op == Op::Try) i = step.partner;
        continue;
      }
      if (is_call(op) && !approach.call) {
        approach.call = step.in;
        approach.arguments = step.arguments;
      }
    }
  }

  Provenance& out_;
  const wasm::Module& module_;
  std::vector<Step> steps_;
  std::vector<ValueId> stack_;
  std::vector<Block> blocks_;
  std::map<wasm::LocalIndex, SetLocal> locals_;   // by what they were set last, in the order of the code
  std::vector<Join> joins_;   // ascending by begin and by end: one inside a later one is left out
  std::vector<Join> loops_;   // that are open, outermost first
};

Provenance::Provenance(const wasm::Module& module, wasm::FuncIndex func, uint32_t pc) : pc_(pc) {
  Walk(*this, module, func).run(pc);
}

std::span<const uint32_t> Provenance::set_pcs(wasm::LocalIndex local) const {
  const auto found = set_pcs_.find(local);
  return found == set_pcs_.end() ? std::span<const uint32_t>() : found->second;
}

bool Provenance::is_unchanged_since(wasm::LocalIndex local, uint32_t pc) const {
  const auto found = set_pcs_.find(local);
  if (found == set_pcs_.end()) return true;
  const auto is_set_between = [&](uint32_t begin, uint32_t end) {
    const auto next = std::ranges::lower_bound(found->second, begin);
    return next != found->second.end() && *next < end;
  };
  if (is_set_between(pc, pc_)) return false;
  // An earlier round of a loop that began in between may have come by what follows.
  return std::ranges::none_of(loops_, [&](ByteRange loop) { return loop.begin > pc && is_set_between(static_cast<uint32_t>(loop.begin), static_cast<uint32_t>(loop.end)); });
}

std::optional<uint32_t> Provenance::set_pc(ValueId get) const {
  const auto found = set_of_get_.find(get);
  return found == set_of_get_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace wasmscope::debug
