// SPDX-License-Identifier: Apache-2.0
// From the arguments of the program to the options of a verb. Reads nothing but the arguments, except that
// it looks whether a file of a verb-like name exists.
#pragma once
#include <span>
#include <string>
#include <variant>

#include "app/cli/verbs.h"

namespace wasmscope::app {

// There is nothing to do but to print: help and version to standard output (exit code 0), else what is wrong
// with the usage, one line, to standard error.
struct Finished {
  int exit_code = kExitOk;
  std::string text;
};

using Command =
    std::variant<Finished, GuiOptions, RunOptions, DebugOptions, InspectOptions, ValidateOptions, PrintOptions,
                 EncodeOptions, CompareOptions, SpecOptions>;

// `arguments`: without the program's own name.
Command parse_command_line(std::span<const std::string> arguments);

}  // namespace wasmscope::app
