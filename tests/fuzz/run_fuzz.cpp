// SPDX-License-Identifier: Apache-2.0
// A module in the interpreter, run in every way: the same outcome and state.
#include "tests/fuzz/bounded_run.h"
#include "tests/fuzz/targets.h"

namespace wasmscope::fuzz {

int fuzz_run(Bytes bytes) {
  const auto module = validated_module(bytes);
  const RunLimits limits;
  if (module == nullptr || !is_within(*module, limits)) return kOfNoUse;
  auto execution = runtime::Execution::create(0);
  expect(execution.has_value(), "memory for the stacks");
  bool has_executed = false;
  const auto run = [&](Way way) { return run_all(module, **execution, way, limits, {}, has_executed); };
  const auto whole = run(Way::Whole);
  expect(run(Way::Stops) == whole, "the same with stops");
  expect(run(Way::Stepped) == whole, "the same instruction by instruction");
  if (has_executed) ++tally().executed;
  return kOfUse;
}

}  // namespace wasmscope::fuzz
