// SPDX-License-Identifier: Apache-2.0
// One mistake of the compiler's for each seed, and what the comparison of the tiers says about it; a line for each.
// A program of its own, since code with a mistake in it may do anything. mutation_child FIRST COUNT
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/debug/program_environment.h"
#include "engine/debug/program_plan.h"
#include "engine/debug/tier_contest.h"
#include "engine/host/wasi.h"
#include "engine/jit/mutation.h"
#include "engine/replay/state_hash.h"
#include "engine/validate/validate.h"
#include "tests/support/random_program.h"

namespace wasmscope::test {
namespace {

using debug::TierComparison;
using debug::TierContest;
using debug::TierDifference;
using debug::TierRun;
using jit::Mutation;

struct Subject {
  std::string name;
  TierContest contest;
  std::vector<Mutation> possible;     // in what is compiled
};

struct Source {
  const char* path;
  const char* invoked;                // null: as `run` does
  uint32_t argument;
};
constexpr Source kSources[] = {
    {"tests/bench/kernels/fib.wasm", "run", 14},     {"tests/bench/kernels/lz.wasm", "run", 1},
    {"tests/bench/kernels/mandel.wasm", "run", 24},  {"tests/bench/kernels/matmul.wasm", "run", 1},
    {"tests/bench/kernels/mix64.wasm", "run", 60},   {"tests/bench/kernels/nbody.wasm", "run", 60},
    {"tests/bench/kernels/sha256.wasm", "run", 2},   {"tests/bench/kernels/text.wasm", "run", 1},
    {"tests/bench/kernels/vm.wasm", "run", 500},     {"tests/bench/kernels/dispatch.wasm", "run", 60},
    {"tests/fixtures/args_env/args_env.wasm", nullptr, 0},
    {"tests/fixtures/hello/hello.wasm", nullptr, 0}, {"tests/fixtures/vectors/vectors.wasm", nullptr, 0}};
constexpr uint64_t kRandomPrograms = 12;
constexpr uint64_t kSubjects = std::size(kSources) + kRandomPrograms;

void fail(const std::string& why) {
  std::printf("unable: %s\n", why.c_str());
  std::exit(1);
}

Subject make_subject(std::string name, std::vector<uint8_t> bytes, const char* invoked, std::vector<runtime::Value> arguments) {
  const auto owned = std::make_shared<const std::vector<uint8_t>>(std::move(bytes));
  const wasm::Features features = *wasm::parse_features("all");
  auto decoded = binary::decode(*owned, features);
  if (!decoded || !validate::validate(*decoded, features)) fail(name + " is not valid");
  decoded->owned = owned;
  const auto module = std::make_shared<const wasm::Module>(*std::move(decoded));
  const wasm::Export* const item = invoked == nullptr ? debug::find_entry(*module)->item : debug::find_exported_func(*module, invoked);
  if (item == nullptr) fail(name + " exports nothing to run");
  Subject subject{std::move(name), {}, {}};
  TierContest& contest = subject.contest;
  contest.names = std::make_shared<const symbols::Names>(module);
  const auto nowhere = std::make_shared<debug::ProgramEnvironment>(nullptr, [](int, const std::string&) {});
  std::vector<replay::Call> calls;
  for (const wasm::FuncIndex func : debug::funcs_before(*module, item->index)) calls.push_back({func, {}});
  calls.push_back({item->index, std::move(arguments)});
  const host::WasiOptions options{{subject.name, "one", "two"}, {{"LANG", "C"}}};
  contest.program = {module, host::wasi_imports(options, nowhere), std::move(calls)};
  if (const auto usable = use_compiled_tier(contest); !usable) {
    std::printf("no compiled tier: %s\n", usable.error().c_str());
    std::exit(0);
  }
  return subject;
}

Subject load(uint64_t number) {
  if (number >= std::size(kSources)) {
    RandomProgram program = make_random_program(1000 + number, RandomShape::Usual, RandomFeatures::All);
    return make_subject("random " + std::to_string(number), std::move(program.bytes), program.entry.c_str(), program.arguments);
  }
  const Source& source = kSources[number];
  auto bytes = read_file(source.path);
  if (!bytes) fail(std::string(source.path) + " cannot be read");
  std::vector<runtime::Value> arguments;
  if (source.invoked != nullptr) arguments.push_back(runtime::Value::i32(source.argument));
  const std::string path = source.path;
  return make_subject(path.substr(path.rfind('/') + 1), *std::move(bytes), source.invoked, std::move(arguments));
}

// What is executed in the beginning of the program, so that something comes of most mistakes.
std::set<std::pair<uint32_t, uint32_t>> executed_places(const TierContest& contest) {
  constexpr int kInstructions = 200'000;
  debug::HostLog log;
  const auto run = *TierRun::create(contest.program, log, TierRun::Host::Live, nullptr, {});
  std::set<std::pair<uint32_t, uint32_t>> places;
  run->start();
  for (int i = 0; i < kInstructions && !run->end(); ++i) {
    places.emplace(run->execution().func->index, run->execution().pc);
    run->step();
  }
  return places;
}

// The instructions that one operation stands for, without stops in between. The code of a label belongs to what comes
// before it: that is how the label is reached.
bool is_in_operation(const wasm::Module& module, const Mutation& mutation, const TierDifference& difference) {
  if (difference.func != mutation.func) return false;
  const lower::SlotCode code = lower::lower(module, mutation.func, lower::StopSet{});
  const bool is_label = std::ranges::any_of(code.ops, [&](const lower::SlotOp& op) {
    return op.pc == mutation.pc && op.op == lower::SlotOpcode::Label;
  });
  uint32_t begin = is_label ? 0 : mutation.pc, end = UINT32_MAX;
  for (const lower::SlotOp& op : code.ops) {
    if (op.pc > mutation.pc) end = std::min(end, op.pc);
    if (op.pc < mutation.pc && is_label) begin = std::max(begin, op.pc);
  }
  return difference.pc >= begin && difference.pc < end;
}

// By other means than the comparison's: state hashes of two new runs from the beginning.
bool is_first_observable(const TierContest& contest, const TierDifference& difference) {
  debug::HostLog log;
  const auto interpreted = *TierRun::create(contest.program, log, TierRun::Host::Live, nullptr, {});
  const auto compiled = *TierRun::create(contest.program, log, TierRun::Host::Log, contest.make_tier, {});
  const auto hash = [](const TierRun& run) { return replay::hash_state(run.store(), run.execution()); };
  interpreted->start();
  interpreted->run_to_tick(difference.last_same.tick);
  while (!interpreted->end() && interpreted->instant() < difference.last_same) interpreted->step();
  if (interpreted->end() || interpreted->instant() != difference.last_same) return false;
  const uint64_t before = hash(*interpreted);
  const wasm::FuncIndex func = interpreted->execution().func->index;
  interpreted->step();
  const bool has_ended = interpreted->end().has_value();
  const uint64_t after = hash(*interpreted);
  const runtime::Instant next = interpreted->instant();
  // What the host said up to the next tick.
  const uint64_t limit = difference.last_same.tick + 1;
  interpreted->run_to_tick(limit);

  compiled->start();
  compiled->run_to_tick(difference.last_same.tick);
  bool was_same = compiled->instant() == difference.last_same && hash(*compiled) == before, is_same_after = false;
  TierRun::Places places;
  if (!was_same) places[func].insert(difference.last_same.pc);
  if (!has_ended && next.tick == difference.last_same.tick) places[difference.interpreted.frames.front().func].insert(next.pc);
  compiled->run_with_stops(places, [&] {
    if (compiled->instant() == difference.last_same) was_same = hash(*compiled) == before;
    if (compiled->instant() == next) is_same_after = hash(*compiled) == after;
    return false;
  }, limit);
  if (!has_ended && next.tick == limit) is_same_after = compiled->instant() == next && !compiled->end() && hash(*compiled) == after;
  if (has_ended) is_same_after = compiled->end() && compiled->end()->index() == interpreted->end()->index() && hash(*compiled) == after;
  return was_same && !is_same_after;
}

void run(uint64_t seed, Subject& subject) {
  jit::MutationPlan& plan = jit::mutation_plan();
  if (subject.possible.empty()) {
    plan = {{}, &subject.possible, 0};
    const TierComparison comparison = compare_tiers(subject.contest).comparison;
    plan = {};
    if (comparison.verdict != TierComparison::Verdict::Same) fail(subject.name + " without a mistake: " + to_report(comparison));
    const auto executed = executed_places(subject.contest);
    std::erase_if(subject.possible, [&](const Mutation& each) { return !executed.contains({each.func, each.pc}); });
    if (subject.possible.empty()) fail(subject.name + " has nothing to mutate");
  }
  RandomNumbers random(seed);
  const Mutation wanted = random.pick(subject.possible);
  const wasm::Module& module = *subject.contest.program.module;
  plan = {wanted, nullptr, 0};
  std::printf("%s, #%u @0x%x: %s in %s\n", subject.name.c_str(), wanted.func, wanted.pc, std::string(name_of(wanted.kind)).c_str(),
              subject.contest.names->func(wanted.func).c_str());
  std::fflush(stdout);
  const TierComparison comparison = compare_tiers(subject.contest).comparison;
  std::string verdict = "same";
  if (comparison.difference) {
    const TierDifference& difference = *comparison.difference;
    if (!difference.is_exact) verdict = "tick";
    else if (is_in_operation(module, wanted, difference)) verdict = "exact";
    else verdict = is_first_observable(subject.contest, difference) ? "observable" : "wrong";
  }
  plan = {};
  std::printf("verdict %s: %s\n", verdict.c_str(), comparison.message.c_str());
  if (std::getenv("WASMSCOPE_REPORTS") != nullptr) std::printf("%s", to_report(comparison).c_str());
}

}  // namespace
}  // namespace wasmscope::test

int main(int argc, char** argv) {
  using namespace wasmscope::test;
  if (argc != 3) return 2;
  const uint64_t first = std::strtoull(argv[1], nullptr, 10), count = std::strtoull(argv[2], nullptr, 10);
  for (uint64_t seed = first; seed < first + count; ++seed) {
    Subject subject = load(seed % kSubjects);
    std::printf("seed %llu: ", static_cast<unsigned long long>(seed));
    run(seed, subject);
    std::fflush(stdout);
  }
}
