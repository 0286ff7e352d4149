// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/module_input.h"
#include "app/cli/output.h"
#include "app/cli/run_plan.h"
#include "app/cli/verbs.h"
#include "engine/base/utf8.h"
#include "engine/binary/decoder.h"
#include "engine/debug/program_environment.h"
#include "engine/debug/tier_contest.h"
#include "engine/host/wasi.h"
#include "engine/replay/recording_chunks.h"
#include "engine/validate/validate.h"

namespace wasmscope::app {
namespace {

using debug::TierComparison;
using debug::TierContest;
using debug::TierDifference;
using nlohmann::ordered_json;

std::string hex_bytes(const std::vector<uint8_t>& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

ordered_json to_json(const debug::TierState& state) {
  ordered_json frames = ordered_json::array();
  for (const debug::Frame& frame : state.frames) {
    ordered_json locals = ordered_json::array(), operands = ordered_json::array();
    const auto text = [](const runtime::Value& value, const debug::Referent& referent) {
      return referent.text.empty() ? runtime::to_text(value) : referent.text;
    };
    for (const debug::VariableValue& local : frame.locals)
      locals.push_back({{"name", local.name}, {"value", text(local.value, local.referent)}});
    for (const debug::OperandValue& operand : frame.operands) operands.push_back(text(operand.value, operand.referent));
    frames.push_back({{"depth", frame.depth},
                      {"func", frame.func},
                      {"func_name", frame.func_name},
                      {"pc", frame.pc},
                      {"locals", std::move(locals)},
                      {"operands", std::move(operands)}});
  }
  return {{"at", runtime::to_text(state.at)},
          {"where", state.where},
          {"end", state.end.empty() ? ordered_json() : ordered_json(state.end)},
          {"frames", std::move(frames)}};
}

ordered_json to_json(const std::vector<debug::ComparedLine>& lines) {
  ordered_json out = ordered_json::array();
  for (const debug::ComparedLine& line : lines) out.push_back({{"pc", line.pc}, {"text", line.text}, {"here", line.is_here}});
  return out;
}

std::string_view name_of(TierDifference::Kind kind) {
  switch (kind) {
    case TierDifference::Kind::State: return "state";
    case TierDifference::Kind::ControlFlow: return "control_flow";
    case TierDifference::Kind::End: return "end";
    case TierDifference::Kind::NanBits: return "nan_bits";
  }
  return {};
}

std::string_view name_of(TierComparison::Verdict verdict) {
  switch (verdict) {
    case TierComparison::Verdict::NotCompared: return "not_compared";
    case TierComparison::Verdict::Running: return "running";
    case TierComparison::Verdict::Same: return "same";
    case TierComparison::Verdict::Stopped: return "stopped";
    case TierComparison::Verdict::Different: return "different";
    case TierComparison::Verdict::Failed: return "failed";
  }
  return {};
}

ordered_json to_json(const TierDifference& difference) {
  using Place = debug::DifferingValue::Place;
  constexpr std::string_view kPlaces[] = {"local", "operand", "global", "table_element", "result", "other"};
  static_assert(std::size(kPlaces) == static_cast<size_t>(Place::Other) + 1);
  ordered_json values = ordered_json::array(), bytes = ordered_json::array();
  for (const debug::DifferingValue& value : difference.values) {
    values.push_back({{"place", kPlaces[static_cast<size_t>(value.place)]},
                      {"index", value.index},
                      {"element", value.element},
                      {"depth", value.depth},
                      {"name", value.name},
                      {"interpreted", value.interpreted},
                      {"compiled", value.compiled},
                      {"nan_only", value.is_nan_only}});
  }
  for (const debug::DifferingBytes& range : difference.bytes) {
    const bool is_memory = range.where == debug::DifferingBytes::Where::Memory;
    bytes.push_back({{"memory", is_memory ? ordered_json(range.memory) : ordered_json()},
                     {"begin", range.begin},
                     {"interpreted", hex_bytes(range.interpreted)},
                     {"compiled", hex_bytes(range.compiled)}});
  }
  return {{"kind", name_of(difference.kind)},
          {"exact", difference.is_exact},
          {"last_same", runtime::to_text(difference.last_same)},
          {"func", difference.func},
          {"func_name", difference.func_name},
          {"pc", difference.pc},
          {"instruction", difference.instruction},
          {"before", to_json(difference.before)},
          {"interpreted", to_json(difference.interpreted)},
          {"compiled", to_json(difference.compiled)},
          {"values", std::move(values)},
          {"bytes", std::move(bytes)},
          {"more", difference.has_more},
          {"functions", difference.functions},
          {"wasm", to_json(difference.wasm)},
          {"machine", to_json(difference.machine)}};
}

ordered_json to_json(const TierComparison& comparison) {
  ordered_json out{{"verdict", name_of(comparison.verdict)},
                   {"same_up_to", runtime::to_text(comparison.same_up_to)},
                   {"comparisons", comparison.comparisons},
                   {"host_calls", comparison.host_calls},
                   {"functions_compiled", comparison.functions_compiled},
                   {"end", comparison.end},
                   {"message", comparison.message}};
  if (comparison.difference) out["difference"] = to_json(*comparison.difference);
  if (comparison.has_other_nans) out["nan_differences"] = comparison.nan_differences;
  if (comparison.nan_difference) out["nan_difference"] = to_json(*comparison.nan_difference);
  return out;
}

// What is compared, and how a reproducer of it is written.
struct Comparison {
  TierContest contest;
  replay::RecordingOptions recording;
  // Functions of the host come from it.
  std::shared_ptr<host::Environment> environment;
};
// Empty: said on standard error, with the exit code.
using Prepared = std::expected<Comparison, int>;

std::unexpected<int> refuse(const std::string& line, int exit_code) {
  print_error(line);
  return std::unexpected(exit_code);
}

Prepared prepare_module(const CompareOptions& options, std::vector<uint8_t> bytes) {
  const auto file = to_module_file(options.file, std::move(bytes), options.features);
  if (!file) return std::unexpected(kExitBadInput);
  const auto refuse_file = [&](const Error& error, const wasm::Module* module) {
    report_module_error(options.file, *file, error, module);
    return std::unexpected(kExitBadInput);
  };
  const auto owned = std::make_shared<const std::vector<uint8_t>>(file->bytes);
  auto decoded = binary::decode(*owned, options.features);
  if (!decoded) return refuse_file(decoded.error(), nullptr);
  decoded->owned = owned;
  const auto module = std::make_shared<const wasm::Module>(*std::move(decoded));
  if (const auto valid = validate::validate(*module, options.features); !valid) return refuse_file(valid.error(), module.get());
  const auto plan = plan_run(*module, options.file, options.invoke, options.args);
  if (!plan) return refuse(plan.error(), kExitUsage);

  Comparison comparison;
  TierContest& contest = comparison.contest;
  contest.names = std::make_shared<const symbols::Names>(module);
  auto calls = plan->to_calls(*module);
  if (!calls) return refuse(contest.names->func(calls.error()) + " is imported: there is nothing to compare", kExitUsage);
  std::vector<std::string> arguments{file_name(options.file)};
  if (options.invoke.empty()) arguments.insert(arguments.end(), options.args.begin(), options.args.end());
  comparison.environment = std::make_shared<debug::ProgramEnvironment>(nullptr, [](int, const std::string&) {});
  contest.program = {module, host::wasi_imports({std::move(arguments), options.env}, comparison.environment), *std::move(calls)};
  comparison.recording = {file_name(options.file), plan->to_text(), options.features, replay::ModuleIn::Inside};
  return comparison;
}

Prepared prepare_recording(const CompareOptions& options, Bytes file) {
  const std::string shown = escape_for_display(options.file);
  const auto refuse_file = [&](const Error& error) {
    print_report(shown + ": " + to_report(error, file, nullptr));
    return std::unexpected(kExitBadInput);
  };
  if (!options.invoke.empty() || !options.args.empty())
    return refuse(shown + " is a recording: it says itself what is run, --invoke and arguments are for modules", kExitUsage);
  auto recording = replay::read_recording(file);
  if (!recording) return refuse_file(recording.error());
  if (recording->module.empty()) return refuse_file(error(ErrorCode::ModuleNotInside, escape_for_display(recording->module_name)));
  const auto owned = std::make_shared<const std::vector<uint8_t>>(std::move(recording->module));
  auto decoded = binary::decode(*owned, recording->features);
  if (!decoded) return refuse_file(decoded.error());
  decoded->owned = owned;
  const auto module = std::make_shared<const wasm::Module>(*std::move(decoded));
  if (const auto valid = validate::validate(*module, recording->features); !valid) return refuse_file(valid.error());
  const auto timeline = replay::open_recording(*recording, module, runtime::Imports(), {});
  if (!timeline) return refuse_file(timeline.error());
  auto contest = debug::contest_of(**timeline, std::make_shared<const symbols::Names>(module));
  if (!contest) return refuse(shown + ": " + contest.error(), kExitBadInput);
  return Comparison{*std::move(contest), {recording->module_name, recording->invoked, recording->features, replay::ModuleIn::Inside}, nullptr};
}

}  // namespace

int compare_verb(const CompareOptions& options) {
  auto file = read_input(options.file);
  if (!file) return kExitBadInput;
  Prepared prepared = replay::is_recording(*file) ? prepare_recording(options, *file) : prepare_module(options, *std::move(file));
  if (!prepared) return prepared.error();
  TierContest& contest = prepared->contest;
  if (const auto usable = debug::use_compiled_tier(contest, options.has_raw_nans ? jit::NanRule::AsComputed : jit::NanRule::Canonical); !usable) {
    print_error("there is nothing to compare the interpreter with: " + usable.error());
    return kExitBadInput;
  }
  const auto [comparison, host] = debug::compare_tiers(contest);
  if (comparison.verdict == TierComparison::Verdict::Failed) {
    print_error(escape_for_display(options.file) + ": " + comparison.message);
    return kExitBadInput;
  }
  const bool is_different = comparison.verdict == TierComparison::Verdict::Different;
  ordered_json json = to_json(comparison);
  std::string report = to_report(comparison);
  int exit_code = is_different ? kExitDifferent : kExitOk;
  if (is_different && !options.reproducer.empty()) {
    if (const auto saved = debug::save_reproducer(contest, host, options.reproducer, prepared->recording); !saved) {
      print_error(to_line(saved.error(), nullptr));
      exit_code = kExitBadInput;
    } else {
      const std::string command = "wasmscope compare " + escape_for_display(options.reproducer);
      report += "reproducer\n   " + command + "\n";
      json["reproducer"] = command;
    }
  }
  Output output;
  output.write(options.form == OutputForm::Json ? json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n" : report);
  return output.finish(exit_code);
}

}  // namespace wasmscope::app
