// SPDX-License-Identifier: Apache-2.0
// The engine against the oracle: at every pc the described locals and operands are the oracle's; runs stop at
// exactly the instants they should; saved regions continue as the original did.
#include <gtest/gtest.h>

#include "engine/replay/state_hash.h"
#include "tests/support/random_program.h"
#include "tests/tiers/programs.h"

namespace wasmscope::test {
namespace {

using interp::Mode;
using interp::RunRequest;
using runtime::Outcome;
using runtime::PauseReason;

constexpr uint64_t kMostSteps = 30'000, kMostInstructions = 400'000;

bool is_paused(const Outcome& outcome, PauseReason reason) {
  const auto* paused = std::get_if<runtime::Paused>(&outcome);
  return paused != nullptr && paused->reason == reason;
}

// One instruction at a time, everything compared at each.
std::string step_and_compare(Twin& twin, const Invocation& invocation, uint64_t most_steps) {
  twin.begin(invocation.func, invocation.arguments);
  Outcome outcome = twin.run({.mode = Mode::Step});
  if (!is_paused(outcome, PauseReason::Step)) return "the first step: " + text_of(outcome);
  uint32_t depth = 0;
  for (uint64_t count = 0; count < most_steps; ++count) {
    const bool is_sample = count % 64 == 0 || twin.execution->depth != depth;
    depth = twin.execution->depth;
    if (std::string text = twin.compare_frames(is_sample ? Twin::Frames::Near : Twin::Frames::Current); !text.empty())
      return text;
    if (count % 512 == 0)
      if (std::string text = twin.compare_store(); !text.empty()) return text;
    const bool goes_on = twin.oracle->step();
    outcome = twin.run({.mode = Mode::Step});
    if (!goes_on) return twin.compare_end(outcome);
    if (!is_paused(outcome, PauseReason::Step))
      return "after " + to_text(twin.oracle->instant()) + ": " + text_of(outcome);
  }
  return twin.compare_store();
}

// Where a run with this request has to stop, and why; empty when the execution ends first or is cut off.
struct Stops {
  std::map<wasm::FuncIndex, std::set<uint32_t>> pcs;
  bool contains(const OracleFrame& frame) const {
    const auto found = pcs.find(frame.func);
    return found != pcs.end() && found->second.contains(frame.pc);
  }
};
std::optional<PauseReason> advance_oracle(Oracle& oracle, const RunRequest& request, const Stops& stops) {
  while (true) {
    const uint64_t tick = oracle.tick;
    const size_t frames = oracle.frames.size();
    if (!oracle.step()) return std::nullopt;
    if (request.mode == Mode::Step) return PauseReason::Step;
    if (oracle.tick != tick && oracle.tick >= request.tick_limit) return PauseReason::TickLimit;
    if (oracle.frames.size() < frames && request.return_depth != UINT32_MAX &&
        oracle.frames.size() - 1 <= request.return_depth)
      return PauseReason::Return;
    if (stops.contains(oracle.frames.back())) return PauseReason::Breakpoint;
  }
}

void choose_stops(Twin& twin, RandomNumbers& random, Stops& stops) {
  const auto func = static_cast<wasm::FuncIndex>(twin.module->imported_funcs +
                                                 random.below(twin.module->funcs.size() - twin.module->imported_funcs));
  std::set<uint32_t> pcs;
  const auto& code = twin.oracle->code(func);
  if (random.chance(70))
    for (uint64_t left = random.below(8); left > 0; --left) pcs.insert(code[random.below(code.size())].pc);
  stops.pcs[func] = pcs;
  twin.interpreter->set_stops(*twin.instance, func, pcs);
}

// Requests of every kind in random order; at each stop everything is compared.
std::string drive_randomly(Twin& twin, const Invocation& invocation, uint64_t seed) {
  RandomNumbers random(seed);
  Stops stops;
  for (wasm::FuncIndex func = twin.module->imported_funcs; func < twin.module->funcs.size(); ++func)
    twin.interpreter->set_stops(*twin.instance, func, {});
  twin.begin(invocation.func, invocation.arguments);
  twin.run({.mode = Mode::Run, .tick_limit = 1});
  const uint64_t first = twin.oracle->executed;
  while (twin.oracle->executed - first < kMostInstructions) {
    if (std::string text = twin.compare_frames(Twin::Frames::Near); !text.empty()) return text;
    if (random.chance(30)) choose_stops(twin, random, stops);
    RunRequest request;
    if (random.chance(25)) request.mode = Mode::Step;
    // Programs that loop for long are left alone after a while: the oracle is slow.
    request.tick_limit = twin.oracle->tick + 1 + random.below(random.chance(50) ? 5 : 3000);
    const auto depth = static_cast<uint32_t>(twin.oracle->frames.size() - 1);
    if (depth > 0 && random.chance(30)) request.return_depth = static_cast<uint32_t>(random.below(depth));
    const std::string before = to_text(twin.oracle->instant());
    const auto expected = advance_oracle(*twin.oracle, request, stops);
    const Outcome outcome = twin.run(request);
    if (!expected) {
      std::string text = twin.compare_end(outcome);
      return text.empty() ? text : "run from " + before + ": " + text;
    }
    // A step that returns may be told as either.
    const bool is_step = request.mode == Mode::Step &&
                         (is_paused(outcome, PauseReason::Return) || is_paused(outcome, PauseReason::TickLimit));
    if (!is_paused(outcome, *expected) && !is_step)
      return "run from " + before + " to " + to_text(twin.oracle->instant()) + ": " + text_of(outcome) + " at " +
             to_text(twin.execution->instant()) + " instead of reason " + std::to_string(static_cast<int>(*expected));
    if (std::string text = twin.compare_frames(Twin::Frames::Near); !text.empty())
      return "run from " + before + " (" + text_of(outcome) + "): " + text;
  }
  return twin.compare_store();
}

// Without any stop, in as few runs as possible.
std::string run_and_compare(Twin& twin, const Invocation& invocation) {
  twin.begin(invocation.func, invocation.arguments);
  const uint64_t first = twin.oracle->executed;
  while (twin.oracle->executed - first < kMostInstructions)
    if (!twin.oracle->step()) return twin.compare_end(twin.run({}));
  // Too long for the oracle: up to the last tick it reached.
  const uint64_t limit = twin.oracle->tick + 1;
  while (twin.oracle->tick < limit)
    if (!twin.oracle->step()) return twin.compare_end(twin.run({}));
  const Outcome outcome = twin.run({.tick_limit = limit});
  if (!is_paused(outcome, PauseReason::TickLimit)) return text_of(outcome);
  if (std::string text = twin.compare_frames(Twin::Frames::Near); !text.empty()) return text;
  return twin.compare_store();
}

struct Ending {
  std::string outcome;
  runtime::Instant instant;
  uint64_t hash = 0;
  friend bool operator==(const Ending&, const Ending&) = default;
};
std::string ending_text(const Ending& ending) {
  return ending.outcome + " at " + to_text(ending.instant) + " hash " + std::to_string(ending.hash);
}
Ending run_to(Twin& twin, uint64_t tick_limit) {
  const Outcome outcome = twin.run({.tick_limit = tick_limit});
  // After the return there is no pc.
  const bool is_over = twin.execution->status == runtime::Status::Returned;
  return {text_of(outcome), is_over ? runtime::Instant{twin.execution->tick, 0, 0} : twin.execution->instant(),
          replay::hash_state(twin.store, *twin.execution)};
}

std::string save_and_restore(Twin& twin, const Invocation& invocation, uint64_t seed) {
  constexpr uint64_t kLast = 20'000;
  RandomNumbers random(seed);
  const Twin::Saved before = (twin.begin(invocation.func, invocation.arguments), twin.save());
  run_to(twin, kLast);
  const uint64_t ticks = twin.execution->tick;
  twin.restore(before);
  const uint64_t at = 1 + random.below(ticks);
  if (const Ending reached = run_to(twin, at); twin.execution->status != runtime::Status::Ready)
    return "tick " + std::to_string(at) + ": " + ending_text(reached);
  const uint64_t here = replay::hash_state(twin.store, *twin.execution);
  const Twin::Saved saved = twin.save();
  const Ending once = run_to(twin, kLast);
  twin.restore(saved);
  if (replay::hash_state(twin.store, *twin.execution) != here) return "the restored state has another hash";
  const Ending again = run_to(twin, kLast);
  if (again != once) return ending_text(once) + ", the second time " + ending_text(again);
  twin.restore(saved);
  // A third time through the other flavour for a while.
  for (int i = 0; i < 200 && twin.execution->status == runtime::Status::Ready; ++i) twin.run({.mode = Mode::Step});
  if (twin.execution->status != runtime::Status::Ready || twin.execution->tick >= kLast) return {};
  const Ending third = run_to(twin, kLast);
  return third == once ? std::string() : ending_text(once) + ", after steps " + ending_text(third);
}

TEST(Samples, EveryStepIsTheOracles) {
  for (const Program& program : sample_programs())
    EXPECT_EQ(check_program(
                  program, [](Twin& twin, const Invocation& call) { return step_and_compare(twin, call, kMostSteps); }),
              "");
}
TEST(Samples, RunsEndAsTheOracles) {
  for (const Program& program : sample_programs()) EXPECT_EQ(check_program(program, run_and_compare), "");
}
TEST(Samples, StopWhereTheyShould) {
  for (const Program& program : sample_programs())
    for (uint64_t seed = 1; seed <= 3; ++seed)
      EXPECT_EQ(
          check_program(program, [&](Twin& twin, const Invocation& call) { return drive_randomly(twin, call, seed); }),
          "");
}
TEST(Samples, ContinueFromSavedRegions) {
  for (const Program& program : sample_programs())
    for (uint64_t seed = 1; seed <= 3; ++seed)
      EXPECT_EQ(check_program(program,
                              [&](Twin& twin, const Invocation& call) { return save_and_restore(twin, call, seed); }),
                "");
}

// What a trap leaves is what there was before its instruction.
std::string trap_and_compare(Twin& twin, const Invocation& invocation) {
  constexpr uint64_t kLast = 5'000;
  twin.begin(invocation.func, invocation.arguments);
  const Twin::Saved before = twin.save();
  run_to(twin, kLast);
  if (twin.execution->status != runtime::Status::Trapped) return {};
  const runtime::Instant trapped = twin.execution->instant();
  const uint64_t hash = replay::hash_state(twin.store, *twin.execution);
  twin.restore(before);
  run_to(twin, trapped.tick);
  while (twin.execution->status == runtime::Status::Ready && twin.execution->instant() != trapped)
    twin.run({.mode = Mode::Step});
  if (twin.execution->status != runtime::Status::Ready) return "the instant of the trap is not reached";
  if (replay::hash_state(twin.store, *twin.execution) != hash) return "another hash before the trap";
  twin.run({});
  if (twin.execution->instant() != trapped) return "the second time at " + to_text(twin.execution->instant());
  return replay::hash_state(twin.store, *twin.execution) == hash ? "" : "another hash the second time";
}
TEST(Traps, LeaveTheStateAsItWas) {
  for (const auto& programs : {written_programs(), access_programs(), sample_programs()})
    for (const Program& program : programs) EXPECT_EQ(check_program(program, trap_and_compare), "");
  for (const uint64_t seed : random_seeds()) {
    ASSERT_EQ(check_program(random_program(seed), trap_and_compare), "");
    ASSERT_EQ(check_program(object_program(seed), trap_and_compare), "");
  }
}

void check_all(const std::vector<Program>& programs, const Check& check) {
  for (const Program& program : programs) EXPECT_EQ(check_program(program, check), "");
}
std::string step_to_the_end(Twin& twin, const Invocation& call) { return step_and_compare(twin, call, kMostSteps); }
TEST(WrittenPrograms, EveryStepIsTheOracles) { check_all(written_programs(), step_to_the_end); }
TEST(WrittenPrograms, RunsEndAsTheOracles) { check_all(written_programs(), run_and_compare); }
TEST(WrittenPrograms, StopWhereTheyShould) {
  for (uint64_t seed = 1; seed <= 20; ++seed)
    check_all(written_programs(), [&](Twin& twin, const Invocation& call) { return drive_randomly(twin, call, seed); });
}
TEST(WrittenPrograms, ContinueFromSavedRegions) {
  for (uint64_t seed = 1; seed <= 3; ++seed)
    check_all(written_programs(), [&](Twin& twin, const Invocation& call) { return save_and_restore(twin, call, seed); });
}
TEST(AccessPrograms, EveryStepIsTheOracles) { check_all(access_programs(), step_to_the_end); }
TEST(AccessPrograms, RunsEndAsTheOracles) { check_all(access_programs(), run_and_compare); }

TEST(RandomPrograms, EveryStepIsTheOracles) {
  for (const uint64_t seed : random_seeds())
    ASSERT_EQ(check_program(random_program(seed),
                            [](Twin& twin, const Invocation& call) { return step_and_compare(twin, call, 3000); }),
              "");
}
TEST(RandomPrograms, RunsEndAsTheOracles) {
  for (const uint64_t seed : random_seeds()) ASSERT_EQ(check_program(random_program(seed), run_and_compare), "");
}
TEST(RandomPrograms, StopWhereTheyShould) {
  for (const uint64_t seed : random_seeds())
    ASSERT_EQ(check_program(random_program(seed),
                            [&](Twin& twin, const Invocation& call) { return drive_randomly(twin, call, seed); }),
              "");
}
TEST(RandomPrograms, ContinueFromSavedRegions) {
  for (const uint64_t seed : random_seeds())
    ASSERT_EQ(check_program(random_program(seed),
                            [&](Twin& twin, const Invocation& call) { return save_and_restore(twin, call, seed); }),
              "");
}

TEST(WidePrograms, EveryStepIsTheOracles) {
  for (const uint64_t seed : random_seeds(5))
    ASSERT_EQ(check_program(wide_program(seed),
                            [](Twin& twin, const Invocation& call) { return step_and_compare(twin, call, 600); }),
              "");
}
TEST(WidePrograms, RunsEndAsTheOracles) {
  for (const uint64_t seed : random_seeds(10)) ASSERT_EQ(check_program(wide_program(seed), run_and_compare), "");
}

// With a collection before every allocation and with none, which these programs do not come to by themselves.
std::string with_objects(uint64_t seed, const Check& check) {
  for (const bool collects_always : {false, true}) {
    const std::string text = check_program(object_program(seed), [&](Twin& twin, const Invocation& call) {
      twin.store.heap.collects_always = collects_always;
      return check(twin, call);
    });
    if (!text.empty()) return (collects_always ? "always collecting, " : "") + text;
  }
  return {};
}
TEST(ObjectPrograms, EveryStepIsTheOracles) {
  for (const uint64_t seed : random_seeds())
    ASSERT_EQ(with_objects(seed, [](Twin& twin, const Invocation& call) { return step_and_compare(twin, call, 3000); }), "");
}
TEST(ObjectPrograms, RunsEndAsTheOracles) {
  for (const uint64_t seed : random_seeds()) ASSERT_EQ(with_objects(seed, run_and_compare), "");
}
TEST(ObjectPrograms, StopWhereTheyShould) {
  for (const uint64_t seed : random_seeds())
    ASSERT_EQ(with_objects(seed, [&](Twin& twin, const Invocation& call) { return drive_randomly(twin, call, seed); }), "");
}
TEST(ObjectPrograms, ContinueFromSavedRegions) {
  for (const uint64_t seed : random_seeds())
    ASSERT_EQ(with_objects(seed, [&](Twin& twin, const Invocation& call) { return save_and_restore(twin, call, seed); }), "");
}

}  // namespace
}  // namespace wasmscope::test
