// SPDX-License-Identifier: Apache-2.0
// Compiled code comes to a stop at every instant of its instruction and at no other, wherever in a function the stop is:
// patched over the code, in an operation that carries out several instructions, or in code of its own.
#include <gtest/gtest.h>

#include <iostream>

#include "engine/jit/compiled_tier.h"
#include "tests/tiers/programs.h"

namespace wasmscope::test {
namespace {

using runtime::Instant;

constexpr size_t kMostInstants = 600;

class Arrivals final : public interp::Observer {
 public:
  std::vector<Instant> instants;
  bool stops_at(const runtime::Execution& execution) override {
    instants.push_back(execution.instant());
    return false;
  }
  bool stops_before_write(const runtime::Execution&) override { return false; }
  bool stops_after_host(const runtime::Execution&, const runtime::HostEvent&) override { return false; }
};

struct Place {
  wasm::FuncIndex func = 0;
  uint32_t pc = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

class Stops {
 public:
  // One stop after the other at each instruction that runs, and some that do not.
  std::string compare(Twin& twin, const Invocation& invocation) {
    const auto tier = *jit::CompiledTier::create(twin.store);
    twin.interpreter->remove_tier();
    twin.begin(invocation.func, invocation.arguments);
    const Twin::Saved start = twin.save();
    std::map<Place, std::vector<Instant>> expected;
    const uint64_t last_tick = walk(twin, expected);
    Arrivals arrivals;
    twin.interpreter->set_probes({{}, {}, &arrivals});
    twin.interpreter->set_tier(*tier, interp::CompileWhen::Called);
    twin.restore(start);
    twin.run({.tick_limit = last_tick});   // compiles all that runs
    std::string problem;
    for (const auto& [place, instants] : expected) {
      arrivals.instants.clear();
      twin.restore(start);
      const uint64_t compiled = tier->statistics().functions;
      twin.interpreter->set_stops(*twin.instance, place.func, {place.pc});
      twin.run({.tick_limit = last_tick});
      twin.interpreter->set_stops(*twin.instance, place.func, {});
      (tier->statistics().functions == compiled ? patched : others) += 1;
      std::erase_if(arrivals.instants, [&](const Instant& at) { return at.tick >= last_tick; });
      if (arrivals.instants == instants) continue;
      problem = "function " + std::to_string(place.func) + " pc " + std::to_string(place.pc) + ": " + std::to_string(arrivals.instants.size()) +
                " arrivals instead of " + std::to_string(instants.size());
      break;
    }
    twin.interpreter->set_probes({});
    twin.interpreter->remove_tier();
    twin.restore(start);
    return problem;
  }

  size_t patched = 0, others = 0;

 private:
  // All instants before a tick, by instruction; that tick.
  static uint64_t walk(Twin& twin, std::map<Place, std::vector<Instant>>& instants) {
    runtime::Outcome outcome = twin.run({.mode = interp::Mode::Step});
    for (size_t i = 0; i < kMostInstants && std::holds_alternative<runtime::Paused>(outcome); ++i) {
      instants[{twin.execution->func->index, twin.execution->pc}].push_back(twin.execution->instant());
      outcome = twin.run({.mode = interp::Mode::Step});
    }
    const uint64_t last_tick = twin.execution->tick + (twin.execution->status == runtime::Status::Ready ? 0 : 1);
    for (auto& [place, at] : instants) std::erase_if(at, [&](const Instant& each) { return each.tick >= last_tick; });
    return last_tick;
  }
};

void compare_all(const std::vector<Program>& programs, double least_patched) {
  size_t patched = 0, others = 0;
  for (const Program& program : programs) {
    Stops stops;
    EXPECT_EQ(check_program(program, [&](Twin& twin, const Invocation& call) { return stops.compare(twin, call); }), "") << program.name;
    patched += stops.patched;
    others += stops.others;
  }
  std::cout << patched << " stops patched, " << others << " compiled in\n";
  EXPECT_GT(static_cast<double>(patched), least_patched * static_cast<double>(patched + others));
}

TEST(Stops, AreComeToInSamples) { compare_all(sample_programs(), 0.98); }
TEST(Stops, AreComeToInWrittenPrograms) { compare_all(written_programs(), 0.98); }
TEST(Stops, AreComeToInRandomPrograms) {
  std::vector<Program> programs;
  for (const uint64_t seed : random_seeds(20)) programs.push_back(random_program(seed));
  for (const uint64_t seed : random_seeds(20)) programs.push_back(object_program(seed));
  compare_all(programs, 0.98);
}

}  // namespace
}  // namespace wasmscope::test
