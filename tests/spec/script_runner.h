// SPDX-License-Identifier: Apache-2.0
// Runs the commands of one script with the interpreter and compares what they assert. Every module has a store
// of its own, for the linker connects no modules yet. What cannot be judged is skipped with a reason and
// never counted as passed: once a module has met an instruction that is not executed yet, its state is not what
// the script assumes, so all later assertions about it are skipped as well; likewise for what a skipped module might have changed.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "engine/wasm/module.h"
#include "tests/spec/script.h"

namespace wasmscope::test {

struct ScriptResult {
  uint64_t passed = 0;  // assertions
  std::vector<std::string> failures;  // "file:line: command: expected ..., got ..."
  std::map<std::string, uint64_t> skipped;  // commands by reason
};

class ScriptRunner {
 public:
  ScriptRunner();
  ~ScriptRunner();
  ScriptResult run(const Script& script);

 private:
  struct Loaded;  // a module of the script; defined in script_runner.cpp
  struct Passed {};
  struct Failed {
    std::string text;
  };
  struct Skipped {
    std::string reason;
  };
  using Verdict = std::variant<Passed, Failed, Skipped>;

  Verdict run_command(const Command& command);
  Verdict add_module(const Command& command);
  Verdict register_module(const Command& command);
  Verdict check_action(const Command& command);
  Verdict check_refused(const Command& command);
  Verdict check_not_linked(const Command& command);
  bool can_provide(const wasm::Module& module) const;
  Verdict give_up(const wasm::Module& module);

  std::shared_ptr<Loaded> current_;
  std::map<std::string, std::shared_ptr<Loaded>> named_;
  std::map<std::string, std::shared_ptr<Loaded>> registered_;
};

}  // namespace wasmscope::test
