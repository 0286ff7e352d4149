// SPDX-License-Identifier: Apache-2.0
// What running a module means, in one place for every face: which function is the program when nobody names one,
// what has to run before it, and how texts become arguments.
#pragma once
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/runtime/value.h"
#include "engine/wasm/module.h"

namespace wasmscope::debug {

const wasm::Export* find_exported_func(const wasm::Module& module, std::string_view name);

// The function that is run when none is named: `_start`, else `main`.
struct Entry {
  const wasm::Export* item = nullptr;
  // Those of main(argc, argv) without a libc around it are zeros.
  std::vector<std::string> arguments;
  bool can_run = true;                   // else it takes arguments that somebody has to give
  bool result_is_exit_code = false;
};
std::optional<Entry> find_entry(const wasm::Module& module);

// What runs before `invoked`, in order: the start function, and a reactor's `_initialize`. Without an invoked function
// (kNoIndex) the start function is all there is.
std::vector<wasm::FuncIndex> funcs_before(const wasm::Module& module, wasm::FuncIndex invoked);

// Why texts are no arguments: their number is wrong, or one is no value of its type.
struct BadArguments {
  enum class Reason : uint8_t { Count, Value } reason{};
  size_t argument = 0;
};
std::expected<std::vector<runtime::Value>, BadArguments> parse_arguments(const wasm::FuncType& type,
                                                                         std::span<const std::string> texts);

}  // namespace wasmscope::debug
