// SPDX-License-Identifier: Apache-2.0
// One mistake of the compiler's for each seed, and what the comparison of the tiers says about it; a line for each.
// A program of its own, since code with a mistake in it may do anything. mutation_child FIRST COUNT
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/binary/instruction_reader.h"
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

bool ends_condition(wasm::Op op) {
  using wasm::Op;
  return op == Op::BrIf || op == Op::If || op == Op::BrTable || op == Op::BrOnNull || op == Op::BrOnNonNull;
}

// Behind the instructions that an operation stands for. A branch on a condition stands for the branch too, also where
// that has more operations behind it.
uint32_t end_of(const wasm::Module& module, wasm::FuncIndex func, const lower::SlotCode& code, const lower::SlotOp& of) {
  uint32_t end = UINT32_MAX;
  for (const lower::SlotOp& op : code.ops)
    if (op.pc > of.pc) end = std::min(end, op.pc);
  using lower::SlotOpcode;
  if (of.op != SlotOpcode::BranchIf && of.op != SlotOpcode::BranchIfNot && of.op != SlotOpcode::BranchCompare &&
      of.op != SlotOpcode::BranchCompareNot && of.op != SlotOpcode::LoopAdd)
    return end;
  binary::InstructionReader reader(module.bytes, module.funcs[func].code);
  binary::Instruction instruction;
  for (auto more = reader.next(instruction); more && *more; more = reader.next(instruction))
    if (instruction.pc >= of.pc && ends_condition(instruction.op)) return std::max(end, instruction.pc + 1);
  return end;
}

// The instructions that one operation stands for, without stops in between. The code of a label belongs to what comes
// before it: that is how the label is reached.
bool is_in_operation(const wasm::Module& module, const Mutation& mutation, const TierDifference& difference) {
  if (difference.func != mutation.func) return false;
  const lower::SlotCode code = lower::lower(module, mutation.func, lower::StopSet{});
  return std::ranges::any_of(code.ops, [&](const lower::SlotOp& op) {
    if (op.pc != mutation.pc) return false;
    uint32_t begin = op.pc;
    if (op.op == lower::SlotOpcode::Label) {
      begin = 0;
      for (const lower::SlotOp& before : code.ops)
        if (before.pc < op.pc) begin = std::max(begin, before.pc);
    }
    return difference.pc >= begin && difference.pc < end_of(module, mutation.func, code, op);
  });
}

// Where compiled code runs from without a stop up to the tick of a difference, and what it does at stops before.
struct Approach {
  enum class From : uint8_t { Tick, Compared } from;
  interp::StopForm form;
};

// By other means than the comparison's: state hashes of new runs from the beginning.
class Observation {
 public:
  Observation(const TierContest& contest, const TierDifference& difference) : contest_(contest), last_same_(difference.last_same) {
    const auto interpreted = *TierRun::create(contest.program, log_, TierRun::Host::Live, nullptr, {});
    interpreted->start();
    first_tick_ = interpreted->instant().tick;
    interpreted->run_to_tick(last_same_.tick);
    while (!interpreted->end() && interpreted->instant() < last_same_) interpreted->step();
    exists_ = !interpreted->end() && interpreted->instant() == last_same_;
    if (!exists_) return;
    before_ = hash(*interpreted);
    places_before_[interpreted->execution().func->index].insert(last_same_.pc);
    interpreted->step();
    end_ = interpreted->end();
    after_ = hash(*interpreted);
    next_ = interpreted->instant();
    if (!end_ && next_.tick == last_same_.tick) places_after_[interpreted->execution().func->index].insert(next_.pc);
    interpreted->run_to_tick(limit());   // what the host says up to there
  }

  // Equal before the instruction, not after it, with one of the ways to stop there.
  bool is_first() const {
    if (!exists_) return false;
    using From = Approach::From;
    using interp::StopForm;
    for (const Approach& approach : {Approach{From::Tick, StopForm::Code}, Approach{From::Compared, StopForm::Code}, Approach{From::Compared, StopForm::CodeInLastTick}}) {
      const Seen apart{look(approach, places_before_).was_same, look(approach, places_after_).is_same_after};
      auto places = places_after_;
      for (const auto& [func, pcs] : places_before_) places[func].insert(pcs.begin(), pcs.end());
      const Seen together = look(approach, places);
      if ((apart.was_same && !apart.is_same_after) || (together.was_same && !together.is_same_after)) return true;
    }
    return false;
  }

 private:
  struct Seen {
    bool was_same = false, is_same_after = false;
  };
  static uint64_t hash(const TierRun& run) { return replay::hash_state(run.store(), run.execution()); }
  uint64_t limit() const { return last_same_.tick + 1; }

  Seen look(const Approach& approach, const TierRun::Places& places) const {
    debug::HostLog& log = log_;
    const auto run = *TierRun::create(contest_.program, log, TierRun::Host::Log, contest_.make_tier, {});
    run->start();
    uint64_t tick = first_tick_;
    for (uint64_t next = debug::tick_compared_after(tick); next <= last_same_.tick; next = debug::tick_compared_after(tick)) {
      run->keep();
      run->run_to_tick(tick = next);
    }
    if (approach.from == Approach::From::Tick) run->run_to_tick(last_same_.tick);
    run->keep();
    Seen seen;
    const auto note = [&] {
      if (run->instant() == last_same_) seen.was_same = hash(*run) == before_;
      if (run->instant() == next_) seen.is_same_after = hash(*run) == after_;
      return false;
    };
    if (!run->end()) note();
    run->run_with_stops(places, note, limit(), approach.form);
    if (end_) seen.is_same_after = run->end() && run->end()->index() == end_->index() && hash(*run) == after_;
    else if (next_.tick == limit()) seen.is_same_after = run->instant() == next_ && !run->end() && hash(*run) == after_;
    return seen;
  }

  const TierContest& contest_;
  mutable debug::HostLog log_;
  const runtime::Instant last_same_;
  uint64_t first_tick_ = 0;
  bool exists_ = false;
  TierRun::Places places_before_, places_after_;
  uint64_t before_ = 0, after_ = 0;
  runtime::Instant next_;
  std::optional<runtime::Outcome> end_;
};

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
    else verdict = Observation(subject.contest, difference).is_first() ? "observable" : "wrong";
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
