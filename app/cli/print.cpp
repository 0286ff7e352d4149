// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <memory>

#include "app/cli/code_map_output.h"
#include "app/cli/module_input.h"
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "engine/base/utf8.h"
#include "engine/binary/decoder.h"
#include "engine/jit/compiled_tier.h"
#include "engine/runtime/store.h"
#include "engine/symbols/names.h"
#include "engine/text/printer.h"
#include "engine/validate/validate.h"

namespace wasmscope::app {
namespace {

Result<wasm::FuncIndex> find_function(const std::shared_ptr<const wasm::Module>& module, const std::string& text) {
  if (text.starts_with('#')) {
    wasm::FuncIndex index = 0;
    const auto [end, status] = std::from_chars(text.data() + 1, text.data() + text.size(), index);
    if (status != std::errc() || end != text.data() + text.size())
      return std::unexpected(error(ErrorCode::BadArgument, escape_for_display(text) + " is not an index, such as #12"));
    if (index < module->funcs.size()) return index;
    return std::unexpected(
        error(ErrorCode::NoSuchFunction, text + "; the module has " + std::to_string(module->funcs.size())));
  }
  bool is_ambiguous = false;
  const wasm::FuncIndex index = symbols::Names(module).find_func(text, &is_ambiguous);
  if (index != wasm::kNoIndex) return index;
  if (is_ambiguous) {
    std::string indices;
    for (const auto& [each, name] : module->names.funcs.entries)
      if (name == text) indices += (indices.empty() ? "#" : ", #") + std::to_string(each);
    return std::unexpected(error(
        ErrorCode::BadArgument, "several functions are named " + escape_for_display(text) + ": use one of " + indices));
  }
  return std::unexpected(
      error(ErrorCode::NoSuchFunction, escape_for_display(text) + "; `wasmscope inspect --functions` lists them"));
}

enum class MachineCodeForm : uint8_t { Text, Json };

// The module is instantiated for it, but nothing runs.
int print_machine_code(const std::shared_ptr<const wasm::Module>& module, wasm::FuncIndex index, MachineCodeForm form) {
  if (index < module->imported_funcs) {
    print_error("#" + std::to_string(index) + " is imported: it has no code");
    return kExitUsage;
  }
  runtime::Store store;
  const auto instantiated = runtime::instantiate(store, module, runtime::Imports());
  if (!instantiated) {
    print_error(to_line(instantiated.error(), module.get()));
    return kExitBadInput;
  }
  runtime::Instance& instance = *instantiated->result.instance;
  interp::Interpreter interpreter(store);
  interpreter.add_instance(instance);
  const auto tier = jit::CompiledTier::create(store);
  if (!tier) {
    print_error(tier.error());
    return kExitUsage;
  }
  Output output;
  const jit::CodeMap map = (*tier)->map_code(*instance.funcs[index], lower::StopSet{});
  if (form == MachineCodeForm::Json) write_code_map_json(output, *module, map);
  else write_code_map_text(output, *module, map);
  return output.finish(kExitOk);
}

}  // namespace

int print_verb(const PrintOptions& options) {
  const auto file = read_module_file(options.file, options.features);
  if (!file) return kExitBadInput;
  const auto refuse = [&](const Error& error, const wasm::Module* module) {
    report_module_error(options.file, *file, error, module);
    return kExitBadInput;
  };
  binary::DecodeOutcome decoded = binary::decode_partial(file->bytes, options.features);
  if (decoded.error) return refuse(*decoded.error, &decoded.module);
  const auto module = std::make_shared<const wasm::Module>(std::move(decoded.module));

  Output output;
  const text::TextSink sink = [&](std::string_view piece) { return output.write(piece); };
  const text::PrintForm form = options.is_folded ? text::PrintForm::Folded : text::PrintForm::Flat;
  Result<void> printed;
  if (options.function.empty()) {
    printed = text::print_module(*module, sink, form);
  } else {
    const Result<wasm::FuncIndex> func = find_function(module, options.function);
    if (!func) {
      print_error(to_line(func.error(), module.get()));
      return kExitUsage;
    }
    if (options.is_machine_code) {
      if (const auto valid = validate::validate(*module, options.features); !valid) return refuse(valid.error(), module.get());
      return print_machine_code(module, *func, options.is_json ? MachineCodeForm::Json : MachineCodeForm::Text);
    }
    printed = text::print_function(*module, *func, sink, form);
  }
  const int exit_code = output.finish(printed ? kExitOk : kExitBadInput);
  if (!printed) refuse(printed.error(), module.get());
  return exit_code;
}

}  // namespace wasmscope::app
