// SPDX-License-Identifier: Apache-2.0
#include "app/cli/module_input.h"

#include "app/cli/output.h"
#include "engine/base/utf8.h"

namespace wasmscope::app {

std::optional<text::ModuleFile> read_module_file(const std::string& path, const wasm::Features& features) {
  auto bytes = read_file(path);
  if (!bytes) {
    print_file_error(path, bytes.error());
    return std::nullopt;
  }
  text::ModuleFile file = text::to_module_file(*std::move(bytes), features);
  if (!file.error) return file;
  report_module_error(path, file, *file.error, nullptr);
  return std::nullopt;
}

void report_module_error(const std::string& path, const text::ModuleFile& file, const Error& error,
                         const wasm::Module* module) {
  print_report(escape_for_display(path) + ": " + to_report(file.locate(error), file.bytes, module));
}

}  // namespace wasmscope::app
