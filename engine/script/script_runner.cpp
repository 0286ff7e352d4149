// SPDX-License-Identifier: Apache-2.0
#include "engine/script/script_runner.h"

#include "engine/host/spectest.h"
#include "engine/script/assertion_count.h"
#include "engine/script/script_thread.h"

namespace wasmscope::script {

ScriptReport run_script(std::string_view source, const RunnerOptions& options) {
  ScriptState state(options);
  state.result.assertions = count_assertions(source);
  const auto commands = text::read_script(source);
  if (!commands) {
    state.result.failures.push_back({0, "script", "a script", to_line(commands.error(), nullptr)});
    return std::move(state.result);
  }
  if (const auto defined = host::define_spectest(state.linker); !defined) {
    state.result.failures.push_back({0, "script", "the module spectest", to_line(defined.error(), nullptr)});
    return std::move(state.result);
  }
  {
    ScriptThread main(state, *commands);
    while (main.step()) {}
  }
  ScriptReport& result = state.result;
  if (result.judged != result.assertions)
    result.failures.push_back({0, "script", std::to_string(result.assertions) + " assertions, as many as the text has",
                               std::to_string(result.judged) + " that were judged"});
  return std::move(result);
}

}  // namespace wasmscope::script
