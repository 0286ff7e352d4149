// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_plan.h"

#include "engine/base/utf8.h"
#include "engine/debug/program_plan.h"

namespace wasmscope::app {
namespace {

using runtime::Value;

std::string list_exported_funcs(const wasm::Module& module) {
  constexpr size_t kListed = 20;
  std::string list;
  size_t count = 0;
  for (const wasm::Export& each : module.exports) {
    if (each.kind != wasm::ExternKind::Func) continue;
    if (++count > kListed) continue;
    list += "\n  " + escape_for_display(each.name) + "  " + wasm::to_text(module.func_type(each.index));
  }
  if (count == 0) return "it exports no functions";
  if (count > kListed) list += "\n  and " + std::to_string(count - kListed) + " more: see wasmscope inspect --exports";
  return "its functions are:" + list;
}

std::expected<std::vector<Value>, std::string> arguments_for(const std::string& name, const wasm::FuncType& type,
                                                             const std::vector<std::string>& texts) {
  auto values = debug::parse_arguments(type, texts);
  if (values) return *std::move(values);
  const std::string wanted = escape_for_display(name) + " is " + wasm::to_text(type);
  if (values.error().reason == debug::BadArguments::Reason::Count) {
    return std::unexpected(wanted + ": it takes " + std::to_string(type.params.size()) +
                           (type.params.size() == 1 ? " argument" : " arguments") + ", not " +
                           std::to_string(texts.size()));
  }
  const size_t bad = values.error().argument;
  return std::unexpected(wanted + ": '" + escape_for_display(texts[bad]) + "' is not a value of type " +
                         wasm::to_text(type.params[bad]));
}

}  // namespace

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

std::expected<std::vector<replay::Call>, wasm::FuncIndex> RunPlan::to_calls(const wasm::Module& module) const {
  std::vector<replay::Call> calls;
  for (const wasm::FuncIndex index : before) calls.push_back({index, {}});
  if (invoked != wasm::kNoIndex) calls.push_back({invoked, arguments});
  for (const replay::Call& call : calls)
    if (module.is_imported(call.func)) return std::unexpected(call.func);
  return calls;
}

std::string RunPlan::to_text() const {
  if (invoked == wasm::kNoIndex) return "the start function";
  std::string text = escape_for_display(name) + "(";
  for (size_t i = 0; i < arguments.size(); ++i) text += (i == 0 ? "" : ", ") + runtime::to_text(arguments[i]);
  return text + ")";
}

std::expected<RunPlan, std::string> plan_run(const wasm::Module& module, const std::string& file, const std::string& invoke,
                                             const std::vector<std::string>& args) {
  RunPlan plan;
  std::string name = invoke;
  std::vector<std::string> texts = args;
  if (name.empty()) {
    auto entry = debug::find_entry(module);
    if (!entry) {
      plan.before = debug::funcs_before(module, wasm::kNoIndex);
      if (!plan.before.empty()) return plan;
      return std::unexpected(escape_for_display(file) + " exports no _start or main: use --invoke NAME; " +
                             list_exported_funcs(module));
    }
    name = entry->item->name;
    if (!entry->can_run) {
      return std::unexpected(name + " is " + wasm::to_text(module.func_type(entry->item->index)) +
                             ": to call it, use --invoke " + name + " -- ARGUMENTS");
    }
    texts = std::move(entry->arguments);
    if (entry->result_is_exit_code) plan.results = RunPlan::Results::ExitCode;
  }
  const wasm::Export* invoked = debug::find_exported_func(module, name);
  if (invoked == nullptr) {
    return std::unexpected(escape_for_display(file) + " exports no function '" + escape_for_display(name) +
                           "'; " + list_exported_funcs(module));
  }
  plan.name = name;
  plan.invoked = invoked->index;
  plan.before = debug::funcs_before(module, plan.invoked);
  auto arguments = arguments_for(name, module.func_type(plan.invoked), texts);
  if (!arguments) return std::unexpected(std::move(arguments).error());
  plan.arguments = *std::move(arguments);
  return plan;
}

}  // namespace wasmscope::app
