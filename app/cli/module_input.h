// SPDX-License-Identifier: Apache-2.0
// The module a verb works on, from a file of either format; what is wrong with it goes to standard error.
#pragma once
#include <optional>
#include <string>

#include "engine/text/module_file.h"

namespace wasmscope::app {

// Empty, after a report, when the file cannot be read or is text that does not parse.
std::optional<text::ModuleFile> read_module_file(const std::string& path, const wasm::Features& features);

// The same of what was read from it.
std::optional<text::ModuleFile> to_module_file(const std::string& path, std::vector<uint8_t> bytes, const wasm::Features& features);
// Empty, after a report, when the file cannot be read.
std::optional<std::vector<uint8_t>> read_input(const std::string& path);

// An error in the file, with its place and, where `module` is known, its surroundings.
void report_module_error(const std::string& path, const text::ModuleFile& file, const Error& error,
                         const wasm::Module* module);

}  // namespace wasmscope::app
