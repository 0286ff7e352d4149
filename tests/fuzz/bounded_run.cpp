// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/bounded_run.h"

#include <algorithm>
#include <set>

#include "engine/binary/instruction_reader.h"
#include "engine/interp/interpreter.h"
#include "engine/replay/state_hash.h"
#include "tests/fuzz/targets.h"
#include "tests/support/random_program.h"

namespace wasmscope::fuzz {
namespace {

using interp::Mode;
using runtime::Execution;
using runtime::Outcome;
using runtime::PauseReason;
using test::RandomNumbers;
using wasm::Module;

class Program {
 public:
  Program(std::shared_ptr<const Module> module, Execution& execution, const RunLimits& limits,
          std::optional<interp::CompileWhen> compile_when)
      : execution_(execution), limits_(limits) {
    auto instantiated = runtime::instantiate(store_, std::move(module), runtime::Imports());
    if (!instantiated || instantiated->trap) return;
    instance_ = instantiated->result.instance;
    for (runtime::Memory& memory : store_.memories) memory.max_pages = std::min(memory.max_pages, limits_.pages);
    for (runtime::Table& table : store_.tables) table.max_size = std::min(table.max_size, limits_.elements);
    interpreter_.add_instance(*instance_);
    if (!compile_when) return;
    auto tier = jit::CompiledTier::create(store_);
    expect(tier.has_value(), "a compiled tier on this machine");
    tier_ = *std::move(tier);
    interpreter_.set_tier(*tier_, *compile_when);
  }
  ~Program() { interpreter_.remove(execution_); }

  bool is_instantiated() const { return instance_ != nullptr; }

  void begin(uint32_t func) {
    runtime::Func& begun = *instance_->funcs[func];
    std::vector<runtime::Value> arguments;
    RandomNumbers random(func);
    for (const wasm::ValType type : begun.type->params) {
      runtime::Value value = runtime::Value::zero(type);
      if (type.is_num()) value.bits = random.chance(70) ? random.below(12) : random.next();
      if (type == wasm::kI32 || type == wasm::kF32) value.bits &= 0xFFFFFFFF;
      arguments.push_back(value);
    }
    execution_.tick = 0;
    execution_.begin(begun, arguments);
  }

  // Until it ends, reaches the last tick or calls a missing import.
  Checkpoint run_whole() {
    Outcome outcome = interpreter_.run(execution_, {.tick_limit = limits_.ticks});
    return checkpoint(outcome);
  }

  Checkpoint run_with_stops(RandomNumbers& random) {
    for (uint32_t stops = 0;; ++stops) {
      if (stops % 64 == 0) set_random_stops(random, stops < limits_.stops);
      const Outcome outcome = interpreter_.run(execution_, {.tick_limit = limits_.ticks});
      if (!is_pause(outcome, PauseReason::Breakpoint) || is_over()) return checkpoint(outcome);
      check_instant();
    }
  }

  Checkpoint run_stepped(uint32_t steps) {
    for (; steps > 0; --steps) {
      const Outcome outcome = interpreter_.run(execution_, {.mode = Mode::Step, .tick_limit = limits_.ticks});
      if (!is_pause(outcome, PauseReason::Step) || is_over()) return checkpoint(outcome);
      check_instant();
    }
    return run_whole();
  }

  Checkpoint run_tick_by_tick() {
    for (;;) {
      const Outcome outcome = interpreter_.run(execution_, {.tick_limit = execution_.tick + 1});
      if (!is_pause(outcome, PauseReason::TickLimit) || is_over()) return checkpoint(outcome);
      check_instant();
    }
  }

 private:
  static bool is_pause(const Outcome& outcome, PauseReason reason) {
    const auto* paused = std::get_if<runtime::Paused>(&outcome);
    return paused != nullptr && paused->reason == reason;
  }
  // Where the last tick is also an instant to stop at, either reason will do.
  bool is_over() const { return execution_.tick >= limits_.ticks; }

  void check_instant() {
    const Module& module = *execution_.func->instance->module;
    const wasm::Func& func = module.funcs[execution_.func->index];
    expect(func.code.contains(execution_.pc), "stops inside the current function");
    if (!seen_.insert(execution_.pc).second) return;
    const lower::Description description = lower::describe(module, execution_.func->index, execution_.pc);
    expect(description.found && description.reachable, "stops at instructions that are reached");
  }

