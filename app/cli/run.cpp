// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdio>
#include <memory>

#include "app/cli/module_input.h"
#include "app/cli/output.h"
#include "app/cli/run_observer.h"
#include "app/cli/run_plan.h"
#include "app/cli/run_recorded.h"
#include "app/cli/run_report.h"
#include "app/cli/verbs.h"
#include "engine/base/file.h"
#include "engine/base/os/standard_streams.h"
#include "engine/base/utf8.h"
#include "engine/binary/decoder.h"
#include "engine/debug/program_plan.h"
#include "engine/host/call_trace.h"
#include "engine/host/wasi.h"
#include "engine/interp/interpreter.h"
#include "engine/jit/compiled_tier.h"
#include "engine/runtime/execution.h"
#include "engine/runtime/store.h"
#include "engine/validate/validate.h"
#include "engine/wasm/traps.h"

namespace wasmscope::app {
namespace {

using runtime::Value;

class Stopwatch {
 public:
  // Seconds since the last call.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

struct Times {
  double decode = 0, validate = 0, instantiate = 0, run = 0;   // seconds
};

int refuse(const std::string& line) {
  print_error(line);
  return kExitUsage;
}

class Runner {
 public:
  Runner(const RunOptions& options, std::shared_ptr<const wasm::Module> module)
      : options_(options), module_(std::move(module)), names_(module_) {}

  // The exit code.
  int run(const RunPlan& plan, Times& times, Stopwatch& watch) {
    std::vector<std::string> arguments{file_name(options_.file)};
    if (options_.invoke.empty()) arguments.insert(arguments.end(), options_.args.begin(), options_.args.end());
    runtime::Imports imports = host::wasi_imports({std::move(arguments), options_.env}, environment_);
    if (!options_.record.empty()) return record(plan, imports);
    if (options_.trace != Trace::None && !trace_.open(options_)) return kExitBadInput;
    if (options_.trace == Trace::Calls || options_.trace == Trace::Host)
      imports = host::with_trace(imports, [this](const std::string& line) { observer_.add_host_call(line); });
    auto outcome = runtime::instantiate(store_, module_, imports);
    if (!outcome) {
      print_report(escape_for_display(options_.file) + ": " + to_report(outcome.error(), module_->bytes, module_.get()));
      return kExitBadInput;
    }
    if (outcome->trap) {
      report_instantiation_trap(*outcome->result.instance, names_, *outcome->trap, outcome->trap_range);
      return kExitTrap;
    }
    instance_ = outcome->result.instance;
    interpreter_ = std::make_unique<interp::Interpreter>(store_);
    interpreter_->add_instance(*instance_);
    const bool is_observed = options_.counts || options_.trace == Trace::Calls || options_.trace == Trace::Instructions;
    if (is_observed) observer_.attach(*interpreter_, *instance_);
    // What is observed is interpreted: compiled code is not asked at every instruction.
    if (options_.tier != Tier::Interpreter && !is_observed) {
      const jit::NanRule nans = options_.has_raw_nans ? jit::NanRule::AsComputed : jit::NanRule::Canonical;
      auto tier = jit::CompiledTier::create(store_, jit::Bounds::Guarded, nans);
      if (!tier && options_.tier == Tier::Jit) return refuse(tier.error());
      if (tier) {
        tier_ = *std::move(tier);
        interpreter_->set_tier(*tier_, options_.tier == Tier::Jit ? interp::CompileWhen::Called : interp::CompileWhen::Hot);
      }
    }
    times.instantiate = watch.lap();

    std::vector<Value> results;
    std::optional<int> code;
    for (const wasm::FuncIndex index : plan.before)
      if (!code) code = call(index, {});
    if (!code && plan.invoked != wasm::kNoIndex) code = call(plan.invoked, plan.arguments, &results);
    observer_.report_counts();
    const bool is_traced = options_.trace == Trace::None || trace_.finish();
    if (!code) code = plan.invoked == wasm::kNoIndex ? kExitOk : report_results(plan, results);
    return is_traced ? *code : kExitBadInput;
  }

