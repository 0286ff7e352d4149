// SPDX-License-Identifier: Apache-2.0
// Time is a line that can be walked both ways: over random programs with loops, traps, throws, objects, host calls and
// growth, and over samples, the state at an instant is the same however it was come to.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "engine/binary/instruction_reader.h"
#include "engine/replay/timeline.h"
#include "tests/support/chosen_tier.h"
#include "tests/support/random_program.h"
#include "tests/tiers/programs.h"

namespace wasmscope::test {
namespace {

using replay::Timeline;
using runtime::Instant;

struct Coverage {
  std::map<wasm::Op, uint64_t> passed;    // instructions gone back over
  std::map<std::string, uint64_t> endings;
  uint64_t programs = 0, checks = 0;
};

wasm::Op op_at(const wasm::Module& module, uint32_t pc) {
  binary::InstructionReader reader(module.bytes, {pc, module.bytes.size()});
  binary::Instruction in;
  (void)reader.next(in);
  return in.op;
}

class Walk {
 public:
  Walk(const Program& program, uint64_t seed, Coverage& coverage) : program_(program), numbers_(seed), coverage_(coverage) {}

  std::string run() {
    std::string problem;
    const auto module = decode_valid(program_.bytes, problem);
    if (!module) return problem;
    for (const Invocation& call : program_.invocations(*module)) {
      if (module->is_imported(call.func)) continue;
      problem = walk(module, call);
      if (!problem.empty()) return program_.name + ", checkpoints every " + std::to_string(every_) + " ticks: " + problem;
    }
    return {};
  }

 private:
  static constexpr size_t kMostVisits = 300;
  struct Visit {
    Instant instant;
    uint64_t hash = 0;
  };

  std::string walk(const std::shared_ptr<const wasm::Module>& module, const Invocation& call) {
    constexpr uint64_t kEvery[] = {1, 2, 7, 40, 0};
    every_ = kEvery[numbers_.below(std::size(kEvery))];
    FakeHost host;
    auto made = Timeline::create(module, fake_imports(*module, host), {{call.func, call.arguments}}, on_chosen_tier(Timeline::Options{.checkpoint_ticks = every_}));
    if (!made) return {};   // instantiation is another test's business
    Timeline& timeline = **made;
    if (timeline.instantiation_trap()) return {};
    ++coverage_.programs;
    timeline.start();
    // Stretches of single steps with leaps between them.
    std::vector<Visit> visits;
    while (!timeline.end() && visits.size() < kMostVisits) {
      for (uint64_t i = 1 + numbers_.below(20); i > 0 && !timeline.end(); --i) {
        if (visits.empty() || visits.back().instant < timeline.instant()) visits.push_back({timeline.instant(), timeline.state_hash()});
        timeline.run({.mode = interp::Mode::Step});
      }
      if (!timeline.end()) timeline.run({.tick_limit = timeline.instant().tick + numbers_.below(30)});
    }
    for (int i = every_ == 0 ? 200 : 2; i > 0 && !timeline.end(); --i) timeline.run({.tick_limit = timeline.instant().tick + 5000});
    const auto& end = timeline.end();
    ++coverage_.endings[!end ? "still runs" : std::holds_alternative<runtime::Trapped>(*end) ? "trapped" : "returned or exited"];
    const uint64_t last_hash = timeline.state_hash();
    const uint64_t calls = host.calls;
    if (visits.empty()) return {};

    for (int i = 0; i < 60; ++i) {
      const size_t at = numbers_.below(visits.size());
      if (const std::string text = go(timeline, visits[at]); !text.empty()) return text;
      const uint32_t pc = timeline.instant().pc;
      if (numbers_.chance(50)) {
        const bool can = timeline.step_back();
        if (!can && at != 0) return "no step back from " + to_text(visits[at].instant);
        if (!can) continue;
        if (!(timeline.instant() < visits[at].instant)) return "a step back from " + to_text(visits[at].instant) + " led to " + to_text(timeline.instant());
        ++coverage_.passed[op_at(*module, timeline.instant().pc)];
        const uint64_t hash = timeline.state_hash();
        const auto known = std::ranges::find(visits, timeline.instant(), &Visit::instant);
        if (known != visits.end() && known->hash != hash) return "another state one step back from " + to_text(visits[at].instant);
        timeline.run({.mode = interp::Mode::Step});
        if (timeline.instant() != visits[at].instant) return "forwards again from " + to_text(visits[at].instant) + " led to " + to_text(timeline.instant());
      } else {
        timeline.run({.mode = interp::Mode::Step});
        // A trap is at its instant, and a missing import paused at its.
        if (timeline.instant() == visits[at].instant && (!timeline.end() || std::holds_alternative<runtime::Trapped>(*timeline.end()))) continue;
        ++coverage_.passed[op_at(*module, pc)];
        if (!timeline.step_back()) return "no step back from behind " + to_text(visits[at].instant);
      }
      ++coverage_.checks;
      if (timeline.instant() != visits[at].instant || timeline.state_hash() != visits[at].hash)
        return "there and back from " + to_text(visits[at].instant) + " led to " + to_text(timeline.instant());
    }
    timeline.seek_frontier();
    if (timeline.state_hash() != last_hash) return "another state at the end";
    if (host.calls != calls) return "the host was asked again";
    return {};
  }

  std::string go(Timeline& timeline, const Visit& visit) {
    const replay::SeekResult result = timeline.seek(replay::seek_target(visit.instant));
    if (result.end != replay::SeekEnd::Reached) return to_text(visit.instant) + " was not reached";
    if (timeline.state_hash() != visit.hash) return "another state at " + to_text(visit.instant);
    return {};
  }

  const Program& program_;
  RandomNumbers numbers_;
  Coverage& coverage_;
  uint64_t every_ = 0;
};

TEST(Time, WalksAreTheSameBothWays) {
  Coverage coverage;
  uint64_t seed = 1;
  const auto walk = [&](const Program& program) { EXPECT_EQ(Walk(program, ++seed, coverage).run(), ""); };
  for (const uint64_t each : random_seeds()) walk(random_program(each));
  for (const uint64_t each : random_seeds()) walk(object_program(each));
  for (const Program& program : written_programs()) walk(program);
  // Every row of instructions has a few of these; some of each are enough here.
  const std::vector<Program> accesses = access_programs();
  for (size_t i = 0; i < accesses.size(); ++i)
    if (i % 5 == 0 || accesses[i].name.find("memor") != std::string::npos) walk(accesses[i]);
  for (const Program& program : sample_programs()) walk(program);
  std::cout << coverage.programs << " programs, " << coverage.checks << " walks there and back, over " << coverage.passed.size()
            << " different instructions\n";
  for (const auto& [how, count] : coverage.endings) std::cout << "  " << count << " " << how << "\n";
  for (const wasm::Op op : {wasm::Op::Call, wasm::Op::CallIndirect, wasm::Op::Loop, wasm::Op::Br, wasm::Op::MemoryGrow, wasm::Op::TableSet,
                            wasm::Op::GlobalSet, wasm::Op::StructNew, wasm::Op::Throw, wasm::Op::ReturnCall, wasm::Op::MemoryFill})
    EXPECT_GT(coverage.passed[op], 0u) << wasm::info(op).text;
}

}  // namespace
}  // namespace wasmscope::test
