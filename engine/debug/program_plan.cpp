// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/program_plan.h"

#include "engine/runtime/value_parser.h"

namespace wasmscope::debug {

const wasm::Export* find_exported_func(const wasm::Module& module, std::string_view name) {
  const wasm::Export* item = module.find_export(name);
  return item != nullptr && item->kind == wasm::ExternKind::Func ? item : nullptr;
}

std::optional<Entry> find_entry(const wasm::Module& module) {
  for (const char* name : {"_start", "main"}) {
    const wasm::Export* item = find_exported_func(module, name);
    if (item == nullptr) continue;
    const wasm::FuncType& type = module.func_type(item->index);
    Entry entry{.item = item, .arguments = {}};
    if (name == std::string_view("main") && type.params == std::vector{wasm::kI32, wasm::kI32}) {
      entry.arguments = {"0", "0"};
      entry.result_is_exit_code = type.results == std::vector{wasm::kI32};
    } else {
      entry.can_run = type.params.empty();
    }
    return entry;
  }
  return std::nullopt;
}

std::vector<wasm::FuncIndex> funcs_before(const wasm::Module& module, wasm::FuncIndex invoked) {
  std::vector<wasm::FuncIndex> funcs;
  if (module.start) funcs.push_back(*module.start);
  const wasm::Export* initialize = invoked != wasm::kNoIndex ? find_exported_func(module, "_initialize") : nullptr;
  if (initialize != nullptr && initialize->index != invoked && module.func_type(initialize->index).params.empty())
    funcs.push_back(initialize->index);
  return funcs;
}

std::expected<std::vector<runtime::Value>, BadArguments> parse_arguments(const wasm::FuncType& type,
                                                                         std::span<const std::string> texts) {
  if (texts.size() != type.params.size()) return std::unexpected(BadArguments{BadArguments::Reason::Count});
  std::vector<runtime::Value> values;
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto value = runtime::parse_value(type.params[i], texts[i]);
    if (!value) return std::unexpected(BadArguments{BadArguments::Reason::Value, i});
    values.push_back(*value);
  }
  return values;
}

}  // namespace wasmscope::debug
