// SPDX-License-Identifier: Apache-2.0
// What a test's programs are executed by, as WASMSCOPE_TIER in the environment says: nothing means the interpreter,
// `jit` compiles every function at its first call, `jit-checked` does without guard pages, `auto` compiles functions
// that a look at every third tick finds running.
#pragma once
#include <cstdlib>
#include <optional>
#include <string>

#include "engine/interp/interpreter.h"

namespace wasmscope::test {

struct ChosenTier {
  std::optional<interp::CompileWhen> compile_when;
  uint64_t look_ticks = interp::kLookTicks;
  bool has_guards = true;
};

inline ChosenTier chosen_tier() {
  const char* const name = std::getenv("WASMSCOPE_TIER");
  if (name == nullptr || *name == 0) return {};
  if (std::string(name) == "auto") return {interp::CompileWhen::Hot, 3};
  return {.compile_when = interp::CompileWhen::Called, .has_guards = std::string(name) != "jit-checked"};
}

// For options of a timeline.
template <class Options>
Options on_chosen_tier(Options options) {
  const ChosenTier tier = chosen_tier();
  options.compile_when = tier.compile_when;
  options.look_ticks = tier.look_ticks;
  return options;
}

}  // namespace wasmscope::test
