// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <nlohmann/json.hpp>

#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "engine/base/file.h"
#include "engine/base/utf8.h"
#include "engine/jit/compiled_tier.h"
#include "engine/script/expectations.h"
#include "engine/script/script_runner.h"
#include "engine/script/suite.h"

namespace wasmscope::app {
namespace {

using Json = nlohmann::ordered_json;

struct Totals {
  uint64_t passed = 0, failed = 0, skipped = 0;
  std::map<std::string, uint64_t> reasons;
};

std::string counts(uint64_t passed, uint64_t failed, uint64_t skipped) {
  return std::to_string(passed) + " passed, " + std::to_string(failed) + " failed, " + std::to_string(skipped) +
         " skipped";
}

std::string to_text(const std::string& path, const script::ScriptReport& report, bool lists_skipped) {
  const std::string name = escape_for_display(path);
  std::string text;
  for (const script::Failure& failure : report.failures) {
    text += name + (failure.line == 0 ? "" : ":" + std::to_string(failure.line)) + ": " + failure.command +
            ": expected " + failure.expected + ", got " + failure.got + "\n";
  }
  for (const script::Skip& skip : report.skipped)
    if (lists_skipped)
      text += name + ":" + std::to_string(skip.line) + ": " + skip.command + ": skipped: " + skip.reason + "\n";
  text += name + ": " + std::to_string(report.assertions) + " assertions";
  if (!report.failures.empty() || !report.skipped.empty())
    text += ": " + counts(report.passed, report.failures.size(), report.skipped.size());
  return text + "\n";
}

Json to_json(const std::string& path, const script::ScriptReport& report) {
  Json failures = Json::array();
  for (const script::Failure& failure : report.failures)
    failures.push_back(
        {{"line", failure.line}, {"command", failure.command}, {"expected", failure.expected}, {"got", failure.got}});
  Json skips = Json::array();
  for (const script::Skip& skip : report.skipped)
    skips.push_back({{"line", skip.line}, {"command", skip.command}, {"reason", skip.reason}});
  return {{"file", path},
          {"assertions", report.assertions},
          {"passed", report.passed},
          {"failed", report.failures.size()},
          {"skipped", report.skipped.size()},
          {"failures", std::move(failures)},
          {"skips", std::move(skips)}};
}

void print_bad_input(const Error& error) { print_error(to_line(error, nullptr)); }

}  // namespace

int spec_verb(const SpecOptions& options) {
  script::RunnerOptions runner;
  runner.checks_round_trip = options.checks_round_trip;
  runner.leave_ticks = options.leave_ticks;
  runner.replays_calls = options.replays_calls;
  if (options.tier != Tier::Interpreter) {
    const auto bounds = options.checks_bounds ? jit::Bounds::Checked : jit::Bounds::Guarded;
    runtime::Store store;
    if (const auto tier = jit::CompiledTier::create(store); !tier) {
      print_error("spec: " + tier.error());
      return kExitUsage;
    }
    runner.make_tier = [bounds](runtime::Store& of) { return *jit::CompiledTier::create(of, bounds); };
    if (options.tier == Tier::Auto) {
      // Scripts are short: what a look finds running has mostly just begun.
      constexpr uint64_t kScriptLookTicks = 3;
      runner.compile_when = interp::CompileWhen::Hot;
      runner.look_ticks = kScriptLookTicks;
    }
  }
  const auto scripts = script::find_scripts(options.paths);
  if (!scripts) {
    print_bad_input(scripts.error());
    return kExitBadInput;
  }
  script::Expectations expectations;
  if (!options.expectations.empty()) {
    auto read = script::read_expectations(options.expectations);
    if (!read) {
      print_bad_input(read.error());
      return kExitBadInput;
    }
    expectations = std::move(*read);
  }

  Output output;
  Totals totals;
  Json files = Json::array();
  bool is_readable = true;
  for (const std::string& path : *scripts) {
    const auto file = read_file(path);
    if (!file) {
      print_file_error(path, file.error());
      is_readable = false;
      continue;
    }
    const std::string_view source(reinterpret_cast<const char*>(file->data()), file->size());
    runner.features = options.features ? *options.features : script::features_for(path);
    script::ScriptReport report = script::run_script(source, runner);
    expectations.apply(path, report);
    totals.passed += report.passed;
    totals.failed += report.failures.size();
    totals.skipped += report.skipped.size();
    for (const script::Skip& skip : report.skipped) ++totals.reasons[skip.reason];
    if (options.form == OutputForm::Json)
      files.push_back(to_json(path, report));
    else if (!output.write(to_text(path, report, options.lists_skipped)))
      break;
  }
  if (options.form == OutputForm::Json) {
    const Json all = {
        {"files", std::move(files)}, {"passed", totals.passed}, {"failed", totals.failed}, {"skipped", totals.skipped}};
    output.write(all.dump(1, ' ', true, Json::error_handler_t::replace) + "\n");
  } else {
    for (const auto& [reason, count] : totals.reasons)
      output.write(std::to_string(count) + " skipped: " + reason + "\n");
    output.write(counts(totals.passed, totals.failed, totals.skipped) + "\n");
  }
  return output.finish(totals.failed == 0 && is_readable ? kExitOk : kExitBadInput);
}

}  // namespace wasmscope::app
