// SPDX-License-Identifier: Apache-2.0
// Runs a script of the specification's test suite on the interpreter. All of a script happens in one store.
// An assertion is passed, failed or skipped, never two of them; what was skipped says why. Which failure a module
// or call ends in is compared by its kind, and by its text where this engine knows that text.
// https://github.com/WebAssembly/spec/tree/main/interpreter#scripts
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/interp/compiled.h"
#include "engine/interp/interpreter.h"
#include "engine/wasm/features.h"

namespace wasmscope::script {

struct RunnerOptions {
  wasm::Features features;
  // Every valid module is also printed, parsed and encoded again, and has to stay the same.
  bool checks_round_trip = false;
  // Empty: all is interpreted.
  std::function<std::unique_ptr<interp::Tier>(runtime::Store&)> make_tier = {};
  interp::CompileWhen compile_when = interp::CompileWhen::Called;
  uint64_t look_ticks = interp::kLookTicks;
  // Execution is left and entered again after as many ticks; 0: when it is another thread's turn.
  uint64_t leave_ticks = 0;
  // Every call is made again from where it began, with the host's answers replayed, and has to end in the same way.
  bool replays_calls = false;
};

struct Failure {
  uint32_t line = 0;
  std::string command;             // "assert_return"; "round trip", "script" for what the runner itself found
  std::string expected, got;
};

struct Skip {
  uint32_t line = 0;
  std::string command, reason;
};

struct ScriptReport {
  uint64_t assertions = 0;         // in the script's text
  uint64_t judged = 0;             // assertions that got one of the three verdicts
  uint64_t passed = 0;             // assertions; commands that only prepare count when they fail
  std::vector<Failure> failures;
  std::vector<Skip> skipped;       // assertions
};

ScriptReport run_script(std::string_view source, const RunnerOptions& options);

}  // namespace wasmscope::script
