// SPDX-License-Identifier: Apache-2.0
// What `run` and `compare` run of a module, from what the command line says.
#pragma once
#include <expected>
#include <string>
#include <vector>

#include "engine/replay/timeline.h"
#include "engine/runtime/value.h"

namespace wasmscope::app {

// What runs: the start function first if there is one, then `_initialize` of a reactor, then the invoked one.
struct RunPlan {
  std::string name;
  std::vector<wasm::FuncIndex> before;
  wasm::FuncIndex invoked = wasm::kNoIndex;
  std::vector<runtime::Value> arguments;
  enum class Results : uint8_t { Printed, ExitCode } results = Results::Printed;

  // As calls of a program; the error is a function that is imported, and so has nothing to run.
  std::expected<std::vector<replay::Call>, wasm::FuncIndex> to_calls(const wasm::Module& module) const;
  std::string to_text() const;   // "fac(20)", for people
};

// The message of a failure is for a usage error. `args` are the function's when one is to be invoked.
std::expected<RunPlan, std::string> plan_run(const wasm::Module& module, const std::string& file, const std::string& invoke,
                                             const std::vector<std::string>& args);

// Without the folders.
std::string file_name(const std::string& path);

}  // namespace wasmscope::app
