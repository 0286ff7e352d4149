// SPDX-License-Identifier: Apache-2.0
// A module in the text format, as a stream: memory use does not grow with the module. The output of a valid
// module parses to the same module again, names and custom sections included; the latter are annotations.
// https://webassembly.github.io/spec/core/text/modules.html
#pragma once
#include <functional>
#include <string_view>

#include "engine/wasm/error.h"
#include "engine/wasm/module.h"

namespace wasmscope::text {

// Takes the next piece of the output; false stops the printing.
using TextSink = std::function<bool(std::string_view)>;

enum class PrintForm : uint8_t {
  Flat,     // an instruction per line
  Folded,   // operands inside the parentheses of the instruction that takes them
};

// Prints what can be printed. Code that does not decode ends its function with a comment that says so;
// the first such error is the result.
Result<void> print_module(const wasm::Module& module, const TextSink& sink, PrintForm form = PrintForm::Flat);
// One function, or the import of one.
Result<void> print_function(const wasm::Module& module, wasm::FuncIndex func, const TextSink& sink,
                            PrintForm form = PrintForm::Flat);

}  // namespace wasmscope::text
