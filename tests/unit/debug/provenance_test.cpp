// SPDX-License-Identifier: Apache-2.0
// What Provenance reads off the code, compared with what happened: programs are run one instruction at a time, every
// frame remembers which instructions it came by, and each claim about an instruction must agree with that.
#include "engine/debug/provenance.h"

#include <gtest/gtest.h>

#include <iostream>
#include <map>

#include "tests/tiers/programs.h"

namespace wasmscope::debug {
namespace {

using test::Invocation;
using test::Program;
using test::Twin;
using wasm::Op;

constexpr uint64_t kMostSteps = 4'000;

// What a frame has come by: when each instruction was executed last, and where each local was set.
struct History {
  std::map<uint32_t, uint64_t> last;              // by pc: the step
  std::map<uint32_t, uint32_t> next;              // by pc: what was executed after it, the last time
  std::map<wasm::LocalIndex, std::pair<uint32_t, uint64_t>> sets;   // pc and step
  std::map<uint32_t, std::optional<uint32_t>> set_at_get;           // by pc of a local.get: where the local was set
  std::optional<uint32_t> previous;
};

struct Claims {
  uint64_t instructions = 0, sources = 0, sets = 0, approaches = 0, unchanged = 0;
};

class Observer {
 public:
  Observer(Twin& twin, Claims& claims) : twin_(twin), claims_(claims) {}

  std::string run(const Invocation& invocation) {
    twin_.begin(invocation.func, invocation.arguments);
    for (uint64_t step = 1; step < kMostSteps; ++step) {
      const auto outcome = twin_.run({.mode = interp::Mode::Step});
      if (!std::holds_alternative<runtime::Paused>(outcome)) return {};
      const std::string problem = observe(step);
      if (!problem.empty()) return "at " + to_text(twin_.execution->instant()) + ": " + problem;
    }
    return {};
  }

 private:
  std::string observe(uint64_t step) {
    const runtime::Execution& execution = *twin_.execution;
    const uint32_t pc = execution.pc;
    const bool is_entry = was_call_ && pc == twin_.module->funcs[execution.func->index].code.begin;
    frames_.resize(execution.depth + 1);
    if (is_entry) frames_.back() = {};   // also of a tail call, in place of another
    History& frame = frames_.back();
    if (frame.previous) frame.next[*frame.previous] = pc;

    const auto [found, is_new] = known_.try_emplace(pc, nullptr);
    if (is_new) found->second = std::make_unique<Provenance>(*twin_.module, execution.func->index, pc);
    std::string problem = compare(*found->second, frame);

    binary::Instruction in;
    binary::InstructionReader(twin_.module->bytes, {pc, twin_.module->bytes.size()}).next(in).value();
    frame.last[pc] = step;
    frame.previous = pc;
    if (in.op == Op::LocalSet || in.op == Op::LocalTee) frame.sets[in.index] = {pc, step};
    if (in.op == Op::LocalGet) {
      const auto set = frame.sets.find(in.index);
      frame.set_at_get[pc] = set == frame.sets.end() ? std::nullopt : std::optional(set->second.first);
    }
    was_call_ = wasm::info(in.op).category == wasm::Category::Call;
    return problem;
  }

  std::string compare(const Provenance& said, const History& frame) {
    ++claims_.instructions;
    for (const ValueId operand : said.operands())
      if (std::string text = compare_value(said, operand, frame, 0); !text.empty()) return text;
    const Approach& approach = said.approach();
    const uint32_t at = approach.instruction.pc;
    const auto next = frame.next.find(at);
    const bool has_next = next != frame.next.end();
    const std::string where = " at " + std::to_string(at);
    ++claims_.approaches;
    switch (approach.kind) {
      case Approach::Kind::Start: --claims_.approaches; return {};
      case Approach::Kind::NotBranched:
        return has_next && next->second == approach.instruction.next_pc() ? "" : "the branch" + where + " was taken";
      case Approach::Kind::Then:
        return has_next && next->second == approach.instruction.next_pc() ? "" : "the first arm" + where + " was not taken";
      case Approach::Kind::Else:
        return has_next && next->second != approach.instruction.next_pc() ? "" : "the first arm" + where + " was taken";
      case Approach::Kind::Branched:
        return has_next && next->second != approach.instruction.next_pc() ? "" : "the branch" + where + " was not taken";
      case Approach::Kind::Caught:
      case Approach::Kind::SomeBranch: return {};   // a block need not be an instant
    }
    return {};
  }

  std::string compare_value(const Provenance& said, ValueId value, const History& frame, int depth) {
    const ValueSource& source = said.source(value);
    if (source.kind != ValueSource::Kind::Instruction || depth > 3) return {};
    const binary::Instruction& in = source.instruction;
    ++claims_.sources;
    if (!frame.last.contains(in.pc)) return "the instruction at " + std::to_string(in.pc) + " was not executed";
    if (in.op == Op::LocalGet) {
      const auto set = said.set_pc(value);
      const std::optional<uint32_t> was = frame.set_at_get.at(in.pc);
      if (set && set != was) return "a local read at " + std::to_string(in.pc) + " was not set at " + std::to_string(*set);
      if (said.set_pcs(in.index).empty() && was) return "a local was set that never is";
      claims_.sets += set.has_value();
      if (said.is_unchanged_since(in.index, in.pc)) {
        ++claims_.unchanged;
        const auto last_set = frame.sets.find(in.index);
        if (last_set != frame.sets.end() && last_set->second.second > frame.last.at(in.pc))
          return "a local read at " + std::to_string(in.pc) + " has changed since";
      }
    }
    for (size_t i = 0; i < source.operand_count; ++i)
      if (std::string text = compare_value(said, source.operands[i], frame, depth + 1); !text.empty()) return text;
    return {};
  }

  Twin& twin_;
  Claims& claims_;
  std::vector<History> frames_;
  std::map<uint32_t, std::unique_ptr<Provenance>> known_;
  bool was_call_ = true;
};

TEST(Provenance, AgreesWithWhatHappened) {
  Claims claims;
  const auto check = [&](const Program& program) {
    EXPECT_EQ(check_program(program, [&](Twin& twin, const Invocation& call) { return Observer(twin, claims).run(call); }), "");
  };
  for (const Program& program : test::written_programs()) check(program);
  for (const Program& program : test::sample_programs()) check(program);
  for (const uint64_t seed : test::random_seeds(50)) check(test::random_program(seed));
  for (const uint64_t seed : test::random_seeds(50)) check(test::object_program(seed));
  std::cout << claims.instructions << " instructions, " << claims.sources << " sources of values, " << claims.sets
            << " places where a local was set, " << claims.unchanged << " locals unchanged, " << claims.approaches
            << " conditions\n";
  EXPECT_GT(claims.sets, 1000U);
  EXPECT_GT(claims.approaches, 1000U);
}

}  // namespace
}  // namespace wasmscope::debug
