// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <memory>

#include "app/cli/module_input.h"
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "engine/base/utf8.h"
#include "engine/binary/decoder.h"
#include "engine/symbols/names.h"
#include "engine/text/printer.h"

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
    printed = text::print_function(*module, *func, sink, form);
  }
  const int exit_code = output.finish(printed ? kExitOk : kExitBadInput);
  if (!printed) refuse(printed.error(), module.get());
  return exit_code;
}

}  // namespace wasmscope::app
