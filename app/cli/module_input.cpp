// SPDX-License-Identifier: Apache-2.0
#include "app/cli/module_input.h"

#include "app/cli/output.h"
#include "engine/base/utf8.h"

namespace wasmscope::app {

std::optional<std::vector<uint8_t>> read_input(const std::string& path) {
  auto bytes = read_file(path);
  if (bytes) return *std::move(bytes);
  print_file_error(path, bytes.error());
  return std::nullopt;
}

std::optional<text::ModuleFile> read_module_file(const std::string& path, const wasm::Features& features) {
  auto bytes = read_input(path);
  if (!bytes) return std::nullopt;
  return to_module_file(path, *std::move(bytes), features);
}

std::optional<text::ModuleFile> to_module_file(const std::string& path, std::vector<uint8_t> bytes, const wasm::Features& features) {
  text::ModuleFile file = text::to_module_file(std::move(bytes), features);
  if (!file.error) return file;
  report_module_error(path, file, *file.error, nullptr);
  return std::nullopt;
}

void report_module_error(const std::string& path, const text::ModuleFile& file, const Error& error,
                         const wasm::Module* module) {
  print_report(escape_for_display(path) + ": " + to_report(file.locate(error), file.bytes, module));
}

}  // namespace wasmscope::app
