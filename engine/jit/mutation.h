// SPDX-License-Identifier: Apache-2.0
// Lets the assembler make one mistake, to see whether the comparison of the tiers finds it. Only in a variant of this
// layer that tests are linked with (WASMSCOPE_MUTATION); what ships has nothing of it.
//
// Only instructions are mutated that compute values of slots, move or store them, or branch: nothing that holds the
// engine together (the Context, records of calls, ticks, addresses, bounds, page marks).
#pragma once
#include <asmjit/x86.h>

#include <optional>
#include <string_view>
#include <vector>

#include "engine/lower/slot_code.h"

namespace wasmscope::jit {

namespace x86 = asmjit::x86;

struct Mutation {
  enum class Kind : uint8_t { OtherOperation, OtherCondition, OtherImmediate, OtherRegister, OtherSlot, DroppedStore } kind{};
  uint32_t func = 0, pc = 0;       // of the operation that the instruction is made for
  uint32_t instruction = 0;        // AsmJit's number of it, without the mistake
  uint32_t which = 0;              // of those in the operation's code that are the same in all this
  friend bool operator==(const Mutation&, const Mutation&) = default;
};
std::string_view name_of(Mutation::Kind kind);

// Of the process. Code is mutated wherever it is compiled again, also with other stops.
struct MutationPlan {
  std::optional<Mutation> wanted;
  std::vector<Mutation>* possible = nullptr;   // appended to: all that could be mutated
  uint64_t made = 0;
};
MutationPlan& mutation_plan();

class Mutator {
 public:
  struct Instruction {
    Instruction(asmjit::InstId the_id, const asmjit::Operand_& a, const asmjit::Operand_& b, const asmjit::Operand_& c)
        : id(the_id), o0(a), o1(b), o2(c) {}
    asmjit::InstId id;
    asmjit::Operand o0, o1, o2;
  };
  void begin_operation(uint32_t func, const lower::SlotOp& op);
  void end_operations() { op_ = nullptr; }
  // What is emitted instead: the same, but for one.
  Instruction change(const Instruction& instruction);
  x86::CondCode change(x86::CondCode of_jump);

 private:
  bool is_asked_for(Mutation::Kind kind, asmjit::InstId id);

  const lower::SlotOp* op_ = nullptr;
  uint32_t func_ = 0;
  bool follows_tick_ = false;
  std::vector<Mutation> seen_;     // of this operation
};

}  // namespace wasmscope::jit
