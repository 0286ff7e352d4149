// SPDX-License-Identifier: Apache-2.0
// Moving by structure, compared with looking at every instruction on the way.
#include "engine/binary/instruction_reader.h"
#include "engine/debug/branching.h"
#include "tests/support/debug_session.h"

namespace wasmscope::debug {
namespace {

using test::DebugSession;
using test::fixture;
using test::sample;

bool is_paused(const DebugSession& session) { return session.snapshot()->state == State::Paused; }
std::string here(const DebugSession& session) { return runtime::to_text(session.snapshot()->instant); }

binary::Instruction instruction(const DebugSession& session) {
  const auto snapshot = session.snapshot();
  const wasm::Module& module = *snapshot->loaded->module;
  binary::InstructionReader reader(module.bytes, {snapshot->instant.pc, module.funcs[snapshot->frames[0].func].code.end});
  binary::Instruction in;
  (void)reader.next(in);
  return in;
}

// The instants at which a movement stands, one after the other, at most so many.
std::vector<std::string> walk(DebugSession& session, const std::string& line, size_t most) {
  std::vector<std::string> all;
  while (all.size() < most && session.session.execute(line).ok && is_paused(session)) {
    if (session.snapshot()->message == "the beginning of the recording") break;
    all.push_back(here(session));
  }
  return all;
}

struct Program {
  std::string file, start;
};
const Program kPrograms[] = {{fixture("control"), "start walk 5"}, {fixture("recursion"), "start down 4"}, {fixture("objects"), "start shape"},
                             {sample("tables"), "start answer"},   {sample("crash"), "start"}};

TEST(StructureStepping, FindsTheCallsThatSinglestepsSee) {
  for (const Program& program : kPrograms) {
    SCOPED_TRACE(program.file);
    DebugSession session(program.file);
    session.run(program.start);
    std::vector<std::string> calls;
    for (int i = 0; i < 3000 && session.session.execute("stepi").ok && is_paused(session); ++i)
      if (wasm::contains(call_ops(), instruction(session).op)) calls.push_back(here(session));
    session.run(program.start);
    EXPECT_EQ(walk(session, "next-call", calls.size()), calls);
    std::vector<std::string> back = walk(session, "reverse-next-call", calls.size() + 5);
    std::ranges::reverse(back);
    if (!calls.empty() && is_paused(session)) {
      calls.pop_back();   // where it turned round
      while (back.size() > calls.size()) back.erase(back.begin());   // the first instruction
      EXPECT_EQ(back, calls);
    }
  }
}

TEST(StructureStepping, FindsTheBranchesThatAreTaken) {
  for (const Program& program : kPrograms) {
    SCOPED_TRACE(program.file);
    DebugSession session(program.file);
    session.run(program.start);
    std::vector<std::string> taken;
    for (int i = 0; i < 2000; ++i) {
      const binary::Instruction in = instruction(session);
      const std::string before = here(session);
      const uint32_t depth = session.snapshot()->depth;
      if (!session.session.execute("stepi").ok || !is_paused(session)) break;
      const bool is_branch = wasm::contains(branch_ops(), in.op);
      const bool went_on = session.snapshot()->instant.pc == in.next_pc() && session.snapshot()->depth == depth;
      if (is_branch && !went_on) taken.push_back(before);
    }
    session.run(program.start);
    EXPECT_EQ(walk(session, "next-branch", taken.size()), taken);
  }
}

TEST(StructureStepping, LeavesBlocksInTheSameFrameOrReturns) {
  DebugSession session(fixture("control"));
  session.run("start walk 4");
  session.run("stepi 6");
  const uint32_t pc = session.snapshot()->instant.pc;
  session.run("finish-block");
  EXPECT_GT(session.snapshot()->instant.pc, pc);
  EXPECT_EQ(session.snapshot()->depth, 0u);
}

TEST(StructureStepping, GoesToWhereAnExpressionHolds) {
  DebugSession session(fixture("control"));
  session.run("start walk 5");
  session.run("step-until $n == 3");
  EXPECT_EQ(session.snapshot()->frames[0].locals[0].value.bits, 3u);
  const std::string at = here(session);
  session.run("reverse-stepi");
  EXPECT_EQ(session.snapshot()->frames[0].locals[0].value.bits, 4u);
  session.run("continue");
  session.run("seek end");
  session.fail("reverse-step-until $n == 3");
  session.run("reverse-stepi");
  session.run("reverse-step-until $n == 4");
  session.run("stepi");
  EXPECT_EQ(here(session), at);
}

TEST(WhoPushed, IsTheInstructionThatStepsSeePush) {
  for (const Program& program : kPrograms) {
    SCOPED_TRACE(program.file);
    DebugSession session(program.file);
    session.run(program.start);
    int asked = 0;
    for (int i = 0; i < 400 && is_paused(session); ++i) {
      const size_t height = session.snapshot()->frames[0].operands.size();
      const uint32_t depth = session.snapshot()->depth;
      const std::string before = here(session);
      const bool plain = wasm::info(instruction(session).op).category != wasm::Category::Call &&
                         wasm::info(instruction(session).op).category != wasm::Category::Control;
      if (!session.session.execute("stepi").ok || !is_paused(session)) break;
      const auto snapshot = session.snapshot();
      if (!plain || snapshot->depth != depth || snapshot->frames[0].operands.empty() || snapshot->frames[0].operands.size() < height) continue;
      ++asked;
      EXPECT_TRUE(session.run("who s" + std::to_string(snapshot->frames[0].operands.size() - 1)).starts_with(before + "  ")) << here(session);
    }
    EXPECT_GT(asked, 3);
  }
}

}  // namespace
}  // namespace wasmscope::debug