  void print_statistics(const Times& times) const {
    const auto statistics = interpreter_ ? interpreter_->statistics() : interp::Statistics{};
    std::fprintf(stderr,
                 "ticks               %llu\n"
                 "functions lowered   %llu of %zu\n"
                 "code lowered        %llu bytes to %llu cells\n"
                 "decode              %.6f s\n"
                 "validate            %.6f s\n"
                 "instantiate         %.6f s\n"
                 "run                 %.6f s\n",
                 static_cast<unsigned long long>(ticks_), static_cast<unsigned long long>(statistics.functions_lowered),
                 module_->funcs.size() - module_->imported_funcs, static_cast<unsigned long long>(statistics.code_bytes),
                 static_cast<unsigned long long>(statistics.cells), times.decode, times.validate, times.instantiate, times.run);
    if (!tier_) return;
    const jit::Statistics compiled = tier_->statistics();
    std::fprintf(stderr,
                 "functions compiled  %llu\n"
                 "code compiled       %llu bytes to %llu in %.6f s\n",
                 static_cast<unsigned long long>(compiled.functions), static_cast<unsigned long long>(compiled.wasm_bytes),
                 static_cast<unsigned long long>(compiled.machine_bytes), compiled.seconds);
  }

 private:
  int report_results(const RunPlan& plan, const std::vector<Value>& results) const {
    if (plan.results == RunPlan::Results::ExitCode) return static_cast<int>(results[0].bits);
    Output output;
    for (const Value& value : results) output.write(to_text(value) + "\n");
    return output.finish(kExitOk);
  }

  int record(const RunPlan& plan, const runtime::Imports& imports) {
    auto calls = plan.to_calls(*module_);
    if (!calls) return refuse(names_.func(calls.error()) + " is imported: there is nothing to record");
    std::vector<Value> results;
    const auto code = run_recorded({options_, module_, imports, *environment_, *std::move(calls), plan.to_text(), &results});
    if (code) return *code;
    return plan.invoked == wasm::kNoIndex ? kExitOk : report_results(plan, results);
  }

  // The exit code when the program ends in this call, empty when it returned.
  std::optional<int> call(wasm::FuncIndex index, std::span<const Value> arguments, std::vector<Value>* results = nullptr) {
    runtime::Func& func = *instance_->funcs[index];
    if (func.missing) {
      report_missing(func);
      return kExitBadInput;
    }
    if (func.instance == nullptr) return refuse(names_.func(index) + " is a function of the host, not of the module");
    auto execution = runtime::Execution::create(0);
    if (!execution) {
      print_error(to_line(execution.error(), nullptr));
      return kExitBadInput;
    }
    runtime::Execution& thread = **execution;
    thread.begin(func, arguments);
    observer_.begin(store_, *instance_, thread);
    const runtime::Outcome outcome = interpreter_->run(thread, {});
    observer_.end(thread, outcome);
    environment_->flush();
    ticks_ += thread.tick;
    std::optional<int> code;
    if (std::holds_alternative<runtime::Returned>(outcome)) {
      if (results != nullptr) *results = thread.results();
    } else if (const auto* exited = std::get_if<runtime::Exited>(&outcome)) {
      code = exited->code;
    } else if (const auto* trapped = std::get_if<runtime::Trapped>(&outcome)) {
      report_trap({store_, *instance_, thread, names_}, *trapped);
      code = kExitTrap;
    } else {
      report_missing_call({store_, *instance_, thread, names_});
      code = kExitBadInput;
    }
    interpreter_->remove(thread);
    return code;
  }

  const RunOptions& options_;
  std::shared_ptr<const wasm::Module> module_;
  symbols::Names names_;
  TraceFile trace_;
  RunObserver observer_{options_, *module_, names_, options_.trace == Trace::None ? nullptr : &trace_};
  std::shared_ptr<host::Environment> environment_ = host::system_environment();
  runtime::Store store_;
  runtime::Instance* instance_ = nullptr;
  std::unique_ptr<jit::CompiledTier> tier_;
  std::unique_ptr<interp::Interpreter> interpreter_;
  uint64_t ticks_ = 0;
};

}  // namespace

int run_verb(const RunOptions& options) {
  Times times;
  Stopwatch watch;
  const auto file = read_module_file(options.file, options.features);
  if (!file) return kExitBadInput;
  const auto refuse_file = [&](const Error& error, const wasm::Module* module) {
    report_module_error(options.file, *file, error, module);
    return kExitBadInput;
  };
  auto decoded = binary::decode(file->bytes, options.features);
  if (!decoded) return refuse_file(decoded.error(), nullptr);
  const auto module = std::make_shared<const wasm::Module>(*std::move(decoded));
  times.decode = watch.lap();
  if (const auto valid = validate::validate(*module, options.features); !valid)
    return refuse_file(valid.error(), module.get());
  times.validate = watch.lap();

  const auto plan = plan_run(*module, options.file, options.invoke, options.args);
  if (!plan) return refuse(plan.error());
  end_on_closed_pipes();
  Runner runner(options, module);
  const int code = runner.run(*plan, times, watch);
  times.run = watch.lap();
  if (options.stats) runner.print_statistics(times);
  return code;
}

}  // namespace wasmscope::app
