// SPDX-License-Identifier: Apache-2.0
// A module in both tiers: compiled code, however often it is left and entered again, does what the interpreter does.
#include "tests/fuzz/bounded_run.h"
#include "tests/fuzz/targets.h"

namespace wasmscope::fuzz {

int fuzz_tiers(Bytes bytes) {
  const auto module = validated_module(bytes);
  const RunLimits limits{.ticks = 20'000, .pages = 20, .invocations = 6, .missing_calls = 8, .stops = 300, .steps = 100};
  if (module == nullptr || !is_within(*module, limits)) return kOfNoUse;
  auto execution = runtime::Execution::create(0);
  expect(execution.has_value(), "memory for the stacks");
  bool has_executed = false;
  const auto run = [&](Way way, std::optional<interp::CompileWhen> when) {
    return run_all(module, **execution, way, limits, when, has_executed);
  };
  using enum interp::CompileWhen;
  const auto interpreted = run(Way::Whole, {});
  expect(run(Way::Whole, Called) == interpreted, "compiled code does the same");
  expect(run(Way::Whole, Hot) == interpreted, "the same when some functions are compiled on the way");
  expect(run(Way::TickByTick, Called) == interpreted, "the same when compiled code is left at every tick");
  expect(run(Way::Stops, Called) == interpreted, "compiled code does the same with stops");
  expect(run(Way::Stepped, Called) == interpreted, "compiled code does the same after steps");
  if (has_executed) ++tally().executed;
  return kOfUse;
}

}  // namespace wasmscope::fuzz
