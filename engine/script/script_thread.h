// SPDX-License-Identifier: Apache-2.0
// One thread of a script: its commands, the names it gave to instances, and what it is executing. Threads share
// a store and take turns: a step is one command, or a part of one that executes for long. Internal to script/.
#pragma once
#include <optional>

#include "engine/interp/interpreter.h"
#include "engine/runtime/linker.h"
#include "engine/script/call_again.h"
#include "engine/script/script_runner.h"
#include "engine/text/script.h"

namespace wasmscope::script {

struct Verdict {
  enum class Kind : uint8_t { Passed, Failed, Skipped } kind = Kind::Passed;
  std::string expected, got;       // Failed
  std::string reason;              // Skipped

  static Verdict passed() { return {}; }
  static Verdict failed(std::string expected, std::string got) {
    return {Kind::Failed, std::move(expected), std::move(got), {}};
  }
  static Verdict skipped(std::string reason) { return {Kind::Skipped, {}, {}, std::move(reason)}; }
};

// What all threads of a script share.
struct ScriptState {
  explicit ScriptState(const RunnerOptions& runner_options) : options(runner_options) {
    if (!options.make_tier) return;
    tier = options.make_tier(store);
    interpreter.set_tier(*tier, options.compile_when, options.look_ticks);
  }
  void report(const text::ScriptCommand& command, const Verdict& verdict);

  const RunnerOptions& options;
  ScriptReport result;
  runtime::Store store;
  runtime::Linker linker{store};   // what every thread begins with
  std::unique_ptr<interp::Tier> tier;
  interp::Interpreter interpreter{store};
  uint32_t executions = 0;
};

class ScriptThread {
 public:
  ScriptThread(ScriptState& state, const std::vector<text::ScriptCommand>& commands);
  ~ScriptThread();

  // Whether there is more to do.
  bool step();
  bool is_done() const { return next_ == commands_.size(); }
  // Done, or waiting for what only another thread can do.
  bool is_blocked() const;

 private:
  using Module = std::shared_ptr<const wasm::Module>;
  // A module or instance of the script; null with a reason when it could not be made.
  struct Named {
    Module module;
    runtime::Instance* instance = nullptr;
    std::string skip_reason;       // why nothing can be said about it; empty when it failed
  };
  struct Instantiated {
    runtime::Instance* instance = nullptr;
    std::optional<runtime::Outcome> bad_end;   // of a segment or the start function
  };
  // A call under way.
  struct Call {
    std::unique_ptr<runtime::Execution> execution;
    std::unique_ptr<CallAgain> again;         // null: it will not be made again
    uint64_t tick_limit = 0;
    runtime::Outcome outcome = runtime::Returned{};
    std::vector<runtime::Value> results;
  };

  std::optional<Verdict> advance(const text::ScriptCommand& command);
  Verdict add_module(const text::ScriptCommand& command);
  Verdict add_instance(const text::ScriptCommand& command);
  Verdict instantiate_named(std::string_view id, const Named& from);
  Verdict register_instance(const text::ScriptCommand& command);
  Verdict start_thread(const text::ScriptCommand& command);
  std::optional<Verdict> wait_for(const text::ScriptCommand& command);
  std::optional<Verdict> check_action(const text::ScriptCommand& command);
  Verdict judge(const text::ScriptCommand& command, const runtime::Outcome& outcome,
                const std::vector<runtime::Value>& results);
  Verdict check_module_trap(const text::ScriptCommand& command);
  Verdict check_refused(const text::ScriptCommand& command);
  Verdict check_unlinkable(const text::ScriptCommand& command);

  Result<Module> load(const text::ScriptModule& module) const;
  Result<Instantiated> instantiate(const Module& module);
  // Empty when the call is over.
  bool begin_call(runtime::Func& func, const std::vector<runtime::Value>& arguments);
  bool continue_call(uint64_t ticks);
  runtime::Outcome call_to_its_end(runtime::Func& func);
  std::unique_ptr<runtime::Execution> take_execution();
  const Named* find(std::string_view id) const;

  ScriptState& state_;
  const std::vector<text::ScriptCommand>& commands_;
  size_t next_ = 0;
  bool is_main_ = true;
  runtime::Linker linker_;
  std::map<std::string, Named, std::less<>> named_;
  Named current_;
  std::map<std::string, std::unique_ptr<ScriptThread>, std::less<>> threads_;
  std::optional<Call> call_;
  std::unique_ptr<runtime::Execution> spare_;   // stacks are large to make
};

}  // namespace wasmscope::script