  Checkpoint checkpoint(const Outcome& outcome) {
    Checkpoint out{outcome.index(), 0, execution_.instant(), 0, {}};
    if (const auto* trapped = std::get_if<runtime::Trapped>(&outcome)) out.detail = static_cast<int>(trapped->code);
    if (const auto* exited = std::get_if<runtime::Exited>(&outcome)) out.detail = exited->code;
    if (const auto* paused = std::get_if<runtime::Paused>(&outcome))
      out.detail = static_cast<int>(is_over() ? PauseReason::TickLimit : paused->reason);
    if (std::holds_alternative<runtime::Returned>(outcome)) {
      out.results = execution_.results();
      out.at = {execution_.tick, 0, 0};
    } else {
      check_instant();
    }
    out.state = replay::hash_state(store_, execution_);
    return out;
  }

  void set_random_stops(RandomNumbers& random, bool any) {
    const Module& module = *instance_->module;
    for (uint32_t func = module.imported_funcs; func < module.funcs.size(); ++func) {
      std::set<uint32_t> pcs;
      const uint32_t percent = any ? static_cast<uint32_t>(random.below(3) * random.below(30)) : 0;
      binary::InstructionReader reader(module.bytes, module.funcs[func].code);
      for (binary::Instruction in; percent > 0 && *reader.next(in);)
        if (random.chance(percent)) pcs.insert(in.pc);
      interpreter_.set_stops(*instance_, func, std::move(pcs));
    }
  }

  Execution& execution_;
  const RunLimits& limits_;
  runtime::Store store_;
  std::unique_ptr<jit::CompiledTier> tier_;
  interp::Interpreter interpreter_{store_};
  runtime::Instance* instance_ = nullptr;
  std::set<uint32_t> seen_;   // pcs that were described already
};

std::vector<uint32_t> invocations_of(const Module& module, const RunLimits& limits) {
  std::vector<uint32_t> funcs;
  if (module.start) funcs.push_back(*module.start);
  for (const wasm::Export& item : module.exports)
    if (item.kind == wasm::ExternKind::Func) funcs.push_back(item.index);
  std::erase_if(funcs, [&](uint32_t func) {
    const auto& params = module.func_type(func).params;
    return module.is_imported(func) ||
           !std::all_of(params.begin(), params.end(), [](wasm::ValType type) { return type.is_defaultable(); });
  });
  if (funcs.size() > limits.invocations) funcs.resize(limits.invocations);
  return funcs;
}

}  // namespace

bool is_within(const Module& module, const RunLimits& limits) {
  uint64_t pages = 0, elements = 0;
  for (const wasm::Memory& memory : module.memories) pages += std::min(memory.type.limits.min, limits.pages + 1);
  for (const wasm::Table& table : module.tables) elements += std::min(table.type.limits.min, limits.elements + 1);
  return pages <= limits.pages && elements <= limits.elements;
}

std::vector<Checkpoint> run_all(const std::shared_ptr<const Module>& module, Execution& execution, Way way,
                                const RunLimits& limits, std::optional<interp::CompileWhen> compile_when,
                                bool& has_executed) {
  std::vector<Checkpoint> checkpoints;
  Program program(module, execution, limits, compile_when);
  if (!program.is_instantiated()) return checkpoints;
  RandomNumbers random(module->bytes.size());
  const auto run = [&] {
    switch (way) {
      case Way::Whole: return program.run_whole();
      case Way::Stops: return program.run_with_stops(random);
      case Way::Stepped: return program.run_stepped(limits.steps);
      case Way::TickByTick: break;
    }
    return program.run_tick_by_tick();
  };
  for (const uint32_t func : invocations_of(*module, limits)) {
    program.begin(func);
    for (uint32_t calls = 0; calls < limits.missing_calls; ++calls) {
      const Checkpoint& at = checkpoints.emplace_back(run());
      const auto code_begin = module->funcs[func].code.begin;
      has_executed |= execution.status == runtime::Status::Returned || at.at.tick > 1 || at.at.pc != code_begin;
      if (execution.status != runtime::Status::Ready || at.at.tick >= limits.ticks) break;
    }
  }
  return checkpoints;
}

}  // namespace wasmscope::fuzz
