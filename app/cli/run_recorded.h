// SPDX-License-Identifier: Apache-2.0
// `run --record`: the program runs once, and everything it was told by the host goes to a file meanwhile.
#pragma once
#include <memory>
#include <vector>

#include "app/cli/verbs.h"
#include "engine/host/environment.h"
#include "engine/replay/timeline.h"
#include "engine/runtime/host_function.h"

namespace wasmscope::app {

struct RecordedRun {
  const RunOptions& options;
  std::shared_ptr<const wasm::Module> module;
  const runtime::Imports& imports;
  host::Environment& environment;
  std::vector<replay::Call> calls;
  std::string invoked;                        // for people
  std::vector<runtime::Value>* results = nullptr;
};
// The exit code when the program ended by itself or could not be run; empty when it returned, with its results.
std::optional<int> run_recorded(const RecordedRun& run);

}  // namespace wasmscope::app
